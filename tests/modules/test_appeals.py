"""Appeals: once, in time, answered by somebody else, to nobody's loss."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from courses import services as courses
from modules import appeals, conf, marking, services
from modules.errors import AppealAnswered, CannotAppeal, InvalidMarking, MayNotMark
from modules.models import Appeal, Attempt, Completion, Correction, Submission
from modules.signals import appeal_answered
from tests.factories import artefacts as make
from tests.factories.people import trainer
from tests.moments import NOON

HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR


@pytest.fixture
def amara(amara, school):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    return amara


@pytest.fixture
def bruno(amara, school):
    """Trains Amara's cohort and answers appeals."""
    return trainer("Bruno", school, amara, permission="answer_appeal")


@pytest.fixture
def failed(amara, school):
    """A test with two of four questions wrong: one short of passing."""
    attempt = services.start_attempt(learner=amara, activity=school.test, at=NOON)
    return services.record_attempt(
        attempt=attempt, answers=school.right_answers(attempt, wrong=2), at=NOON
    )


def wrong_one(attempt) -> int:
    return next(mark["version"] for mark in attempt.result if not mark["correct"])


def contest(attempt, version=None, *, text="Both answers can be defended.", at=NOON + HOUR):
    version = version or wrong_one(attempt)
    return appeals.contest(attempt=attempt, version=version, text=text, at=at)


def answer(appeal, by, is_upheld=True, *, text="You are right.", at=NOON + DAY, **more):
    return appeals.answer(appeal=appeal, by=by, is_upheld=is_upheld, text=text, at=at, **more)


def test_contesting_twice_keeps_the_first_words(failed):
    first = contest(failed)
    again = contest(failed, text="And another thing.")
    assert first == again and Appeal.objects.count() == 1


@pytest.mark.parametrize("text", ["", " \n", "\0", "x" * 2001])
def test_an_appeal_needs_words_and_not_too_many(failed, text):
    with pytest.raises(ValidationError):
        contest(failed, text=text)


def test_what_cannot_be_contested(failed, amara, school):
    right = next(mark["version"] for mark in failed.result if mark["correct"])
    running = services.start_attempt(learner=amara, activity=school.test, at=NOON)
    for attempt, version, at, reason in (
        (failed, right, NOON, "full"),
        (failed, 999_999, NOON, "unknown"),
        (failed, wrong_one(failed), NOON + 61 * DAY, "late"),
        (running, running.drawn[0]["version"], NOON, "not-yet"),
    ):
        with pytest.raises(CannotAppeal) as refused:
            contest(attempt, version, at=at)
        assert refused.value.reason == reason
    assert contest(failed, at=NOON + 60 * DAY).state == "open"


def test_an_upheld_question_counts_in_full_and_may_pass_the_test(failed, bruno, amara, school):
    appeal = answer(contest(failed), bruno)
    attempt = Attempt.objects.get(pk=failed.pk)
    assert (attempt.score_raw, attempt.is_passed) == (3, True)
    assert Completion.objects.get(learner=amara, activity=school.test).attempt == attempt
    correction = Correction.objects.get()
    assert (correction.reason, correction.corrected_by) == ("appeal", bruno)
    assert (correction.before["score_raw"], correction.after["score_raw"]) == (2, 3)
    assert (appeal.state, appeal.answer) == ("upheld", "You are right.")


def test_a_declined_appeal_changes_nothing_but_stays(failed, bruno):
    answer(contest(failed), bruno, False, text="Read lesson 2 again.")
    attempt = Attempt.objects.get(pk=failed.pk)
    assert attempt.score_raw == 2 and not Correction.objects.exists()
    told = services.disclose(learner=attempt.learner)["appeals"][0]
    assert (told["state"], told["answer"]) == ("declined", "Read lesson 2 again.")


def test_the_first_answer_stands(failed, bruno, hana):
    appeal = contest(failed)
    answer(appeal, bruno, False, text="No.")
    with pytest.raises(AppealAnswered):
        answer(appeal, hana)
    appeal.refresh_from_db()
    assert (appeal.state, appeal.answer) == ("declined", "No.")


def test_only_trainers_of_the_learner_answer(failed, bruno, amara, school, chiara):
    appeal = contest(failed)
    other = trainer("Bente", school, permission="answer_appeal")
    marker = trainer("Berit", school, permission="mark_submission")
    for somebody, reason in (
        (chiara, "permission"),
        (marker, "permission"),
        (other, "reach"),
        (amara, "permission"),
    ):
        with pytest.raises(MayNotMark) as refused:
            answer(appeal, somebody)
        assert refused.value.reason == reason
        assert not appeals.visible_to(somebody).exists()
    assert appeals.visible_to(bruno).get() == appeal


def test_an_answer_needs_words(failed, bruno):
    appeal = contest(failed)
    with pytest.raises(ValidationError):
        answer(appeal, bruno, text=" ")
    appeal.refresh_from_db()
    assert appeal.state == "open"


# A mark


@pytest.fixture
def marked(amara, school, bruno):
    """An artefact that two people failed."""
    activity = make.lesson(school)
    submission = make.handed_in(amara, activity)
    cohort = bruno.training_cohorts.get()
    for place, name in ((1, "Berit"), (2, "Bjarne")):
        marker = trainer(name, school)
        cohort.trainers.add(marker)
        marking.give_marking(
            submission=submission, marker=marker, place=place, points=make.FAILING,
            feedback="Not yet.", at=NOON,
        )  # fmt: skip
    return Submission.objects.get(pk=submission.pk)


def contest_mark(submission, at=NOON + HOUR):
    return appeals.contest_mark(submission=submission, text="It names them.", at=at)


