"""Query ceilings of design section 6 with 10, 1 000 and 10 000 learners, groups and rules included."""

import time

import pytest
from django.core.management import call_command

from cms.models import User
from courses import services
from courses.models import CertificateKind, Course, Enrolment, Progress, ProgressCorrection
from modules.models import Activity, ChangeClass, Completion
from tests.counting import at_most
from tests.moments import NOON


@pytest.fixture
def course(campus):
    """Two required modules of three lessons, and any one of two with a lesson each, opening one after the other."""
    for code, lessons in (("M1", 3), ("M2", 3), ("A1", 1), ("A2", 1)):
        campus.module(code, lessons)
    campus.pages["M2"].module.requires.add(campus.pages["M1"].module)
    campus.teach(
        {"code": "M1"},
        {"code": "M2", "after_previous": True},
        {"code": "A1", "group": "A"},
        {"code": "A2", "group": "A"},
        groups=[{"letter": "A", "name": "Practice", "needed": 1}],
    )
    # Computing is measured here; awarding a thousand certificates at once has its own test.
    Course.objects.filter(pk=campus.course.pk).update(certificate_kind=CertificateKind.NONE)
    campus.course.refresh_from_db()
    return campus


@pytest.fixture(params=[10, 1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def learners(request, course) -> int:
    """So many are enrolled; learner i has done the first i mod 9 activities. The course may be anybody's."""
    people = User.objects.bulk_create(
        [User(email=f"learner{n}@example.org", password="!") for n in range(request.param)]
    )
    Enrolment.objects.bulk_create(
        [Enrolment(learner=one, course=course.course, enrolled_at=NOON) for one in people]
    )
    activities = list(
        Activity.objects.filter(module__courses=course.course, is_live=True).order_by(
            "module__code", "position", "pk"
        )
    )
    Completion.objects.bulk_create(
        [
            Completion(learner=one, activity=activity, graded_by="server", completed_at=NOON)
            for n, one in enumerate(people)
            for activity in activities[: n % 9]
        ],
        batch_size=5_000,
    )
    return request.param


def get(client, url, ceiling):
    client.get(url)  # the first request of a process fills Wagtail's own caches
    with at_most(ceiling):
        answer = client.get(url)
    assert answer.status_code == 200
    return answer


def test_everything_of_a_course_with_so_many_learners(client, course, amara, learners):
    """One test, because the learners take longer to make than to count."""
    rebuild(learners)
    services.enrol(learner=amara, course=course.course, at=NOON)
    client.force_login(amara)
    learn(client, course, amara)
    withdraw_a_lesson(course, learners)


def rebuild(learners: int) -> None:
    started = time.process_time()
    with at_most(100):
        call_command("rebuild_progress")
    assert time.process_time() - started < 10 * max(1, learners / 6_000)
    assert Progress.objects.count() == learners
    with at_most(20):  # nothing changed: the same few reads for any number of learners
        call_command("rebuild_progress", "--check")


def learn(client, course, amara) -> None:
    """Course page, my learning and transcript, a lesson and its completion, with an update to read as well."""
    course.read(amara, "M1", 0)
    page = course.lessons["M1"][0]
    page.change_class, page.change_note = ChangeClass.MATERIAL, "Changed."
    course.school.publish(page)
    answer = get(client, course.school.course_page.url, 12)
    assert answer.context["due"]
    for address in ("/learn/", "/record/"):
        get(client, address, 12)
    get(client, course.lessons["M1"][1].url, 10)
    with at_most(15):
        answer = client.post(f"/lesson/{course.lessons['M1'][1].lesson.uuid}/done/")
    assert answer.status_code == 302
    get(client, page.url, 10)


def withdraw_a_lesson(course, learners: int) -> None:
    with at_most(150):  # Wagtail's own publishing, and the rows that change
        course.lessons["M1"][0].unpublish()
    assert set(Progress.objects.values_list("required", flat=True)) == {6}
    # A1 and A2 come first in the order of the facts: the third fact is the lesson that was withdrawn. Amara read it too.
    assert ProgressCorrection.objects.count() == 1 + sum(n % 9 > 2 for n in range(learners))
