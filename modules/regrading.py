"""How results of submitted attempts are corrected: on the record, and never to anybody's loss.

One attempt after an appeal, or all attempts with a question that was withdrawn or whose key was wrong: a row that a
worker takes in batches, so that one which was stopped goes on where it was.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from content.events import announce
from content.text import clean_line
from modules import kinds, remarking, statements, statistics
from modules.attempts import outcome
from modules.completing import complete
from modules.errors import RegradeUnderWay, UnfairCorrection
from modules.models import (
    Attempt,
    Correction,
    Question,
    QuestionStatus,
    QuestionVersion,
    Regrade,
)
from modules.signals import attempt_corrected
from modules.studio import question_status

BATCH = 100  # attempts in one transaction
PATIENCE = dt.timedelta(minutes=2)  # after which a regrade that nobody works at is sent again
CONTAINS = """SELECT attempt.id FROM stoa_modules_attempt AS attempt, json_each(attempt.result) AS mark
    WHERE json_extract(mark.value, '$.version') IN (SELECT id FROM stoa_modules_questionversion WHERE question_id = %s)"""


@dataclass
class Preview:
    """What a regrade would do: attempts with the question, those it changes, and those that pass by it."""

    attempts: int = 0
    changed: int = 0
    newly_passed: int = 0


def correct_attempt(
    *,
    attempt: Attempt,
    result: Sequence[dict[str, Any]],
    reason: Correction.Reason,
    question: Question | None,
    by: AbstractBaseUser | None,
    note: str = "",
    at: dt.datetime,
) -> Correction | None:
    """Give a submitted attempt another result; None if it is the one it has.

    A pass that was given stays one. An attempt that passes now completes its activity; its statement is written anew.

    result   marks as `Attempt.result` holds them, one for each question that was drawn
    Raises   UnfairCorrection if the share of points would sink, or a question has no mark. Nothing was changed.
    Sends    attempt_corrected; activity_completed, if the activity is done by this.
    """
    with transaction.atomic():
        row = _locked(Attempt.objects.filter(pk=attempt.pk)).get()
        found = _correct([(row, list(result))], reason, question, by, note, at)
    return found[0] if found else None


def withdraw_and_regrade(
    *, question: Question, by: AbstractBaseUser | None, note: str, at: dt.datetime, rule: str
) -> Regrade:
    """Ask for all attempts with a question to be marked again by a rule; `run` does it. Withdraws one that is in use.

    With the rule of the corrected key the question stays what it is: its text was put right before.

    note     what learners are told beside their result
    Raises   RegradeUnderWay while an earlier one of the question is not done.
    """
    try:
        with transaction.atomic():
            regrade = Regrade.objects.create(
                question=question, rule=rule, note=clean_line(note)[:500], asked_by=by, asked_at=at
            )
            if rule != Regrade.Rule.KEY and _status(question) == QuestionStatus.LIVE:
                question_status.move(
                    question=question, action=question_status.WITHDRAW, at=at, user=by,
                    data={"regrade": regrade.pk},
                )  # fmt: skip
            question_status.tell_of_regrade(question=question, regrade=regrade, user=by)
    except IntegrityError as underway:
        raise RegradeUnderWay(question) from underway
    return regrade


def run(pk: int, *, at: dt.datetime) -> Regrade:
    """Work through a regrade to its end. Two workers take turns; one that is done stays as it is.

    Attempts that are handed in meanwhile are treated as they come (`catch_up`).
    """
    regrade = Regrade.objects.select_related("question").get(pk=pk)
    left = attempts_with(regrade.question).filter(pk__gt=regrade.reached).order_by("pk")
    pks = list(left.values_list("pk", flat=True))
    for start in range(0, len(pks), BATCH):
        _step(pk, pks[start : start + BATCH], at)
    return _step(pk, [], at)


def waiting(at: dt.datetime) -> list[int]:
    """Ids of regrades that nobody has worked at for a while: what a sweep must send again."""
    since = at - PATIENCE
    quiet = Q(worked_at__lt=since) | Q(worked_at__isnull=True, asked_at__lt=since)
    unfinished = Regrade.objects.exclude(state=Regrade.State.DONE)
    return list(unfinished.filter(quiet).values_list("pk", flat=True))


def preview(question: Question, rule: str) -> Preview:
    """What this regrade would do now. Reads every attempt with the question, changes nothing."""
    found = Preview()
    versions, content = _versions(question, rule)
    rows = attempts_with(question).select_related("activity__module").order_by("pk")
    wanted = ("result", "answers", "score_raw", "score_max", "is_passed", "activity__kind")
    for attempt in rows.only(*wanted, "activity__module__pass_percent").iterator(500):
        found.attempts += 1
        marks = remarking.result(attempt.result, rule, versions, attempt.answers, content)
        if marks != attempt.result:
            found.changed += 1
            found.newly_passed += not attempt.is_passed and outcome(attempt, marks)[2]
    return found


def attempts_with(question: Question) -> QuerySet[Attempt]:
    """Submitted attempts in which a version of this question was drawn."""
    if connection.vendor == "sqlite":
        return Attempt.objects.submitted().filter(pk__in=RawSQL(CONTAINS, [question.pk]))
    named = Q(pk__in=[])
    for pk in question.versions.values_list("pk", flat=True):
        named |= Q(result__contains=[{"version": pk}])
    return Attempt.objects.submitted().filter(named)


def catch_up(*, attempt: Attempt, at: dt.datetime) -> None:
    """An attempt was handed in that began before one of its questions was withdrawn: it is treated as all the others.

    One query where there is nothing to do.
    """
    drawn = [entry["version"] for entry in attempt.drawn]
    later = Regrade.objects.filter(
        question__versions__in=drawn, asked_at__gte=attempt.started_at
    ).exclude(rule=Regrade.Rule.KEY)
    for regrade in later.select_related("question", "asked_by").order_by("pk"):
        versions, content = _versions(regrade.question, regrade.rule)
        marks = remarking.result(attempt.result, regrade.rule, versions, attempt.answers, content)
        correct_attempt(
            attempt=attempt, result=marks, reason=_reason(regrade.rule), question=regrade.question,
            by=regrade.asked_by, note=regrade.note, at=at,
        )  # fmt: skip
        attempt.refresh_from_db(fields=["result", "score_raw", "score_max", "is_passed"])


def _step(pk: int, attempts: Sequence[int], at: dt.datetime) -> Regrade:
    """Take some attempts, those that were not reached before; without any the regrade is done."""
    with transaction.atomic():
        regrade = (
            Regrade.objects.select_for_update(of=("self",))
            .select_related("question", "asked_by")
            .get(pk=pk)
        )
        if regrade.state == Regrade.State.DONE:
            return regrade
        wanted = [attempt for attempt in attempts if attempt > regrade.reached]
        rows = list(_locked(Attempt.objects.filter(pk__in=wanted))) if wanted else []
        passed = sum(bool(row.is_passed) for row in rows)
        regrade.corrected += _mark_again(regrade, rows, at)
        regrade.newly_passed += sum(bool(row.is_passed) for row in rows) - passed
        regrade.seen += len(rows)
        regrade.reached = max([regrade.reached, *wanted])
        regrade.worked_at, regrade.state = at, Regrade.State.RUNNING
        if not attempts:
            regrade.state, regrade.done_at = Regrade.State.DONE, at
        regrade.save()
    return regrade


def _mark_again(regrade: Regrade, rows: list[Attempt], at: dt.datetime) -> int:
    if not rows:
        return 0
    versions, content = _versions(regrade.question, regrade.rule)
    changes = [
        (row, remarking.result(row.result, regrade.rule, versions, row.answers, content))
        for row in rows
    ]
    reason = _reason(regrade.rule)
    return len(_correct(changes, reason, regrade.question, regrade.asked_by, regrade.note, at))


def _correct(
    changes: Iterable[tuple[Attempt, list[dict[str, Any]]]],
    reason: str,
    question: Question | None,
    by: AbstractBaseUser | None,
    note: str,
    at: dt.datetime,
) -> list[Correction]:
    """Write new results of locked attempts. A fixed number of queries, and those of each learner who passes now."""
    corrections, passing, counted = [], [], []
    for row, marks in changes:
        before = _as_it_stands(row)
        _give(row, marks)
        after = _as_it_stands(row)
        if after == before:
            continue
        if row.is_passed and not before["is_passed"]:
            passing.append(row)
        if row.is_counted:
            counted.append((row.answers, before["result"], marks))
        corrections.append(
            Correction(
                attempt=row, reason=reason, question=question, note=clean_line(note)[:500],
                before=before, after=after, corrected_by=by, corrected_at=at,
            )
        )  # fmt: skip
    if not corrections:
        return []
    rows = [correction.attempt for correction in corrections]
    Attempt.objects.bulk_update(rows, ["result", "score_raw", "score_max", "is_passed"])
    Correction.objects.bulk_create(corrections)
    statements.restate(rows, at)
    statistics.adjust(counted, at)
    for row in passing:
        complete(
            learner=row.learner, activity=row.activity, graded_by=row.graded_by, at=at,
            language=row.language, attempt=row,
        )  # fmt: skip
    for correction in corrections:
        announce(attempt_corrected, correction=correction)
    return corrections


def _give(row: Attempt, marks: list[dict[str, Any]]) -> None:
    """Put a result into an attempt. Raises UnfairCorrection."""
    drawn = [entry["version"] for entry in row.drawn]
    points, most, passes = outcome(row, marks)
    share = points / most if most else 0
    had = row.score_raw / row.score_max if row.score_max else 0
    if [mark["version"] for mark in marks] != drawn or share < had - 1e-6:
        raise UnfairCorrection(row)
    row.result, row.score_raw, row.score_max = marks, points, most
    row.is_passed = bool(row.is_passed) or passes


def _locked(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    return (
        attempts.select_for_update(of=("self",))
        .select_related("activity__module", "learner")
        .order_by("pk")
    )


def _versions(question: Question, rule: str) -> tuple[set[int], dict[str, Any] | None]:
    """Ids of the versions whose marks the rule is for, and the content with the key that holds now."""
    current = QuestionVersion.objects.get(pk=question.current_id) if question.current_id else None
    versions = question.versions.all()
    if rule != Regrade.Rule.KEY or current is None:
        return set(versions.values_list("pk", flat=True)), None
    same = {
        pk for pk, content in versions.values_list("pk", "content")
        if kinds.get(content["kind"]) is kinds.get(current.content["kind"])
    }  # fmt: skip
    return same, current.content


def _reason(rule: str) -> str:
    by_key = rule == Regrade.Rule.KEY
    return Correction.Reason.CHANGED if by_key else Correction.Reason.WITHDRAWN


def _status(question: Question) -> str:
    return Question.objects.values_list("status", flat=True).get(pk=question.pk)


def _as_it_stands(attempt: Attempt) -> dict[str, Any]:
    return {
        "score_raw": attempt.score_raw,
        "score_max": attempt.score_max,
        "is_passed": attempt.is_passed,
        "result": attempt.result,
    }
