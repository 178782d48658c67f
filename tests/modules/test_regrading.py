"""Corrections of results: recorded, told, and never to anybody's loss, whatever happens in which order."""

import datetime as dt
from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms import roles
from cms.models import User
from courses import services as courses
from courses.models import Enrolment, Progress
from modules import regrading, remarking, services, statistics
from modules.errors import NoQuestions, RegradeUnderWay, UnfairCorrection
from modules.models import (
    Attempt,
    Completion,
    Correction,
    Question,
    QuestionStatus,
    Regrade,
    Statement,
    Verb,
)
from modules.signals import attempt_corrected
from modules.studio import question_status
from tests.conftest import person
from tests.counting import at_most
from tests.modules.test_statistics import attempts as many_attempts
from tests.modules.test_statistics import same, sums
from tests.moments import NOON

QUESTION = "wagtailsnippets_stoa_modules_question"
Rule = Regrade.Rule
DAY = dt.timedelta(days=1)


@pytest.fixture
def sitting(school, amara):
    """`sitting(wrong=n)` hands in a test with so many wrong answers and returns the attempt."""
    courses.enrol(learner=amara, course=school.course, at=NOON)
    handed_in = []

    def sit(wrong: int = 0) -> Attempt:
        at = NOON + 2 * DAY * len(handed_in)
        attempt = services.start_attempt(learner=amara, activity=school.test, at=at)
        answers = school.right_answers(attempt, wrong=wrong)
        handed_in.append(services.record_attempt(attempt=attempt, answers=answers, at=at))
        return Attempt.objects.get(pk=handed_in[-1].pk)

    return sit


def asked_in(attempt: Attempt, place: int) -> Question:
    return Question.objects.get(versions__pk=attempt.drawn[place]["version"])


def regrade(question: Question, rule: str, at: dt.datetime = NOON, by=None, note: str = "Sorry."):
    row = regrading.withdraw_and_regrade(question=question, by=by, note=note, at=at, rule=rule)
    return regrading.run(row.pk, at=at)


def correct_key(question: Question, right: str) -> None:
    """As an editor does it: another option is right, the ids stay."""
    question = Question.objects.get(pk=question.pk)
    raw = list(question.answers.raw_data)
    for part in raw:
        part["value"]["correct"] = part["id"] == right
    question.answers = [dict(part) for part in raw]
    question.save()


def test_everybody_gets_the_point_and_who_passes_by_it_is_done(school, sitting, amara):
    attempt = sitting(wrong=2)
    question = asked_in(attempt, 0)
    done = regrade(question, Rule.POINT)
    attempt.refresh_from_db()
    assert (attempt.score_raw, attempt.score_max, attempt.is_passed) == (3, 4, True)
    assert (done.seen, done.corrected, done.newly_passed) == (1, 1, 1)
    assert Completion.objects.get(learner=amara, activity=school.test).attempt == attempt
    correction = attempt.corrections.get()
    assert (correction.reason, correction.before["score_raw"]) == ("withdrawn", 2)
    question.refresh_from_db()
    assert question.status == QuestionStatus.WITHDRAWN


def test_out_of_the_count_asks_only_for_the_rest(sitting):
    attempt = sitting(wrong=1)
    lost, earned = asked_in(attempt, 0), asked_in(attempt, 1)
    regrade(lost, Rule.OUT)
    attempt.refresh_from_db()
    assert (attempt.score_raw, attempt.score_max) == (3, 3)
    assert regrade(earned, Rule.OUT).corrected == 0
    attempt.refresh_from_db()
    assert (attempt.score_raw, attempt.score_max) == (3, 3)


def test_a_corrected_key_gives_points_and_takes_none(sitting):
    attempt = sitting(wrong=2)
    wrong, right = asked_in(attempt, 0), asked_in(attempt, 3)
    for question in (wrong, right):  # "b" was chosen where it was wrong, "a" where it was right
        correct_key(question, "b")
        regrade(question, Rule.KEY)
    attempt.refresh_from_db()
    assert (attempt.score_raw, attempt.is_passed) == (3, True)
    assert attempt.corrections.get().reason == "changed"
    wrong.refresh_from_db()
    assert wrong.status == QuestionStatus.LIVE


def test_a_regrade_done_twice_corrects_once(sitting):
    attempt = sitting(wrong=2)
    question = asked_in(attempt, 0)
    regrade(question, Rule.POINT)
    again = regrade(question, Rule.POINT, at=NOON + DAY)
    assert (again.seen, again.corrected) == (1, 0)
    assert Correction.objects.filter(attempt=attempt).count() == 1


