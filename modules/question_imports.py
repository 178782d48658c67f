"""What can happen to an import of questions. Every change of its state that a person asks for starts here.

A file is uploaded, read (a table of what is in it, nothing made), looked through by the person, and put in by chunks as
drafts (`question_import_work`, in the background). All of it may run twice.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from functools import partial
from typing import IO, Any

from django.db import IntegrityError, transaction

from content.text import clean_line
from modules import tasks
from modules.errors import ModulesError
from modules.models import Module, Question, QuestionImport
from modules.question_import_work import end, may_import

State = QuestionImport.State

NEW, VERSION, SKIP = "new", "version", "skip"
PATIENCE = dt.timedelta(seconds=60)
"""How long an import may wait for its task before the sweep sends another one."""
KEPT = dt.timedelta(days=7)
"""How long a file that nobody said yes to is kept."""


class NotAllowed(ModulesError):
    """This person may not add questions."""


class WrongState(ModulesError):
    """The import is not in the state this leads from. `job` says which it is in."""

    def __init__(self, job: QuestionImport) -> None:
        self.job = job
        super().__init__(job.state)


class NothingChosen(ModulesError):
    """No question of the file was chosen."""


def receive(
    *, by, module: Module, file: IO[bytes], name: str, format: str = "", language: str = "en",
    at: dt.datetime,
) -> QuestionImport:  # fmt: skip
    """Take a file in, to be read in the background. The same file sent twice is one import while that one is open.

    format   key of modules.exchange.formats.FORMATS, or empty to find out
    Raises   NotAllowed. Sends a task that reads it, after commit.
    """
    if not may_import(by):
        raise NotAllowed
    digest = _digest(file)
    known = QuestionImport.objects.filter(
        by=by, module=module, sha256=digest, state__in=QuestionImport.OPEN
    )
    found = known.first()
    if found:
        return found
    job = QuestionImport(
        by=by, module=module, name=clean_line(name)[:200] or "questions", format=format, language=language,
        sha256=digest, uploaded_at=at, moved_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            job.file.save("questions", file, save=False)
            job.save(force_insert=True)
            transaction.on_commit(partial(tasks.read_questions.delay, job.pk), robust=True)
    except IntegrityError:  # a second click was faster: its import is the one
        job.file.delete(save=False)
        return known.get()
    return job


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def proposal(row: Mapping[str, Any]) -> str:
    """What is done with a row unless the person says otherwise: what is known already is left out."""
    if row["index"] is None or row["known"] is not None or row["twin"] is not None:
        return SKIP
    return NEW


def possible(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What may be done with a row."""
    if row["index"] is None:
        return (SKIP,)
    return (NEW, VERSION, SKIP) if row["known"] is not None else (NEW, SKIP)


def choose(*, job: QuestionImport, choices: Mapping[int, str], at: dt.datetime) -> QuestionImport:
    """Keep what the person chose for some rows; what a row does not allow is passed over. Raises WrongState."""
    with transaction.atomic():
        locked = _locked(job)
        if locked.state != State.READ:
            raise WrongState(locked)
        rows = {row["row"]: row for row in locked.rows}
        for number, choice in choices.items():
            row = rows.get(number)
            if row is None or choice not in possible(row):
                continue
            if choice == proposal(row):
                locked.choices.pop(str(number), None)
            else:
                locked.choices[str(number)] = choice
        locked.moved_at = at
        locked.save(update_fields=["choices", "moved_at"])
    return locked


def chosen(job: QuestionImport, row: Mapping[str, Any]) -> str:
    return job.choices.get(str(row["row"]), proposal(row))


def start(*, job: QuestionImport, by, at: dt.datetime) -> QuestionImport:
    """Say yes to what is chosen. Saying it twice is once.

    Raises  NotAllowed, WrongState, NothingChosen. Sends a task that puts the questions in, after commit.
    """
    with transaction.atomic():
        locked = _locked(job)
        if locked.state in (State.IMPORTING, State.DONE):
            return locked
        if locked.state != State.READ:
            raise WrongState(locked)
        if not may_import(by):
            raise NotAllowed
        plan = [[row["index"], chosen(locked, row)] for row in locked.rows]
        plan = [entry for entry in plan if entry[0] is not None and entry[1] != SKIP]
        if not plan:
            raise NothingChosen
        locked.plan, locked.of, locked.done = plan, len(plan), 0
        locked.state, locked.moved_at = State.IMPORTING, at
        locked.save(update_fields=["plan", "of", "done", "state", "moved_at"])
        transaction.on_commit(partial(tasks.put_questions_in.delay, locked.pk), robust=True)
    return locked


def drop(*, job: QuestionImport, at: dt.datetime) -> None:
    """Say no: the file and what was read of it go. Raises WrongState once it is being put in."""
    with transaction.atomic():
        locked = _locked(job)
        if locked.state == State.DROPPED:
            return
        if locked.state != State.READ:
            raise WrongState(locked)
        end(locked, State.DROPPED, at)


def overdue(*, at: dt.datetime) -> int:
    """For the sweep: send again what waits, and drop what nobody has said yes to. Returns how many."""
    waiting = QuestionImport.objects.filter(moved_at__lt=at - PATIENCE)
    uploaded = list(waiting.filter(state=State.UPLOADED).values_list("pk", flat=True)[:100])
    started = list(waiting.filter(state=State.IMPORTING).values_list("pk", flat=True)[:100])
    for pk in uploaded:
        tasks.read_questions.delay(pk)
    for pk in started:
        tasks.put_questions_in.delay(pk)
    forgotten = QuestionImport.objects.filter(state=State.READ, moved_at__lt=at - KEPT)
    old = list(forgotten.only("pk")[:100])
    for job in old:
        drop(job=job, at=at)
    return len(uploaded) + len(started) + len(old)


def known_questions(job: QuestionImport) -> dict[int, Question]:
    """The questions of the bank that rows of this import double, or that it has made, by id."""
    pks = {row["known"] for row in job.rows if row["known"] is not None}
    pks |= {pk for _row, pk, _what in job.made if pk is not None}
    return Question.objects.defer("answers", "explanation").in_bulk(pks)


def _locked(job: QuestionImport) -> QuestionImport:
    return QuestionImport.objects.select_for_update(of=("self",)).get(pk=job.pk)
