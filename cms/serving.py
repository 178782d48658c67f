"""Serving a page in two queries, where Wagtail's walk from the root takes two a level.

The page is found by its whole address, with the row of its own type joined; Wagtail's hooks run as always. Anything
unusual (a page type we do not know, nothing found) is left to Wagtail. A page that is not translated is shown in its own
language inside the interface of the reader's, at the address that its translation would have.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.views import serve as wagtail_serve
from wagtail.views import serve_chain
from wagtail.wagtail_hooks import check_view_restrictions

# Reverse names of the one-to-one links from Page to our own page types.
KINDS = (
    "lessonpage",
    "modulepage",
    "coursepage",
    "homepage",
    "cataloguepage",
    "moduleindexpage",
    "textpage",
)


def serve(request: HttpRequest, path: str) -> HttpResponse:
    page = find(request, path)
    if page is None or is_restricted(page):
        return wagtail_serve(request, path)
    for function in hooks.get_hooks("before_serve_page"):
        answer = function(page, request, [], {})
        if isinstance(answer, HttpResponse):
            return answer
    chain = serve_chain
    for wrap in reversed(hooks.get_hooks("on_serve_page")):
        if wrap is not check_view_restrictions:  # answered above, in one query
            chain = wrap(chain)
    return chain(page, request, [], {})


def find(request: HttpRequest, path: str) -> Page | None:
    """The live page at this address as its own type, or None if Wagtail should look itself. One query for both trees."""
    site = Site.find_for_request(request)
    if site is None:
        return None
    roots = {
        root.language_code: root.root_path
        for root in Site.get_site_root_paths()
        if root.site_id == site.pk
    }
    below = f"{path.strip('/')}/" if path.strip("/") else ""
    wanted = [
        f"{roots[language]}{below}"
        for language in (request.LANGUAGE_CODE, settings.LANGUAGE_CODE)
        if language in roots
    ]
    rows = Page.objects.filter(url_path__in=wanted, live=True).select_related("locale", *KINDS)
    found = {row.url_path: row for row in rows}
    row = next((found[address] for address in wanted if address in found), None)
    own = next((getattr(row, name) for name in KINDS if hasattr(row, name)), None) if row else None
    if own is None:
        return None
    own._state.fields_cache.setdefault("locale", row.locale)
    return own


def is_restricted(page: Page) -> bool:
    """Whether a page or one above it has a view restriction. One query for all there are: they are few."""
    paths = PageViewRestriction.objects.values_list("page__path", flat=True)
    return any(page.path.startswith(path) for path in paths)