def test_two_regrades_of_one_question_do_not_run_at_once(sitting):
    question = asked_in(sitting(), 0)
    args = {"question": question, "by": None, "note": "", "at": NOON}
    first = regrading.withdraw_and_regrade(**args, rule=Rule.POINT)
    with pytest.raises(RegradeUnderWay):
        regrading.withdraw_and_regrade(**args, rule=Rule.OUT)
    assert regrading.waiting(NOON + DAY) == [first.pk]
    regrading.run(first.pk, at=NOON)
    assert regrading.waiting(NOON + DAY) == []


def test_a_worker_that_was_stopped_goes_on_where_it_was(school, monkeypatch):
    many_attempts(school, [[("b", 0), ("a", 0)]] * 5)
    monkeypatch.setattr(regrading, "BATCH", 2)
    question = school.questions[0]
    row = regrading.withdraw_and_regrade(
        question=question, by=None, note="", at=NOON, rule=Rule.POINT
    )
    first = list(regrading.attempts_with(question).values_list("pk", flat=True).order_by("pk"))
    regrading._step(row.pk, first[:2], NOON)
    regrading._step(row.pk, first[:2], NOON)  # another worker, with the same list
    assert Correction.objects.count() == 2
    done = regrading.run(row.pk, at=NOON)
    assert (done.seen, done.corrected, Correction.objects.count()) == (5, 5, 5)


def test_an_attempt_that_began_before_is_treated_as_the_others(school, sitting, amara):
    attempt = services.start_attempt(learner=amara, activity=school.test, at=NOON)
    question = asked_in(attempt, 0)
    regrade(question, Rule.POINT, at=NOON + dt.timedelta(minutes=1))
    later = NOON + dt.timedelta(minutes=9)
    answers = school.right_answers(attempt, wrong=2)
    handed_in = services.record_attempt(attempt=attempt, answers=answers, at=later)
    assert (handed_in.score_raw, handed_in.is_passed) == (3, True)
    assert Attempt.objects.get(pk=attempt.pk).corrections.count() == 1


def test_a_correction_that_takes_points_is_refused(sitting):
    attempt = sitting(wrong=1)
    worse = [mark | {"score": 0.0, "correct": False} for mark in attempt.result]
    args = {"attempt": attempt, "reason": Correction.Reason.APPEAL, "question": None, "by": None}
    with pytest.raises(UnfairCorrection):
        regrading.correct_attempt(**args, result=worse, at=NOON)
    with pytest.raises(UnfairCorrection):
        regrading.correct_attempt(**args, result=attempt.result[1:], at=NOON)
    assert regrading.correct_attempt(**args, result=attempt.result, at=NOON) is None
    attempt.refresh_from_db()
    assert (attempt.score_raw, Correction.objects.count()) == (3, 0)


def test_the_statement_says_what_holds_now(sitting):
    attempt = sitting(wrong=2)
    regrade(asked_in(attempt, 0), Rule.POINT, at=NOON + DAY)
    stated = Statement.objects.filter(registration=attempt.uuid)
    assert stated.get(is_voided=True).verb == Verb.FAILED
    valid = stated.get(is_voided=False)
    assert (valid.verb, valid.happened_at) == (Verb.PASSED, attempt.submitted_at)
    assert valid.document["result"]["score"]["raw"] == 3
    assert valid.document["stored"] == (NOON + DAY).isoformat()


def test_progress_follows_a_pass_by_correction(school, sitting, amara):
    attempt = sitting(wrong=2)
    enrolment = Enrolment.objects.get(learner=amara)
    before = (
        Progress.objects.filter(enrolment=enrolment).values_list("done", flat=True).first() or 0
    )
    regrade(asked_in(attempt, 0), Rule.POINT)
    assert Progress.objects.get(enrolment=enrolment).done == before + 1


def test_each_correction_is_announced(sitting):
    heard = []

    def hear(correction, **_):
        heard.append((correction.attempt.is_passed, correction.reason))

    attempt_corrected.connect(hear)
    try:
        regrade(asked_in(sitting(wrong=2), 0), Rule.POINT)
    finally:
        attempt_corrected.disconnect(hear)
    assert heard == [(True, "withdrawn")]