def test_a_mark_is_contested_once_and_in_time(marked):
    with pytest.raises(CannotAppeal) as refused:
        contest_mark(marked, at=NOON + 61 * DAY)
    assert refused.value.reason == "late"
    assert contest_mark(marked) == contest_mark(marked)


def test_an_upheld_mark_goes_to_a_third_who_decides(marked, bruno, amara, school):
    answer(contest_mark(marked), bruno, how="again")
    marked.refresh_from_db()
    assert marked.state == "submitted" and marked.result == make.FAILING
    third = trainer("Bente", school)
    bruno.training_cohorts.get().trainers.add(third)
    marking.give_marking(
        submission=marked, marker=third, place=3, points=make.PASSING, at=NOON + 2 * DAY
    )
    marked.refresh_from_db()
    assert (marked.is_passed, marked.score_raw) == (True, 8)
    assert Completion.objects.filter(learner=amara, activity=marked.activity).exists()


def test_an_appeal_never_lowers_a_mark(marked, bruno, hana):
    answer(contest_mark(marked), bruno, how="again")
    worse = dict.fromkeys(make.FAILING, 0)
    marking.give_marking(
        submission=marked, marker=hana, place=3, points=worse, feedback="No.", at=NOON + 2 * DAY
    )
    marked.refresh_from_db()
    assert (marked.state, marked.result, marked.score_raw) == ("marked", make.FAILING, 7)


def test_points_are_raised_by_who_answers_and_both_stand_in_the_record(marked, bruno, amara):
    appeal = answer(contest_mark(marked), bruno, how="points", points=make.PASSING)
    marked.refresh_from_db()
    assert (marked.is_passed, marked.result) == (True, make.PASSING)
    assert appeal.outcome == {"before": make.FAILING, "after": make.PASSING}
    assert Completion.objects.filter(learner=amara, activity=marked.activity).exists()


@pytest.mark.parametrize("points", [make.FAILING | {"evidence": 1, "rights": 3}, make.FAILING, {}])
def test_points_that_are_lower_or_the_same_are_refused(marked, bruno, points):
    appeal = contest_mark(marked)
    with pytest.raises(InvalidMarking):
        answer(appeal, bruno, how="points", points=points)
    appeal.refresh_from_db()
    assert appeal.state == "open"


def test_who_marked_it_does_not_answer_the_appeal(marked, bruno, hana):
    appeal = contest_mark(marked)
    marker = marked.markings.get(place=1).marker
    marker.is_superuser = True
    marker.save()
    with pytest.raises(MayNotMark) as refused:
        answer(appeal, marker)
    assert refused.value.reason == "twice"


def test_after_three_markings_the_points_are_decided_by_who_answers(marked, bruno, hana):
    Submission.objects.filter(pk=marked.pk).update(state="submitted", marked_at=None)
    marking.give_marking(
        submission=marked, marker=hana, place=3, points=make.FAILING, feedback="No.", at=NOON
    )
    appeal = contest_mark(marked)
    with pytest.raises(InvalidMarking) as refused:
        answer(appeal, bruno, how="again")
    assert list(refused.value.problems) == ["how"]


def test_an_answer_is_announced_once(failed, bruno):
    told = []
    listen = lambda appeal, **_: told.append(appeal.state)  # noqa: E731
    appeal_answered.connect(listen)
    appeal = contest(failed)
    answer(appeal, bruno)
    with pytest.raises(AppealAnswered):
        answer(appeal, bruno)
    appeal_answered.disconnect(listen)
    assert told == ["upheld"]


# Pages


@pytest.fixture
def in_time(monkeypatch):
    """Whatever the clock of the machine says."""
    monkeypatch.setattr(conf, "APPEAL_TIME", 36_500 * DAY)


def test_a_question_is_contested_from_the_result(client, failed, bruno, in_time):
    client.force_login(failed.learner)
    result = f"/attempt/{failed.uuid}/result/"
    contesting = f"/appeal/question/{failed.uuid}/{wrong_one(failed)}/"
    page = client.get(result).content.decode()
    assert page.count("Contest this question") == 2 and contesting in page
    assert client.get(contesting).status_code == 200
    wrong = client.post(contesting, {"text": "x" * 2001})
    assert wrong.status_code == 422 and "x" * 2001 in wrong.content.decode()
    for _twice in range(2):
        assert client.post(contesting, {"text": "Both can be defended."}).status_code == 302
    appeal = Appeal.objects.get()
    assert "Waiting for an answer" in client.get(result).content.decode()
    answer(appeal, bruno)
    page = client.get(contesting).content.decode()
    assert "You are right." in page and "counts in full" in page
    assert "You passed" in client.get(result).content.decode()


def test_nobody_else_contests_or_reads_an_appeal(client, failed, chiara, bruno, marked):
    appeal = contest(failed)
    contest_mark(marked)
    for somebody in (chiara, bruno):
        client.force_login(somebody)
        for address in (
            f"/appeal/question/{failed.uuid}/{appeal.version_id}/",
            f"/appeal/artefact/{marked.uuid}/",
        ):
            assert client.get(address).status_code == 404
            assert client.post(address, {"text": "x"}).status_code == 404


def test_a_mark_is_contested_on_a_page_of_its_own(client, marked):
    client.force_login(marked.learner)
    address = f"/appeal/artefact/{marked.uuid}/"
    Submission.objects.filter(pk=marked.pk).update(marked_at=timezone.now() - 100 * DAY)
    late = client.post(address, {"text": "It names them."})
    assert late.status_code == 409 and "That time is over" in late.content.decode()
    Submission.objects.filter(pk=marked.pk).update(marked_at=timezone.now())
    assert client.post(address, {"text": "It names them."}).status_code == 302
    assert "It names them." in client.get(address).content.decode()
