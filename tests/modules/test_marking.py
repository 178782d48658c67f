"""Marking: the rule that decides, who may mark, and what follows."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from courses import services as courses
from modules import artefacts, marking, services
from modules.errors import InvalidMarking, MayNotMark, StaleMarking
from modules.models import Completion, GradedBy, Marking, Rubric, Statement, Submission
from modules.rubrics import FOUR_CRITERIA
from modules.signals import submission_marked
from tests.factories import artefacts as make
from tests.factories.people import trainer
from tests.moments import NOON

HOUR = dt.timedelta(hours=1)
KEYS = [criterion["key"] for criterion in FOUR_CRITERIA]
RUBRIC = Rubric(key="r", criteria=FOUR_CRITERIA, pass_points=8, no_zero_on=["rights"])
points = st.fixed_dictionaries({key: st.integers(0, 3) for key in KEYS})


def total(given) -> int:
    return sum(given.values())


# The rule


@given(points, st.booleans())
def test_one_marking_decides_only_a_pass_outside_the_sample(first, in_sample):
    decision = marking.decide([first], RUBRIC, in_sample=in_sample)
    if marking.passes(first, RUBRIC) and not in_sample:
        assert (decision.place, decision.points, decision.is_passed) == (0, first, True)
    else:
        assert decision.place == 2 and decision.is_passed is None


@given(points, points)
def test_two_who_agree_are_not_overruled_by_rounding(first, second):
    decision = marking.decide([first, second], RUBRIC)
    if decision.place == 0:
        said = {marking.passes(one, RUBRIC) for one in (first, second)}
        assert said == {decision.is_passed}
        assert decision.is_passed == marking.passes(decision.points, RUBRIC)


@given(points, points)
def test_two_who_do_not_agree_need_a_third(first, second):
    differ = (
        marking.passes(first, RUBRIC) != marking.passes(second, RUBRIC)
        or abs(total(first) - total(second)) > 2
        or (first["rights"] == 0) != (second["rights"] == 0)
    )
    assert (marking.decide([first, second], RUBRIC).place == 3) == differ


@given(points, points)
def test_the_order_of_two_makes_no_difference(first, second):
    assert marking.decide([first, second], RUBRIC) == marking.decide([second, first], RUBRIC)


@given(points, points)
def test_each_criterion_lies_between_what_the_two_gave(first, second):
    decided = marking.decide([first, second], RUBRIC).points
    for key, value in decided.items():
        assert min(first[key], second[key]) <= value <= max(first[key], second[key])


@given(points, points, points)
def test_the_third_decides_alone(first, second, third):
    decision = marking.decide([first, second, third], RUBRIC)
    assert (decision.place, decision.points) == (0, third)
    assert decision.is_passed == marking.passes(third, RUBRIC)


@given(points, st.sampled_from(KEYS))
def test_a_point_more_never_turns_a_pass_into_a_fail(given_points, key):
    better = given_points | {key: min(3, given_points[key] + 1)}
    assert marking.passes(better, RUBRIC) >= marking.passes(given_points, RUBRIC)


@given(points)
def test_a_zero_on_rights_never_passes(given_points):
    assert not marking.passes(given_points | {"rights": 0}, RUBRIC)


def test_two_fails_of_seven_points_do_not_round_up_to_a_pass():
    first = {"evidence": 3, "integration": 2, "rights": 1, "feasibility": 1}
    second = {"evidence": 2, "integration": 3, "rights": 1, "feasibility": 1}
    decision = marking.decide([first, second], RUBRIC)
    assert decision.is_passed is False and total(decision.points) == 6


# Who, and what follows


@pytest.fixture
def activity(school):
    return make.lesson(school)


@pytest.fixture
def amara(amara, school):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    return amara


@pytest.fixture
def three(amara, school):
    """Three trainers of one cohort."""
    first = trainer("Bruno", school, amara)
    others = [trainer(name, school) for name in ("Berit", "Bjarne")]
    first.training_cohorts.get().trainers.add(*others)
    return [first, *others]


def mark(submission, marker, points=make.PASSING, *, place=1, at=NOON + HOUR, **more):
    more.setdefault("feedback", "Well looked at.")
    return marking.give_marking(
        submission=submission, marker=marker, place=place, points=points, at=at, **more
    )


def test_a_pass_completes_the_activity_by_a_person(amara, activity, three):
    submission = mark(make.handed_in(amara, activity), three[0])
    assert (submission.state, submission.is_passed, submission.score_raw) == ("marked", True, 8)
    assert submission.score_max == 12
    done = Completion.objects.get(learner=amara, activity=activity)
    assert done.graded_by == GradedBy.PERSON
    verbs = Statement.objects.filter(activity=activity).values_list("verb", flat=True)
    assert {verb.rpartition("/")[2] for verb in verbs} == {"attempted", "passed", "completed"}


def test_a_fail_waits_for_a_second_who_was_not_the_first(amara, activity, three):
    submission = mark(make.handed_in(amara, activity), three[0], make.FAILING)
    assert (submission.state, submission.is_passed) == ("submitted", None)
    assert submission not in marking.markable_by(three[0])
    assert submission in marking.markable_by(three[1])
    with pytest.raises(MayNotMark) as refused:
        mark(submission, three[0], place=2)
    assert refused.value.reason == "twice"
    decided = mark(submission, three[1], make.FAILING, place=2)
    assert (decided.state, decided.is_passed) == ("marked", False)
    assert not Completion.objects.filter(learner=amara, activity=activity).exists()


def test_a_third_decides_between_two(amara, activity, three):
    submission = make.handed_in(amara, activity)
    mark(submission, three[0], make.FAILING)
    assert mark(submission, three[1], place=2).state == "submitted"
    assert mark(submission, three[2], place=3).is_passed is True


def test_a_sampled_pass_needs_a_second(amara, activity, three):
    submission = mark(make.handed_in(amara, activity, in_sample=True), three[0])
    assert submission.state == "submitted"
    assert mark(submission, three[1], place=2).is_passed is True


def test_the_sample_is_a_tenth_fixed_by_the_uuid_and_the_secret(settings):
    drawn = [Submission() for _n in range(3000)]
    chosen = [artefacts.is_in_sample(one) for one in drawn]
    assert 0.07 < sum(chosen) / len(chosen) < 0.13
    assert [artefacts.is_in_sample(one) for one in drawn] == chosen
    settings.SECRET_KEY = "another secret"
    assert [artefacts.is_in_sample(one) for one in drawn] != chosen


def test_whoever_comes_second_with_the_first_marking_is_told(amara, activity, three):
    submission = make.handed_in(amara, activity)
    mark(submission, three[0], make.FAILING)
    with pytest.raises(StaleMarking):
        mark(submission, three[1], place=1)
    assert submission.markings.count() == 1


def test_only_trainers_of_the_learner_mark(amara, activity, school, three, chiara, hana):
    submission = make.handed_in(amara, activity)
    other = trainer("Bente", school)
    for somebody, reason in ((chiara, "permission"), (other, "reach"), (amara, "permission")):
        with pytest.raises(MayNotMark) as refused:
            mark(submission, somebody)
        assert refused.value.reason == reason
        assert not marking.visible_to(somebody).exists()
    assert mark(submission, hana).state == "marked"


def test_nobody_marks_their_own_work(school, activity, three, hana):
    for own in (three[0], hana):
        courses.enrol(learner=own, course=school.course, at=NOON)
        submission = make.handed_in(own, activity)
        with pytest.raises(MayNotMark) as refused:
            mark(submission, own)
        assert refused.value.reason == "own"
        assert submission not in marking.markable_by(own)


def test_without_courses_everybody_with_the_permission_marks(amara, activity, school, monkeypatch):
    monkeypatch.setattr(marking, "_reaches", [])
    assert mark(make.handed_in(amara, activity), trainer("Bente", school)).state == "marked"


def test_a_draft_is_nobody_elses_business(amara, activity, three):
    submission = make.written(amara, activity)
    assert not marking.may_read(three[0], submission)
    assert marking.may_read(amara, submission)
    artefacts.hand_in(submission=submission, at=NOON)
    submission.refresh_from_db()
    assert marking.may_read(three[0], submission)


@pytest.mark.parametrize(
    ("points", "problem"),
    [
        ({}, "evidence"),
        (make.PASSING | {"rights": "4"}, "rights"),
        (make.PASSING | {"rights": "-1"}, "rights"),
        (make.PASSING | {"rights": "²"}, "rights"),
        (make.PASSING | {"rights": None}, "rights"),
    ],
)
def test_every_criterion_needs_a_level_that_there_is(amara, activity, three, points, problem):
    submission = make.handed_in(amara, activity)
    with pytest.raises(InvalidMarking) as refused:
        mark(submission, three[0], points)
    assert problem in refused.value.problems
    assert not Marking.objects.exists()


def test_a_fail_is_not_given_without_a_word(amara, activity, three):
    with pytest.raises(InvalidMarking) as refused:
        mark(make.handed_in(amara, activity), three[0], make.FAILING, feedback="  ")
    assert list(refused.value.problems) == ["feedback"]


def test_a_comment_quotes_what_is_written(amara, activity, three):
    submission = make.handed_in(amara, activity)
    known = {"field": "plan", "quote": "move  one\r\nlamp", "text": "Which\0?"}
    wrong = [
        {"field": "plan", "quote": "move two lamps", "text": "Which?"},
        {"field": "plan", "quote": "", "text": " "},
        {"field": "nowhere", "quote": "", "text": "Which?"},
    ]
    with pytest.raises(InvalidMarking) as refused:
        mark(submission, three[0], comments=[known, *wrong])
    assert set(refused.value.problems) == {"comment-1", "comment-2", "comment-3"}
    mark(submission, three[0], comments=[known])
    kept = submission.markings.get().comments
    assert kept == [{"field": "plan", "quote": "move one lamp", "text": "Which?"}]


def test_a_decision_is_announced_once_and_only_when_it_is_one(amara, activity, three):
    told = []
    listen = lambda submission, **_: told.append(submission.is_passed)  # noqa: E731
    submission_marked.connect(listen)
    submission = make.handed_in(amara, activity)
    mark(submission, three[0], make.FAILING)
    assert told == []
    mark(submission, three[1], make.FAILING, place=2)
    submission_marked.disconnect(listen)
    assert told == [False]


def test_a_claim_is_a_hint_that_passes(amara, activity, three):
    submission = make.handed_in(amara, activity)
    assert marking.claim(submission=submission, marker=three[0], at=NOON)
    assert marking.claim(submission=submission, marker=three[0], at=NOON)
    assert not marking.claim(submission=submission, marker=three[1], at=NOON + HOUR / 4)
    assert marking.claim(submission=submission, marker=three[1], at=NOON + HOUR)
    mark(submission, three[0], make.FAILING)
    submission.refresh_from_db()
    assert submission.claimed_by is None


def test_what_is_told_of_an_artefact_and_erased(amara, activity, three):
    submission = make.handed_in(amara, activity)
    mark(submission, three[0], make.FAILING, feedback="Count first.")
    told = services.disclose(learner=amara)["submissions"]
    assert told[0]["answers"] == make.TEXTS and told[0]["markings"] == []
    mark(submission, three[1], make.FAILING, place=2, feedback="Count first.")
    told = services.disclose(learner=amara)["submissions"]
    assert [one["feedback"] for one in told[0]["markings"]] == ["Count first."] * 2
    services.forget(learner=amara)
    assert not Submission.objects.exists() and not Marking.objects.exists()


# At once


def at_once(*tasks):
    """Run these in threads of their own, all let go together. Returns what each returned or raised."""
    gate = threading.Barrier(len(tasks))

    def run(task):
        gate.wait(timeout=10)
        try:
            return task()
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


@pytest.fixture
def many_connections():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one connection.")


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_hand_in_once(amara, activity, many_connections):
    draft = make.written(amara, activity)
    done = at_once(*[lambda: artefacts.hand_in(submission=draft, at=NOON)] * 4)
    assert {one.pk for one in done} == {draft.pk}
    assert Statement.objects.filter(activity=activity).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_markers_at_once_give_one_marking(amara, activity, three, many_connections):
    submission = make.handed_in(amara, activity)
    done = at_once(*[lambda who=who: mark(submission, who) for who in three])
    assert sum(isinstance(one, StaleMarking) for one in done) == 2
    assert submission.markings.count() == 1
    assert Completion.objects.filter(learner=amara, activity=activity).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_devices_at_once_keep_both_fields(amara, activity, many_connections):
    def saving(key):
        return lambda: artefacts.save_fields(
            learner=amara, activity=activity, fields={key: key}, at=NOON
        )

    at_once(*[saving(key) for key in ("finding", "plan")])
    assert Submission.objects.get().answers == {"finding": "finding", "plan": "plan"}
