"""Thin page type for hosts that use Wagtail's own base page. A host with its own leaves this app out."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Page

from courses.pages_mixins import CoursePageMixin, GroupLine, ModuleLine
from modules.pages_mixins import tabs


class CoursePage(CoursePageMixin, Page):
    """Shows a course. PII: none."""

    template = "stoa_courses/course_page.html"
    subpage_types: list[str] = []
    page_description = _("A learning path over modules, with what it earns.")
    content_panels = [*Page.content_panels, *CoursePageMixin.mixin_panels]
    edit_handler = tabs(content_panels)
    search_fields = [*Page.search_fields, *CoursePageMixin.mixin_search_fields]

    class Meta:
        verbose_name = _("course page")


class CoursePageModule(ModuleLine):
    """A module as the page's editor listed it. PII: none."""

    page = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="course_modules")


class CoursePageGroup(GroupLine):
    """A group to choose from as the page's editor described it. PII: none."""

    page = ParentalKey(CoursePage, on_delete=models.CASCADE, related_name="course_groups")
