"""What the course page, my learning and the transcript show, in a fixed number of queries."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from content.models.base import source_language
from courses import counting, opening, services
from courses.models import Course, CourseModule, Enrolment, ProgressCorrection
from modules import updates
from modules.errors import NotOpen
from modules.models import (
    Activity,
    ActivityKind,
    Attempt,
    ChangeClass,
    Completion,
    Module,
    ModuleVersion,
    Sensitivity,
    Submission,
)
from modules.models.structure import readable_by
from modules.pages_lookup import Place, newer_original, places_of, source_of
from modules.updates import Update

DONE = {"done", "due"}


@dataclass
class Step:
    """A lesson, the test or the artefact of a module, for one learner.

    `state` is done, due (read an update), now, todo or waiting (handed in, not marked yet).
    """

    title: str
    url: str
    minutes: int
    state: str
    is_test: bool = False
    key: uuid.UUID | None = None
    is_artefact: bool = False
    notes: list[str] = field(default_factory=list)
    language: str = ""  # of the title

    @property
    def is_done(self) -> bool:
        return self.state in DONE


@dataclass
class ModuleOutline:
    """A module of a course with its steps; `state` is done, due, now, todo or planned.

    `asked` are the activities it asks for that this person may know of, `all_asked` all of them; `facts` what of it is
    done and accepted. `shut` says why it is not open yet; `notes` what changed in the module as a whole.
    """

    row: CourseModule
    url: str
    steps: list[Step] = field(default_factory=list)
    has_more_for_members: bool = False
    asked: set[int] = field(default_factory=set)
    all_asked: set[int] = field(default_factory=set)
    facts: set[int] = field(default_factory=set)
    shut: NotOpen | None = None
    notes: list[str] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    delta_urls: dict[uuid.UUID, str] = field(default_factory=dict)
    group: counting.Group | None = None

    @property
    def module(self) -> Module:
        return self.row.module

    @property
    def is_short(self) -> bool:
        return self.row.is_short

    @property
    def is_required(self) -> bool:
        return self.row.is_required

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def lessons(self) -> list[Step]:
        return [step for step in self.steps if not (step.is_test or step.is_artefact)]

    @property
    def hours(self) -> float:
        return self.module.hours_in(short=self.is_short)

    @property
    def state(self) -> str:
        if self.module.is_planned:
            return "planned"
        if self.steps and self.done == len(self.steps):
            is_due = self.notes or any(step.state == "due" for step in self.steps)
            return "due" if is_due else "done"
        return "now" if self.done or any(step.state == "now" for step in self.steps) else "todo"


def outlines(
    courses: list[Course], user, *, with_updates: bool = True
) -> dict[int, list[ModuleOutline]]:
    """Modules and steps of several courses for one person, by course id. Three queries, five at most, for any number.

    with_updates   also say what changed since this person completed it
    """
    now = timezone.now()
    rows = _rows(courses)
    modules = {row.module_id for row in rows}
    activities = _activities(modules, user)
    facts = {
        activity.pk: Fact(activity.graded_by, activity.number or 0)
        for activity in activities
        if activity.graded_by
    }
    due = _due(user, rows, facts, activities) if with_updates else []
    keys = {row.module.uuid for row in rows} | {
        activity.lesson.uuid for activity in activities if activity.lesson
    }
    places = places_of(keys | {update.delta for update in due if update.delta}) if keys else {}
    for row in rows:
        named(row.module, places)
    requires = opening.requires_of(modules) if any(row.has_requirements for row in rows) else {}
    labels = readable_by(user)
    by_module: dict[int, list[Activity]] = defaultdict(list)
    for activity in activities:
        by_module[activity.module_id].append(activity)
    found: dict[int, list[ModuleOutline]] = defaultdict(list)
    known = {course.pk: course for course in courses}
    for row in rows:
        outline = ModuleOutline(row, _url(row.module.uuid, places))
        accepted = counting.accepted_by(known[row.course_id])
        done = {pk for pk, fact in facts.items() if fact.graded_by in accepted}
        asked = [one for one in by_module[row.module_id] if counting.asks(row, one)]
        _fill(outline, asked, done, places, labels, due)
        found[row.course_id].append(outline)
    for course in courses:
        _shut(found[course.pk], requires, now)
        _mark_next(found[course.pk])
    return found


def _rows(courses: list[Course]) -> list[CourseModule]:
    """The modules of courses in order; each says whether others of its course come first, and its newest update."""
    required = CourseModule.objects.filter(
        course=OuterRef("course"), module__required_by=OuterRef("module")
    )
    changed = (
        ModuleVersion.objects.filter(
            module=OuterRef("module"), change_class=ChangeClass.MATERIAL, number__gt=1
        )
        .order_by("-number")
        .values("number")[:1]
    )
    return list(
        CourseModule.objects.filter(course__in=courses)
        .select_related("module", "group")
        .annotate(has_requirements=Exists(required), changed=Subquery(changed))
        .order_by("position", "id")
    )


@dataclass(frozen=True)
class Fact:
    """That an activity was completed: whose word it is, and on which version of the module (0 if not known)."""

    graded_by: str
    number: int


def _activities(modules: set[int], user) -> list[Activity]:
    """What these modules can ask for, in order, each with `graded_by` and `number` of this person's completion, or None."""
    waiting = Submission.objects.filter(
        activity=OuterRef("pk"), learner=user.pk or 0, state=Submission.State.SUBMITTED
    )
    mine = FilteredRelation(
        "completions",
        condition=Q(completions__learner=user.pk or 0),  # a stranger has done nothing
    )
    return list(
        Activity.objects.filter(counting.asking(""), module__in=modules)
        .select_related("lesson")
        .annotate(mine=mine)
        .annotate(
            graded_by=F("mine__graded_by"),
            number=F("mine__module_version__number"),
            is_waiting=Exists(waiting),
        )
        .order_by("position", "id")
    )


