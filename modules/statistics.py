"""How the questions of the bank are answered, as sums that grow with every attempt. No learner appears here.

A refresh adds what was handed in since the last one; a rebuild counts everything again and must find the same.
Both lock attempts first and sums after them, each by id, so that workers wait for one another and never for good.
"""

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import connection, transaction

from modules import kinds
from modules.models import Attempt, ItemStatistics, QuestionVersion

BATCH = 2000  # attempts in one transaction
SPANS = (
    5,
    10,
    15,
    20,
    30,
    45,
    60,
    90,
    120,
    180,
    300,
    600,
)  # seconds, upper ends; longer is the last
SUMS = (
    "answered", "right", "score_sum", "paired", "paired_sum", "paired_square_sum", "rest_sum", "rest_square_sum",
    "product_sum", "seconds_sum", "timed",
)  # fmt: skip
COUNTS = ("choices", "times")


class Asked(NamedTuple):
    """What the sums need of a version: its question, and what its answers mean."""

    question: int
    content: dict[str, Any]
    kind: kinds.Kind


class Sums:
    """The sums of several questions: what attempts add to ItemStatistics, or take from it."""

    def __init__(self) -> None:
        self.of: dict[int, list[float]] = {}
        self.counts: dict[int, tuple[dict[str, int], dict[str, int]]] = {}

    def add(
        self,
        result: Iterable[Mapping[str, Any]],
        answers: Mapping[str, Any],
        asked: Mapping[int, Asked],
        sign: int = 1,
    ) -> None:
        """Add one attempt; with `sign` -1 take it out again.

        A question that was given no answer says nothing of itself, but belongs to the score of the others. A mark
        that was given or left out when its question was withdrawn counts as what the learner earned (`was`).
        """
        marks = [(mark, mark.get("was") or mark) for mark in result]
        scores = [own["score"] / own["max"] if own["max"] else 0.0 for _mark, own in marks]
        total, others = sum(scores), len(scores) - 1
        for (mark, own), score in zip(marks, scores, strict=True):
            answer = answers.get(str(mark["version"]))
            if answer is None:
                continue
            version = asked[mark["version"]]
            sums = self.of.get(version.question)
            if sums is None:
                sums = self.of[version.question] = [0] * len(SUMS)
                self.counts[version.question] = ({}, {})
            choices, times = self.counts[version.question]
            sums[0] += sign
            sums[1] += sign if own["correct"] else 0
            sums[2] += sign * score
            if others:
                rest = (total - score) / others
                sums[3] += sign
                sums[4] += sign * score
                sums[5] += sign * score * score
                sums[6] += sign * rest
                sums[7] += sign * rest * rest
                sums[8] += sign * score * rest
            seconds = mark.get("seconds")
            if seconds:
                sums[9] += sign * seconds
                sums[10] += sign
                span = str(bisect_left(SPANS, seconds))
                times[span] = times.get(span, 0) + sign
            for chosen in version.kind.chosen(version.content, answer):
                choices[chosen] = choices.get(chosen, 0) + sign

    def write(self, at: dt.datetime) -> None:
        """Add to the rows. Three queries, whatever the number of questions up to some hundreds."""
        if not self.of:
            return
        rows = [ItemStatistics(question_id=pk, updated_at=at) for pk in sorted(self.of)]
        ItemStatistics.objects.bulk_create(rows, ignore_conflicts=True)
        locked = ItemStatistics.objects.select_for_update(of=("self",)).filter(pk__in=self.of)
        rows = list(locked.order_by("pk"))
        for row in rows:
            for name, extra in zip(SUMS, self.of[row.pk], strict=True):
                setattr(row, name, getattr(row, name) + extra)
            for name, more in zip(COUNTS, self.counts[row.pk], strict=True):
                setattr(row, name, _joined(getattr(row, name), more))
            row.updated_at = at
        _store(rows)


def refresh(at: dt.datetime) -> int:
    """Count the attempts that were handed in since the last time; returns how many. Two workers count none twice."""
    done = 0
    while True:
        found = _refresh_batch(at)
        done += found
        if found < BATCH:
            return done


