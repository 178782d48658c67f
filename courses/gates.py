"""Who may act in a module: people enrolled in an open course that has it, once the course opens it to them."""

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, OuterRef

from courses import counting, opening
from courses.models import Course, CourseModule
from modules import access
from modules.errors import NotOpen
from modules.models import Activity, Attempt, Completion, Module


@access.gate
def enrolled_in_an_open_course(
    *, learner: AbstractBaseUser, module: Module, at: dt.datetime
) -> None:
    """One query while no course has a rule for the module. One open course without a rule is enough to act."""
    required = CourseModule.objects.filter(
        course=OuterRef("course"), module__required_by=OuterRef("module")
    )
    rows = list(
        CourseModule.objects.filter(
            module=module,
            course__enrolments__learner=learner,
            course__enrolments__withdrawn_at__isnull=True,
        )
        .select_related("course")
        .annotate(has_requirements=Exists(required))
    )
    if not rows:
        raise NotOpen("not-enrolled")
    rows = [row for row in rows if row.course.is_open(at)]
    if not rows:
        raise NotOpen("closed")
    if not any(_is_free(row, at) for row in rows):
        _check_rules([row.course for row in rows], learner, module, at)


def _is_free(row: CourseModule, at: dt.datetime) -> bool:
    is_early = row.opens_at is not None and at < row.opens_at
    return not (is_early or row.after_previous or row.has_requirements)


def _check_rules(
    courses: list[Course], learner: AbstractBaseUser, module: Module, at: dt.datetime
) -> None:
    """Raises NotOpen with the smallest obstacle if every course bars the way. Four queries, six if it is barred.

    Somebody who has begun a module goes on: a rule that comes later takes no work away from anybody.
    """
    barred = []
    for obstacle in _obstacles(courses, learner, module, at):
        if obstacle is None:
            return
        barred.append(obstacle)
    if not _has_begun(learner, module):
        raise min(barred, key=lambda one: (len(one.missing), one.opens_at or at))


def _obstacles(
    courses: list[Course], learner: AbstractBaseUser, module: Module, at: dt.datetime
) -> list[NotOpen | None]:
    rows: dict[int, list[CourseModule]] = {course.pk: [] for course in courses}
    for row in (
        CourseModule.objects.filter(course__in=courses)
        .select_related("module", "group")
        .order_by("position", "id")
    ):
        rows[row.course_id].append(row)
    modules = {row.module_id for members in rows.values() for row in members}
    activities = list(Activity.objects.filter(counting.asking(""), module__in=modules))
    facts = list(
        Completion.objects.filter(learner=learner, activity__module__in=modules).values_list(
            "activity_id", "graded_by"
        )
    )
    requires = opening.requires_of(modules)
    found = []
    for course in courses:
        by_module = {row.module_id: row for row in rows[course.pk]}
        asked: dict[int, set[int]] = {}
        for one in activities:
            if one.module_id in by_module and counting.asks(by_module[one.module_id], one):
                asked.setdefault(one.module_id, set()).add(one.pk)
        plan = counting.plan(rows[course.pk], asked)
        accepted = counting.accepted_by(course)
        done = {activity for activity, graded_by in facts if graded_by in accepted}
        known = opening.obstacles(
            rows[course.pk], plan=plan, complete=plan.complete(done), requires=requires, at=at
        )
        found.append(known.get(module.pk))
    return found


def _has_begun(learner: AbstractBaseUser, module: Module) -> bool:
    return (
        Completion.objects.filter(learner=learner, activity__module=module).exists()
        or Attempt.objects.filter(learner=learner, activity__module=module).exists()
    )