@pytest.mark.parametrize("counted", [True, False])
def test_a_correction_keeps_the_sums_true(sitting, counted):
    attempt = sitting(wrong=2)
    if counted:
        statistics.refresh(NOON)
    question = asked_in(attempt, 0)
    correct_key(question, "b")
    regrade(question, Rule.KEY)
    regrade(asked_in(attempt, 1), Rule.POINT)
    statistics.refresh(NOON)
    lived = sums()
    assert (lived[question.pk]["right"], lived[asked_in(attempt, 1).pk]["right"]) == (1, 0)
    statistics.rebuild(NOON)
    assert same(sums(), lived)


@pytest.mark.parametrize("count", [3, 90])
def test_a_batch_costs_the_same_for_few_and_many(school, count):
    many_attempts(school, [[("b", 2), ("b", 1), ("b", 3), ("b", 1)]] * count)
    statistics.refresh(NOON)
    row = regrading.withdraw_and_regrade(
        question=school.questions[0], by=None, note="", at=NOON, rule=Rule.POINT
    )
    with at_most(18):
        done = regrading.run(row.pk, at=NOON)
    assert done.corrected == count


def test_a_preview_changes_nothing_and_says_what_would(sitting):
    attempt = sitting(wrong=2)
    question = asked_in(attempt, 0)
    found = regrading.preview(question, Rule.POINT)
    assert (found.attempts, found.changed, found.newly_passed) == (1, 1, 1)
    attempt.refresh_from_db()
    assert (attempt.score_raw, attempt.is_passed) == (2, False)


# In the studio, and on the learner's page


def test_a_trainer_sees_the_outcome_before_confirming(client, sitting, bruno, amara):
    roles.sync_roles()
    bruno.groups.add(Group.objects.get(name=roles.TRAINERS))
    attempt = sitting(wrong=2)
    question = asked_in(attempt, 0)
    client.force_login(bruno)
    address = reverse(f"{QUESTION}:regrade", args=[question.pk])
    told = client.post(address, {"rule": "point", "note": "Two answers were right."})
    assert "1 attempt passes by it." in told.content.decode()
    attempt.refresh_from_db()
    assert attempt.is_passed is False and not Regrade.objects.exists()
    empty = client.post(address, {"rule": "point", "note": "", "confirm": "1"})
    assert empty.status_code == 422 and not Regrade.objects.exists()


def test_a_confirmed_regrade_runs_and_the_learner_is_told(
    client, sitting, amara, django_capture_on_commit_callbacks
):
    roles.sync_roles()
    editor = person("Dario")
    editor.groups.add(Group.objects.get(name=roles.EDITORS))
    attempt = sitting(wrong=2)
    question = asked_in(attempt, 0)
    client.force_login(editor)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            reverse(f"{QUESTION}:regrade", args=[question.pk]),
            {"rule": "out", "note": "It had <two> right answers.", "confirm": "1"},
        )
    assert answer.status_code == 302
    assert Regrade.objects.get().state == Regrade.State.DONE
    client.force_login(amara)
    page = client.get(reverse("stoa_modules:result", args=[attempt.uuid])).content.decode()
    assert "Your result was corrected" in page and "It had &lt;two&gt; right answers." in page
    client.force_login(editor)
    told = client.get(reverse(f"{QUESTION}:inspect", args=[question.pk])).content.decode()
    assert "1 attempt looked at" in told


def test_those_without_the_right_cannot_regrade(client, sitting, chiara):
    roles.sync_roles()
    chiara.groups.add(Group.objects.get(name=roles.PARTNERSHIP))
    client.force_login(chiara)
    address = reverse(f"{QUESTION}:regrade", args=[asked_in(sitting(), 0).pk])
    assert client.post(address, {"rule": "point", "note": "x", "confirm": "1"}).status_code == 302
    assert not Regrade.objects.exists()


# Whatever happens, in whatever order

option = st.sampled_from("abc")
marks = st.builds(
    lambda score: {"version": 1, "score": score, "max": 1.0, "correct": score == 1, "parts": {}},
    st.sampled_from([0.0, 0.25, 0.5, 1.0]),
)
CONTENTS = [
    {"kind": "single", "options": [{"id": key, "text": key, "correct": key == right} for key in "abc"]}
    for right in "abc"
]  # fmt: skip


def share(result: list[dict]) -> float:
    most = sum(mark["max"] for mark in result)
    return sum(mark["score"] for mark in result) / most if most else 1.0


