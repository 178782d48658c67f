"""Five mistakes of a peer that are not made here: D18 to D22. D24 and D26 are in tests/modules.

The numbers are those of shared/notes/peers.md, section 4.
"""

import datetime as dt
import uuid

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import ProtectedError

from cms.models import User
from courses import services as courses
from courses.models import Course, CourseCompletion, Enrolment, Progress
from modules import services
from modules.models import (
    Activity,
    Attempt,
    Completion,
    Lesson,
    Module,
    PersonalNote,
    Question,
    Statement,
)
from tests.courses.test_progress import finish, read
from tests.factories import blocks
from tests.moments import NOON

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def enrolled(school, amara):
    school.enrolment = courses.enrol(learner=amara, course=school.course, at=NOON)
    return school


def sit(school, learner: AbstractBaseUser, *, wrong: int, at=NOON) -> Attempt:
    attempt = services.start_attempt(learner=learner, activity=school.test, at=at)
    answers = school.right_answers(attempt, wrong=wrong)
    return services.record_attempt(attempt=attempt, answers=answers, at=at)


def stands(school) -> tuple[int, int]:
    progress = Progress.objects.get(enrolment=school.enrolment)
    return progress.done, progress.required


def test_d18_failing_completes_nothing(enrolled, amara):
    """Theirs: `failed`, or 0 of 4, completes the lesson. Ours: done and passed are two things, by our pass mark."""
    for lesson in enrolled.lessons:
        read(amara, lesson)
    attempt = sit(enrolled, amara, wrong=4)
    assert (attempt.score_raw, attempt.is_passed) == (0, False)
    assert stands(enrolled) == (2, 3)
    assert not CourseCompletion.objects.exists()
    assert Statement.objects.get(registration=attempt.uuid).verb.endswith("/failed")
    assert sit(enrolled, amara, wrong=0, at=NOON + HOUR).is_passed
    assert CourseCompletion.objects.exists()


def test_d19_what_is_inside_a_lesson_does_not_complete_the_lesson(enrolled, amara, client):
    """Theirs: statements of children complete the container. Ours: a result counts for exactly its activity."""
    page = enrolled.add_lesson("Full", "full", body=blocks.full_body(enrolled))
    client.force_login(amara)
    shown = client.get(page.url).context["shown"]
    quiz = next(item for item in shown.values() if item.activity.kind == "quiz")
    data = {"draw": quiz.token} | {f"q{n}": "0" for n in range(len(quiz.questions))}
    assert client.post(f"/quiz/{quiz.activity.uuid}/", data).status_code == 302
    assert list(Completion.objects.values_list("activity", flat=True)) == [quiz.activity.pk]
    reading = page.lesson.activities.get(kind="reading")
    assert not Completion.objects.filter(activity=reading).exists()
    assert stands(enrolled) == (0, 4)


def test_d19_an_address_without_a_known_activity_matches_nothing(enrolled, amara, client):
    client.force_login(amara)
    for address in (f"/lesson/{uuid.uuid4()}/done/", f"/lesson/{uuid.UUID(int=0)}/done/"):
        assert client.post(address).status_code == 404
    quiz_as_lesson = Activity.objects.get(kind="test").uuid
    assert client.post(f"/lesson/{quiz_as_lesson}/done/").status_code == 404
    assert not Completion.objects.exists()


def test_d20_the_last_result_does_not_overwrite_the_best(enrolled, amara, client):
    """Theirs: passed becomes failed, the best score is lost. Ours: every try stays, best and last are shown."""
    finish(amara, enrolled)
    last = sit(enrolled, amara, wrong=4, at=NOON + HOUR)
    assert last.is_passed is False
    assert stands(enrolled) == (3, 3)
    completion = Completion.objects.get(activity=enrolled.test)
    assert (completion.attempt.number, completion.attempt.is_passed) == (1, True)
    client.force_login(amara)
    row = client.get("/record/").context["tests"][0]
    assert [attempt.score_raw for attempt in row["shown"]] == [4, 0]


def test_d20_facts_from_before_enrolment_count_by_rule_and_not_by_accident(enrolled, amara, campus):
    """A course that is joined later counts what was done in its modules before (courses/decisions/0001, 3)."""
    finish(amara, enrolled)
    courses.withdraw(enrolment=enrolled.enrolment, at=NOON)
    campus.pages["T1"] = enrolled.module_page
    campus.module("M1")
    campus.teach({"code": "T1"}, {"code": "M1"})
    again = courses.enrol(learner=amara, course=enrolled.course, at=NOON + 24 * HOUR)
    assert (again.progress.done, again.progress.required) == (3, 4)


def test_d21_adding_asks_for_more_and_removing_the_missing_lesson_completes(enrolled, amara):
    """Theirs: who is complete stays so without a trace, and who lacks a lesson that is gone never completes."""
    finish(amara, enrolled)
    third = enrolled.add_lesson("Lesson 3", "lesson-3")
    assert stands(enrolled) == (3, 4)
    Enrolment.objects.exclude(pk=enrolled.enrolment.pk).delete()
    bea = User.objects.create_user("bea@example.org", "a long quiet sentence", display_name="Bea")
    courses.enrol(learner=bea, course=enrolled.course, at=NOON)
    finish(bea, enrolled)
    assert not CourseCompletion.objects.filter(enrolment__learner=bea).exists()
    third.unpublish()
    assert CourseCompletion.objects.filter(enrolment__learner=bea).exists()


def test_d21_what_was_done_says_on_which_version(enrolled, amara):
    read(amara, enrolled.lessons[0])
    enrolled.add_lesson("Lesson 3", "lesson-3")
    read(amara, enrolled.lessons[1])
    first, second = Completion.objects.order_by("pk").values_list(
        "module_version__number", flat=True
    )
    assert first < second


def test_d21_a_lesson_without_an_activity_is_required_and_can_be_marked_read(
    enrolled, amara, client
):
    client.force_login(amara)
    reading = enrolled.lessons[0].activities.get()
    assert (reading.kind, reading.is_required) == ("reading", True)
    client.post(f"/lesson/{enrolled.lessons[0].uuid}/done/")
    assert stands(enrolled) == (1, 3)


def records(learner) -> dict[str, int]:
    return {
        model.__name__: model.objects.filter(learner=learner).count()
        for model in (Attempt, Completion, Enrolment, PersonalNote, Statement)
    } | {"CourseCompletion": CourseCompletion.objects.filter(enrolment__learner=learner).count()}


def test_d22_deleting_content_deletes_no_record(enrolled, amara):
    """Theirs: 10 000 enrolments and 50 009 completions became 0 with one page."""
    finish(amara, enrolled)
    before = records(amara)
    assert before["Completion"] == 3 and before["CourseCompletion"] == 1
    enrolled.course_page.delete()
    for page in enrolled.lesson_pages:
        page.delete()
    enrolled.module_page.refresh_from_db()
    enrolled.module_page.delete()
    assert records(amara) == before
    assert Course.objects.get().is_live is False


def test_d22_rows_that_records_rest_on_cannot_be_deleted(enrolled, amara):
    finish(amara, enrolled)
    for model in (Course, Module, Lesson, Activity):
        with pytest.raises(ProtectedError):
            model.objects.filter(pk__in=model.objects.values("pk")).delete()
    asked = Question.objects.filter(versions__in=[
        entry["version"] for entry in Attempt.objects.get().drawn
    ]).first()  # fmt: skip
    with pytest.raises(ProtectedError):
        asked.delete()
