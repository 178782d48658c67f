"""What can go wrong when somebody joins or leaves a course."""

import datetime as dt
from collections.abc import Sequence

from courses.models import Course


class CoursesError(Exception):
    """Base of this app's errors."""


class EnrolmentClosed(CoursesError):
    """The course cannot be joined at this time: not published, in preparation, not open yet, or closed."""

    def __init__(self, *, course: Course, at: dt.datetime) -> None:
        self.course, self.at = course, at
        super().__init__(f"Course {course.pk} is closed to enrolment")


class CourseRequired(CoursesError):
    """The course asks that one of other courses be completed first; `one_of` are these."""

    def __init__(self, *, course: Course, one_of: Sequence[Course]) -> None:
        self.course, self.one_of = course, one_of
        super().__init__(f"Course {course.pk} asks for another course first")
