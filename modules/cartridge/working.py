"""What a worker does with an import of a cartridge: read it, then put it in. Called by the tasks; all of it may run twice."""

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.db import DatabaseError, transaction
from django.utils import translation
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.permissions import policy_registry

from modules.cartridge import destinations, drafting, reading
from modules.cartridge.destinations import DESTINATIONS, may_import
from modules.cartridge.findings import Report
from modules.cartridge.manifest import NoCartridge
from modules.exchange.archives import Package, open_package
from modules.exchange.errors import UnreadablePackage
from modules.models import CartridgeImport

State = CartridgeImport.State
logger = logging.getLogger(__name__)

IMPORTED = "stoa_modules.import_cartridge"


def read(pk: int, *, at: dt.datetime) -> None:
    """Read an uploaded cartridge and keep the plan and the report. Does nothing in any other state."""
    job = CartridgeImport.objects.select_related("by").filter(pk=pk, state=State.UPLOADED).first()
    if job is None:
        return
    destination, report = DESTINATIONS[job.kind], Report()
    try:
        with _opened(job) as package, translation.override(_language(job)):
            plan = reading.read(
                package, report, divided=destination.divided, may_add=_may_add(job.by)
            )
    except (NoCartridge, UnreadablePackage) as refused:
        return _fail(job, refused.code, at=at, report=report)
    except (OSError, DatabaseError):
        raise  # passing: the sweep comes back
    except Exception:
        logger.exception("Cartridge %s could not be read.", pk)
        return _fail(job, "manifest-damaged", at=at, report=report)
    steps = drafting.steps(plan, destination)
    CartridgeImport.objects.filter(pk=pk, state=State.UPLOADED).update(
        state=State.READ, plan=plan, report=report.findings, identifier=plan["identifier"],
        title=plan["title"], version=plan["version"], counts=drafting.counts(plan),
        step_count=len(steps), moved_at=at,
    )  # fmt: skip


def put_in(pk: int, *, at: dt.datetime) -> None:
    """Make the drafts, one step a transaction, so that a worker that dies loses one step and never makes one twice."""
    plan: reading.Plan | None = None
    while True:
        try:
            with transaction.atomic():
                job = (
                    CartridgeImport.objects.select_for_update(of=("self",))
                    .select_related("by")
                    .defer("plan")
                    .filter(pk=pk, state=State.CONFIRMED)
                    .first()
                )
                if job is None:
                    return
                plan = plan or job.plan
                if not may_still(job, job.by):
                    raise drafting.ParentGone
                _step(job, plan, at)
        except drafting.ParentGone:
            return _fail_put(pk, "parent-gone", at)
        except UnreadablePackage as refused:
            return _fail_put(pk, refused.code, at)
        except (DatabaseError, OSError):
            raise  # passing: the sweep comes back, and this step is made then
        except Exception:
            logger.exception("Step of cartridge %s failed.", pk)
            return _fail_put(pk, "fault", at)


def _step(job: CartridgeImport, plan: reading.Plan, at: dt.datetime) -> None:
    destination = DESTINATIONS[job.kind]
    steps = drafting.steps(plan, destination)
    if job.step < len(steps):
        with _opened(job) as package, translation.override(_language(job)):
            drafting.make(
                steps[job.step], job=job, plan=plan, destination=destination, package=package
            )
        job.step += 1
        job.moved_at = at
        job.save(update_fields=["step", "made", "moved_at"])
    if job.step >= len(steps):
        _log_done(job)
        end(job, State.DONE, at)


def _log_done(job: CartridgeImport) -> None:
    top = next((entry for entry in reversed(job.made["pages"]) if entry["depth"] == 0), None)
    page = destinations.page(top["page"]) if top else None
    if page is not None:
        log(instance=page, action=IMPORTED, user=job.by, data={"cartridge": job.identifier})


# What they share


@contextmanager
def _opened(job: CartridgeImport) -> Iterator[Package]:
    with job.file.open("rb") as stream:
        yield open_package(stream)


def may_still(job: CartridgeImport, user) -> bool:
    """Asked again at every step: a page can be deleted, and a right taken away."""
    places = [(job.parent_pk, job.kind)]
    if job.modules_parent_pk:
        places.append((job.modules_parent_pk, "module"))
    pages = [(destinations.page(pk), kind) for pk, kind in places]
    is_there = user is not None and user.is_active
    return is_there and all(page and may_import(page, user, kind) for page, kind in pages)


def _may_add(user) -> frozenset[str]:
    """Which pictures this person may add: {"image", "drawing"}."""
    found = set()
    if user and policy_registry.get_by_type(get_image_model()).user_has_permission(user, "add"):
        found.add("image")
    if user and user.has_perm("stoa_content.add_drawing"):
        found.add("drawing")
    return frozenset(found)


def _language(job: CartridgeImport) -> str:
    page = destinations.page(job.parent_pk)
    return page.locale.language_code if page else translation.get_language() or "en"


def _fail(job: CartridgeImport, code: str, *, at: dt.datetime, report: Report) -> None:
    with transaction.atomic():
        locked = CartridgeImport.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if locked.state != State.UPLOADED:
            return
        locked.problem, locked.report = code, report.findings
        end(locked, State.FAILED, at)


def _fail_put(pk: int, code: str, at: dt.datetime) -> None:
    with transaction.atomic():
        locked = CartridgeImport.objects.select_for_update(of=("self",)).get(pk=pk)
        if locked.state == State.CONFIRMED:
            locked.problem = code
            end(locked, State.FAILED, at)


def end(job: CartridgeImport, state: str, at: dt.datetime) -> None:
    """Nothing follows: the file and the plan go, since both hold keys of questions."""
    job.state, job.moved_at, job.plan = state, at, {}
    name, storage = job.file.name, job.file.storage
    job.file = ""
    job.save()
    if name:
        transaction.on_commit(partial(storage.delete, name), robust=True)
