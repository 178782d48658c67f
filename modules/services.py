"""What can happen between a learner and an activity. Every change of state in this app starts here."""

import datetime as dt
import math
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q

from modules import access, kinds, marking, updates
from modules.attempts import (
    accommodation_of,
    answer_at_once,
    end_overdue,
    go_on_in,
    grant_accommodation,
    is_over,
    overdue,
    pass_percent,
    paused_until,
    record_attempt,
    save_answer,
    save_answers,
    start_attempt,
)
from modules.completing import complete, current_version
from modules.errors import NotOpen, TooSoon
from modules.models import (
    Accommodation,
    Activity,
    Appeal,
    Attempt,
    Completion,
    Correction,
    GradedBy,
    PersonalNote,
    Question,
    QuestionVersion,
    Statement,
    Submission,
    SubmissionFile,
    VersionSeen,
)
from modules.notes import save_note
from modules.playing import complete_scenario
from modules.surveys import answer_survey

__all__ = [
    "accommodation_of",
    "answer_at_once",
    "answer_survey",
    "complete_reading",
    "complete_scenario",
    "current_version",
    "disclose",
    "end_overdue",
    "forget",
    "go_on_in",
    "grant_accommodation",
    "is_over",
    "keep_question_version",
    "overdue",
    "pass_percent",
    "paused_until",
    "record_attempt",
    "save_answer",
    "save_answers",
    "save_note",
    "start_attempt",
]


def complete_reading(
    *,
    learner: AbstractBaseUser,
    activity: Activity,
    at: dt.datetime,
    language: str = "en",
    opened_at: dt.datetime | None = None,
) -> Completion:
    """Record that a learner has read a lesson to its end; doing it twice returns the first record.

    For somebody who completed an earlier version it records that they have read the lesson as it is now.

    opened_at  when the learner opened the page; without it, only now. Asked for where a lesson has a shortest time.
    Raises     NotOpen if a gate refuses (see modules.access); TooSoon before the shortest time is over.
    Sends      activity_completed, once.
    """
    _check_reading(learner, activity, at)
    with transaction.atomic():
        known = Completion.objects.filter(learner=learner, activity=activity).first()
        if known:
            updates.see_lesson(learner=learner, lesson=activity.uuid, module=activity.module, at=at)
            return known
        left = seconds_left(activity, opened_at, at)
        if left:
            raise TooSoon(left)
        done = complete(
            learner=learner, activity=activity, graded_by=GradedBy.SERVER, at=at, language=language
        )
        if activity.lesson and activity.lesson.is_delta:
            updates.see_lesson(learner=learner, lesson=activity.uuid, module=activity.module, at=at)
        return done


def _check_reading(learner: AbstractBaseUser, activity: Activity, at: dt.datetime) -> None:
    """The gates of the module; an update lesson is open to whoever it brings up to date, in whichever module it stands."""
    try:
        access.check(learner=learner, module=activity.module, at=at)
    except NotOpen:
        is_delta = activity.lesson is not None and activity.lesson.is_delta
        if not is_delta or not updates.may_catch_up(learner, activity.uuid, at=at):
            raise


def seconds_left(activity: Activity, opened_at: dt.datetime | None, at: dt.datetime) -> int:
    """How long a reading must still be on the page, in whole seconds; never more than its shortest time.

    A clock that was set back between opening and completing costs nobody more than that.
    """
    shortest = activity.config.get("min_seconds", 0)
    spent = (at - opened_at).total_seconds() if opened_at else 0
    return max(0, math.ceil(shortest - max(0, spent)))


def keep_question_version(*, question: Question, at: dt.datetime) -> QuestionVersion:
    """Freeze what a question asks now, unless the newest version says the same. Sets `question.current`."""
    content = kinds.content_of(question)
    newest = question.versions.order_by("-number").first()
    if newest is None or newest.content != content:
        number = newest.number + 1 if newest else 1
        newest = QuestionVersion.objects.create(
            question=question, number=number, content=content, created_at=at
        )
    if question.current_id != newest.pk:
        Question.objects.filter(pk=question.pk).update(current=newest)
        question.current = newest
    return newest


def disclose(*, learner: AbstractBaseUser) -> dict[str, Any]:
    """Everything this app holds about a learner, as plain data."""
    return {
        "attempts": list(
            Attempt.objects.filter(learner=learner).values(
                "activity__title",
                "number",
                "score_raw",
                "score_max",
                "is_passed",
                "started_at",
                "submitted_at",
                "answers",
                "saved",
            )
        ),
        "corrections": list(
            Correction.objects.filter(attempt__learner=learner).values(
                "attempt__activity__title", "reason", "note", "before", "after", "corrected_at"
            )
        ),
        "appeals": list(
            Appeal.objects.filter(
                Q(attempt__learner=learner) | Q(submission__learner=learner)
            ).values("text", "state", "opened_at", "answer", "answered_at")
        ),
        "accommodations": list(
            Accommodation.objects.filter(learner=learner).values("time_factor", "skips_pauses")
        ),
        "submissions": marking.disclose(learner=learner),
        "versions_seen": list(
            VersionSeen.objects.filter(learner=learner).values("version__module__title", "seen_at")
        ),
        "completions": list(
            Completion.objects.filter(learner=learner).values(
                "activity__title", "completed_at", "graded_by"
            )
        ),
        "notes": list(
            PersonalNote.objects.filter(learner=learner).values(
                "activity__title", "data", "updated_at"
            )
        ),
        "statements": list(
            Statement.objects.filter(learner=learner).values_list("document", flat=True)
        ),
    }


def forget(*, learner: AbstractBaseUser) -> None:
    """Erase what this app holds about a learner: notes, completions, attempts; statements lose their actor."""
    with transaction.atomic():
        PersonalNote.objects.filter(learner=learner).delete()
        VersionSeen.objects.filter(learner=learner).delete()
        Accommodation.objects.filter(learner=learner).delete()
        forget_files(learner)
        Submission.objects.filter(learner=learner).delete()
        Completion.objects.filter(learner=learner).delete()
        Attempt.objects.filter(learner=learner).delete()
        Statement.objects.filter(learner=learner).delete()


def forget_files(learner: AbstractBaseUser) -> None:
    """Take the files of a learner's artefacts out of private storage, once the transaction holds."""
    for kept in SubmissionFile.objects.filter(submission__learner=learner):
        storage, name = kept.file.storage, kept.file.name
        transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))
