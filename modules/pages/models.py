"""Thin page types for hosts that use Wagtail's own base page. A host with its own leaves this app out."""

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from modules.pages_mixins import LessonPageMixin, ModulePageMixin, tabs


class ModulePage(ModulePageMixin, Page):
    """Shows a module. PII: none."""

    template = "stoa_modules/module_page.html"
    subpage_types = ["stoa_modules_pages.LessonPage"]
    page_description = _("A unit of teaching: lessons, and a test at the end.")
    content_panels = [*Page.content_panels, *ModulePageMixin.mixin_panels]
    edit_handler = tabs(content_panels, ModulePageMixin.publication_panels)
    search_fields = [*Page.search_fields, *ModulePageMixin.mixin_search_fields]

    class Meta:
        verbose_name = _("module page")


class LessonPage(LessonPageMixin, Page):
    """Shows a lesson. PII: none."""

    template = "stoa_modules/lesson_page.html"
    parent_page_types = ["stoa_modules_pages.ModulePage"]
    subpage_types: list[str] = []
    page_description = _("A lesson of 12 to 20 minutes.")
    content_panels = [*Page.content_panels, *LessonPageMixin.mixin_panels]
    edit_handler = tabs(content_panels, LessonPageMixin.publication_panels)
    search_fields = [*Page.search_fields, *LessonPageMixin.mixin_search_fields]

    class Meta:
        verbose_name = _("lesson page")
