"""Tags that let pages below speak of courses."""

from django import template
from django.utils import timezone

from courses.models import Course
from modules.pages_lookup import urls_of

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
    urls = urls_of([course.uuid for course in courses]) if courses else {}
    return [(course, urls.get(course.uuid, "")) for course in courses]


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
    urls = urls_of([course.uuid for course in courses]) if courses else {}
    return [(course, urls[course.uuid]) for course in courses if course.uuid in urls]
