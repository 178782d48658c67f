"""Attempts at quizzes and tests: drawn, marked and recorded on the server."""

import datetime as dt

import pytest

from courses import services as courses
from courses.models import Progress
from modules import services
from modules.completing import complete
from modules.errors import AttemptClosed, AttemptsPaused, NotOpen, UnreadableAnswer
from modules.models import Attempt, Completion, Statement
from tests.moments import NOON

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def enrolled(amara, school):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    return amara


def start(learner, school, at=NOON):
    return services.start_attempt(learner=learner, activity=school.test, at=at)


def hand_in(attempt, school, *, wrong=0, at=NOON):
    return services.record_attempt(
        attempt=attempt, answers=school.right_answers(attempt, wrong=wrong), at=at
    )


def test_a_stranger_cannot_start_a_test(chiara, school):
    with pytest.raises(NotOpen) as refused:
        start(chiara, school)
    assert refused.value.reason == "not-enrolled"


def test_starting_twice_returns_the_open_attempt(enrolled, school):
    first = start(enrolled, school)
    assert start(enrolled, school) == first
    assert len(first.drawn) == 4


def test_all_right_passes_and_completes(enrolled, school):
    attempt = hand_in(start(enrolled, school), school)
    assert (attempt.score_raw, attempt.score_max, attempt.is_passed) == (4, 4, True)
    assert Completion.objects.get(learner=enrolled, activity=school.test).attempt == attempt
    assert Statement.objects.get(learner=enrolled, registration=attempt.uuid).verb.endswith(
        "/passed"
    )


def test_below_the_pass_mark_does_not_complete(enrolled, school):
    attempt = hand_in(start(enrolled, school), school, wrong=2)
    assert attempt.is_passed is False
    assert not Completion.objects.filter(learner=enrolled, activity=school.test).exists()


def test_exactly_the_pass_mark_passes(enrolled, school):
    assert hand_in(start(enrolled, school), school, wrong=1).is_passed is True


def test_handing_in_twice_keeps_the_first_result(enrolled, school):
    attempt = start(enrolled, school)
    hand_in(attempt, school, wrong=4)
    with pytest.raises(AttemptClosed) as closed:
        hand_in(Attempt.objects.get(pk=attempt.pk), school)
    assert closed.value.attempt.score_raw == 0


def test_failing_after_passing_takes_nothing_away(enrolled, school):
    hand_in(start(enrolled, school), school)
    hand_in(start(enrolled, school, NOON + HOUR), school, wrong=4, at=NOON + HOUR)
    assert Completion.objects.filter(learner=enrolled, activity=school.test).count() == 1


def test_a_foreign_question_is_refused_and_nothing_is_stored(enrolled, school):
    attempt = start(enrolled, school)
    with pytest.raises(UnreadableAnswer):
        services.record_attempt(attempt=attempt, answers={999_999: "a"}, at=NOON)
    attempt.refresh_from_db()
    assert attempt.submitted_at is None


def test_two_failures_pause_for_a_day(enrolled, school):
    for _n in range(2):
        hand_in(start(enrolled, school), school, wrong=4)
    with pytest.raises(AttemptsPaused) as paused:
        start(enrolled, school, NOON + HOUR)
    assert paused.value.until == NOON + 24 * HOUR
    assert start(enrolled, school, NOON + 25 * HOUR).number == 3


def test_the_draw_changes_after_a_failure(enrolled, school):
    first = hand_in(start(enrolled, school), school, wrong=4)
    second = start(enrolled, school, NOON + HOUR)
    asked = [{entry["version"] for entry in attempt.drawn} for attempt in (first, second)]
    assert (
        len(asked[0] & asked[1]) == 2
    )  # six questions, four drawn: the two unseen ones come first


def test_no_handing_in_after_the_course_closed(enrolled, school):
    attempt = start(enrolled, school)
    school.course.closes_at = NOON + HOUR
    school.course.save()
    with pytest.raises(NotOpen) as refused:
        hand_in(attempt, school, at=NOON + 2 * HOUR)
    assert refused.value.reason == "closed"


def test_a_corrected_question_leaves_given_answers_alone(enrolled, school):
    attempt = hand_in(start(enrolled, school), school)
    question = school.questions[0]
    question.stem = "A clearer question?"
    question.save()
    attempt.refresh_from_db()
    assert question.current.number == 2
    assert attempt.score_raw == 4


def test_a_question_with_a_fact_past_review_is_not_drawn(enrolled, school, old_fact):
    for question in school.questions[:5]:
        question.facts = [old_fact]
        question.save()
    assert len(start(enrolled, school).drawn) == 1


def test_what_was_self_reported_counts_when_the_server_knows_it(school, amara):
    """A pass on the server raises a completion that a browser had only claimed, once; never the other way."""
    enrolment = courses.enrol(learner=amara, course=school.course, at=NOON)

    def done_of_course() -> int:
        return Progress.objects.get(enrolment=enrolment).done

    def claim(graded_by):
        return complete(
            learner=amara, activity=school.test, graded_by=graded_by, at=NOON, language="en"
        )

    claim("self")
    assert done_of_course() == 0
    claim("server")
    assert done_of_course() == 1
    assert claim("self").graded_by == "server"
    assert done_of_course() == 1
