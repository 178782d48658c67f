"""Item statistics: sums that grow with every attempt, equal to a rebuild, and the measures made of them."""

import datetime as dt
import math
import statistics as plain

import pytest
from django.core.management import call_command

from cms.models import User
from modules import statistics
from modules.models import Attempt, ItemStatistics, QuestionVersion
from modules.studio import statistics as shown
from tests.counting import at_most
from tests.moments import NOON


def sums() -> dict[int, dict]:
    rows = ItemStatistics.objects.values("question_id", *statistics.SUMS, *statistics.COUNTS)
    return {row.pop("question_id"): row for row in rows}


def same(found: dict, wanted: dict) -> bool:
    assert found.keys() == wanted.keys()
    for pk, row in found.items():
        for name, value in row.items():
            if name in statistics.COUNTS:
                assert value == wanted[pk][name], (pk, name)
            else:
                assert value == pytest.approx(wanted[pk][name], abs=1e-6), (pk, name)
    return True


def mark(version: int, score: float, seconds: float = 0) -> dict:
    found = {"version": version, "score": score, "max": 1.0, "correct": score == 1, "parts": {}}
    return found | ({"seconds": seconds} if seconds else {})


def attempts(school, answers: list[list[tuple[str, float]]], *, at: dt.datetime = NOON) -> None:
    """Submitted attempts at the test, one learner each: [(option, seconds)] for the first questions; "a" is right."""
    versions = list(
        QuestionVersion.objects.filter(question__in=school.questions).order_by("question_id")
    )
    start = User.objects.count()
    people = User.objects.bulk_create(
        User(email=f"item{start}-{n}@example.org", password="!") for n in range(len(answers))
    )
    rows = []
    for person, given in zip(people, answers, strict=True):
        drawn = versions[: len(given)]
        result = [
            mark(version.pk, float(option == "a"), seconds)
            for version, (option, seconds) in zip(drawn, given, strict=True)
        ]
        rows.append(
            Attempt(
                learner=person, activity=school.test, number=1, started_at=at, submitted_at=at,
                drawn=[{"version": version.pk, "order": ["a", "b", "c"], "left": []} for version in drawn],
                answers={str(version.pk): option for version, (option, _s) in zip(drawn, given, strict=True) if option},
                result=result, score_raw=sum(m["score"] for m in result), score_max=len(result), is_passed=False,
            )
        )  # fmt: skip
    Attempt.objects.bulk_create(rows)


def items(school) -> list[shown.Item]:
    known = shown.by_question()
    return [known.get(question.pk, shown.NOTHING) for question in school.questions]


def test_a_refresh_counts_each_attempt_once(school):
    attempts(school, [[("a", 10), ("b", 20)], [("b", 30), ("a", 0)]])
    assert statistics.refresh(NOON) == 2
    assert statistics.refresh(NOON) == 0
    first = ItemStatistics.objects.get(question=school.questions[0])
    assert (first.answered, first.right, first.timed, first.seconds_sum) == (2, 1, 2, 40)
    assert first.choices == {"a": 1, "b": 1}
    attempts(school, [[("c", 700), ("a", 5)]])
    assert statistics.refresh(NOON) == 1
    first.refresh_from_db()
    assert (first.answered, first.choices) == (3, {"a": 1, "b": 1, "c": 1})
    assert first.times == {"1": 1, "4": 1, str(len(statistics.SPANS)): 1}


def test_what_was_not_answered_says_nothing_of_its_question(school):
    attempts(school, [[("a", 0), ("", 0)]])
    statistics.refresh(NOON)
    assert [item.answered for item in items(school)[:2]] == [1, 0]


def test_sums_equal_a_rebuild_whatever_came_in_between(school):
    attempts(school, [[("a", 3), ("b", 8), ("a", 9)], [("b", 3), ("b", 90), ("c", 2)]])
    statistics.refresh(NOON)
    attempts(school, [[("a", 30), ("a", 8)], [("a", 1)]])
    statistics.refresh(NOON)
    lived = sums()
    assert statistics.rebuild(NOON) == 4
    assert same(sums(), lived)
    ItemStatistics.objects.update(answered=99, right=98)
    statistics.rebuild(NOON)
    assert same(sums(), lived)
    assert not statistics.is_behind()