def _due(
    user, rows: list[CourseModule], facts: Mapping[int, Fact], activities: list[Activity]
) -> list[Update]:
    """Updates a person should still read in these modules. No query while nothing they did was changed, else one."""
    changed = {row.module_id: row.changed for row in rows if row.changed}
    touched = {
        activity.module_id
        for activity in activities
        if activity.pk in facts and facts[activity.pk].number < changed.get(activity.module_id, 0)
    }
    if not touched:
        return []
    return updates.due(
        user,
        updates.material(touched, unseen_by=user),
        facts={pk: fact.number for pk, fact in facts.items()},
        activities=activities,
        is_unseen=True,
    )


def _fill(
    outline: ModuleOutline,
    activities: list[Activity],
    done: set[int],
    places: dict[uuid.UUID, Place],
    labels: list[str],
    due: list[Update],
) -> None:
    notes: dict[uuid.UUID | None, list[str]] = defaultdict(list)
    for update in due:
        if update.module == outline.module.pk:
            outline.updates.append(update)
            for lesson in update.lessons or (None,):
                notes[lesson].append(update.note)
    outline.notes = notes[None]
    outline.delta_urls = {
        update.delta: _url(update.delta, places) for update in due if update.delta
    }
    outline.all_asked = {activity.pk for activity in activities}
    outline.facts = outline.all_asked & done
    by_lesson: dict[Any, list[Activity]] = defaultdict(list)
    artefacts = []
    for activity in activities:
        if outline.row.asks_artefact and activity.kind == ActivityKind.ARTEFACT:
            if activity.lesson.sensitivity in labels:
                outline.asked.add(activity.pk)
                artefacts.append(_artefact(activity, done))
        else:
            by_lesson[activity.lesson].append(activity)
    for lesson, parts in by_lesson.items():
        if lesson and lesson.sensitivity not in labels:
            # Signing in opens it; that there are lessons for verified roles is nobody else's to know.
            outline.has_more_for_members |= lesson.sensitivity == Sensitivity.REGISTERED
            continue
        outline.asked |= {part.pk for part in parts}
        state = "done" if all(part.pk in done for part in parts) else "todo"
        if lesson is None:
            test = next((part for part in parts if part.kind == ActivityKind.TEST), None)
            if test:
                url = reverse("stoa_modules:test", args=[test.uuid])
                outline.steps.append(Step("", url, 20, state, is_test=True))
            continue
        known = notes[lesson.uuid]
        state = "due" if known and state == "done" else state
        outline.steps.append(
            Step(
                named(lesson, places).title,
                _url(lesson.uuid, places),
                lesson.minutes,
                state,
                notes=known,
                language=lesson.language,
                key=lesson.uuid,
            )
        )
    outline.steps += artefacts


def _url(key: uuid.UUID, places: dict[uuid.UUID, Place]) -> str:
    return places[key].url if key in places else ""


def named(thing, places: dict[uuid.UUID, Place]):
    """The row called what its page in the reader's language is called; for showing, not for saving."""
    place = places.get(thing.uuid)
    thing.language = place.language if place else source_language()
    if place and place.language != source_language():
        thing.title = place.title
    return thing


