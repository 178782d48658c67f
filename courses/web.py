"""Which courses a record of the knowledge base touches."""

from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from content import coverage, impact
from content.impact import Touched
from content.models.base import Keyed
from courses.models import Course
from modules import web
from modules.web import Places, Thing

COURSES = "courses"


def courses_on(record: Keyed) -> QuerySet[Course]:
    """Live courses with a module that the record touches."""
    modules = web.modules_on(record).order_by().values("pk")
    return Course.objects.filter(is_live=True, modules__in=modules).order_by().distinct()


@impact.provide
def touched(record: Keyed, user) -> list[Touched]:
    """Courses. Two queries."""
    courses = list(Course.objects.filter(pk__in=courses_on(record).values("pk")))
    places = Places((course.uuid for course in courses), for_staff=True) if courses else None
    found = [
        Thing(
            COURSES, str(course.uuid), course.title, places.url(course.uuid), places.edit_url(course.uuid)
        )
        for course in courses
        if places
    ]  # fmt: skip
    return [Touched(_("Courses"), len(found), found)]


coverage.provide_action_column(
    COURSES,
    _("Courses"),
    coverage.counted(Course.objects.filter(is_live=True, actions=OuterRef("pk")), "actions"),
)
