"""Who does not get on, and where: for their trainers by name, for editors as a count."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Q

from courses.models import Enrolment, EnrolmentQuerySet
from modules.models import Activity, ActivityKind, Attempt, Completion

IDLE = dt.timedelta(days=14)
FAILED_TESTS = 2


@dataclass
class Stuck:
    """One learner in one course. `reasons` are codes: "failed" (a test, twice or more) and "idle"."""

    enrolment: Enrolment
    reasons: list[str]
    since: dt.datetime
    where: str = ""
    key: uuid.UUID | None = None


def unfinished(enrolments: EnrolmentQuerySet) -> EnrolmentQuerySet:
    return enrolments.active().filter(completion__isnull=True)


def idle(enrolments: EnrolmentQuerySet, at: dt.datetime) -> EnrolmentQuerySet:
    """Nothing done for IDLE; for somebody who has done nothing yet, since joining."""
    since = at - IDLE
    never = Q(progress__last_fact_at__isnull=True, enrolled_at__lt=since)
    return unfinished(enrolments).filter(Q(progress__last_fact_at__lt=since) | never)


def failing(learners) -> set[tuple[int, int]]:
    """(learner, module) of tests that were failed FAILED_TESTS times or more and never passed. One query.

    learners   primary keys, or a queryset of them
    """
    tries = (
        Attempt.objects.submitted()
        .filter(activity__kind=ActivityKind.TEST, learner__in=learners)
        .order_by()
        .values_list("learner", "activity__module")
        .annotate(
            failed=Count("pk", filter=Q(is_passed=False)),
            passed=Count("pk", filter=Q(is_passed=True)),
        )
        .filter(failed__gte=FAILED_TESTS, passed=0)
    )
    return {(learner, module) for learner, module, _failed, _passed in tries}


def find(enrolments: EnrolmentQuerySet, *, at: dt.datetime, limit: int = 10) -> list[Stuck]:
    """The learners of these enrolments who are stuck, those who failed a test first. Four queries for any number."""
    failed = failing(unfinished(enrolments).values("learner"))
    wanted = Q(pk__in=idle(enrolments, at).values("pk")) | Q(
        learner__in={learner for learner, _module in failed}
    )
    rows = (
        unfinished(enrolments)
        .filter(wanted)
        .select_related("learner", "course", "cohort", "progress")
    )
    return _judge(list(rows), failed, at)[:limit]


def among(rows: Sequence[Enrolment], *, at: dt.datetime) -> list[Stuck]:
    """As `find`, for enrolments that were fetched before, with progress and completion. Three queries."""
    running = [row for row in rows if getattr(row, "completion", None) is None]
    return _judge(running, failing([row.learner_id for row in running]), at)


def _judge(rows: list[Enrolment], failed: set[tuple[int, int]], at: dt.datetime) -> list[Stuck]:
    """Why each is stuck, and where they would go on: the first required activity that is not done. Two queries."""
    asked = _asked({row.course_id for row in rows})
    done = set(
        Completion.objects.filter(learner__in=[row.learner_id for row in rows]).values_list(
            "learner", "activity"
        )
    )
    found = []
    for row in rows:
        last = getattr(getattr(row, "progress", None), "last_fact_at", None) or row.enrolled_at
        reasons = (
            ["failed"]
            if any((row.learner_id, step.module) in failed for step in asked[row.course_id])
            else []
        )
        reasons += ["idle"] if last < at - IDLE else []
        if reasons:
            following = next(
                (
                    step
                    for step in asked[row.course_id]
                    if (row.learner_id, step.activity) not in done
                ),
                None,
            )
            found.append(
                Stuck(row, reasons, last, *((following.title, following.key) if following else ()))
            )
    found.sort(key=lambda one: ("failed" not in one.reasons, one.since))
    return found


class Step(NamedTuple):
    """A required activity of a course that is not optional, with the lesson, or for a test the module, in which it is done."""

    activity: int
    module: int
    title: str
    key: uuid.UUID


def _asked(courses: set[int]) -> dict[int, list[Step]]:
    """What courses ask for, in order, by course id. An optional module holds nobody up."""
    rows = (
        Activity.objects.filter(
            Q(module__course_modules__is_required=True)
            | Q(module__course_modules__group__isnull=False),
            module__course_modules__course__in=courses,
            is_required=True,
            is_live=True,
        )
        .order_by("module__course_modules__position", "position", "id")
        .values_list(
            "module__course_modules__course",
            "pk",
            "module",
            "lesson__title",
            "lesson__uuid",
            "module__title",
            "module__uuid",
        )
    )
    steps: dict[int, list[Step]] = defaultdict(list)
    for course, pk, module, lesson, lesson_key, title, key in rows:
        steps[course].append(Step(pk, module, lesson or title, lesson_key or key))
    return steps


def count(*, at: dt.datetime) -> dict[str, int]:
    """How many are stuck on the whole site, without a name. Two queries."""
    everybody = Enrolment.objects.all()
    return {
        "idle": idle(everybody, at).count(),
        "failed": len(
            {learner for learner, _module in failing(unfinished(everybody).values("learner"))}
        ),
    }
