"""Attempts at quizzes and tests: started, saved at every answer, submitted once (design decisions 4 to 6)."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Max

from content.events import announce
from content.text import clean_line
from modules import access, drawing, kinds, scoring, statements, translating
from modules.answers import saved_answers
from modules.completing import complete, current_version
from modules.errors import AttemptClosed, AttemptsPaused, UnreadableAnswer
from modules.kinds.base import MAX_TYPED
from modules.models import (
    Accommodation,
    Activity,
    ActivityKind,
    Attempt,
    GradedBy,
    QuestionVersion,
    Verb,
)
from modules.signals import attempt_recorded

Fields = dict[str, list[str]]  # what a form posts for one question: {field name: values}

GRACE = dt.timedelta(seconds=30)  # a form that was sent at the last second may travel so long
MAX_THINKING = 600  # seconds between two answers that still count as work on a question
MAX_FIELDS = 60  # of one question


def start_attempt(
    *, learner: AbstractBaseUser, activity: Activity, at: dt.datetime, language: str = "en"
) -> Attempt:
    """Open an attempt and draw its questions; an attempt that is open already is returned as it is.

    An open attempt whose time has run out is ended first, with the answers it saved.
    Raises  NotOpen, AttemptsPaused, NoQuestions.
    """
    access.check(learner=learner, module=activity.module, at=at)
    attempts = list(Attempt.objects.filter(learner=learner, activity=activity).order_by("number"))
    if attempts and attempts[-1].submitted_at is None:
        if not is_over(attempts[-1], at):
            return attempts[-1]
        attempts[-1] = end_overdue(attempt=attempts[-1], at=at)
    allowed = accommodation_of(learner)
    until = paused_until(activity, attempts, at, allowed)
    if until:
        raise AttemptsPaused(until)
    attempt_uuid = uuid.uuid4()
    avoid = _questions_of(attempts[-1]) if attempts else []
    drawn = drawing.draw(activity, attempt_uuid, on=at.date(), avoid=avoid)
    try:
        with transaction.atomic():
            return _open(
                learner, activity, attempt_uuid, len(attempts) + 1, drawn, at, language,
                deadline(activity, at, allowed),
            )  # fmt: skip
    except IntegrityError:  # a second tab was faster: its attempt is the one
        return Attempt.objects.open().get(learner=learner, activity=activity)


def go_on_in(*, attempt: Attempt, language: str) -> Attempt:
    """Ask, mark and tell an open attempt in this language from now on. What was drawn and saved stays."""
    if attempt.language != language and not attempt.submitted_at:
        Attempt.objects.filter(pk=attempt.pk, submitted_at=None).update(language=language)
        attempt.language = language
    return attempt


def save_answer(
    *, attempt: Attempt, place: int, fields: Fields, at: dt.datetime, lock: bool = False
) -> Attempt:
    """Keep what a learner has answered so far to one question of an open attempt; the last save wins.

    place    the question's place in the draw, from 0
    fields   what the form says for it, by field name; other names are an error
    lock     the learner asked for the feedback to this question: it cannot change any more
    Raises   AttemptClosed once it was submitted or its time is over; NotOpen; UnreadableAnswer.
    """
    _check_fields(attempt, {place: fields})
    return _save(attempt, {place: fields}, at, locked=[place] if lock else [])


def save_answers(*, attempt: Attempt, fields: Mapping[int, Fields], at: dt.datetime) -> Attempt:
    """As `save_answer`, for several questions at once: without JavaScript a whole form is saved."""
    _check_fields(attempt, fields)
    return _save(attempt, fields, at, locked=[])


def answer_at_once(
    *, learner: AbstractBaseUser, activity: Activity, attempt_uuid: uuid.UUID, drawn: list[drawing.Drawn],
    answers: Mapping[int, Any], at: dt.datetime, language: str = "en",
) -> Attempt:  # fmt: skip
    """Record a quiz inside a lesson, drawn when the page was shown (`drawn` comes from a signed form).

    Posting the same form twice returns the attempt that is there. Raises NotOpen, UnreadableAnswer.
    """
    access.check(learner=learner, module=activity.module, at=at)
    with transaction.atomic():
        tries = Attempt.objects.filter(learner=learner, activity=activity)
        known = tries.filter(uuid=attempt_uuid).first()
        if known:
            return known
        last = tries.aggregate(last=Max("number"))["last"] or 0
        try:
            with transaction.atomic():
                attempt = _open(learner, activity, attempt_uuid, last + 1, drawn, at, language)
        except IntegrityError:  # the same form arrived twice at once
            return Attempt.objects.get(uuid=attempt_uuid, learner=learner)
        return _record(attempt, answers, at)


def record_attempt(*, attempt: Attempt, answers: Mapping[int, Any], at: dt.datetime) -> Attempt:
    """Submit an open attempt: mark it on the server, write its statement, complete the activity if it is passed.

    Past the deadline the saved answers count and not the late ones.

    answers  {question version id: answer as modules.kinds.mark takes it}
    Raises   AttemptClosed (with the stored result), NotOpen, UnreadableAnswer.
    Sends    attempt_recorded; activity_completed the first time it counts as done.
    """
    access.check(learner=attempt.learner, module=attempt.activity.module, at=at)
    with transaction.atomic():
        locked = _lock(attempt)
        if is_over(locked, at):
            return _end(locked, at)
        return _record(locked, answers, at)


def end_overdue(*, attempt: Attempt, at: dt.datetime) -> Attempt:
    """Submit an attempt whose time has run out, with the answers it saved. One that was submitted stays as it is."""
    with transaction.atomic():
        try:
            return _end(_lock(attempt), at)
        except AttemptClosed as closed:
            return closed.attempt


def overdue(at: dt.datetime) -> list[Attempt]:
    """Open attempts whose time has run out: what a sweep must end."""
    return list(Attempt.objects.open().filter(deadline_at__lt=at - GRACE))


def is_over(attempt: Attempt, at: dt.datetime) -> bool:
    return attempt.deadline_at is not None and at > attempt.deadline_at + GRACE


def accommodation_of(learner: AbstractBaseUser) -> Accommodation | None:
    return Accommodation.objects.filter(learner=learner).first()


def grant_accommodation(
    *,
    learner: AbstractBaseUser,
    time_factor: Decimal,
    skips_pauses: bool,
    by: AbstractBaseUser,
    at: dt.datetime,
) -> Accommodation:
    """Give a learner more time or no pauses; an attempt that is open gets its new deadline at once."""
    with transaction.atomic():
        granted, _created = Accommodation.objects.update_or_create(
            learner=learner,
            defaults={
                "time_factor": time_factor,
                "skips_pauses": skips_pauses,
                "granted_by": by,
                "granted_at": at,
            },
        )
        for attempt in Attempt.objects.open().filter(learner=learner, deadline_at__isnull=False):
            attempt.deadline_at = deadline(attempt.activity, attempt.started_at, granted)
            attempt.save(update_fields=["deadline_at"])
    return granted


def deadline(
    activity: Activity, started_at: dt.datetime, allowed: Accommodation | None
) -> dt.datetime | None:
    """When a test that is started now must be handed in, or None without a limit."""
    minutes = activity.module.time_limit_minutes if activity.kind == ActivityKind.TEST else 0
    factor = float(allowed.time_factor) if allowed else 1.0
    return started_at + dt.timedelta(minutes=minutes * factor) if minutes and factor else None


def paused_until(
    activity: Activity,
    attempts: Sequence[Attempt],
    at: dt.datetime,
    allowed: Accommodation | None = None,
) -> dt.datetime | None:
    """When the next attempt at a test opens, or None if one may start now. Passing ends the counting.

    Every `attempts_before_pause` failed attempts in a row are followed by a pause of `pause_hours`.
    """
    if activity.kind != ActivityKind.TEST or (allowed and allowed.skips_pauses):
        return None
    submitted = [attempt for attempt in attempts if attempt.submitted_at]
    limit = activity.module.attempts_before_pause
    if not submitted or len(submitted) % limit or any(attempt.is_passed for attempt in submitted):
        return None
    last = submitted[-1].submitted_at
    assert last is not None
    until = last + dt.timedelta(hours=activity.module.pause_hours)
    return until if until > at else None


def pass_percent(activity: Activity) -> int:
    """A test has the module's pass mark; a quiz inside a lesson is done when it was answered."""
    return activity.module.pass_percent if activity.kind == ActivityKind.TEST else 0


