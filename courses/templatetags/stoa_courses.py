"""Tags that let pages below speak of courses."""

from uuid import UUID

from django import template
from django.utils import timezone

from courses.models import Course
from courses.presenting import named
from modules.pages_lookup import Place, places_of

register = template.Library()


@register.simple_tag
def courses_with(module) -> list[tuple[Course, str]]:
    """Open courses that ask for a module, shortest first, each with the address of its page. Two queries."""
    now = timezone.now()
    courses = [
        course
        for course in Course.objects.filter(modules=module, is_live=True).order_by(
            "hours", "position"
        )
        if course.is_open(now)
    ]
    places = places_of([course.uuid for course in courses]) if courses else {}
    return [(named(course, places), _url(course, places)) for course in courses]


def _url(course: Course, places: dict[UUID, Place]) -> str:
    return places[course.uuid].url if course.uuid in places else ""


@register.simple_tag(takes_context=True)
def my_courses_with(context, module) -> list[tuple[Course, str]]:
    """Courses with this module that the reader has joined. Two queries."""
    user = context["user"]
    courses = (
        list(
            Course.objects.filter(
                modules=module, enrolments__learner=user, enrolments__withdrawn_at=None
            )
        )
        if user.is_authenticated
        else []
    )
    places = places_of([course.uuid for course in courses]) if courses else {}
    return [
        (named(course, places), _url(course, places)) for course in courses if course.uuid in places
    ]
