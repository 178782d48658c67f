"""Progress is done of required, derived from facts, and completion stays."""

import datetime as dt

import pytest
from django.core.management import call_command

from courses import services
from courses.errors import EnrolmentClosed
from courses.models import CourseCompletion, Enrolment, Progress
from modules import services as modules
from tests.moments import NOON


def read(learner, lesson, at=NOON):
    return modules.complete_reading(
        learner=learner, activity=lesson.activities.get(kind="reading"), at=at
    )


def finish(learner, school, at=NOON):
    for lesson in school.lessons:
        read(learner, lesson, at)
    attempt = modules.start_attempt(learner=learner, activity=school.test, at=at)
    modules.record_attempt(attempt=attempt, answers=school.right_answers(attempt), at=at)


def test_enrolling_twice_keeps_one_enrolment(amara, school):
    first = services.enrol(learner=amara, course=school.course, at=NOON)
    assert services.enrol(learner=amara, course=school.course, at=NOON) == first
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"is_planned": True},
        {"is_live": False},
        {"closes_at": NOON},
        {"opens_at": NOON + dt.timedelta(days=1)},
    ],
)
def test_a_closed_course_cannot_be_joined(amara, school, change):
    for name, value in change.items():
        setattr(school.course, name, value)
    with pytest.raises(EnrolmentClosed):
        services.enrol(learner=amara, course=school.course, at=NOON)


def test_each_lesson_and_the_test_count_once(amara, school):
    enrolment = services.enrol(learner=amara, course=school.course, at=NOON)
    read(amara, school.lessons[0])
    read(amara, school.lessons[0])
    progress = Progress.objects.get(enrolment=enrolment)
    assert (progress.done, progress.required) == (1, 3)


def test_all_done_completes_in_the_same_transaction(amara, school):
    enrolment = services.enrol(learner=amara, course=school.course, at=NOON)
    finish(amara, school)
    snapshot = CourseCompletion.objects.get(enrolment=enrolment).snapshot
    assert snapshot["required"] == 3
    assert {fact["kind"] for fact in snapshot["completed"]} == {"reading", "test"}


def test_completed_stays_completed_when_a_lesson_is_added(amara, school):
    enrolment = services.enrol(learner=amara, course=school.course, at=NOON)
    finish(amara, school)
    school.add_lesson("Lesson 3", "lesson-3")
    progress = Progress.objects.get(enrolment=enrolment)
    assert (progress.done, progress.required) == (3, 4)
    assert CourseCompletion.objects.filter(enrolment=enrolment).exists()


def test_unpublishing_the_missing_lesson_completes_the_rest(amara, school):
    enrolment = services.enrol(learner=amara, course=school.course, at=NOON)
    school.add_lesson("Lesson 3", "lesson-3")
    finish(amara, school)
    assert not CourseCompletion.objects.filter(enrolment=enrolment).exists()
    school.module_page.get_children().get(slug="lesson-3").specific.unpublish()
    assert CourseCompletion.objects.filter(enrolment=enrolment).exists()


def test_moving_and_renaming_a_page_keeps_progress(amara, school):
    enrolment = services.enrol(learner=amara, course=school.course, at=NOON)
    read(amara, school.lessons[0])
    page = school.lesson_pages[0]
    page.slug, page.title = "renamed", "Renamed"
    school.publish(page)
    page.move(school.lesson_pages[1], pos="right")
    assert Progress.objects.get(enrolment=enrolment).done == 1


def test_rebuilt_progress_equals_lived(amara, bruno, school):
    for learner in (amara, bruno):
        services.enrol(learner=learner, course=school.course, at=NOON)
    finish(amara, school)
    read(bruno, school.lessons[1])
    lived = list(
        Progress.objects.order_by("enrolment").values_list("enrolment", "done", "required")
    )
    Progress.objects.all().delete()
    services.recalculate(Enrolment.objects.select_related("course"), at=NOON)
    assert (
        list(Progress.objects.order_by("enrolment").values_list("enrolment", "done", "required"))
        == lived
    )


def test_the_sweep_finds_facts_that_progress_missed(amara, school):
    enrolment = services.enrol(learner=amara, course=school.course, at=NOON)
    read(amara, school.lessons[0], at=NOON + dt.timedelta(minutes=5))
    Progress.objects.filter(enrolment=enrolment).update(done=0, seen_fact=0)
    assert services.behind() == [enrolment]


def test_self_reported_results_do_not_count_by_default(amara, school):
    enrolment = services.enrol(learner=amara, course=school.course, at=NOON)
    completion = read(amara, school.lessons[0])
    type(completion).objects.update(graded_by="self")
    services.recalculate([enrolment], at=NOON)
    assert Progress.objects.get(enrolment=enrolment).done == 0


def test_leaving_and_coming_back_keeps_what_was_done(amara, school):
    enrolment = services.enrol(learner=amara, course=school.course, at=NOON)
    read(amara, school.lessons[0])
    services.withdraw(enrolment=enrolment, at=NOON)
    again = services.enrol(learner=amara, course=school.course, at=NOON)
    assert again == enrolment
    assert Progress.objects.get(enrolment=enrolment).done == 1


def test_the_command_rebuilds_what_was_wrong_and_says_so(amara, school, capsys):
    enrolment = services.enrol(learner=amara, course=school.course, at=NOON)
    read(amara, school.lessons[0])
    Progress.objects.filter(enrolment=enrolment).update(done=3)
    call_command("rebuild_progress", "--dry-run")
    assert Progress.objects.get(enrolment=enrolment).done == 3
    call_command("rebuild_progress")
    assert Progress.objects.get(enrolment=enrolment).done == 1
    assert "1 changed" in capsys.readouterr().out
