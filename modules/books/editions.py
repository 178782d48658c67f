"""Which pages of a module go into a file: those that this person may read, in the reader's language where there is one."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import AbstractPage, PageViewRestriction

from content.models.base import source_language
from modules import frames
from modules.models import Module
from modules.models.structure import readable_by
from modules.pages_lookup import all_pages, module_page

FORMAT = 1  # goes up when files are to look otherwise, so that none of before is given out


@dataclass
class Edition:
    """A module as it is for readers of some labels in one language. `lessons` are live pages, in order."""

    module: Module
    page: AbstractPage
    version: Any
    language: str
    labels: tuple[str, ...]
    lessons: list[Any]
    more_for_members: bool = False

    @property
    def fingerprint(self) -> str:
        """Differs wherever the language, who may read, or what is published differs. The knowledge base is not in it."""
        said = [FORMAT, self.language, self.labels, self.version and self.version.pk]
        said += [
            (page.pk, page.live_revision_id, str(page.last_published_at))
            for page in (self.page, *self.lessons)
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()


def edition_of(module: Module, request: HttpRequest) -> Edition | None:
    """What this person gets; None if the module has no page that they may open. Six queries, its frame known.

    A lesson is in it if its label and that of its source are readable, and no privacy setting of Wagtail shuts it out.
    """
    restrictions = list(PageViewRestriction.objects.select_related("page"))

    def is_open(page: AbstractPage) -> bool:
        return all(
            one.accept_request(request)
            for one in restrictions
            if page.path.startswith(one.page.path)
        )

    page = module_page(module)
    if page is None or not is_open(page):
        return None
    frame = frames.of_module(module.pk)
    labels = readable_by(request.user)
    keys = [line.key for line in frame.lines if line.sensitivity in labels and not line.is_delta]
    found = {one.translation_key: one for one in _in_language(keys)}
    lessons = [found[key] for key in keys if key in found]
    hidden = {line.sensitivity for line in frame.lines} - set(labels)
    return Edition(
        module=frame.module,
        page=page,
        version=frame.version,
        language=get_language() or source_language(),
        labels=tuple(labels),
        lessons=[one for one in lessons if one.sensitivity in labels and is_open(one)],
        more_for_members=not request.user.is_authenticated and "registered" in hidden,
    )


def _in_language(keys) -> list[Any]:
    """The live page of each lesson: the reader's language before the source's. Two queries."""
    wanted, best = get_language(), {}
    pages = all_pages().live().filter(translation_key__in=keys, alias_of=None)
    for page in pages.select_related("locale").order_by("pk"):
        if page.translation_key not in best or page.locale.language_code == wanted:
            best[page.translation_key] = page
    locales = {page.pk: page.locale for page in best.values()}
    found = list(all_pages().filter(pk__in=locales).specific()) if locales else []
    for page in found:
        page._state.fields_cache.setdefault("locale", locales[page.pk])
    return found
