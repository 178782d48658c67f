"""From a published course page to its row."""

import datetime as dt

from content import localizing
from courses import services
from courses.models import Course, CourseGroup, CourseModule, ProgressCorrection
from courses.pages_mixins import CoursePageMixin
from modules.publishing import is_source

COPIED = (
    "code", "title", "summary", "audience", "level", "hours", "opens_at", "closes_at", "is_planned",
    "certificate_kind", "certificate_title", "certificate_text", "validity_months",
)  # fmt: skip


def follow(page: CoursePageMixin, *, at: dt.datetime) -> Course | None:
    """Bring the course in line with a page that was just published; a translation or alias changes nothing."""
    if page.alias_of_id or not is_source(page):
        return None
    localizing.follow(page)
    course = page.course
    for name in COPIED:
        setattr(course, name, getattr(page, name))
    course.accepts = page.accepted
    course.is_live = True
    course.save()
    course.profiles.set(page.profiles.all())
    course.requires_one_of.set(page.requires_one_of.all())
    follow_modules(page, course)
    services.recalculate(
        course.enrolments.select_related("course"),
        at=at,
        reason=ProgressCorrection.Reason.COURSE,
    )
    return course


def follow_modules(page: CoursePageMixin, course: Course) -> None:
    """Groups and modules as the page lists them. A module of a group is never required by itself."""
    groups = follow_groups(page, course)
    wanted = {row.module_id: (place, row) for place, row in enumerate(page.course_modules.all())}
    course.course_modules.exclude(module__in=wanted).delete()
    for module_id, (place, row) in wanted.items():
        group = groups.get(row.group)
        CourseModule.objects.update_or_create(
            course=course, module_id=module_id,
            defaults={
                "position": place, "is_required": row.is_required and group is None, "is_short": row.is_short, "asks_artefact": row.asks_artefact,
                "group": group, "opens_at": row.opens_at, "after_previous": row.after_previous,
            },
        )  # fmt: skip
    course.groups.exclude(letter__in=groups).delete()


def follow_groups(page: CoursePageMixin, course: Course) -> dict[str, CourseGroup]:
    return {
        line.letter: CourseGroup.objects.update_or_create(
            course=course,
            letter=line.letter,
            defaults={"name": line.name, "needed": max(1, line.needed)},
        )[0]
        for line in page.course_groups.all()
    }


def withdraw(page: CoursePageMixin) -> None:
    """An unpublished course can be neither joined nor continued; records stay."""
    if not page.alias_of_id and is_source(page):
        Course.objects.filter(uuid=page.translation_key).update(is_live=False)
