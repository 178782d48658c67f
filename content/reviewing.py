"""Review tasks: who has to look at what, by when, and that it was done. Every change of a task starts here."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from content import conf, impact, things
from content.models import Change, ChangeClass, Digest, Fact, ReviewTask
from content.models.base import Keyed
from content.text import clean_line
from content.things import Ref, Thing

CLOSE = "stoa_content.close_task"
LONGEST_NOTE = 500

Overdue = Callable[[dt.date], Iterable[tuple[Thing, dt.date]]]
_overdue: list[Overdue] = []


class TaskClosed(Exception):
    """Somebody has closed the task already. Nothing was changed."""


class NoNote(Exception):
    """A task is closed with a line that says what was done. Nothing was changed."""


def provide_overdue(provider: Overdue) -> Overdue:
    """Register `provider(on)` → (thing, day by which it was to be looked at) of what is past its review date."""
    if provider not in _overdue:
        _overdue.append(provider)
    return provider


@provide_overdue
def facts_past_review(on: dt.date) -> list[tuple[Thing, dt.date]]:
    return [(things.of_record(fact), fact.review_by) for fact in Fact.originals.past_review(on)]


def open_for(*, record: Keyed, change: Change, at: dt.datetime) -> list[ReviewTask]:
    """A task for the owner of everything that rests on a changed record. Returns the new ones.

    A task that is open for the same cause is not doubled: it says the newer reason, and the nearer day holds.
    """
    why = f"{record.key}: {change.note}"[:LONGEST_NOTE]
    due = at.date() + dt.timedelta(days=conf.TASK_DAYS[change.change_class])
    return _open(
        impact.to_review(record),
        cause=(record.kind, record.key),
        why=why,
        due=due,
        change=change,
        at=at,
    )


def open_overdue(*, at: dt.datetime) -> int:
    """A task for everything whose review date has passed and that has none. Returns how many were opened."""
    opened = 0
    for provider in _overdue:
        for thing, day in provider(at.date()):
            why = _("To be looked at again by %(day)s.") % {"day": date_format(day, "j F Y")}
            opened += len(_open([thing], cause=thing.ref, why=why, due=day, change=None, at=at))
    return opened


def _open(
    found: Iterable[Thing],
    *,
    cause: Ref,
    why: str,
    due: dt.date,
    change: Change | None,
    at: dt.datetime,
) -> list[ReviewTask]:
    found = list(found)
    if not found:
        return []
    with transaction.atomic():
        known = {
            (task.thing_kind, task.thing_key): task
            for task in ReviewTask.objects.open()
            .select_for_update()
            .filter(cause_kind=cause[0], cause_key=cause[1])
        }
        groups, able = _groups(), _able({thing.owner_id for thing in found})
        new = []
        for thing in found:
            task = known.get(thing.ref)
            if task is None:
                new.append(
                    ReviewTask(
                        thing_kind=thing.kind, thing_key=thing.key, title=thing.title[:400], cause_kind=cause[0],
                        cause_key=cause[1], why=why, change=change, owner_id=thing.owner_id if thing.owner_id in able else None,
                        group=None if thing.owner_id in able else groups.get(_group_of(thing.kind)), opened_at=at, due_on=due,
                    )
                )  # fmt: skip
            elif change is not None:
                task.why, task.change, task.due_on = why, change, min(task.due_on, due)
                task.save(update_fields=["why", "change", "due_on"])
        return ReviewTask.objects.bulk_create(new)


def _able(owners: set[int | None]) -> set[int]:
    """Those of these people who may close tasks: an author without that right cannot be left with one."""
    may = Q(is_superuser=True) | Q(
        groups__permissions__codename="close_reviewtask",
        groups__permissions__content_type__app_label="stoa_content",
    )
    people = get_user_model()._default_manager.filter(may, is_active=True, pk__in=owners - {None})
    return set(people.values_list("pk", flat=True))


def _group_of(kind: str) -> str:
    return conf.OWNERS.get(kind, conf.OWNERS.get("", ""))


def _groups() -> dict[str, Group]:
    return {group.name: group for group in Group.objects.filter(name__in=conf.OWNERS.values())}


def close(*, task: ReviewTask, note: str, by, at: dt.datetime) -> ReviewTask:
    """Close a task with a line that says what was done. Logged.

    For callers that have asked `closable_by`. Raises TaskClosed if it is closed, NoNote without a line.
    """
    note = clean_line(note)[:LONGEST_NOTE]
    if not note:
        raise NoNote
    with transaction.atomic():
        if (
            not ReviewTask.objects.open()
            .filter(pk=task.pk)
            .update(done_at=at, done_by=by, done_note=note)
        ):
            raise TaskClosed
        task.refresh_from_db()
        log(instance=task, action=CLOSE, user=by, title=task.title, data={"note": note})
    return task


def close_settled(*, record: Keyed, at: dt.datetime, by=None) -> int:
    """A record is sound again: what was open because it was called into question need not be looked at any more."""
    found = ReviewTask.objects.open().filter(
        cause_kind=record.kind, cause_key=record.key, change__standing__in=("disputed", "withdrawn")
    )
    note = _("%(key)s holds again.") % {"key": record.key}
    tasks = list(found)
    for task in tasks:
        close(task=task, note=note, by=by, at=at)
    return len(tasks)


def close_checked(*, record: Keyed, at: dt.datetime, by=None) -> int:
    """A fact has a new review date: the task that its old date had opened is done."""
    if not isinstance(record, Fact) or record.is_past_review(at.date()):
        return 0
    own = ReviewTask.objects.open().filter(
        thing_kind=record.kind, thing_key=record.key, cause_kind=record.kind, cause_key=record.key,
        change=None,
    )  # fmt: skip
    for task in (tasks := list(own)):
        close(task=task, note=_("It was checked; there is a new date."), by=by, at=at)
    return len(tasks)


# The weekly letter


def week_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def waiting_by_person(on: dt.date) -> dict[int, list[ReviewTask]]:
    """Open tasks by the id of whoever may close them and has an address: the owner, else the people of the group."""
    by_owner: dict[int, list[ReviewTask]] = {}
    by_group: dict[int, list[ReviewTask]] = {}
    for task in ReviewTask.objects.open():
        if task.owner_id:
            by_owner.setdefault(task.owner_id, []).append(task)
        elif task.group_id:
            by_group.setdefault(task.group_id, []).append(task)
    people = get_user_model()._default_manager.filter(is_active=True).exclude(email="")
    known = set(people.filter(pk__in=by_owner).values_list("pk", flat=True))
    found = {pk: list(tasks) for pk, tasks in by_owner.items() if pk in known}
    for pk, group in people.filter(groups__in=by_group).values_list("pk", "groups"):
        if group in by_group:
            found.setdefault(pk, []).extend(by_group[group])
    for tasks in found.values():
        tasks.sort(key=lambda task: (task.due_on, task.pk))
    return found


def digests_due(*, at: dt.datetime) -> list[int]:
    """Ids of the letters of this week that are still to be sent; makes one for everybody for whom something waits."""
    week = week_of(at.date())
    waiting = waiting_by_person(at.date())
    known = set(Digest.objects.filter(week_of=week).values_list("person_id", flat=True))
    Digest.objects.bulk_create(
        [Digest(person_id=pk, week_of=week) for pk in waiting if pk not in known],
        ignore_conflicts=True,
    )
    return list(Digest.objects.filter(week_of=week, sent_at=None).values_list("pk", flat=True))


__all__ = [
    "ChangeClass",
    "NoNote",
    "TaskClosed",
    "close",
    "close_checked",
    "close_settled",
    "digests_due",
    "open_for",
    "open_overdue",
    "provide_overdue",
    "waiting_by_person",
    "week_of",
]
