"""A test while it is sat: saved, resumed, handed in once, in time, and told as the module says."""

import datetime as dt
from decimal import Decimal

import pytest

from courses import services as courses
from modules import services
from modules.errors import AttemptClosed, AttemptsPaused
from modules.models import Accommodation, Attempt, Completion, FeedbackPolicy, Module
from tests.modules.test_budgets import form_for
from tests.moments import NOON

MINUTE = dt.timedelta(minutes=1)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def reader(client, amara, school):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    client.force_login(amara)
    return client


@pytest.fixture
def sitting(reader, amara, school) -> Attempt:
    return services.start_attempt(learner=amara, activity=school.test, at=now())


def set_module(school, **fields) -> None:
    Module.objects.filter(pk=school.module.pk).update(**fields)
    school.module.refresh_from_db()


def url(attempt, rest="") -> str:
    return f"/attempt/{attempt.uuid}/{rest}"


def save(client, attempt, place, **fields):
    return client.post(url(attempt, "save/"), {"place": str(place), **fields})


def test_an_answer_is_there_on_another_device(reader, sitting, amara):
    assert save(reader, sitting, 1, q1="2").json()["answered"] == 1
    other = type(reader)()
    other.force_login(amara)
    page = other.get(url(sitting)).content.decode()
    assert 'name="q1" value="2" checked' in page
    assert page.count(" checked") == 1


def test_an_answer_can_be_changed_and_taken_back(reader, sitting):
    save(reader, sitting, 0, q0="1")
    save(reader, sitting, 0, q0="2")
    assert 'name="q0" value="2" checked' in reader.get(url(sitting)).content.decode()
    save(reader, sitting, 0)
    assert " checked" not in reader.get(url(sitting)).content.decode()


def test_saved_answers_of_another_device_count_when_the_form_does_not_have_them(reader, sitting):
    data = form_for(sitting, right=True)
    save(reader, sitting, 3, q3=data.pop("q3"))
    assert reader.post(url(sitting), data).status_code == 302
    sitting.refresh_from_db()
    assert sitting.is_passed
    assert all(mark["correct"] for mark in sitting.result)


def test_saved_without_javascript(reader, sitting):
    answer = reader.post(url(sitting), {"q0": "1", "later": "1"}, follow=True)
    assert "go on here or on another device" in answer.content.decode()
    assert 'name="q0" value="1" checked' in answer.content.decode()
    sitting.refresh_from_db()
    assert sitting.submitted_at is None


def test_a_form_with_a_gap_loses_nothing(reader, sitting):
    answer = reader.post(url(sitting), {"q0": "1"})
    assert answer.status_code == 422
    sitting.refresh_from_db()
    assert sitting.saved["0"]["data"] == {"q0": ["1"]}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"place": ""},
        {"place": "x"},
        {"place": "-1", "q-1": "0"},
        {"place": "99", "q99": "0"},
        {"place": "1e3"},
        {"place": "9" * 5000},
    ],
)
def test_what_is_no_answer_is_refused(reader, sitting, data):
    answer = reader.post(url(sitting, "save/"), data)
    assert answer.status_code == 400
    assert answer.json()["problem"]
    sitting.refresh_from_db()
    assert sitting.saved == {}


def test_odd_values_are_kept_harmless(reader, sitting):
    assert save(reader, sitting, 0, q0="\x00" + "x" * 9000).status_code == 200
    sitting.refresh_from_db()
    assert sitting.saved["0"]["data"]["q0"] == ["x" * 300]
    assert reader.get(url(sitting)).status_code == 200


def test_nobody_saves_into_anothers_test(client, sitting, bruno):
    client.force_login(bruno)
    assert save(client, sitting, 0, q0="1").status_code == 404
    client.logout()
    assert save(client, sitting, 0, q0="1").status_code == 302


