"""From a thing to the page that shows it, whichever page type the host uses."""

import swapper
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import AbstractPage, PageViewRestriction
from wagtail.query import PageQuerySet

from modules.models import Lesson, Module


def all_pages() -> PageQuerySet:
    """Every page, of Wagtail's base page or of the host's own (WAGTAIL_PAGE_MODEL)."""
    return swapper.load_model("wagtailcore", "Page").objects.all()


def page_type(mixin: type) -> type[AbstractPage]:
    """The page type of this site that shows a thing: ours, or the one the host wrote with the mixin."""
    found = [model for model in apps.get_models() if issubclass(model, mixin)]
    if not found:
        raise ImproperlyConfigured(
            f"No installed page type uses {mixin.__name__}. Install our pages app or write one of your own."
        )
    return found[0]


def page_of(key) -> AbstractPage | None:
    """The live page with this translation key, in the active language if there is one, else any."""
    pages = list(all_pages().live().filter(translation_key=key).select_related("locale"))
    wanted = get_language()
    pages.sort(key=lambda page: page.locale.language_code != wanted)
    return pages[0].specific if pages else None


def lesson_page(lesson: Lesson) -> AbstractPage | None:
    return page_of(lesson.uuid)


def module_page(module: Module) -> AbstractPage | None:
    return page_of(module.uuid)


def urls_of(keys) -> dict:
    """Addresses of many things at once, by uuid: {uuid: url}. One query (the site's root paths are cached)."""
    wanted = get_language()
    found: dict = {}
    for page in all_pages().live().filter(translation_key__in=list(keys)).select_related("locale"):
        if page.translation_key not in found or page.locale.language_code == wanted:
            found[page.translation_key] = page.url
    return found


def is_shut(key, request: HttpRequest) -> bool:
    """Whether Wagtail's privacy setting keeps this person out of every page with this translation key.

    One query while no page of the site is restricted, which is the rule; two otherwise.
    """
    restrictions = list(PageViewRestriction.objects.select_related("page"))
    if not restrictions:
        return False
    paths = list(all_pages().live().filter(translation_key=key).values_list("path", flat=True))
    return bool(paths) and not any(
        all(one.accept_request(request) for one in restrictions if path.startswith(one.page.path))
        for path in paths
    )
