"""Artefacts: written, attached to and handed in by a learner, saved at every change (curriculum.md 4.3)."""

import datetime as dt
import hashlib
import logging
import statistics
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.text import clean_text
from modules import access, conf, rubrics, statements, tasks, uploads
from modules.completing import current_version
from modules.errors import HandedIn, Incomplete, NoMoreTries, UnreadableAnswer
from modules.models import Activity, Submission, SubmissionFile, Verb

log = logging.getLogger(__name__)

MAX_TEXT = 30_000  # characters of one field
HEAD = 8192  # bytes that tell a type
RECENT = 30  # how many marked artefacts the turn-around rests on
LEAST_RECENT = 3
State = Submission.State
FileState = SubmissionFile.State


def tries_of(learner: AbstractBaseUser, activity: Activity) -> list[Submission]:
    """Every try of a learner, oldest first, with its rubric. One query."""
    found = Submission.objects.filter(learner=learner, activity=activity)
    return list(found.select_related("rubric").order_by("number"))


def may_try(activity: Activity, tries: list[Submission]) -> bool:
    """Whether there is a draft, or a new one may begin: no result is waited for, none is a pass, tries are left."""
    if not tries or tries[-1].state == State.DRAFT:
        return True
    most = activity.config.get("most_tries", 0)
    is_open = tries[-1].state == State.MARKED and not any(one.is_passed for one in tries)
    return is_open and (not most or len(tries) < most)


def open_draft(
    *, learner: AbstractBaseUser, activity: Activity, at: dt.datetime, language: str = "en"
) -> Submission:
    """The draft of a learner; a new one begins with the texts of the try before it.

    Raises  NotOpen, HandedIn while a result is waited for or after a pass, NoMoreTries.
    """
    access.check(learner=learner, module=activity.module, at=at)
    tries = tries_of(learner, activity)
    last = tries[-1] if tries else None
    if last and last.state == State.DRAFT:
        return last
    if not may_try(activity, tries):
        assert last is not None
        if last.state == State.MARKED and not any(one.is_passed for one in tries):
            raise NoMoreTries
        raise HandedIn(last)
    try:
        with transaction.atomic():
            return Submission.objects.create(
                learner=learner,
                activity=activity,
                number=last.number + 1 if last else 1,
                rubric=rubrics.newest(activity.config["rubric"]),
                module_version=current_version(activity.module),
                language=language,
                answers=_still_asked(last, activity) if last else {},
                started_at=at,
                saved_at=at,
            )
    except IntegrityError:  # a second tab was faster: its draft is the one
        return Submission.objects.get(learner=learner, activity=activity, state=State.DRAFT)


def _still_asked(last: Submission, activity: Activity) -> dict[str, str]:
    keys = {field["key"] for field in activity.config["fields"]}
    return {key: text for key, text in last.answers.items() if key in keys}


def save_fields(
    *,
    learner: AbstractBaseUser,
    activity: Activity,
    fields: Mapping[str, str],
    at: dt.datetime,
    language: str = "en",
) -> Submission:
    """Keep what was written in these fields; others stay as they are, so that two devices do not undo each other.

    fields  {field key: text}; a text is cut at MAX_TEXT
    Raises  UnreadableAnswer for a field that is not asked; HandedIn, NoMoreTries, NotOpen.
    """
    if not set(fields) <= {field["key"] for field in activity.config["fields"]}:
        raise UnreadableAnswer
    draft = open_draft(learner=learner, activity=activity, at=at, language=language)
    if not fields:
        return draft
    with transaction.atomic():
        row = _lock_draft(draft)
        row.answers |= {key: clean_text(text)[:MAX_TEXT] for key, text in fields.items()}
        row.saved_at = at
        row.save(update_fields=["answers", "saved_at"])
    return row


def _lock_draft(submission: Submission) -> Submission:
    found = Submission.objects.select_for_update(of=("self",))
    row = found.select_related("activity__module", "learner", "rubric").get(pk=submission.pk)
    if row.state != State.DRAFT:
        raise HandedIn(row)
    return row


def hand_in(*, submission: Submission, at: dt.datetime) -> Submission:
    """Hand a draft in. One that was handed in, perhaps in another tab, is returned as it is.

    Raises  Incomplete with what is missing; HandedIn if an earlier try has passed meanwhile, by an appeal; NotOpen.
    """
    access.check(learner=submission.learner, module=submission.activity.module, at=at)
    with transaction.atomic():
        try:
            row = _lock_draft(submission)
        except HandedIn as known:
            return known.submission
        passed = Submission.objects.filter(
            learner=row.learner_id, activity=row.activity_id, is_passed=True
        ).first()
        if passed:
            raise HandedIn(passed)
        problems = problems_of(row)
        if problems:
            raise Incomplete(problems)
        row.state = State.SUBMITTED
        row.submitted_at = at
        row.module_version = current_version(row.activity.module)
        row.needs_second = is_in_sample(row)
        row.save(update_fields=["state", "submitted_at", "module_version", "needs_second"])
        statements.record(
            learner=row.learner, verb=Verb.ATTEMPTED, activity=row.activity, at=at,
            language=row.language,
        )  # fmt: skip
    return row