def rebuild(at: dt.datetime) -> int:
    """Count every submitted attempt again, and nothing else; returns how many."""
    with transaction.atomic():
        sums, uncounted, seen = Sums(), [], 0
        asked = Versions()
        attempts = Attempt.objects.submitted().select_for_update(of=("self",)).order_by("pk")
        for pk, answers, result, is_counted in attempts.values_list(
            "pk", "answers", "result", "is_counted"
        ).iterator(BATCH):
            sums.add(result, answers, asked)
            seen += 1
            if not is_counted:
                uncounted.append(pk)
        list(ItemStatistics.objects.select_for_update(of=("self",)).order_by("pk").values("pk"))
        ItemStatistics.objects.all().delete()
        sums.write(at)
        _mark_counted(uncounted)
    return seen


def adjust(
    changes: Iterable[tuple[Mapping[str, Any], list[Mapping[str, Any]], list[Mapping[str, Any]]]],
    at: dt.datetime,
) -> None:
    """Results of counted attempts were corrected: take the old marks out of the sums and add the new ones.

    changes  (answers, result before, result after) of each attempt. Callers hold the attempts' locks.
    """
    sums, asked = Sums(), Versions()
    changes = [change for change in changes if _earned(change[1]) != _earned(change[2])]
    asked.fetch(mark["version"] for _answers, before, _after in changes for mark in before)
    for answers, before, after in changes:
        sums.add(before, answers, asked, sign=-1)
        sums.add(after, answers, asked)
    sums.write(at)


def is_behind() -> bool:
    """Whether a refresh would find anything."""
    return Attempt.objects.submitted().filter(is_counted=False).exists()


class Versions(dict[int, Asked]):
    """The versions that attempts name, fetched all at once when the first unknown one comes up."""

    def __missing__(self, pk: int) -> Asked:
        newest = max(self, default=0)
        self._take(QuestionVersion.objects.filter(pk__gt=newest))
        if pk not in self:
            self._take(QuestionVersion.objects.filter(pk=pk))
        return self[pk]

    def fetch(self, pks: Iterable[int]) -> None:
        self._take(QuestionVersion.objects.filter(pk__in=set(pks)))

    def _take(self, versions) -> None:
        for pk, question, content in versions.values_list("pk", "question_id", "content"):
            self[pk] = Asked(question, content, kinds.get(content["kind"]))


def _refresh_batch(at: dt.datetime) -> int:
    skips = {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}
    with transaction.atomic():
        waiting = (
            Attempt.objects.select_for_update(of=("self",), **skips)
            .submitted()
            .filter(is_counted=False)
            .order_by("pk")
            .values_list("pk", "answers", "result")[:BATCH]
        )
        rows = list(waiting)
        if not rows:
            return 0
        asked, sums = Versions(), Sums()
        asked.fetch(mark["version"] for _pk, _answers, result in rows for mark in result)
        for _pk, answers, result in rows:
            sums.add(result, answers, asked)
        sums.write(at)
        _mark_counted([pk for pk, _answers, _result in rows])
    return len(rows)


def _mark_counted(pks: list[int]) -> None:
    for start in range(0, len(pks), BATCH):
        Attempt.objects.filter(pk__in=pks[start : start + BATCH]).update(is_counted=True)


def _store(rows: list[ItemStatistics]) -> None:
    """Write rows that are there: an upsert is one statement of plain values, an update one CASE for each field."""
    ItemStatistics.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["question"],
        update_fields=[*SUMS, *COUNTS, "updated_at"],
    )


def _joined(counts: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    joined = {key: counts.get(key, 0) + more.get(key, 0) for key in sorted({*counts, *more})}
    return {key: count for key, count in joined.items() if count}


def _earned(result: Iterable[Mapping[str, Any]]) -> list[tuple]:
    own = [(mark["version"], mark.get("was") or mark) for mark in result]
    return [(version, mark["score"], mark["max"], mark["correct"]) for version, mark in own]