def test_two_tabs_give_one_result(reader, sitting):
    right, wrong = form_for(sitting, right=True), form_for(sitting, right=False)
    first = reader.post(url(sitting), right)
    second = reader.post(url(sitting), wrong)
    assert first["Location"] == second["Location"] == url(sitting, "result/")
    assert Attempt.objects.count() == 1
    sitting.refresh_from_db()
    assert sitting.is_passed
    late = save(reader, sitting, 0, q0="1")
    assert late.status_code == 409
    assert late.json()["url"] == url(sitting)


def test_time_runs_out_with_what_was_saved(reader, amara, school):
    set_module(school, time_limit_minutes=20)
    attempt = services.start_attempt(learner=amara, activity=school.test, at=now() - 30 * MINUTE)
    right = form_for(attempt, right=True)
    for place in range(3):
        services.save_answer(
            attempt=attempt, place=place, fields={f"q{place}": [right[f"q{place}"]]},
            at=attempt.started_at + MINUTE,
        )  # fmt: skip
    answer = reader.post(url(attempt), right, follow=True)  # ten minutes late
    page = answer.content.decode()
    assert "The time was over" in page
    attempt.refresh_from_db()
    assert attempt.is_timed_out
    assert attempt.submitted_at == attempt.deadline_at
    assert attempt.score_raw == 3
    assert attempt.is_passed  # three of four is the pass mark


def test_a_forgotten_test_is_ended_by_the_sweep(reader, amara, school):
    set_module(school, time_limit_minutes=20)
    attempt = services.start_attempt(learner=amara, activity=school.test, at=NOON)
    assert services.overdue(NOON + 20 * MINUTE) == []
    assert services.overdue(NOON + 21 * MINUTE) == [attempt]
    ended = services.end_overdue(attempt=attempt, at=NOON + 21 * MINUTE)
    assert (ended.score_raw, ended.is_passed, ended.is_timed_out) == (0, False, True)
    again = services.end_overdue(attempt=attempt, at=NOON + 22 * MINUTE)
    assert again.submitted_at == NOON + 20 * MINUTE
    assert services.overdue(NOON + 30 * MINUTE) == []


def test_starting_again_ends_the_attempt_whose_time_is_over(reader, amara, school):
    set_module(school, time_limit_minutes=20)
    first = services.start_attempt(learner=amara, activity=school.test, at=NOON)
    same = services.start_attempt(learner=amara, activity=school.test, at=NOON + MINUTE)
    assert same == first
    second = services.start_attempt(learner=amara, activity=school.test, at=NOON + 60 * MINUTE)
    assert second.number == 2
    first.refresh_from_db()
    assert first.is_timed_out


def test_more_time_for_one_learner(reader, amara, hana, school):
    set_module(school, time_limit_minutes=20)
    open_now = services.start_attempt(learner=amara, activity=school.test, at=NOON)
    assert open_now.deadline_at == NOON + 20 * MINUTE
    services.grant_accommodation(
        learner=amara, time_factor=Decimal("1.5"), skips_pauses=False, by=hana, at=NOON
    )
    open_now.refresh_from_db()
    assert open_now.deadline_at == NOON + 30 * MINUTE
    services.grant_accommodation(
        learner=amara, time_factor=Decimal(0), skips_pauses=False, by=hana, at=NOON
    )
    open_now.refresh_from_db()
    assert open_now.deadline_at is None
    assert Accommodation.objects.count() == 1


def test_a_pause_can_be_lifted_for_one_learner(reader, amara, hana, school):
    set_module(school, attempts_before_pause=1)
    attempt = services.start_attempt(learner=amara, activity=school.test, at=NOON)
    services.record_attempt(attempt=attempt, answers={}, at=NOON)
    with pytest.raises(AttemptsPaused):
        services.start_attempt(learner=amara, activity=school.test, at=NOON + MINUTE)
    services.grant_accommodation(
        learner=amara, time_factor=Decimal(1), skips_pauses=True, by=hana, at=NOON
    )
    assert services.start_attempt(learner=amara, activity=school.test, at=NOON + MINUTE).number == 2


