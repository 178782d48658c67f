"""Lessons as things that can be found: their passages by heading, and who may know of them."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from html import unescape

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractPage, PageViewRestriction

from content.evidence import heading_anchor
from content.search.passages import Known, Searched, Text, provide
from modules.models import Lesson
from modules.models.structure import readable_by
from modules.pages_lookup import address, in_words, page_type
from modules.pages_mixins import LessonPageMixin, ModulePageMixin

LESSONS = "lessons"
HEADING = re.compile(r"<h[23]\b[^>]*>(.*?)</h[23]>", re.DOTALL)
INLINE = re.compile(r"</?(?:a|b|i|em|strong|sub|sup|span|code)\b[^>]*>")
TAG = re.compile(r"<[^>]*>")


def prose(html: str) -> str:
    """The words of rich text; where a paragraph or a point ends there is a space."""
    return unescape(TAG.sub(" ", INLINE.sub("", html)))


# Passages


@dataclass
class _Stretch:
    heading: str
    anchor: str
    text: list[str]


def stretches(page: LessonPageMixin) -> list[_Stretch]:
    """A lesson cut at its headings. Answers of activities are no text to be found."""
    found = [_Stretch("", "", [page.summary, page.objectives])]
    for child in page.body:
        value = child.value
        match child.block_type:
            case "text":
                _cut(value.source, str(child.id), found)
            case "case" | "callout":
                texts = [prose(value["text"].source), value.get("takeaway") or ""]
                found.append(_Stretch(value["title"], heading_anchor(child.id, 0), texts))
            case "video":
                texts = [value["title"], prose(value["transcript"].source)]
                found[-1].text += texts
            case "figure":
                texts = [value["caption"], value["alt"], *value["legend"]]
                found[-1].text += [*texts, value["long_description"]]
    return found


def _cut(html: str, block_id: str, found: list[_Stretch]) -> None:
    first, *rest = HEADING.split(html)
    found[-1].text.append(prose(first))
    for number, (heading, text) in enumerate(zip(rest[::2], rest[1::2], strict=True)):
        found.append(_Stretch(prose(heading), heading_anchor(block_id, number), [prose(text)]))


def texts(keys: Collection[str] | None) -> Iterator[Text]:
    """What is published of lessons, in every language; an alias repeats the words of its source. One query."""
    model = page_type(LessonPageMixin)
    pages = model._default_manager.live().filter(alias_of=None).select_related("locale")
    if keys is not None:
        pages = pages.filter(translation_key__in=keys)
    for page in pages.order_by("pk"):
        for one in stretches(page):
            text = " ".join(part for part in one.text if part)
            if text or one.heading:
                yield Text(
                    str(page.translation_key),
                    page.locale.language_code,
                    page.title,
                    text,
                    heading=one.heading,
                    anchor=one.anchor,
                )


# Who may know of them


def known(request: HttpRequest) -> Callable[[str], Known | None]:
    """Live lessons with a label this person may read, whose pages no privacy setting of Wagtail's shuts to them.

    An update lesson is not among them: it is nobody's who has nothing to catch up with. Three queries; one more
    for titles in another language, two more with restricted pages.
    """
    labels = readable_by(request.user)
    lessons = {
        str(lesson.uuid): lesson.module
        for lesson in Lesson.objects.filter(is_live=True, is_delta=False, sensitivity__in=labels)
        .select_related("module")
        .only("uuid", "module__uuid", "module__key", "module__code", "module__title")
    }
    titles = {
        module.pk: str(module)
        for module in in_words(set(lessons.values()), ModulePageMixin, ["title"])
    }
    pages = _pages(request, labels)

    def one(key: str) -> Known | None:
        if key not in lessons or not pages.get(key):
            return None
        module, versions = lessons[key], pages[key]
        return Known(
            lambda language: _url(versions, language),
            frozenset(code for code, page in versions.items() if page.alias_of_id is None),
            (module.key or str(module.uuid), titles[module.pk]),
        )

    return one


def _pages(request: HttpRequest, labels: list[str]) -> dict[str, dict[str, AbstractPage]]:
    """Open pages of lessons: {translation key: {language: page}}."""
    model = page_type(LessonPageMixin)
    names = ("path", "url_path", "translation_key", "alias_of", "slug", "locale")
    rows = model._default_manager.live().filter(sensitivity__in=labels)
    shut = _shut(request)
    found: dict[str, dict[str, AbstractPage]] = defaultdict(dict)
    for page in rows.select_related("locale").only(*names, "locale__language_code"):
        if not page.path.startswith(shut):
            found[str(page.translation_key)][page.locale.language_code] = page
    return found


def _shut(request: HttpRequest) -> tuple[str, ...]:
    """Paths of the pages below which this person may see nothing."""
    restrictions = list(PageViewRestriction.objects.select_related("page"))
    if not restrictions:
        return ()
    prefetch_related_objects(restrictions, "groups")
    if request.user.is_authenticated:
        prefetch_related_objects([request.user], "groups")
    return tuple(one.page.path for one in restrictions if not one.accept_request(request))


def _url(versions: dict[str, AbstractPage], language: str) -> str:
    """The page with this text, inside the reader's language where that has no words of its own for it."""
    mine = versions.get(get_language() or "")
    if mine is None:
        return address(versions[language])
    return (mine if mine.alias_of_id else versions[language]).url or ""


provide(Searched(LESSONS, _("Lessons"), texts, known))