def outcome(attempt: Attempt, result: Sequence[Mapping[str, Any]]) -> tuple[float, float, bool]:
    """Points, most points, and whether that passes, for a list of marks as `Attempt.result` holds them."""
    most = sum(mark["max"] for mark in result)
    points = min(round(sum(mark["score"] for mark in result), 4), most)
    return points, most, points * 100 >= pass_percent(attempt.activity) * most - 1e-6


def _open(
    learner: AbstractBaseUser,
    activity: Activity,
    attempt_uuid: uuid.UUID,
    number: int,
    drawn: list[drawing.Drawn],
    at: dt.datetime,
    language: str,
    deadline_at: dt.datetime | None = None,
) -> Attempt:
    return Attempt.objects.create(
        uuid=attempt_uuid,
        learner=learner,
        activity=activity,
        number=number,
        module_version=current_version(activity.module),
        language=language,
        drawn=drawn,
        score_max=len(drawn) * scoring.MAX_POINTS,
        started_at=at,
        deadline_at=deadline_at,
    )


def _lock(attempt: Attempt) -> Attempt:
    locked = (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("activity__module", "learner")
        .get(pk=attempt.pk)
    )
    if locked.submitted_at:
        raise AttemptClosed(locked)
    return locked


def _check_fields(attempt: Attempt, fields: Mapping[int, Fields]) -> None:
    for place, values in fields.items():
        prefix = f"q{place}"
        known = all(
            name == prefix or (name.startswith(f"{prefix}-") and len(name) < 20) for name in values
        )
        if not known or not 0 <= place < len(attempt.drawn) or len(values) > MAX_FIELDS:
            raise UnreadableAnswer


