"""From a thing to the page that shows it, whichever page type the host uses."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import swapper
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, override
from wagtail.models import AbstractPage, PageViewRestriction
from wagtail.query import PageQuerySet

from content.models.base import source_language
from modules import conf
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
    """The live page with this translation key, in the active language if there is one, else the source."""
    pages = list(
        all_pages().live().filter(translation_key=key).select_related("locale").order_by("pk")
    )
    wanted = get_language()
    pages.sort(key=lambda page: page.locale.language_code != wanted)
    if not pages:
        return None
    found = pages[0].specific
    found._state.fields_cache.setdefault("locale", pages[0].locale)
    found.readers_url = address(found)  # for templates
    return found


def address(page: AbstractPage) -> str:
    """Where a person of the active language reads this page; None-safe like `page.url`. No query of its own.

    A page in another language keeps its reader in theirs, if the site shows source pages (conf.SHOWS_SOURCE_PAGES).
    """
    return readers_address(page.url or "", page.locale.language_code)


def readers_address(url: str, language: str) -> str:
    """The address of a page in this language as people of the active language get it."""
    if not url.startswith("/") or not conf.SHOWS_SOURCE_PAGES or language == get_language():
        return url
    try:
        with override(language):
            root = reverse("wagtail_serve", args=[""])
        return reverse("wagtail_serve", args=[url.removeprefix(root)])
    except NoReverseMatch:
        return url


def lesson_page(lesson: Lesson) -> AbstractPage | None:
    return page_of(lesson.uuid)


def module_page(module: Module) -> AbstractPage | None:
    return page_of(module.uuid)


@dataclass(frozen=True)
class Place:
    """Where a thing is shown to people of the active language, and what it is called there."""

    url: str
    title: str
    language: str


def urls_of(keys) -> dict:
    """Addresses of many things at once, by uuid: {uuid: url}. One query (the site's root paths are cached)."""
    return {key: place.url for key, place in places_of(keys).items()}


def places_of(keys) -> dict[Any, Place]:
    """Pages of many things at once, by uuid: in the active language where there is one. One query."""
    wanted = get_language()
    found: dict = {}
    pages = all_pages().live().filter(translation_key__in=list(keys)).select_related("locale")
    for page in pages.order_by("pk"):
        if page.translation_key not in found or page.locale.language_code == wanted:
            found[page.translation_key] = Place(
                address(page), page.title, page.locale.language_code
            )
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


Thing = TypeVar("Thing")


def in_words(things: Iterable[Thing], mixin: type, names: Iterable[str]) -> list[Thing]:
    """Rows saying what their pages in the active language say; for showing, not for saving.

    names   fields that row and page share. One query, none in the source language; `language` of a row is then set.
    """
    rows, wanted = list(things), get_language()
    if not rows or wanted in (None, source_language()):
        return rows
    pages = page_type(mixin).objects.filter(
        live=True, locale__language_code=wanted, translation_key__in={row.uuid for row in rows}
    )
    said = {row.pop("translation_key"): row for row in pages.values("translation_key", *names)}
    for row in rows:
        for name, words in said.get(row.uuid, {}).items():
            setattr(row, name, words)
        row.language = wanted if row.uuid in said else source_language()
    return rows


def source_of(page: AbstractPage) -> AbstractPage:
    """The oldest live page of its translations, which gives the thing its structure; the page itself if it is that."""
    pages = all_pages().live().filter(translation_key=page.translation_key).order_by("pk")
    first = pages.select_related("locale").first()
    return page if first is None or first.pk == page.pk else first


def newer_original(page: AbstractPage, source: AbstractPage) -> Place | None:
    """Where the source of a translation is read, if it was published later than the translation was."""
    at, then = source.last_published_at, page.last_published_at
    if page.pk == source.pk or not at or not then or at <= then:
        return None
    return Place(source.url or "", source.title, source.locale.language_code)
