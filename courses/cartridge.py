"""A course as a Common Cartridge: its modules in order, each a folder. Files, reports and states: modules.cartridge."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import AbstractPage

from content.text import clean_line
from courses.models import CourseModule
from courses.pages_mixins import CoursePageMixin
from modules.cartridge import destinations, exporting
from modules.cartridge.destinations import Destination
from modules.cartridge.drafting import add_draft
from modules.cartridge.exporting import Exported
from modules.cartridge.reading import Plan
from modules.pages_lookup import all_pages, page_type
from modules.pages_mixins import ModulePageMixin


def export_course(page: CoursePageMixin, user) -> Exported:
    """The published modules of a course in the language of its page. Drafts and other languages are in the report."""
    cartridge = exporting.begin(page, f"stoa-course-{page.translation_key}")
    cartridge.report.add("course-settings", page.title)
    for title, module_page in _modules(page):
        if module_page is None:
            cartridge.report.add("module-gone", title)
        else:
            cartridge.manifest.items.append(exporting.add_module(cartridge, module_page, user))
    return exporting.finish(cartridge, page)


def _modules(page: CoursePageMixin) -> list[tuple[str, ModulePageMixin | None]]:
    """(title, page) of the modules the published course asks for, in order."""
    rows = CourseModule.objects.filter(course__uuid=page.translation_key).select_related("module")
    modules = [row.module for row in rows]
    pages = all_pages().live().filter(translation_key__in=[m.uuid for m in modules])
    found = {p.translation_key: p for p in pages.filter(locale=page.locale).specific()}
    return [(str(module), found.get(module.uuid)) for module in modules]


def draft_course(parent: AbstractPage, plan: Plan, modules: list[AbstractPage], user) -> AbstractPage:  # fmt: skip
    """A draft of a course over the drafts of its modules."""
    summary = plan["summary"] or _("Imported from a cartridge. Say here what a person can do afterwards.")  # fmt: skip
    model = page_type(CoursePageMixin)
    page = model(
        title=clean_line(plan["title"])[:250],
        summary=clean_line(summary)[:500],
        audience=_("Say here who it is for."),
        is_planned=True,
    )
    line = model._meta.get_field("course_modules").related_model
    page.course_modules = [
        line(module=module.module, sort_order=place) for place, module in enumerate(modules)
    ]
    add_draft(parent, page, user=user)
    return page


exporting.EXPORTERS.append((CoursePageMixin, export_course))
destinations.register(
    Destination(
        "course", gettext_lazy("Course"), CoursePageMixin, divided=True, finish=draft_course
    )
)
