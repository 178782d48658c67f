"""What changed materially in what a learner has done already: to be read again, never to be done again (decision 3).

A material publication makes a version that names the lesson it changed. Who completed that lesson before stays
completed, and finds the update due until they confirm that they have read it. Nothing here touches progress.
"""

import calendar
import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from modules import access, conf
from modules.errors import NotOpen
from modules.models import (
    Activity,
    ActivityKind,
    ChangeClass,
    Lesson,
    Module,
    ModuleVersion,
    VersionSeen,
)

Facts = Mapping[int, int]
"""{activity id: number of the module version it was completed on; 0 if that is not known}"""


@dataclass(frozen=True)
class Update:
    """A material version. `lessons` are those that changed; without one the module as a whole did.

    `delta` is the lesson that settles it, if it has one; else reading again what changed does.
    """

    version: int
    module: int
    number: int
    note: str
    lessons: tuple[uuid.UUID, ...]
    published_at: dt.datetime
    update_by: dt.date | None = None
    delta: uuid.UUID | None = None
    delta_title: str = ""
    delta_minutes: int = 0

    @property
    def lesson(self) -> uuid.UUID | None:
        return self.lessons[0] if self.lessons else None

    def is_settled_in(self, lesson: uuid.UUID) -> bool:
        return lesson == self.delta if self.delta else lesson in self.lessons


def deadline(published_on: dt.date) -> dt.date:
    """The day by which a material change should be caught up with. Nothing is taken away after it."""
    months = published_on.month - 1 + conf.UPDATE_MONTHS
    year, month = published_on.year + months // 12, months % 12 + 1
    return published_on.replace(
        year=year, month=month, day=min(published_on.day, calendar.monthrange(year, month)[1])
    )


def material(
    modules: Collection[int], *, unseen_by: AbstractBaseUser | None = None
) -> list[Update]:
    """Every material version of these modules, oldest first. One query, none for no modules.

    unseen_by   leaves out what this person has confirmed
    """
    if not modules:
        return []
    versions = ModuleVersion.objects.filter(
        module__in=modules, change_class=ChangeClass.MATERIAL, number__gt=1
    ).select_related("delta")
    if unseen_by:
        versions = versions.exclude(seen_by__learner=unseen_by)
    return [_update(version) for version in versions.order_by("published_at", "pk")]


def _update(version: ModuleVersion) -> Update:
    delta = version.delta if version.delta and version.delta.is_live else None
    return Update(
        version=version.pk,
        module=version.module_id,
        number=version.number,
        note=version.note,
        lessons=tuple(uuid.UUID(key) for key in version.structure.get("changed") or ()),
        published_at=version.published_at,
        update_by=version.update_by or deadline(version.published_at.date()),
        delta=delta.uuid if delta else None,
        delta_title=delta.title if delta else "",
        delta_minutes=delta.minutes if delta else 0,
    )


def touched(
    updates: Iterable[Update], *, facts: Facts, activities: Iterable[Activity]
) -> list[Update]:
    """Those of `updates` that change what was completed on an earlier version. No query.

    activities  the live required activities of the modules: what was withdrawn need not be read again
    """
    updates = list(updates)
    if not updates or not facts:
        return []
    readings, asked = {}, {}
    for activity in activities:
        asked.setdefault(activity.module_id, set()).add(activity.pk)
        if activity.kind == ActivityKind.READING:
            readings[activity.uuid] = activity.pk
    return [
        update
        for update in updates
        if _done_before(update, facts, readings, asked.get(update.module, set()))
    ]


def _done_before(
    update: Update, facts: Facts, readings: Mapping[uuid.UUID, int], asked: Collection[int]
) -> bool:
    if update.lessons:
        numbers = (facts.get(readings.get(lesson, 0)) for lesson in update.lessons)
        return any(number is not None and number < update.number for number in numbers)
    return (
        bool(asked)
        and all(pk in facts for pk in asked)
        and max(facts[pk] for pk in asked) < update.number
    )


def due(
    learner: AbstractBaseUser,
    updates: Iterable[Update],
    *,
    facts: Facts,
    activities: Iterable[Activity],
    is_unseen: bool = False,
) -> list[Update]:
    """What a learner should still read of `updates`. One query if anything they did was touched, else none.

    is_unseen   `updates` are without what they have confirmed already: no query
    """
    found = touched(updates, facts=facts, activities=activities)
    if not found or is_unseen:
        return found
    seen = set(
        VersionSeen.objects.filter(
            learner=learner, version__in=[update.version for update in found]
        ).values_list("version", flat=True)
    )
    return [update for update in found if update.version not in seen]


def see_lesson(
    *, learner: AbstractBaseUser, lesson: uuid.UUID, module: Module, at: dt.datetime
) -> int:
    """Record that a learner has read a lesson again as it is now. Returns how many updates that settles.

    For callers that have asked the gates; confirming twice changes nothing.
    """
    wanted = {module.pk}
    if Lesson.objects.filter(uuid=lesson, is_delta=True).exists():  # it may stand in another module
        wanted |= set(
            ModuleVersion.objects.filter(delta__uuid=lesson).values_list("module_id", flat=True)
        )
    found = [update for update in material(wanted) if update.is_settled_in(lesson)]
    return _see(learner, found, at)


def may_catch_up(learner: AbstractBaseUser, lesson: uuid.UUID, *, at: dt.datetime) -> bool:
    """Whether a delta lesson settles an update of a module this learner may act in, wherever the lesson stands."""
    modules = Module.objects.filter(versions__delta__uuid=lesson).distinct()
    for module in modules:
        try:
            access.check(learner=learner, module=module, at=at)
        except NotOpen:
            continue
        return True
    return False


def see_module(*, learner: AbstractBaseUser, module: Module, at: dt.datetime) -> int:
    """Record that a learner has read what changed in a module as a whole. Raises NotOpen if a gate refuses."""
    access.check(learner=learner, module=module, at=at)
    found = [one for one in material([module.pk]) if not one.lessons and not one.delta]
    return _see(learner, found, at)


def _see(learner: AbstractBaseUser, updates: list[Update], at: dt.datetime) -> int:
    with transaction.atomic():
        before = VersionSeen.objects.filter(learner=learner).count()
        VersionSeen.objects.bulk_create(
            [
                VersionSeen(learner=learner, version_id=update.version, seen_at=at)
                for update in updates
            ],
            ignore_conflicts=True,
        )
        return VersionSeen.objects.filter(learner=learner).count() - before if updates else 0