def _save(
    attempt: Attempt, fields: Mapping[int, Fields], at: dt.datetime, locked: Sequence[int]
) -> Attempt:
    access.check(learner=attempt.learner, module=attempt.activity.module, at=at)
    with transaction.atomic():
        row = _lock(attempt)
        if is_over(row, at):
            raise AttemptClosed(row)
        thinking = (at - (row.saved_at or row.started_at)).total_seconds()
        for place, values in fields.items():
            kept = row.saved.get(str(place), {})
            if kept.get("locked"):
                continue
            cut = {
                name: [clean_line(value)[:MAX_TYPED] for value in given][:MAX_FIELDS]
                for name, given in values.items()
            }
            seconds = kept.get("seconds", 0) + (
                min(max(thinking, 0), MAX_THINKING) if len(fields) == 1 else 0
            )
            row.saved[str(place)] = {"data": cut, "seconds": round(seconds, 1)} | (
                {"locked": True} if place in locked else {}
            )
        row.saved_at = at
        row.save(update_fields=["saved", "saved_at"])
    return row


def _end(attempt: Attempt, at: dt.datetime) -> Attempt:
    attempt.is_timed_out = True
    ended_at = min(at, attempt.deadline_at) if attempt.deadline_at else at
    return _record(attempt, saved_answers(attempt), ended_at)


def _record(attempt: Attempt, answers: Mapping[int, Any], at: dt.datetime) -> Attempt:
    drawn = {entry["version"] for entry in attempt.drawn}
    if not set(answers) <= drawn:
        raise UnreadableAnswer
    found = QuestionVersion.objects.in_bulk(drawn)
    versions = translating.for_marking(found, attempt.language)
    attempt.answers = {str(pk): answer for pk, answer in answers.items()}
    attempt.result = []
    for place, entry in enumerate(attempt.drawn):
        pk = entry["version"]
        mark = kinds.mark(versions[pk].content, answers.get(pk))
        seconds = attempt.saved.get(str(place), {}).get("seconds")
        attempt.result.append(
            {"version": pk, "max": scoring.MAX_POINTS, **mark}
            | ({"seconds": seconds} if seconds else {})
        )
    attempt.score_raw, _most, attempt.is_passed = outcome(attempt, attempt.result)
    attempt.submitted_at = at
    attempt.save(
        update_fields=[
            "answers",
            "result",
            "score_raw",
            "is_passed",
            "submitted_at",
            "is_timed_out",
        ]
    )
    statements.record(
        learner=attempt.learner,
        verb=Verb.PASSED if attempt.is_passed else Verb.FAILED,
        activity=attempt.activity,
        at=at,
        language=attempt.language,
        attempt=attempt,
    )
    announce(attempt_recorded, attempt=attempt)
    if attempt.is_passed or attempt.activity.kind == ActivityKind.QUIZ:
        complete(
            learner=attempt.learner, activity=attempt.activity, graded_by=GradedBy.SERVER, at=at,
            language=attempt.language, attempt=attempt,
        )  # fmt: skip
    return attempt


def _questions_of(attempt: Attempt) -> list[int]:
    ids = [entry["version"] for entry in attempt.drawn]
    return list(QuestionVersion.objects.filter(pk__in=ids).values_list("question_id", flat=True))
