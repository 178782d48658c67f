"""Why a module of a course is not open to a learner yet: its date, what it requires, what stands before it."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from courses import counting
from courses.models import CourseModule
from modules.errors import Missing, NotOpen
from modules.models import Module

Requires = Mapping[int, set[int]]


def requires_of(modules: Iterable[int]) -> dict[int, set[int]]:
    """Which of these modules each of them requires, by id. One query."""
    modules = list(modules)
    found: dict[int, set[int]] = {}
    links = Module.requires.through.objects.filter(from_module__in=modules, to_module__in=modules)
    for module, required in links.values_list("from_module", "to_module"):
        found.setdefault(module, set()).add(required)
    return found


def obstacles(
    rows: Sequence[CourseModule],
    *,
    plan: counting.Plan,
    complete: set[int],
    requires: Requires,
    at: dt.datetime,
) -> dict[int, NotOpen]:
    """What bars the way into the modules of one course, by module id; an open module is not in it. No query.

    rows      in course order, with module and group
    complete  ids of the modules the learner has completed
    A module that asks for nothing (planned, withdrawn) cannot be completed and so never bars the way.
    """
    by_id = {row.module_id: row for row in rows}
    found = {}
    for place, row in enumerate(rows):
        first = [
            missing(by_id[pk].module)
            for pk in sorted(requires.get(row.module_id, ()), key=lambda pk: _place(by_id, pk))
            if pk in by_id and pk in plan.asked and pk not in complete
        ]
        if row.after_previous:
            first += [one for one in _before(rows, place, plan, complete) if one not in first]
        opens_at = row.opens_at if row.opens_at and at < row.opens_at else None
        if first or opens_at:
            found[row.module_id] = NotOpen(
                "first" if first else "not-yet", opens_at=opens_at, missing=first
            )
    return found


def missing(module: Module) -> Missing:
    return Missing(str(module), module.uuid)


def _place(rows: Mapping[int, CourseModule], pk: int) -> tuple[int, int]:
    return (rows[pk].position, rows[pk].pk) if pk in rows else (0, 0)


def _before(
    rows: Sequence[CourseModule], place: int, plan: counting.Plan, complete: set[int]
) -> list[Missing]:
    """What is missing in the step before a row: the nearest required module, or the nearest other group as a whole.

    Optional modules are no step: nobody must do them to go on.
    """
    groups = {group.pk: group for group in plan.groups}
    for row in reversed(rows[:place]):
        group = groups.get(row.group_id) if row.group_id else None
        if group and row.group_id != rows[place].group_id and group.needed:
            lacking = group.needed - counting.chosen(group, complete)
            return [Missing(group.name, needed=lacking)] if lacking else []
        if row.is_required and row.module_id in plan.asked:
            return [] if row.module_id in complete else [missing(row.module)]
    return []
