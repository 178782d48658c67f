"""Appeals: a learner contests a question or a mark, once; somebody who did not mark it answers; both stay on record."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from content.events import announce
from content.text import clean_text
from modules import conf, marking, regrading
from modules.errors import AppealAnswered, CannotAppeal, InvalidMarking, MayNotMark
from modules.models import Appeal, Attempt, Correction, Question, Submission
from modules.signals import appeal_answered

MAX_TEXT = 2000
State = Appeal.State
How = Literal["again", "points"]


def contest(*, attempt: Attempt, version: int, text: str, at: dt.datetime) -> Appeal:
    """Contest a question of a submitted attempt. One appeal a question: the second time returns the first.

    version  id of the question version, as drawn
    Raises   CannotAppeal; ValidationError for a text that is empty or too long.
    """
    if attempt.submitted_at is None:
        raise CannotAppeal("not-yet")
    mark = next((one for one in attempt.result if one["version"] == version), None)
    if mark is None:
        raise CannotAppeal("unknown")
    known = Appeal.objects.filter(attempt=attempt, version_id=version).first()
    if known:
        return known
    if mark["score"] >= mark["max"]:
        raise CannotAppeal("full")
    _check_time(attempt.submitted_at, at)
    return _open({"attempt": attempt, "version_id": version}, text, at)


def contest_mark(*, submission: Submission, text: str, at: dt.datetime) -> Appeal:
    """Contest the mark of an artefact, once. Raises CannotAppeal, ValidationError."""
    known = Appeal.objects.filter(submission=submission).first()
    if known:
        return known
    if submission.state != Submission.State.MARKED or submission.marked_at is None:
        raise CannotAppeal("not-yet")
    if submission.score_raw == submission.score_max:
        raise CannotAppeal("full")
    _check_time(submission.marked_at, at)
    return _open({"submission": submission}, text, at)


def _open(of: dict[str, Any], text: str, at: dt.datetime) -> Appeal:
    words = _checked(text)
    try:
        with transaction.atomic():
            return Appeal.objects.create(text=words, opened_at=at, **of)
    except IntegrityError:  # sent twice at once
        return Appeal.objects.get(**of)


def _checked(text: str) -> str:
    words = clean_text(text).strip()
    if not words:
        raise ValidationError(_("Write a sentence or two."))
    if len(words) > MAX_TEXT:
        raise ValidationError(_("This is longer than %(n)s characters.") % {"n": MAX_TEXT})
    return words


def _check_time(since: dt.datetime, at: dt.datetime) -> None:
    if at > since + conf.APPEAL_TIME:
        raise CannotAppeal("late")


def may_contest(since: dt.datetime | None, at: dt.datetime) -> bool:
    return since is not None and at <= since + conf.APPEAL_TIME


def of_attempt(attempt: Attempt) -> dict[int, Appeal]:
    """The appeals of an attempt by question version. One query."""
    return {one.version_id: one for one in attempt.appeals.all() if one.version_id}


def visible_to(person: AbstractBaseUser) -> QuerySet[Appeal]:
    """Appeals of learners this person trains; none without the permission to answer them."""
    if not person.has_perm(marking.ANSWER):
        return Appeal.objects.none()
    attempts = marking.within_reach(Attempt.objects.all(), person)
    submissions = marking.within_reach(Submission.objects.all(), person)
    return Appeal.objects.filter(
        Q(attempt__in=attempts.values("pk")) | Q(submission__in=submissions.values("pk"))
    )


def check_answerer(appeal: Appeal, person: AbstractBaseUser) -> None:
    """Raises MayNotMark: "permission", "reach" (which includes one's own appeal), or "twice" for who marked it."""
    if not person.has_perm(marking.ANSWER):
        raise MayNotMark("permission")
    if not visible_to(person).filter(pk=appeal.pk).exists():
        raise MayNotMark("reach")
    if appeal.submission and appeal.submission.markings.filter(marker=person).exists():
        raise MayNotMark("twice")


def answer(
    *,
    appeal: Appeal,
    by: AbstractBaseUser,
    is_upheld: bool,
    text: str,
    how: How = "again",
    points: Mapping[str, Any] | None = None,
    at: dt.datetime,
) -> Appeal:
    """Answer an appeal, once, with words.

    Upheld on a question: it counts in full in this attempt, by a Correction. Upheld on a mark: another marker looks at
    it ("again"), or the points are raised here ("points"). Nothing is ever lowered.

    points   for "points": {criterion key: 0 to 3}, none below what it is
    Raises   AppealAnswered, MayNotMark, ValidationError for the text, InvalidMarking for the points.
    Sends    appeal_answered; submission_marked where points are raised; activity_completed if something passes now.
    """
    with transaction.atomic():
        row = Appeal.objects.select_for_update(of=("self",)).get(pk=appeal.pk)
        check_answerer(row, by)
        if row.state != State.OPEN:
            raise AppealAnswered(row)
        row.answer = _checked(text)
        row.state = State.UPHELD if is_upheld else State.DECLINED
        row.answered_by, row.answered_at = by, at
        if is_upheld:
            if row.attempt_id:
                _give_full_marks(row, by, at)
            else:
                row.outcome = _look_again(row, how, points or {}, at)
        row.save(update_fields=["answer", "state", "answered_by", "answered_at", "outcome"])
        announce(appeal_answered, appeal=row)
    return row


def _give_full_marks(appeal: Appeal, by: AbstractBaseUser, at: dt.datetime) -> None:
    attempt = Attempt.objects.select_for_update(of=("self",)).get(pk=appeal.attempt_id)
    result = [
        mark | {"score": mark["max"], "correct": True}
        if mark["version"] == appeal.version_id
        else mark
        for mark in attempt.result
    ]
    regrading.correct_attempt(
        attempt=attempt, result=result, reason=Correction.Reason.APPEAL,
        question=Question.objects.filter(versions=appeal.version_id).first(), by=by,
        note="", at=at,
    )  # fmt: skip


def _look_again(
    appeal: Appeal, how: How, points: Mapping[str, Any], at: dt.datetime
) -> dict[str, Any]:
    found = Submission.objects.select_for_update(of=("self",))
    row = found.select_related("activity__module", "learner", "rubric").get(pk=appeal.submission_id)
    if how == "points":
        before, after = dict(row.result), _raised(row, points)
        marking.conclude(submission=row, points=after, at=at)
        return {"before": before, "after": after}
    if not can_be_marked_again(row):
        raise InvalidMarking({"how": _("Three people have marked this. Decide the points here.")})
    row.state, row.marked_at = Submission.State.SUBMITTED, None
    row.save(update_fields=["state", "marked_at"])
    return {"again": True}


def can_be_marked_again(submission: Submission) -> bool:
    return submission.markings.count() < 3


def _raised(submission: Submission, points: Mapping[str, Any]) -> dict[str, int]:
    clean = marking.check_points(submission.rubric, points)
    problems = {
        key: _("An appeal lowers nothing: at least %(n)s.") % {"n": submission.result[key]}
        for key, value in clean.items()
        if value < submission.result[key]
    }
    if problems:
        raise InvalidMarking(problems)
    if clean == submission.result:
        raise InvalidMarking({"how": _("These are the points it has. Raise one, or decline.")})
    return clean
