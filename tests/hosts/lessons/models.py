"""The host's own page types over ours, as the READMEs tell it to write them."""

from django.db import models
from modelcluster.fields import ParentalKey

from courses.pages_mixins import CoursePageMixin, GroupLine, ModuleLine
from modules.pages_mixins import LessonPageMixin, ModulePageMixin
from tests.hosts.board.models import BoardPage


class Theme(ModulePageMixin, BoardPage):
    """A module. PII: none."""

    template = "stoa_modules/module_page.html"
    content_panels = [*BoardPage.content_panels, *ModulePageMixin.mixin_panels]


class Sheet(LessonPageMixin, BoardPage):
    """A lesson. PII: none."""

    template = "stoa_modules/lesson_page.html"
    content_panels = [*BoardPage.content_panels, *LessonPageMixin.mixin_panels]


class Training(CoursePageMixin, BoardPage):
    """A course. PII: none."""

    template = "stoa_courses/course_page.html"
    content_panels = [*BoardPage.content_panels, *CoursePageMixin.mixin_panels]


class TrainingModule(ModuleLine):
    """A module of a course. PII: none."""

    page = ParentalKey(Training, on_delete=models.CASCADE, related_name="course_modules")


class TrainingGroup(GroupLine):
    """Modules of a course to choose from. PII: none."""

    page = ParentalKey(Training, on_delete=models.CASCADE, related_name="course_groups")