@given(
    first=marks, others=st.lists(marks, max_size=3), answer=option,
    steps=st.lists(st.tuples(st.sampled_from(list(Rule)), st.sampled_from(CONTENTS)), max_size=6),
)  # fmt: skip
def test_no_order_of_rules_lowers_a_share(first, others, answer, steps):
    result = [first, *(mark | {"version": place + 2} for place, mark in enumerate(others))]
    own = remarking.earned(first)
    for rule, content in steps:
        before = share(result)
        result = remarking.result(result, rule, {1}, {"1": answer}, content)
        assert share(result) >= before - 1e-9
        assert all(0 <= mark["score"] <= mark["max"] <= 1 for mark in result)
        assert remarking.result(result, rule, {1}, {"1": answer}, content) == result
        assert remarking.earned(result[0])["score"] >= own["score"]


@contextmanager
def undone():
    """Every example starts from the same database."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), st.lists(option, min_size=4, max_size=4)),
        st.tuples(st.just("regrade"), st.tuples(st.integers(0, 5), st.sampled_from(list(Rule)))),
        st.tuples(st.just("key"), st.tuples(st.integers(0, 5), option)),
        st.tuples(st.just("appeal"), st.tuples(st.integers(0, 9), st.integers(0, 3))),
        st.tuples(st.just("bring back"), st.integers(0, 5)),
        st.tuples(st.just("refresh"), st.none()),
    ),
    min_size=2,
    max_size=9,
)


class Life:
    """A class of learners that hands in, and a bank that is corrected meanwhile."""

    def __init__(self, school) -> None:
        self.school, self.at, self.count = school, NOON, 0

    def step(self, name: str, value) -> None:
        self.at += DAY
        getattr(self, f"do_{name.replace(' ', '_')}")(value)

    def do_submit(self, options) -> None:
        self.count += 1
        learner = User.objects.create(email=f"life{self.count}@example.org", password="!")
        courses.enrol(learner=learner, course=self.school.course, at=self.at)
        try:
            attempt = services.start_attempt(learner=learner, activity=self.school.test, at=self.at)
        except NoQuestions:
            return
        drawn = [entry["version"] for entry in attempt.drawn]
        services.record_attempt(
            attempt=attempt, answers=dict(zip(drawn, options, strict=False)), at=self.at
        )

    def do_regrade(self, value) -> None:
        place, rule = value
        regrade(self.school.questions[place], rule, at=self.at)

    def do_key(self, value) -> None:
        place, right = value
        correct_key(self.school.questions[place], right)

    def do_appeal(self, value) -> None:
        attempts = list(Attempt.objects.submitted().order_by("pk"))
        if not attempts:
            return
        attempt = attempts[value[0] % len(attempts)]
        place = value[1] % len(attempt.result)
        result = [
            mark | {"score": mark["max"], "correct": True} if n == place else mark
            for n, mark in enumerate(attempt.result)
        ]
        regrading.correct_attempt(
            attempt=attempt, result=result, reason=Correction.Reason.APPEAL, question=None,
            by=None, note="Upheld.", at=self.at,
        )  # fmt: skip

    def do_bring_back(self, place: int) -> None:
        question = Question.objects.get(pk=self.school.questions[place].pk)
        if question.status == QuestionStatus.WITHDRAWN:
            question_status.move(question=question, action=question_status.BRING_BACK, at=self.at)

    def do_refresh(self, _nothing) -> None:
        statistics.refresh(self.at)


def standing() -> dict[int, tuple[float, bool]]:
    rows = Attempt.objects.submitted()
    return {
        row.pk: (row.score_raw / row.score_max if row.score_max else 1.0, bool(row.is_passed))
        for row in rows
    }


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(happens=steps)
def test_nobody_ever_loses_and_statistics_stay_true(school, happens):
    with undone():
        life = Life(school)
        start = [("submit", "abca"), ("submit", "bbcc"), ("refresh", None)]
        for name, value in [*start, *happens]:
            before = standing()
            life.step(name, value)
            after = standing()
            for pk, (had, passed) in before.items():
                assert after[pk][0] >= had - 1e-6
                assert after[pk][1] or not passed
        passed = Attempt.objects.filter(is_passed=True)
        completed = Completion.objects.filter(activity=school.test)
        assert set(passed.values_list("learner", flat=True)) == set(
            completed.values_list("learner", flat=True)
        )
        statistics.refresh(life.at)
        lived = sums()
        statistics.rebuild(life.at)
        assert same({pk: row for pk, row in lived.items() if row["answered"]}, sums())
