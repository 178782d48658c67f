"""How much a course asks for, and how much of it a set of facts amounts to. One rule for pages and for the records."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import F, FilteredRelation, Q

from courses.models import Course, CourseModule
from modules.models import Activity, ActivityKind, GradedBy

DEFAULT_ACCEPTS = [GradedBy.SERVER, GradedBy.PERSON]


def accepted_by(course: Course) -> list[str]:
    """Whose word this course takes that an activity is done. Self-reported only if the course says so."""
    return course.accepts or list(DEFAULT_ACCEPTS)


def asking(path: str) -> Q:
    """Which live activities some course could ask for. `path` leads to them, empty or ending in `__`."""
    kinds = Q(is_required=True) | Q(in_short=True) | Q(kind=ActivityKind.ARTEFACT)
    return _at(path, kinds) & _at(path, Q(is_live=True))


def asked(path: str) -> Q:
    """Which activities a CourseModule asks for, as a condition on it. `path` leads from it to them: `module__activities__`.

    The same rule as `asks`: the whole module or its short version, and its artefact where the course wants it.
    """
    return _at(path, Q(is_live=True)) & (
        (Q(is_short=False) & _at(path, Q(is_required=True)))
        | (Q(is_short=True) & _at(path, Q(in_short=True)))
        | (Q(asks_artefact=True) & _at(path, Q(kind=ActivityKind.ARTEFACT)))
    )


def asks(row: CourseModule, activity: Activity) -> bool:
    """Whether a course asks for this live activity of one of its modules."""
    in_version = activity.in_short if row.is_short else activity.is_required
    return in_version or (row.asks_artefact and activity.kind == ActivityKind.ARTEFACT)


def _at(path: str, condition: Q) -> Q:
    """The condition on the other side of a relation."""
    parts = [
        _at(path, one) if isinstance(one, Q) else Q(**{f"{path}{one[0]}": one[1]})
        for one in condition.children
    ]
    found = Q(*parts, _connector=condition.connector)
    return ~found if condition.negated else found


@dataclass(frozen=True)
class Group:
    """Modules to choose from. `asked` is what each asks for: {module id: ids of its required live activities}."""

    pk: int
    name: str
    wanted: int
    asked: Mapping[int, frozenset[int]]

    @property
    def needed(self) -> int:
        """Never more than can be done: a module that asks for nothing now cannot be completed."""
        return min(self.wanted, len(self.asked))


@dataclass(frozen=True)
class Plan:
    """What a course asks for now.

    `required` are the activities of required modules, each counts one; a group counts one for each module needed.
    `asked` = {module id: ids of required live activities} for every module that asks for something, optional ones too.
    """

    required: frozenset[int] = frozenset()
    groups: tuple[Group, ...] = ()
    asked: Mapping[int, frozenset[int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return len(self.required) + sum(group.needed for group in self.groups)

    def done(self, facts: Collection[int]) -> int:
        """How much of `total` is done by somebody who has completed these activities. 0 to `total`."""
        complete = self.complete(facts)
        return len(self.required.intersection(facts)) + sum(
            chosen(group, complete) for group in self.groups
        )

    def complete(self, facts: Collection[int]) -> set[int]:
        """Modules of which everything is done."""
        known = facts if isinstance(facts, (set, frozenset)) else set(facts)
        return {module for module, asked in self.asked.items() if asked <= known}


def chosen(group: Group, complete: Collection[int]) -> int:
    """How many modules of a group count: as many as are complete, and no more than are needed."""
    return min(group.needed, sum(module in complete for module in group.asked))


def plan(rows: Iterable[CourseModule], asked: Mapping[int, Collection[int]]) -> Plan:
    """What one course asks for. No query.

    rows    its CourseModules, with their groups
    asked   {module id: required live activities}; a module that asks for nothing may be missing
    """
    rows = list(rows)
    known = {
        row.module_id: frozenset(asked[row.module_id]) for row in rows if asked.get(row.module_id)
    }
    members: dict[int, dict[int, frozenset[int]]] = {}
    groups = {}
    for row in rows:
        if row.group_id:
            groups[row.group_id] = row.group
            members.setdefault(row.group_id, {})
            if row.module_id in known:
                members[row.group_id][row.module_id] = known[row.module_id]
    required = [known.get(row.module_id, frozenset()) for row in rows if row.is_required]
    return Plan(
        required=frozenset().union(*required),
        groups=tuple(
            Group(pk, group.name, group.needed, members[pk]) for pk, group in groups.items()
        ),
        asked=known,
    )


class Fact(NamedTuple):
    """A completion of one learner, in short."""

    pk: int
    activity: int
    graded_by: str
    at: dt.datetime


def plan_and_facts(course: Course, learner: int) -> tuple[Plan, list[Fact]]:
    """What a course asks for now, and everything one learner has done in its modules. One query."""
    path = "module__activities"
    mine = FilteredRelation(
        f"{path}__completions", condition=Q(**{f"{path}__completions__learner": learner})
    )
    lines = (
        course.course_modules.select_related("group")
        .annotate(mine=mine)
        .annotate(
            activity=F(f"{path}__pk"),
            is_asked=asked(f"{path}__"),
            fact=F("mine__pk"),
            graded_by=F("mine__graded_by"),
            fact_at=F("mine__completed_at"),
        )
    )
    rows: dict[int, CourseModule] = {}
    wanted: dict[int, set[int]] = {}
    facts = []
    for line in lines:
        rows[line.pk] = line
        if line.is_asked:
            wanted.setdefault(line.module_id, set()).add(line.activity)
        if line.fact:
            facts.append(Fact(line.fact, line.activity, line.graded_by, line.fact_at))
    return plan(rows.values(), wanted), facts


def plan_of(course: Course) -> Plan:
    """What a course asks for now. One query."""
    path = "module__activities"
    lines = course.course_modules.select_related("group").annotate(
        activity=F(f"{path}__pk"), is_asked=asked(f"{path}__")
    )
    rows: dict[int, CourseModule] = {}
    wanted: dict[int, set[int]] = {}
    for line in lines:
        rows[line.pk] = line
        if line.is_asked:
            wanted.setdefault(line.module_id, set()).add(line.activity)
    return plan(rows.values(), wanted)
