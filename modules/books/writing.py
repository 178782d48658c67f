"""A module as a book: each lesson as one piece of XHTML that says everything. The PDF and the EPUB are made of it.

Nothing in it belongs to a learner, and no question of the bank: those are drawn, marked and told about on the site
(decisions/0010).
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, tostring

from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.rich_text import RichText, expand_db_html

from content import references, svg
from content.evidence import Evidence, anchor, gather
from content.links import with_reason
from content.references import References
from modules import conf, harvesting
from modules.books.editions import Edition
from modules.identity import activity_uuid

ALLOWED = {"p", "h2", "h3", "h4", "ul", "ol", "li", "b", "strong", "i", "em", "a", "br", "sup", "sub"}  # fmt: skip
# What XML cannot say: control characters, halves of surrogate pairs.
UNSAYABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
HEADING = re.compile(r"<(/?)h([1-4])\b")
LOCAL = re.compile(r"url\(#([^)]+)\)")


@dataclass
class Picture:
    """A raster image of a figure: its path in the book and its bytes."""

    path: str
    data: bytes


@dataclass
class Chapter:
    """A lesson: `html` is one XHTML section with every id unique in the book."""

    key: str
    title: str
    language: str
    html: str


@dataclass
class Book:
    """A module ready to be set. `facts` are the rows of its title page: (label, value)."""

    uuid: str
    title: str
    code: str
    summary: str
    language: str
    publisher: str
    address: str
    revised: dt.datetime
    facts: list[tuple[str, str]]
    notes: list[str]
    chapters: list[Chapter] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)

    @property
    def digest(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()

    @property
    def full_title(self) -> str:
        return f"{self.code} {self.title}".strip()


def write(edition: Edition) -> Book:
    """The book of an edition. About six queries a lesson, and ten for all; as many more in a translation."""
    page = edition.page
    site = page.get_site()
    root = site.root_url.rstrip("/") if site else ""
    address = f"{root}{page.readers_url}"
    version = edition.version
    book = Book(
        uuid=str(activity_uuid(edition.module.uuid, f"book-{edition.language}")),
        title=sayable(page.title),
        code=edition.module.code,
        summary=sayable(page.summary),
        language=edition.language,
        publisher=(site.site_name if site else "") or "Stoa",
        address=address,
        revised=version.published_at if version else page.last_published_at or page.latest_revision_created_at,
        facts=[],
        notes=[],
    )  # fmt: skip
    book.facts = [(str(label), sayable(value)) for label, value in _facts(edition, book)]
    book.notes = [sayable(note) for note in _notes(edition)]
    evidence = gather(_everything(edition.lessons))
    for place, lesson in enumerate(edition.lessons, 1):
        book.chapters.append(_LessonWriter(book, edition, lesson, place, root, evidence).write())
    return book


def _facts(edition: Edition, book: Book) -> Iterator[tuple[str, str]]:
    version = edition.version
    if version:
        yield (
            _("Version"),
            _("%(number)s, revised %(day)s")
            % {"number": version.number, "day": date_format(version.published_at, "j F Y")},
        )
    minutes = sum(page.shown_minutes for page in edition.lessons)
    yield _("Reading and doing"), _("%(minutes)s minutes") % {"minutes": minutes}
    yield (
        _("Licence"),
        conf.licence() or _("None is named. Ask the publisher before passing it on."),
    )
    yield _("Publisher"), book.publisher
    yield _("Address"), book.address


def _notes(edition: Edition) -> Iterator[str]:
    yield _(
        "Recommendations and guidance are independent formulations, written for this module from the sources named. "
        "The Partnership has not adopted them."
    )
    yield _(
        "Questions of quizzes and of the test are not in this file: they are drawn for each learner, and answers are "
        "explained on the site."
    )
    if any(page.locale.language_code != edition.language for page in edition.lessons):
        yield _("What is not translated yet stands in its original language.")
    if edition.more_for_members:
        yield _("Signed-in people find more lessons in theirs.")


def _everything(lessons: Iterable[Any]) -> References:
    found = References()
    for page in lessons:
        for kind, keys in harvesting.harvest(page).keys.items():
            for key in keys:
                found.add(kind, key)
    return found


def sayable(text: str) -> str:
    return UNSAYABLE.sub("", text)


def stepped(html: str) -> str:
    """Headings without a skipped level, whatever a text or a box begins with: PDF/UA-1 refuses one."""
    level = 0

    def one(match: re.Match[str]) -> str:
        nonlocal level
        if not match[1]:
            level = min(int(match[2]), level + 1)
        return f"<{match[1]}h{level}"

    return HEADING.sub(one, html)


class _LessonWriter:
    """Writes one lesson. Ids carry its number, so that they are unique in a book that is one document (the PDF)."""

    def __init__(self, book, edition, page, place: int, root: str, evidence: Evidence) -> None:
        self.book, self.edition, self.page, self.root = book, edition, page, root
        self.prefix = f"l{place}"
        self.place = place
        self.figures, self.advice = 0, ""
        keys = harvesting.harvest(page)
        own = {
            kind: {key: record for key in keys.of(name) if (record := known.get(key))}
            for kind, name, known in (
                ("facts", "facts", evidence.facts),
                ("recommendations", "recommendations", evidence.recommendations),
                ("guidance", "guidance", evidence.guidance),
                ("cases", "cases", evidence.cases),
                ("terms", "glossary", evidence.terms),
            )
        }
        self.evidence = Evidence(**own)
        self.address = f"{root}{getattr(page, 'readers_url', None) or page.url or ''}"

    def write(self) -> Chapter:
        blocks = [block for child in self.page.body for block in self._block(child)]
        context = {
            "page": self.page,
            "language": self.page.locale.language_code,
            "prefix": self.prefix,
            "place": self.place,
            "total": len(self.edition.lessons),
            "address": self.address,
            "blocks": blocks,
            "evidence": self.evidence,
            "advice": self.advice,
            "links": with_reason(("lessons", str(self.page.translation_key)), AnonymousUser()),
            "root": self.root,
        }
        html = stepped(sayable(render_to_string("stoa_modules/books/lesson.html", context)))
        return Chapter(self.prefix, sayable(self.page.title), self.page.locale.language_code, html)

    def _block(self, child) -> Iterator[dict[str, Any]]:
        writer = getattr(self, f"block_{child.block_type}", self._other)
        for block in writer(child):
            yield {"id": f"{self.prefix}-{child.id}"} | block

    # Something to read

    def block_text(self, child):
        yield {"sort": "text", "html": self._rich(child.value)}

    def block_figure(self, child):
        self.figures += 1
        value, name = child.value, f"{self.prefix}-figure-{self.figures}"
        block = {field: value[field] for field in ("alt", "caption", "legend", "long_description")}
        yield {"sort": "figure", **block, "picture": self._picture(value, name)}

    def block_fact(self, child):
        if child.value["fact"]:
            yield {"sort": "fact", "fact": self.evidence.facts.get(child.value["fact"].key)}

    def block_case(self, child):
        value = child.value
        yield {
            "sort": "box", "kind": "case", "label": _("A real case"), "title": value["title"],
            "html": self._rich(value["text"]), "takeaway": value["takeaway"],
        }  # fmt: skip

    def block_callout(self, child):
        value = child.value
        labels = {
            "scene": _("A fictional case"),
            "advice": _("Our advice"),
            "unknown": _("What we do not know"),
        }
        yield {
            "sort": "box", "kind": value["kind"], "label": labels.get(value["kind"], _("Take care")),
            "title": value["title"], "html": self._rich(value["text"]),
        }  # fmt: skip

    def block_video(self, child):
        value = child.value
        yield {
            "sort": "box", "kind": "video", "label": _("Video, in words"), "title": value["title"],
            "html": self._rich(value["transcript"]), "address": self.address,
        }  # fmt: skip

    # Something to do

    def block_checklist(self, child):
        value = child.value
        points = [point["text"] for point in value["items"]]
        yield {
            "sort": "checklist",
            "title": value["title"],
            "intro": value["intro"],
            "points": points,
        }

    def block_note(self, child):
        yield {"sort": "note"} | {name: child.value[name] for name in ("title", "prompt")}

    def block_quiz(self, child):
        yield self._pointer(child, child.value["title"], _("Questions, on the site"))

    def block_survey(self, child):
        yield self._pointer(child, child.value["title"], _("Survey, on the site"))

    def block_artefact(self, child):
        value = child.value
        yield self._pointer(child, value["title"], _("Work that a trainer marks"), value["brief"])

    def block_scenario(self, child):
        scenario = child.value["scenario"]
        # One that only others may play is not named to those who may not.
        if scenario and scenario.live and scenario.sensitivity in self.edition.labels:
            intro = child.value["intro"] or scenario.document.get("intro", "")
            address = f"{self.root}{reverse('stoa_modules:scenario', args=[scenario.key])}"
            yield self._pointer(
                child, scenario.title, _("Scenario, on the site"), intro
            ) | {"address": address}  # fmt: skip

    def _pointer(self, child, title: str, label: str, text: str = "") -> dict[str, Any]:
        activity = activity_uuid(self.page.translation_key, child.id)
        address = f"{self.address}#a-{activity}"
        return {"sort": "pointer", "title": title, "label": label, "text": text, "address": address}

    # The way on

    def block_advice(self, child):
        """What it chooses stands at the end of the lesson with all other advice, and its own words there."""
        self.advice = child.value["note"]
        return iter(())

    def _other(self, child):
        """A block of a host: what it holds in words."""
        words = BeautifulSoup(str(child.render()), "html.parser").get_text(" ", strip=True)
        if words:
            yield {"sort": "words", "title": str(child.block.label), "text": words}

    # What they share

    def _picture(self, value, name: str) -> dict[str, Any]:
        """{"svg"}, {"path"}, or nothing where there is no picture that could be shown."""
        if value["drawing"]:
            try:
                return {"svg": mark_safe(inline(value["drawing"].svg, name, value["alt"]))}  # noqa: S308 - read by content.svg
            except svg.UnsafeDrawing:
                return {}
        if value["image"]:
            return self._raster(value["image"], name)
        return {}

    def _raster(self, image, name: str) -> dict[str, Any]:
        kind = "jpeg" if image.file.name.lower().endswith((".jpg", ".jpeg")) else "png"
        try:
            rendition = image.get_rendition(f"max-1200x1600|format-{kind}")
            with rendition.file.open("rb") as file:
                data = file.read()
        except Exception:  # whatever a broken or missing file makes an image library raise
            return {}
        path = f"images/{name}.{'jpg' if kind == 'jpeg' else kind}"
        self.book.pictures.append(Picture(path, data))
        return {"path": path, "width": rendition.width, "height": rendition.height}

    def _rich(self, value) -> SafeString:
        """Rich text as XHTML: the elements that editors can choose, links with their whole address."""
        source = value.source if isinstance(value, RichText) else str(value or "")
        html = references.replace(expand_db_html(source), self._reference)
        soup = BeautifulSoup(html, "html.parser")
        for tag in soup.find_all(True):
            if tag.name not in ALLOWED:
                tag.unwrap()
                continue
            href = str(tag.get("href", ""))
            tag.attrs = {}
            if tag.name == "a":
                href = f"{self.root}{href}" if href.startswith("/") else href
                if href.startswith(("http://", "https://", "mailto:", "#")):
                    tag["href"] = href
                else:
                    tag.unwrap()
        return mark_safe(soup.decode(formatter="minimal"))  # noqa: S308 - only what ALLOWED names

    def _reference(self, kind: str, key: str, words: str) -> str:
        known = getattr(self.evidence, "terms" if kind == "glossary" else kind, {})
        if key not in known:
            return format_html("{}", words or key)
        shown = words or (known[key].term if kind == "glossary" else key)
        return format_html('<a href="#{}-{}">{}</a>', self.prefix, anchor(key), shown)


def inline(text: str, name: str, alt: str) -> str:
    """A drawing to stand in a page: checked again, its ids its own, its words those of the figure.

    Raises content.svg.UnsafeDrawing.
    """
    root = svg.read(text)
    for element in root.iter():
        for attribute, value in list(element.attrib.items()):
            if attribute == "id":
                element.set("id", f"{name}-{value}")
            elif attribute.rpartition("}")[2] == "href":
                del element.attrib[attribute]
                element.set("href", f"#{name}-{value[1:]}")
            elif "url(#" in value:
                element.set(attribute, LOCAL.sub(rf"url(#{name}-\1)", value))
            elif attribute.startswith("aria-") or attribute in {"class", "role", "tabindex"}:
                del element.attrib[attribute]
    for child in list(root):
        if child.tag in {f"{svg.SVG}title", f"{svg.SVG}desc"}:
            root.remove(child)
    title = Element(f"{svg.SVG}title", {"id": f"{name}-alt"})
    title.text = sayable(alt)
    root.insert(0, title)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-alt")
    return tostring(root, encoding="unicode")
