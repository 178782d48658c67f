"""What can happen to an import of a cartridge. Every change of its state that a person asks for starts here.

A cartridge is uploaded, read (a report, nothing made), confirmed by the person, and put in step by step as drafts
(`working`, in the background). All of it may run twice.
"""

import datetime as dt
import hashlib
import re
from functools import partial
from typing import IO, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from content.text import clean_line
from modules import tasks
from modules.cartridge import destinations
from modules.cartridge.destinations import may_import
from modules.cartridge.findings import SENTENCES
from modules.cartridge.working import end, may_still
from modules.errors import ModulesError
from modules.exchange.archives import REFUSALS
from modules.models import CartridgeImport
from modules.pages_lookup import all_pages

State = CartridgeImport.State

PATIENCE = dt.timedelta(seconds=60)
"""How long an import may wait for its task before the sweep sends another one."""
KEPT = dt.timedelta(days=7)
"""How long a cartridge that nobody said yes to is kept."""
OWN = re.compile(r"istoa-(?:module|course)-([0-9a-f-]{36})")


class NotAllowed(ModulesError):
    """This person may not put anything there."""


class WrongState(ModulesError):
    """The import is not in the state this leads from. `job` says which it is in."""

    def __init__(self, job: CartridgeImport) -> None:
        self.job = job
        super().__init__(job.state)


class ImportedBefore(ModulesError):
    """The same cartridge was put in before, and nobody said that it should be put in again."""


def receive(
    *, by, parent, kind: str, modules_parent=None, file: IO[bytes], name: str, at: dt.datetime
) -> CartridgeImport:
    """Take a file in, to be read in the background. The same file sent twice is one import while that one is open.

    kind            a key of DESTINATIONS that fits the parent
    modules_parent  for a course: the page under which its modules go
    Raises  NotAllowed. Sends a task that reads it, after commit.
    """
    destination = destinations.DESTINATIONS[kind]
    if not may_import(parent, by, kind):
        raise NotAllowed
    if destination.finish and not (modules_parent and may_import(modules_parent, by, "module")):
        raise NotAllowed
    digest, size = _measure(file)
    known = CartridgeImport.objects.filter(
        by=by, parent_pk=parent.pk, sha256=digest, state__in=CartridgeImport.OPEN
    )
    found = known.first()
    if found:
        return found
    job = CartridgeImport(
        by=by, kind=kind, parent_pk=parent.pk, name=clean_line(name)[:200] or "cartridge",
        modules_parent_pk=modules_parent.pk if destination.finish else None,
        size=size, sha256=digest, uploaded_at=at, moved_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            job.file.save("cartridge", file, save=False)
            job.save(force_insert=True)
            transaction.on_commit(partial(tasks.read_cartridge.delay, job.pk), robust=True)
    except IntegrityError:  # a second click was faster: its import is the one
        job.file.delete(save=False)
        return known.get()
    return job


def _measure(file: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.hexdigest(), size


def confirm(*, job: CartridgeImport, by, again: bool = False, at: dt.datetime) -> CartridgeImport:
    """Say yes to what was read. Saying it twice is once.

    again   yes, although it was put in before
    Raises  NotAllowed, WrongState, ImportedBefore. Sends a task that puts it in, after commit.
    """
    with transaction.atomic():
        locked = CartridgeImport.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if locked.state in (State.CONFIRMED, State.DONE):
            return locked
        if locked.state != State.READ:
            raise WrongState(locked)
        if not may_still(locked, by):
            raise NotAllowed
        if not again and here_already(locked):
            raise ImportedBefore
        locked.state, locked.moved_at = State.CONFIRMED, at
        locked.save(update_fields=["state", "moved_at"])
        transaction.on_commit(partial(tasks.put_cartridge_in.delay, locked.pk), robust=True)
    return locked


def drop(*, job: CartridgeImport, at: dt.datetime) -> None:
    """Say no: the file and what was read of it go. Raises WrongState once it is being put in."""
    with transaction.atomic():
        locked = CartridgeImport.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if locked.state == State.DROPPED:
            return
        if locked.state != State.READ:
            raise WrongState(locked)
        end(locked, State.DROPPED, at)


def here_already(job: CartridgeImport) -> list[Any]:
    """Pages that the same cartridge has made before, or that it was made from."""
    if not job.identifier:
        return []
    earlier = CartridgeImport.objects.filter(identifier=job.identifier, state=State.DONE)
    made = earlier.exclude(pk=job.pk).values_list("made", flat=True)
    pks = {entry["page"] for one in made for entry in one.get("pages", []) if entry["depth"] == 0}
    found = list(all_pages().filter(pk__in=pks).order_by("pk"))
    own = OWN.fullmatch(job.identifier)
    if own:
        found += list(all_pages().filter(translation_key=own[1]).exclude(pk__in=pks).order_by("pk"))
    return found


def overdue(*, at: dt.datetime) -> int:
    """For the sweep: send again what waits, and drop what nobody has said yes to. Returns how many."""
    waiting = CartridgeImport.objects.filter(moved_at__lt=at - PATIENCE)
    uploaded = list(waiting.filter(state=State.UPLOADED).values_list("pk", flat=True)[:100])
    confirmed = list(waiting.filter(state=State.CONFIRMED).values_list("pk", flat=True)[:100])
    for pk in uploaded:
        tasks.read_cartridge.delay(pk)
    for pk in confirmed:
        tasks.put_cartridge_in.delay(pk)
    forgotten = CartridgeImport.objects.filter(state=State.READ, moved_at__lt=at - KEPT)
    old = list(forgotten[:100])
    for job in old:
        drop(job=job, at=at)
    return len(uploaded) + len(confirmed) + len(old)


def problem_sentence(job: CartridgeImport) -> str:
    """Why it was not put in, for the person who tried."""
    return str(
        SENTENCES.get(job.problem) or REFUSALS.get(job.problem) or _("It could not be read.")
    )
