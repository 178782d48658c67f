"""What can happen to an enrolment. Every change of state in this app starts here."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from content.events import announce
from courses import counting
from courses.errors import CourseRequired, EnrolmentClosed
from courses.models import (
    Cohort,
    Course,
    CourseCompletion,
    CourseModule,
    Enrolment,
    Progress,
    ProgressCorrection,
)
from courses.signals import course_completed, learner_enrolled, learner_withdrawn
from modules.models import Completion, ModuleVersion

MANY = 500  # from so many learners on, a query reads all of a course rather than name each
MANY_KEYS = 5_000  # a database takes a limited number of parameters in one statement
DERIVED = ["done", "required", "last_fact_at", "seen_fact"]


class Counted(NamedTuple):
    """What one learner has done of what a course asks: how much, when last, and the newest fact that was looked at."""

    done: int
    last: dt.datetime | None
    newest: int


NOTHING = Counted(0, None, 0)


def enrol(*, learner: AbstractBaseUser, course: Course, at: dt.datetime) -> Enrolment:
    """Enrol a learner; doing it twice returns the enrolment that is there, coming back reopens it.

    at      when it happened, timezone-aware.
    Raises  EnrolmentClosed if the course is not open at `at`; CourseRequired if another course comes first.
    Sends   learner_enrolled, once per joining.
    """
    if not course.is_open(at):
        raise EnrolmentClosed(course=course, at=at)
    if one_of := first_needed(learner=learner, course=course):
        raise CourseRequired(course=course, one_of=one_of)
    with transaction.atomic():
        enrolment, is_new = Enrolment.objects.get_or_create(
            learner=learner, course=course, defaults={"enrolled_at": at}
        )
        if enrolment.withdrawn_at:
            Enrolment.objects.filter(pk=enrolment.pk).update(withdrawn_at=None)
            enrolment.withdrawn_at, is_new = None, True
        if is_new:
            recalculate([enrolment], at=at, reason=ProgressCorrection.Reason.COURSE)
            announce(learner_enrolled, enrolment=enrolment)
    return enrolment


def first_needed(*, learner: AbstractBaseUser | AnonymousUser, course: Course) -> Sequence[Course]:
    """Courses of which this learner must complete one before joining; empty if nothing is in the way.

    Who has joined before may come back: a rule that comes later shuts nobody out. One query.
    """
    opens = Enrolment.objects.filter(
        Q(course=course) | Q(course=OuterRef("pk"), completion__isnull=False),
        learner=learner.pk or 0,  # a stranger has completed nothing
    )
    one_of = list(course.requires_one_of.annotate(is_enough=Exists(opens)))
    return [] if any(one.is_enough for one in one_of) else one_of


def join_cohort(*, learner: AbstractBaseUser, cohort: Cohort, at: dt.datetime) -> Enrolment:
    """Enrol a learner with a cohort; its trainers see their progress from now on. Raises as `enrol`."""
    with transaction.atomic():
        enrolment = enrol(learner=learner, course=cohort.course, at=at)
        Enrolment.objects.filter(pk=enrolment.pk).update(cohort=cohort)
        enrolment.cohort = cohort
    return enrolment


def withdraw(*, enrolment: Enrolment, at: dt.datetime) -> None:
    """Leave a course. What was done stays on record; joining again brings it back. Sends learner_withdrawn, once."""
    with transaction.atomic():
        changed = Enrolment.objects.active().filter(pk=enrolment.pk).update(withdrawn_at=at)
        if changed:
            enrolment.withdrawn_at = at
            announce(learner_withdrawn, enrolment=enrolment)


def required_activities(course: Course) -> list[int]:
    """Primary keys of what a course asks of everybody: live required activities of its required modules. One query."""
    return sorted(counting.plan_of(course).required)


def recalculate(
    enrolments: Iterable[Enrolment],
    *,
    at: dt.datetime,
    reason: ProgressCorrection.Reason = ProgressCorrection.Reason.CONTENT,
) -> int:
    """Bring progress in line with the facts, and record completions. Returns how many courses were completed.

    Who has left keeps their progress up to date but completes nothing. Where less is done than before, a
    ProgressCorrection says so, with `reason`. A fixed number of reads per course for any number of learners; rows that
    have changed are written in bulk.
    """
    by_course: dict[Course, list[Enrolment]] = defaultdict(list)
    for enrolment in enrolments:
        by_course[enrolment.course].append(enrolment)
    return sum(
        _recalculate_course(course, members, at, reason) for course, members in by_course.items()
    )


def _recalculate_course(
    course: Course,
    enrolments: list[Enrolment],
    at: dt.datetime,
    reason: ProgressCorrection.Reason,
) -> int:
    with transaction.atomic(savepoint=False):
        # Locked before the facts are read: of two devices that do something at the same time, the second counts both.
        before = {
            progress.enrolment_id: progress
            for progress in _of(Progress, course, enrolments)
            .select_for_update(of=("self",))
            .order_by("pk")
        }
        if len(enrolments) == 1:
            asked, counted = _counted_one(course, enrolments[0])
        else:
            asked = counting.plan_of(course)
            counted = _counted(course, asked, enrolments)
        rows = []
        for enrolment in enrolments:
            found = counted.get(enrolment.learner_id, NOTHING)
            rows.append(
                Progress(
                    enrolment=enrolment,
                    done=found.done,
                    required=asked.total,
                    last_fact_at=found.last,
                    seen_fact=found.newest,
                    updated_at=at,
                )
            )
        _write(rows, before, at, reason)
        finished = [
            row.enrolment for row in rows if row.is_complete and row.enrolment.withdrawn_at is None
        ]
        return _complete(course, finished, asked, at) if finished and not course.is_planned else 0


def _of(model: Any, course: Course, enrolments: list[Enrolment]) -> QuerySet:
    """Rows of `model` that belong to these enrolments of a course; of all of the course when they are many."""
    rows = model.objects.filter(enrolment__course=course)
    return rows if len(enrolments) >= MANY else rows.filter(enrolment__in=enrolments)


def _counted_one(course: Course, enrolment: Enrolment) -> tuple[counting.Plan, dict[int, Counted]]:
    """What a course asks and what one learner has done of it: what happens at every answer. One query."""
    asked, facts = counting.plan_and_facts(course, enrolment.learner_id)
    accepts = counting.accepted_by(course)
    wanted = _wanted(asked)
    accepted = [fact for fact in facts if fact.activity in wanted and fact.graded_by in accepts]
    counted = Counted(
        done=asked.done({fact.activity for fact in accepted}),
        last=max((fact.at for fact in accepted), default=None),
        newest=max((fact.pk for fact in facts), default=0),
    )
    return asked, {enrolment.learner_id: counted}


def _wanted(asked: counting.Plan) -> frozenset[int]:
    """Activities that can count: those of required modules, and of modules to choose from."""
    return asked.required.union(*(pks for group in asked.groups for pks in group.asked.values()))


def _counted(
    course: Course, asked: counting.Plan, enrolments: list[Enrolment]
) -> dict[int, Counted]:
    """What learners have done of what is asked, by learner id. One query, two with groups to choose from."""
    facts = Completion.objects.filter(activity__module__course_modules__course=course)
    if len(enrolments) < MANY:
        facts = facts.filter(learner__in=[enrolment.learner_id for enrolment in enrolments])
    accepts = Q(graded_by__in=counting.accepted_by(course))
    chosen = [(group, counting.Plan(asked=group.asked)) for group in asked.groups]
    electives = _wanted(asked) - asked.required
    of_choice: dict[int, set[int]] = defaultdict(set)
    if electives:
        known = facts.filter(accepts, activity__in=electives).order_by()
        for learner, activity in known.values_list("learner", "activity"):
            of_choice[learner].add(activity)
    counts = facts.order_by().values("learner").annotate(
        done=Count("pk", filter=accepts & Q(activity__in=asked.required)),
        last=Max(
            "completed_at", filter=accepts & Q(activity__in=asked.required | electives)
        ),
        newest=Max("pk"),
    )  # fmt: skip
    found = {}
    for row in counts:
        done = row["done"]
        for group, plan in chosen:
            done += counting.chosen(group, plan.complete(of_choice[row["learner"]]))
        found[row["learner"]] = Counted(done, row["last"], row["newest"])
    return found


def _write(
    rows: list[Progress],
    before: dict[int, Progress],
    at: dt.datetime,
    reason: ProgressCorrection.Reason,
) -> None:
    """Store progress, and a correction wherever less is done than before."""
    changed, same, sunk = [], [], []
    for row in rows:
        old = before.get(row.enrolment_id)
        if old and all(getattr(old, name) == getattr(row, name) for name in DERIVED):
            same.append(old.pk)
            continue
        changed.append(row)
        if old and row.done < old.done:
            sunk.append(
                ProgressCorrection(
                    enrolment_id=row.enrolment_id, before_done=old.done, before_required=old.required,
                    after_done=row.done, after_required=row.required, reason=reason, at=at,
                )
            )  # fmt: skip
    for start in range(0, len(same), MANY_KEYS):
        Progress.objects.filter(pk__in=same[start : start + MANY_KEYS]).update(updated_at=at)
    Progress.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["enrolment"],
        update_fields=[*DERIVED, "updated_at"],
    )  # fmt: skip
    ProgressCorrection.objects.bulk_create(sunk)


def _complete(
    course: Course, enrolments: list[Enrolment], asked: counting.Plan, at: dt.datetime
) -> int:
    """Record completions that are new, each with what it rests on."""
    known = set(_of(CourseCompletion, course, enrolments).values_list("enrolment_id", flat=True))
    new = [enrolment for enrolment in enrolments if enrolment.pk not in known]
    if not new:
        return 0
    modules = _module_snapshot(course)
    facts: dict[int, list[Completion]] = defaultdict(list)
    rows = Completion.objects.filter(
        activity__in=_wanted(asked), graded_by__in=counting.accepted_by(course)
    ).select_related("activity", "attempt", "module_version")
    if len(new) < MANY:
        rows = rows.filter(learner__in=[enrolment.learner_id for enrolment in new])
    for fact in rows.order_by("completed_at", "pk"):
        facts[fact.learner_id].append(fact)
    created = CourseCompletion.objects.bulk_create(
        [
            CourseCompletion(
                enrolment=enrolment,
                completed_at=at,
                snapshot=_snapshot(asked, modules, facts[enrolment.learner_id]),
            )
            for enrolment in new
        ]
    )
    announce(course_completed, completions=created)
    return len(created)


def _snapshot(
    asked: counting.Plan,
    modules: list[tuple[CourseModule, dict[str, Any]]],
    facts: list[Completion],
) -> dict[str, Any]:
    """What a completion rests on: required modules, and those of the chosen ones that are complete."""
    complete = asked.complete({fact.activity_id for fact in facts})
    counts = {
        row.module_id
        for row, _words in modules
        if row.is_required or (row.group_id and row.module_id in complete)
    }
    return {
        "required": asked.total,
        "modules": [words for row, words in modules if row.module_id in counts],
        "completed": [_fact(fact) for fact in facts if fact.activity.module_id in counts],
    }


def _module_snapshot(course: Course) -> list[tuple[CourseModule, dict[str, Any]]]:
    numbers = dict(
        ModuleVersion.objects.filter(module__courses=course)
        .values("module")
        .annotate(newest=Max("number"))
        .values_list("module", "newest")
    )
    return [
        (
            row,
            {
                "uuid": str(row.module.uuid),
                "code": row.module.code,
                "title": row.module.title,
                "version": numbers.get(row.module_id, 1),
                "hours": row.module.hours_in(short=row.is_short),
                **({"short": True} if row.is_short else {}),
            },
        )
        for row in course.course_modules.select_related("module")
    ]


def _fact(completion: Completion) -> dict[str, Any]:
    found: dict[str, Any] = {
        "activity": str(completion.activity.uuid),
        "kind": completion.activity.kind,
        "title": completion.activity.title,
        "graded_by": completion.graded_by,
        "at": completion.completed_at.isoformat(),
        "version": completion.module_version.number if completion.module_version else 1,
    }
    if completion.attempt:
        found |= {
            "attempt": str(completion.attempt.uuid),
            "score_raw": completion.attempt.score_raw,
            "score_max": completion.attempt.score_max,
        }
    return found


def behind() -> list[Enrolment]:
    """Enrolments with facts that their progress has not seen, or without progress: what a sweep must redo.

    A fact is newer by its number, not by its time: after a clock was set back, a later fact has an earlier time.
    """
    newest = (
        Completion.objects.filter(
            learner=OuterRef("learner"), activity__module__course_modules__course=OuterRef("course")
        )
        .order_by("-pk")
        .values("pk")[:1]
    )
    known = Enrolment.objects.select_related("course").annotate(newest=Subquery(newest))
    return list(known.filter(Q(progress__isnull=True) | Q(newest__gt=F("progress__seen_fact"))))


def disclose(*, learner: AbstractBaseUser) -> dict[str, Any]:
    """Everything this app holds about a learner, as plain data."""
    return {
        "enrolments": list(
            Enrolment.objects.filter(learner=learner).values(
                "course__title",
                "cohort__name",
                "enrolled_at",
                "withdrawn_at",
                "progress__done",
                "progress__required",
                "completion__completed_at",
            )
        ),
        "progress_corrections": list(
            ProgressCorrection.objects.filter(enrolment__learner=learner).values(
                "enrolment__course__title",
                "before_done",
                "before_required",
                "after_done",
                "after_required",
                "reason",
                "at",
            )
        ),
    }


def forget(*, learner: AbstractBaseUser) -> None:
    """Erase what this app holds about a learner."""
    with transaction.atomic():
        CourseCompletion.objects.filter(enrolment__learner=learner).delete()
        Enrolment.objects.filter(learner=learner).delete()