def test_feedback_after_each_answer_locks_it(reader, sitting, school):
    set_module(school, feedback_policy=FeedbackPolicy.NOW)
    right, wrong = form_for(sitting, right=True), form_for(sitting, right=False)
    answer = reader.post(url(sitting), {"q0": wrong["q0"], "check": "0"}, follow=True)
    page = answer.content.decode()
    assert "Not right" in page
    assert 'name="q0"' not in page
    save(reader, sitting, 0, q0=right["q0"])  # a script cannot change it either
    reader.post(url(sitting), right)
    sitting.refresh_from_db()
    assert [mark["correct"] for mark in sitting.result] == [False, True, True, True]


def test_checking_an_empty_answer_says_what_is_missing(reader, sitting, school):
    set_module(school, feedback_policy=FeedbackPolicy.NOW)
    answer = reader.post(url(sitting), {"check": "0"})
    assert answer.status_code == 422
    assert "Choose an answer." in answer.content.decode()
    sitting.refresh_from_db()
    assert not sitting.saved.get("0", {}).get("locked")


@pytest.mark.parametrize("place", ["0", "x", "99", ""])
def test_no_feedback_before_handing_in_where_the_module_does_not_give_it(reader, sitting, place):
    answer = reader.post(url(sitting), {"q0": "0", "check": place})
    assert answer.status_code == 400


def test_feedback_waits_until_the_course_has_closed(reader, sitting, school):
    set_module(school, feedback_policy=FeedbackPolicy.CLOSED)
    reader.post(url(sitting), form_for(sitting, right=False))
    page = reader.get(url(sitting, "result/")).content.decode()
    assert "0 of 4 right" in page
    assert "when the course has closed" in page
    assert "About a wrong one" not in page
    school.course.closes_at = now() - MINUTE
    school.course.save()
    page = reader.get(url(sitting, "result/")).content.decode()
    assert "About" in page


def test_seconds_of_work_are_kept_with_each_answer(reader, amara, school):
    attempt = services.start_attempt(learner=amara, activity=school.test, at=NOON)
    right = form_for(attempt, right=True)
    for place, at in ((0, 20), (1, 50), (0, 60), (2, 9999)):
        services.save_answer(
            attempt=attempt, place=place, fields={f"q{place}": [right[f"q{place}"]]},
            at=NOON + dt.timedelta(seconds=at),
        )  # fmt: skip
    done = services.record_attempt(attempt=attempt, answers={}, at=NOON + 300 * MINUTE)
    assert [mark.get("seconds") for mark in done.result] == [30, 30, 600, None]


def test_a_clock_that_went_back_does_no_harm(reader, amara, school):
    attempt = services.start_attempt(learner=amara, activity=school.test, at=NOON)
    saved = services.save_answer(
        attempt=attempt, place=0, fields={"q0": ["1"]}, at=NOON - 60 * MINUTE
    )
    assert saved.saved["0"]["seconds"] == 0
    done = services.record_attempt(attempt=attempt, answers={}, at=NOON - 30 * MINUTE)
    assert done.submitted_at


def test_nothing_is_saved_after_handing_in(reader, amara, school):
    attempt = services.start_attempt(learner=amara, activity=school.test, at=NOON)
    services.record_attempt(attempt=attempt, answers={}, at=NOON)
    with pytest.raises(AttemptClosed):
        services.save_answer(attempt=attempt, place=0, fields={"q0": ["1"]}, at=NOON)


def test_an_attempt_keeps_its_draw_version_and_language(reader, amara, school):
    attempt = services.start_attempt(learner=amara, activity=school.test, at=NOON, language="fr")
    version = attempt.module_version
    school.publish(school.module_page)
    before = list(attempt.drawn)
    services.record_attempt(attempt=attempt, answers={}, at=NOON + MINUTE)
    attempt.refresh_from_db()
    assert (attempt.drawn, attempt.module_version, attempt.language) == (before, version, "fr")
    assert attempt.graded_by == "server"
    assert not Completion.objects.filter(activity=school.test).exists()
