"""A course of several modules, to choose from and to open one after the other."""

import datetime as dt

import pytest

from cms import site_setup
from courses.pages.models import CoursePageGroup, CoursePageModule
from modules import services as modules
from modules.models import Module
from modules.pages.models import LessonPage, ModulePage
from tests.moments import NOON


class Campus:
    """The school with more modules, each of so many lessons and no test, and a course page that lists them."""

    def __init__(self, school) -> None:
        self.school = school
        self.pages: dict[str, ModulePage] = {}
        self.lessons: dict[str, list[LessonPage]] = {}

    @property
    def course(self):
        return self.school.course

    def module(self, code: str, lessons: int = 1) -> Module:
        page = site_setup.module_index().add_child(
            instance=ModulePage(
                title=f"Module {code}",
                slug=f"module-{code.lower()}",
                code=code,
                summary="A module.",
            )
        )
        self.school.publish(page)
        self.pages[code], self.lessons[code] = page, []
        for n in range(lessons):
            self.lesson(code, f"{code} lesson {n}", f"{code.lower()}-lesson-{n}")
        return Module.objects.get(pk=page.module.pk)

    def lesson(self, code: str, title: str, slug: str, **fields) -> LessonPage:
        page = self.pages[code].add_child(
            instance=LessonPage(
                title=title, slug=slug, body=[{"type": "text", "value": "<p>Read.</p>"}], **fields
            )
        )
        self.school.publish(page)
        self.lessons[code].append(page)
        return page

    def teach(self, *lines: dict, groups: list[dict] | None = None):
        """Publish the course with these lines: {"code": …, and fields of a ModuleLine}."""
        page = self.school.course_page
        page.course_modules = [
            CoursePageModule(
                module=self.pages[line["code"]].module,
                sort_order=place,
                **{name: value for name, value in line.items() if name != "code"},
            )
            for place, line in enumerate(lines)
        ]
        page.course_groups = [CoursePageGroup(**group) for group in groups or []]
        self.school.publish(page)
        self.school.course.refresh_from_db()
        return self.school.course

    def read(self, learner, code: str, place: int = 0, at: dt.datetime = NOON):
        lesson = self.lessons[code][place].lesson
        return modules.complete_reading(
            learner=learner, activity=lesson.activities.get(kind="reading"), at=at
        )

    def finish(self, learner, code: str, at: dt.datetime = NOON) -> None:
        for place in range(len(self.lessons[code])):
            self.read(learner, code, place, at)


@pytest.fixture
def campus(school) -> Campus:
    return Campus(school)
