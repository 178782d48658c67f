"""Query ceilings of design section 6, with few and many learners."""

import datetime as dt

import pytest

from cms.models import User
from courses import services as courses
from courses.models import Enrolment
from modules import services
from modules.models import Completion, QuestionVersion
from tests.counting import at_most
from tests.factories import blocks
from tests.factories import questions as bank
from tests.moments import NOON


@pytest.fixture(params=[2, 20, 2000])
def learners(request, school) -> int:
    """So many learners are enrolled and have read the first lesson."""
    people = User.objects.bulk_create(
        [
            User(email=f"learner{n}@example.org", password="!", display_name=f"Learner {n}")
            for n in range(request.param)
        ]
    )
    Enrolment.objects.bulk_create(
        [Enrolment(learner=person, course=school.course, enrolled_at=NOON) for person in people]
    )
    reading = school.lessons[0].activities.get(kind="reading")
    Completion.objects.bulk_create(
        [
            Completion(learner=person, activity=reading, graded_by="server", completed_at=NOON)
            for person in people
        ]
    )
    return request.param


@pytest.fixture
def reader(client, amara, school):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    client.force_login(amara)
    return client


def get(client, url, ceiling):
    client.get(url)  # the first request of a process fills Wagtail's own caches
    with at_most(ceiling):
        answer = client.get(url)
    assert answer.status_code == 200
    return answer


def test_lesson_page(reader, school, learners):
    answer = get(reader, school.lesson_pages[0].url, 15)
    assert len(answer.content) <= 40_000


def test_completing_a_lesson(reader, school, learners):
    reader.get(school.lesson_pages[0].url)
    with at_most(15):
        answer = reader.post(f"/lesson/{school.lessons[0].uuid}/done/")
    assert answer.status_code == 302


def test_lesson_page_again_with_everything_on_it(reader, amara, school, learners):
    page = school.add_lesson("Full", "full", body=blocks.full_body(school))
    reader.get(page.url)
    get(reader, page.url, 10)


def test_course_page(reader, school, learners):
    answer = get(reader, school.course_page.url, 12)
    assert len(answer.content) <= 60_000


def test_my_learning_and_record(reader, school, learners):
    get(reader, "/learn/", 12)
    get(reader, "/record/", 12)


def started(school, learner):
    """An attempt at a test of ten questions, just begun."""
    bank.bank(school.module, count=6)
    school.module_page.draw = 10
    school.publish(school.module_page)
    return services.start_attempt(learner=learner, activity=school.test, at=dt.datetime.now(dt.UTC))


def form_for(attempt, right: bool) -> dict[str, str]:
    """A form with every answer right, or every answer wrong."""
    contents = {
        version.pk: version.content
        for version in QuestionVersion.objects.filter(pk__in=[e["version"] for e in attempt.drawn])
    }
    data = {}
    for n, entry in enumerate(attempt.drawn):
        options = {option["id"]: option for option in contents[entry["version"]]["options"]}
        wanted = [key for key in entry["order"] if options[key]["correct"] is right]
        data[f"q{n}"] = str(entry["order"].index(wanted[0]))
    return data


@pytest.mark.parametrize("right", [True, False])
def test_submitting_a_test_of_ten_questions(reader, amara, school, learners, right):
    attempt = started(school, amara)
    data = form_for(attempt, right)
    with at_most(15):
        answer = reader.post(f"/attempt/{attempt.uuid}/", data)
    assert answer.status_code == 302
    attempt.refresh_from_db()
    assert attempt.submitted_at
    assert attempt.is_passed is right


def test_saving_one_answer(reader, amara, school, learners):
    attempt = started(school, amara)
    reader.get(f"/attempt/{attempt.uuid}/")
    with at_most(6):
        answer = reader.post(f"/attempt/{attempt.uuid}/save/", {"place": "3", "q3": "1"})
    assert answer.status_code == 200
    attempt.refresh_from_db()
    assert attempt.saved["3"]["data"] == {"q3": ["1"]}


def test_the_sheet_of_a_test(reader, amara, school, learners):
    attempt = started(school, amara)
    get(reader, f"/attempt/{attempt.uuid}/", 10)


def test_rebuilding_everybody_takes_as_many_queries_as_one(school, learners):
    with at_most(20):
        courses.recalculate(Enrolment.objects.select_related("course"), at=NOON)