def test_discrimination_is_the_correlation_with_the_other_questions(school):
    given = [
        [("a" if n % 3 else "b", 0), ("a" if n % 2 else "c", 0), ("a" if n > 12 else "b", 0)]
        for n in range(25)
    ]
    attempts(school, given)
    statistics.refresh(NOON)
    scores = [[float(option == "a") for option, _seconds in row] for row in given]
    for place, item in enumerate(items(school)[:3]):
        own = [row[place] for row in scores]
        rest = [(sum(row) - row[place]) / 2 for row in scores]
        assert item.discrimination == pytest.approx(plain.correlation(own, rest))


def test_measures_wait_for_enough_answers(school):
    attempts(school, [[("b", 12), ("a", 12)]] * 4)
    statistics.refresh(NOON)
    item = items(school)[0]
    assert (item.facility, item.mean_seconds, item.flags) == (None, None, [])
    assert item.count == "under 5"
    attempts(school, [[("b", 12), ("a", 12)]])
    statistics.refresh(NOON)
    item = items(school)[0]
    assert (item.facility, item.mean_seconds, item.flags) == (0, 12, ["hard"])
    assert items(school)[1].flags == ["easy"]
    assert item.discrimination is None


def test_an_item_that_the_weak_get_right_is_flagged(school):
    weak = [("a", 0), ("b", 0), ("b", 0)]
    strong = [("b", 0), ("a", 0), ("a", 0)]
    attempts(school, [weak] * 10 + [strong] * 10)
    statistics.refresh(NOON)
    assert items(school)[0].discrimination == pytest.approx(-1)
    assert items(school)[0].flags == ["weak"]
    assert shown.flagged("weak", NOON.date()) == [school.questions[0].pk]


def test_the_median_lies_in_its_span(school):
    attempts(school, [[("a", seconds)] for seconds in (4, 11, 12, 13, 500)])
    statistics.refresh(NOON)
    row = ItemStatistics.objects.get(question=school.questions[0])
    assert 10 <= shown.median_seconds(row) <= 15


def test_distractors_are_counted_in_words_and_small_counts_hidden(school):
    attempts(school, [[("a", 0)]] * 6 + [[("b", 0)]] * 2)
    statistics.refresh(NOON)
    question = school.questions[0]
    row = ItemStatistics.objects.get(question=question)
    lines = shown.answer_lines(question, row)
    told = [(line.text, line.is_right, line.count, line.share) for line in lines]
    assert told == [
        ("the right one", True, "6", 0.75),
        ("a wrong one", False, "under 5", None),
        ("another wrong one", False, "0", 0.0),
    ]


def test_a_batch_costs_the_same_for_few_and_many(school, monkeypatch):
    for count in (2, 60):
        attempts(school, [[("a", 1)] * 4] * count)
        with at_most(6):
            statistics.refresh(NOON)


def test_batches_join(school, monkeypatch):
    monkeypatch.setattr(statistics, "BATCH", 3)
    attempts(school, [[("a", 2), ("b", 1)]] * 8)
    assert statistics.refresh(NOON) == 8
    lived = sums()
    statistics.rebuild(NOON)
    assert same(sums(), lived)
    assert math.isclose(items(school)[0].answered, 8)


def test_a_command_counts_everything_again(school, capsys):
    attempts(school, [[("a", 2), ("b", 1)]] * 3)
    ItemStatistics.objects.create(question=school.questions[5], answered=7, updated_at=NOON)
    call_command("rebuild_item_statistics")
    assert "3 attempts" in capsys.readouterr().out
    assert [item.answered for item in items(school)] == [3, 3, 0, 0, 0, 0]
