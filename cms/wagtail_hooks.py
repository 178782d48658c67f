"""The studio of this site: its look, its first page, and a menu without clutter."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.permissions import page_permission_policy

from cms import studio

HIDDEN_REPORTS = {"locked-pages", "workflow-tasks", "page-types-usage", "aging-pages"}


@hooks.register("insert_global_admin_css")
def look():
    return format_html('<link rel="stylesheet" href="{}">', static("stoa_cms/studio.css"))


@hooks.register("construct_homepage_panels", order=-10)
def first_page(request, panels):
    panels[:] = [studio.MyDraftsPanel(), studio.ToReviewPanel()]


@hooks.register(
    "construct_homepage_summary_items", order=1000
)  # after the counts of pages, images and documents
def summary(request, items):
    items[:] = [studio.Summary(request)]


@hooks.register("construct_main_menu")
def without_clutter(request, items):
    items[:] = [item for item in items if item.name != "help"]


@hooks.register("construct_reports_menu")
def useful_reports(request, items):
    items[:] = [item for item in items if item.name not in HIDDEN_REPORTS]


@hooks.register("construct_page_chooser_queryset")
def only_what_they_may_know(pages, request):
    """Wagtail's chooser names drafts and restricted pages to everybody who may open the studio."""
    if page_permission_policy.user_has_any_permission(
        request.user, {"add", "change", "publish", "lock"}
    ):
        return pages
    return pages.live().public()
