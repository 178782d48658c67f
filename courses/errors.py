"""What can go wrong when somebody joins or leaves a course."""

import datetime as dt

from courses.models import Course


class CoursesError(Exception):
    """Base of this app's errors."""


class EnrolmentClosed(CoursesError):
    """The course cannot be joined at this time: not published, in preparation, not open yet, or closed."""

    def __init__(self, *, course: Course, at: dt.datetime) -> None:
        self.course, self.at = course, at
        super().__init__(f"Course {course.pk} is closed to enrolment")