def _artefact(activity: Activity, done: set[int]) -> Step:
    state = "done" if activity.pk in done else "waiting" if activity.is_waiting else "todo"
    url = reverse("stoa_modules:artefact", args=[activity.uuid])
    return Step(activity.title, url, 0, state, is_artefact=True)


def _shut(modules: list[ModuleOutline], requires: opening.Requires, now: dt.datetime) -> None:
    """Say of each module why it is not open yet. What somebody has begun stays open to them, as in the gate."""
    plan = plan_of(modules)
    groups = {group.pk: group for group in plan.groups}
    complete = plan.complete(set().union(*(outline.facts for outline in modules)))
    barred = opening.obstacles(
        [outline.row for outline in modules],
        plan=plan, complete=complete, requires=requires, at=now,
    )  # fmt: skip
    for outline in modules:
        outline.group = groups.get(outline.row.group_id)
        if not outline.facts:
            outline.shut = barred.get(outline.module.pk)


def plan_of(modules: list[ModuleOutline], full: bool = True) -> counting.Plan:
    """What a course asks for, from its outline; not `full`: only what this person may know of."""
    return counting.plan(
        [outline.row for outline in modules],
        {outline.module.pk: outline.all_asked if full else outline.asked for outline in modules},
    )


def _mark_next(modules: list[ModuleOutline]) -> None:
    following = next_step(modules)
    if following:
        following.state = "now"


def next_step(modules: list[ModuleOutline]) -> Step | None:
    """The first step still to do that has a page and is open, in course order; what is not asked for comes last."""
    plan = plan_of(modules)
    complete = plan.complete(set().union(*(outline.facts for outline in modules)))
    enough = {group.pk for group in plan.groups if counting.chosen(group, complete) == group.needed}
    open_ones = [outline for outline in modules if not outline.shut]
    extra = [
        outline
        for outline in open_ones
        if not outline.is_required and outline.row.group_id in enough | {None}
    ]
    for outline in [*(one for one in open_ones if one not in extra), *extra]:
        for step in outline.steps:
            if step.state not in {*DONE, "waiting"} and step.url:
                return step
    return None


def progress_of(modules: list[ModuleOutline], full: bool = True) -> tuple[int, int]:
    """Done of required, by the rule of the records. Not `full`: without what this person may not know of."""
    plan = plan_of(modules, full)
    return plan.done(set().union(*(outline.facts for outline in modules))), plan.total


def due_steps(modules: list[ModuleOutline]) -> list[dict[str, Any]]:
    """What should be caught up with in a course: title, address, what changed and by when, in course order.

    Where a change carries an update lesson, that one stands here instead of what changed.
    """
    found: dict[str, dict[str, Any]] = {}
    for outline in modules:
        known = {step.key: step for step in outline.steps if step.state == "due"}
        for update in outline.updates:
            places: list[tuple[str, str]]
            if update.delta:
                places = [(update.delta_title, outline.delta_urls.get(update.delta, ""))]
            elif update.lessons:
                places = [(known[k].title, known[k].url) for k in update.lessons if k in known]
            else:
                places = [(str(outline.module), outline.url)]
            for title, url in places:
                line = found.setdefault(
                    url,
                    {"title": title, "url": url, "notes": [], "by": update.update_by, "minutes": 0},
                )
                line["minutes"] = update.delta_minutes
                line["by"] = min(line["by"], update.update_by)
                if update.note not in line["notes"]:
                    line["notes"].append(update.note)
    return list(found.values())


def course_context(page, request: HttpRequest) -> dict[str, Any]:
    user = request.user
    now = timezone.now()
    enrolment = None
    if user.is_authenticated:
        enrolment = (
            Enrolment.objects.active()
            .filter(learner=user, course__uuid=page.translation_key)
            .select_related("course", "completion", "progress")
            .first()
        )
    if enrolment:
        page.__dict__["course"] = enrolment.course  # the page need not look for it again
    course = page.course
    may_join = course.is_open(now) and enrolment is None
    needed = services.first_needed(learner=user, course=course) if may_join else []
    modules = outlines([course], user, with_updates=enrolment is not None)[course.pk]
    done, total = progress_of(modules, full=enrolment is not None)
    is_translated = page.locale.language_code != source_language()
    return {
        "course": course,
        "original": newer_original(page, source_of(page)) if is_translated else None,
        "modules": modules,
        "groups": choices_of(modules),
        "enrolment": enrolment,
        "completion": getattr(enrolment, "completion", None),
        "needed": linked(needed),
        "following": next_step(modules),
        "waiting": [outline for outline in modules if outline.shut],
        "due": due_steps(modules) if enrolment and course.is_open(now) else [],
        "done": done,
        "total": total,
        "is_open": course.is_open(now),
        "is_over": bool(course.closes_at and course.closes_at <= now),
        "available": [outline for outline in modules if not outline.module.is_planned],
    }


