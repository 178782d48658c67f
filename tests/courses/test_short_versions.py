"""A course may ask for the short version of a module, and for its artefact (curriculum.md 4.1)."""

import pytest
from django.urls import reverse

from courses import counting, presenting, services
from courses.models import CourseModule
from modules import attempts, drawing
from modules.models import Completion, GradedBy
from tests.conftest import NOW
from tests.factories import artefacts as make


@pytest.fixture
def short(school):
    """Lesson 1 is the short version, with a test of two from its three questions."""
    page = school.lesson_pages[0]
    page.in_short = True
    school.publish(page)
    for question in school.questions[:3]:
        question.lesson = page.lesson
        question.save()
    school.module_page.short_draw, school.module_page.short_hours = 2, 1
    school.publish(school.module_page)
    CourseModule.objects.filter(course=school.course).update(is_short=True)
    school.short_test = school.module.activities.get(block_id="short-test")
    return school


def test_it_asks_for_its_lessons_and_its_own_test(short):
    asked = counting.plan_of(short.course).required
    assert asked == {
        short.module.activities.get(uuid=short.lessons[0].uuid).pk, short.short_test.pk
    }  # fmt: skip
    assert services.required_activities(short.course) == sorted(asked)


def test_its_test_draws_from_its_lessons_alone(short, amara):
    services.enrol(learner=amara, course=short.course, at=NOW)
    attempt = attempts.start_attempt(learner=amara, activity=short.short_test, at=NOW)
    wanted = {question.current_id for question in short.questions[:3]}
    assert len(attempt.drawn) == 2 and {one["version"] for one in attempt.drawn} <= wanted
    assert drawing.pool(short.test, NOW.date()).count() == 6


def test_the_course_page_shows_it_and_counts_as_the_record_does(short, client, amara):
    services.enrol(learner=amara, course=short.course, at=NOW)
    client.force_login(amara)
    outline = presenting.outlines([short.course], amara)[short.course.pk][0]
    assert [step.title for step in outline.steps] == ["Lesson 1", ""]
    assert outline.hours == 1
    page = client.get(short.course_page.url).content.decode()
    assert "short version" in page and "Lesson 2" not in page
    assert reverse("stoa_modules:test", args=[short.short_test.uuid]) in page


def test_doing_it_completes_the_course(short, amara):
    enrolment = services.enrol(learner=amara, course=short.course, at=NOW)
    for pk in counting.plan_of(short.course).required:
        Completion.objects.create(
            learner=amara, activity_id=pk, graded_by=GradedBy.SERVER, completed_at=NOW
        )
    assert services.recalculate([enrolment], at=NOW) == 1
    [module] = enrolment.completion.snapshot["modules"]
    assert module["short"] and module["hours"] == 1


@pytest.fixture
def work(school):
    """A third lesson asks for an artefact, and the course wants it."""
    activity = make.lesson(school, is_required=False)
    CourseModule.objects.filter(course=school.course).update(asks_artefact=True)
    return activity


def test_an_artefact_counts_where_the_course_asks_for_it(school, work):
    assert work.pk in counting.plan_of(school.course).required
    CourseModule.objects.filter(course=school.course).update(asks_artefact=False)
    assert work.pk not in counting.plan_of(school.course).required


def test_what_waits_to_be_marked_holds_nobody_up(school, work, amara):
    services.enrol(learner=amara, course=school.course, at=NOW)
    for activity in school.module.activities.filter(is_required=True).exclude(lesson=None):
        Completion.objects.create(
            learner=amara, activity=activity, graded_by=GradedBy.SERVER, completed_at=NOW
        )

    def steps():
        outline = presenting.outlines([school.course], amara)[school.course.pk]
        return outline, [step.state for step in outline[0].steps]

    outline, states = steps()
    assert states == [
        "done",
        "done",
        "done",
        "now",
        "todo",
    ]  # three lessons, the test, the artefact
    make.handed_in(amara, work)
    outline, states = steps()
    assert states[-1] == "waiting" and presenting.next_step(outline).is_test


def test_outlines_cost_the_same_with_an_artefact(
    school, work, amara, django_assert_max_num_queries
):
    services.enrol(learner=amara, course=school.course, at=NOW)
    with django_assert_max_num_queries(5):
        presenting.outlines([school.course], amara)