def problems_of(submission: Submission) -> dict[str, str]:
    """What keeps a draft from being handed in: {field key, or "files": sentence}."""
    config = submission.activity.config
    found = {}
    for field in config["fields"]:
        problem = problem_of(field, submission.answers.get(field["key"], ""))
        if problem:
            found[field["key"]] = problem
    files = list(submission.files.all()) if config["files"]["most"] else []
    if any(each.state == FileState.WAITING for each in files):
        found["files"] = _("A file is still being checked. Wait a moment, then hand in.")
    elif config["files"]["is_required"] and not any(e.state == FileState.CLEAN for e in files):
        found["files"] = _("Attach at least one file.")
    return found


def problem_of(field: Mapping[str, Any], text: str) -> str:
    """What is wrong with the text of a field, or an empty string."""
    words = count_words(text)
    if not words:
        return _("This must be filled in.") if field["is_required"] else ""
    if words < field["least"]:
        return ngettext(
            "At least %(n)s word is asked; there are %(words)s.",
            "At least %(n)s words are asked; there are %(words)s.",
            field["least"],
        ) % {"n": field["least"], "words": words}
    if field["most"] and words > field["most"]:
        return ngettext(
            "At most %(n)s word is asked; there are %(words)s.",
            "At most %(n)s words are asked; there are %(words)s.",
            field["most"],
        ) % {"n": field["most"], "words": words}
    return ""


def count_words(text: str) -> int:
    return len(text.split())


def is_in_sample(submission: Submission) -> bool:
    """Whether two people mark this although the first passes it: decided by its uuid and the secret of the site.

    Nobody can choose a uuid that is left out, and asking again gives the same answer.
    """
    drawn = salted_hmac("stoa_modules.second_marker", str(submission.uuid), algorithm="sha256")
    return int.from_bytes(drawn.digest()[:6], "big") < conf.SECOND_MARKER_SHARE * 2**48


def turn_around(activity: Activity | None = None) -> dt.timedelta | None:
    """How long marking takes: the median of the last RECENT of this activity, or of all while there are few."""
    marked = Submission.objects.filter(state=State.MARKED).order_by("-marked_at")
    for rows in (marked.filter(activity=activity) if activity else marked, marked):
        times = [
            end - start for start, end in rows.values_list("submitted_at", "marked_at")[:RECENT]
        ]
        if len(times) >= (LEAST_RECENT if activity else 1):
            return statistics.median(times)
    return None


def attach(
    *,
    learner: AbstractBaseUser,
    activity: Activity,
    upload: UploadedFile,
    at: dt.datetime,
    language: str = "en",
) -> SubmissionFile:
    """Attach a file to the draft. A small one is checked now, a large one by a worker; the same twice is kept once.

    Raises  Refused with a sentence; HandedIn, NoMoreTries, NotOpen.
    """
    files = activity.config["files"]
    draft = open_draft(learner=learner, activity=activity, at=at, language=language)
    if not files["most"]:
        raise uploads.Refused(_("Nothing can be attached here."))
    if upload.size > min(files["megabytes"] * 1024 * 1024, conf.UPLOAD_MOST_BYTES):
        raise uploads.Refused(
            _("This file is too large. A file may have %(n)s megabytes.")
            % {"n": files["megabytes"]}
        )
    head = upload.read(HEAD)
    found = uploads.type_of(upload.name or "", upload.content_type or "", head, files["types"])
    name = uploads.safe_name(upload.name or "", found.extension)
    data = head + upload.read()
    state = FileState.WAITING
    kept = data
    if len(data) <= conf.UPLOAD_CHECK_AT_ONCE:
        try:
            kept, state = uploads.check(data, name, found), FileState.CLEAN
        except uploads.Refused:
            raise
        except Exception:  # the scanner is at fault, not the file: it waits
            log.exception("A file could not be checked.")
    row = SubmissionFile(
        submission=draft, name=name, media_type=found.media_type, size=len(kept), state=state,
        sha256=hashlib.sha256(data).hexdigest(), uploaded_at=at,
    )  # fmt: skip
    return _keep(row, kept, files["most"])


def _keep(row: SubmissionFile, data: bytes, most: int) -> SubmissionFile:
    with transaction.atomic():
        draft = _lock_draft(row.submission)
        there = [each for each in draft.files.all() if each.state != FileState.REFUSED]
        twin = next((each for each in there if each.sha256 == row.sha256), None)
        if twin:
            return twin
        if len(there) >= most:
            raise uploads.Refused(
                ngettext(
                    "%(n)s file can be attached. Remove it to attach another.",
                    "%(n)s files can be attached. Remove one to attach another.",
                    most,
                )
                % {"n": most}
            )
        row.file.save("file", ContentFile(data), save=False)
        storage, name = row.file.storage, row.file.name
        try:
            with transaction.atomic():
                row.save()
        except Exception:
            storage.delete(name)
            raise
    if row.state == FileState.WAITING:
        tasks.check_file.delay_on_commit(row.pk)
    return row


def remove_file(*, file: SubmissionFile) -> None:
    """Take a file off a draft; one that is gone already stays gone. Raises HandedIn."""
    with transaction.atomic():
        _lock_draft(file.submission)
        file.delete()
        storage, name = file.file.storage, file.file.name
        transaction.on_commit(lambda: storage.delete(name))