def linked(courses: Sequence[Course]) -> list[dict[str, str]]:
    """Courses by title, each with the address of its page, or none. One query, none without courses."""
    places = places_of([course.uuid for course in courses]) if courses else {}
    said = [named(course, places) for course in courses]
    return [{"title": course.title, "url": _url(course.uuid, places)} for course in said]


def choices_of(modules: list[ModuleOutline]) -> list[dict[str, Any]]:
    """Groups to choose from, as the page counts them off."""
    plan = plan_of(modules)
    complete = plan.complete(set().union(*(outline.facts for outline in modules)))
    found = []
    for group in plan.groups:
        if group.needed:
            chosen = counting.chosen(group, complete)
            found.append(
                {
                    "name": group.name,
                    "needed": group.needed,
                    "members": len(group.asked),
                    "chosen": chosen,
                    "is_enough": chosen == group.needed,
                }
            )
    return found


@dataclass
class Path:
    """One of a learner's courses, on the page My learning."""

    enrolment: Enrolment
    url: str
    modules: list[ModuleOutline]
    done: int
    total: int
    following: Step | None
    is_complete: bool
    following_module: ModuleOutline | None = None
    due: list[dict[str, Any]] = field(default_factory=list)


def paths_of(user) -> list[Path]:
    """A learner's courses, those in progress first. Ten queries at most, for any number of courses."""
    now = timezone.now()
    enrolments = list(
        Enrolment.objects.active()
        .filter(learner=user)
        .select_related("course", "completion", "progress")
        .order_by("-progress__last_fact_at", "-enrolled_at")
    )
    courses = [enrolment.course for enrolment in enrolments]
    found = outlines(courses, user)
    places = places_of([course.uuid for course in courses]) if courses else {}
    paths = []
    for enrolment in enrolments:
        modules = found[enrolment.course_id]
        done, total = progress_of(modules)
        following = next_step(modules)
        complete = getattr(enrolment, "completion", None) is not None
        inside = next((outline for outline in modules if following in outline.steps), None)
        paths.append(
            Path(
                enrolment,
                _url(named(enrolment.course, places).uuid, places),
                modules,
                done,
                total,
                following,
                complete,
                inside,
                due_steps(modules) if enrolment.course.is_open(now) else [],
            )
        )
    paths.sort(key=lambda path: (path.is_complete, path.following is None))
    return paths


def updates_of(paths: list[Path]) -> list[dict[str, Any]]:
    """What a learner should read again in all their courses, each once."""
    found = {}
    for path in paths:
        for line in path.due:
            found.setdefault(line["url"], line)
    return list(found.values())


def tests_of(user) -> list[dict[str, Any]]:
    """Every passed test of a learner: when first passed, and `shown`: the best and the last try. Two queries."""
    rows = list(
        Completion.objects.filter(learner=user, activity__kind=ActivityKind.TEST)
        .select_related("activity__module", "attempt", "module_version")
        .order_by("completed_at")
    )
    tries: dict[int, list[Attempt]] = defaultdict(list)
    known = Attempt.objects.submitted().filter(
        learner=user, activity__in=[row.activity_id for row in rows]
    )
    for attempt in known.order_by("number"):
        tries[attempt.activity_id].append(attempt)
    return [
        {
            "completion": row,
            "module": row.activity.module,
            "attempt": row.attempt,
            "shown": [
                max(tries[row.activity_id], key=_share, default=row.attempt),
                tries[row.activity_id][-1] if tries[row.activity_id] else row.attempt,
            ],
        }
        for row in rows
    ]


def _share(attempt: Attempt) -> float:
    return (attempt.score_raw or 0) / attempt.score_max if attempt.score_max else 0


def corrections_of(user) -> list[ProgressCorrection]:
    """Where a learner's done became smaller, newest first. One query."""
    return list(
        ProgressCorrection.objects.filter(enrolment__learner=user).select_related(
            "enrolment__course"
        )
    )
