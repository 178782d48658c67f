"""Pages that only this site has: home, catalogue, a folder for modules, plain text."""

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from cms import catalogue

TEXT = ["h2", "h3", "bold", "ol", "ul", "link"]


class HomePage(Page):
    """The front door, and the root of one language. PII: none."""

    headline = models.CharField(
        _("headline"), max_length=150, default="A square can be safe and still be open."
    )
    lead = models.TextField(_("lead"), blank=True)

    template = "stoa_cms/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["stoa_cms.CataloguePage", "stoa_cms.ModuleIndexPage", "stoa_cms.TextPage"]
    content_panels = [*Page.content_panels, FieldPanel("headline"), FieldPanel("lead")]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | catalogue.home_context(request)


class CataloguePage(Page):
    """All courses and modules, with filters. Its children are the course pages. PII: none."""

    lead = models.TextField(_("lead"), blank=True)

    template = "stoa_cms/catalogue_page.html"
    parent_page_types = ["stoa_cms.HomePage"]
    subpage_types = ["stoa_courses_pages.CoursePage"]
    max_count_per_parent = 1
    content_panels = [*Page.content_panels, FieldPanel("lead")]

    class Meta:
        verbose_name = _("catalogue page")

    def get_context(self, request: HttpRequest, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | catalogue.catalogue_context(request)


class ModuleIndexPage(Page):
    """The folder of the module pages; readers see the list of modules. PII: none."""

    template = "stoa_cms/module_index_page.html"
    parent_page_types = ["stoa_cms.HomePage"]
    subpage_types = ["stoa_modules_pages.ModulePage"]
    max_count_per_parent = 1

    class Meta:
        verbose_name = _("module index page")

    def get_context(self, request: HttpRequest, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | catalogue.modules_context(request)


class TextPage(Page):
    """A page of plain text: what Stoa is, accessibility statement, privacy, help. PII: none."""

    lead = models.TextField(_("lead"), blank=True)
    body = RichTextField(_("text"), features=TEXT, blank=True)

    template = "stoa_cms/text_page.html"
    parent_page_types = ["stoa_cms.HomePage", "stoa_cms.TextPage"]
    subpage_types = ["stoa_cms.TextPage"]
    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]

    class Meta:
        verbose_name = _("text page")
