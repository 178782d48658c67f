"""A lesson as an accessible page of HTML that needs nothing from this site to be read."""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.rich_text import RichText, expand_db_html

from content import references
from content.evidence import Evidence
from modules.cartridge.findings import Report

Block = dict[str, Any]
HREF = re.compile(r'(href|src)="/(?!/)')
BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


@dataclass
class Page:
    """What a lesson becomes: its page, the images it needs {path: bytes}, and where quizzes and links follow it."""

    html: str = ""
    images: dict[str, bytes] = field(default_factory=dict)
    quizzes: list[Any] = field(default_factory=list)  # quiz blocks, in order
    links: list[tuple[str, str]] = field(default_factory=list)  # (title, address)


class LessonWriter:
    """Writes one lesson. `site` is the address of this site without a slash at its end."""

    def __init__(
        self, page, *, site: str, language: str, evidence: Evidence, report: Report
    ) -> None:
        self.page, self.site, self.language = page, site, language
        self.evidence, self.report = evidence, report
        self.written = Page()
        self._carded: set[str] = set()

    def write(self) -> Page:
        blocks = [self._block(child) for child in self.page.body]
        cards = [f for key, f in self.evidence.facts.items() if key in self._carded]
        context = {
            "page": self.page,
            "language": self.language,
            "blocks": [block for block in blocks if block],
            "cards": cards,
        }
        self.written.html = render_to_string("stoa_modules/cartridge/lesson.html", context)
        return self.written

    def _block(self, child) -> Block | None:
        writer: Callable | None = getattr(self, f"block_{child.block_type}", None)
        name, block = writer(child.value) if writer else self._unknown(child)
        return block | {"template": f"stoa_modules/cartridge/blocks/{name}.html"}

    # Something to read

    def block_text(self, value) -> tuple[str, Block]:
        return "text", {"html": self._rich(value)}

    def block_figure(self, value) -> tuple[str, Block]:
        block = {name: value[name] for name in ("alt", "caption", "legend", "long_description")}
        return "figure", block | {"file": self._image(value)}

    def block_fact(self, value) -> tuple[str, Block]:
        fact = value["fact"]
        if not fact:
            return "words", {}
        return "fact", {"fact": self.evidence.facts.get(fact.key, fact)}

    def block_case(self, value) -> tuple[str, Block]:
        block = {"title": value["title"], "takeaway": value["takeaway"]}
        return "case", block | {"html": self._rich(value["text"])}

    def block_callout(self, value) -> tuple[str, Block]:
        labels = {
            "scene": _("A fictional case"),
            "advice": _("Our advice"),
            "unknown": _("What we do not know"),
        }
        block = {"kind": value["kind"], "title": value["title"]}
        block["label"] = labels.get(value["kind"], _("Take care"))
        return "callout", block | {"html": self._rich(value["text"])}

    def block_video(self, value) -> tuple[str, Block]:
        self._lose("video", value["title"])
        links = [
            (self._absolute(document.url), document.title)
            for document in (value["file"], value["captions"])
            if document
        ]
        block = {"title": value["title"], "html": self._rich(value["transcript"])}
        return "words", block | {"links": links}

    # Something to do

    def block_checklist(self, value) -> tuple[str, Block]:
        self._lose("ticks", value["title"])
        block = {"title": value["title"], "intro": value["intro"]}
        return "checklist", block | {"points": [dict(point) for point in value["items"]]}

    def block_note(self, value) -> tuple[str, Block]:
        self._lose("private-note", value["title"])
        return "note", {name: value[name] for name in ("title", "prompt", "minutes", "note")}

    def block_quiz(self, value) -> tuple[str, Block]:
        self.written.quizzes.append(value)
        self._lose("quiz-after", value["title"])
        return "pointer", {"sort": "quiz", "title": value["title"]}

    def block_scenario(self, value) -> tuple[str, Block]:
        scenario = value["scenario"]
        if not scenario:
            return "words", {"lines": [value["intro"]]}
        self._lose("scenario", scenario.title)
        address = self._absolute(reverse("stoa_modules:scenario", args=[scenario.key]))
        self.written.links.append((scenario.title, address))
        return "pointer", {"sort": "scenario", "title": scenario.title}

    def block_advice(self, value) -> tuple[str, Block]:
        chosen = [*value["recommendations"], *value["guidance"]]
        links = [(self._absolute(one.get_absolute_url()), str(one)) for one in chosen if one]
        lines = [value["note"]] if value["note"] else []
        return "words", {"title": value["title"], "lines": lines, "links": links}

    def block_survey(self, value) -> tuple[str, Block]:
        return self._as_words("survey", value)

    def block_artefact(self, value) -> tuple[str, Block]:
        return self._as_words("artefact", value)

    def _unknown(self, child) -> tuple[str, Block]:
        return self._as_words("block", child.value, child.block.label)

    def _as_words(self, code: str, value, label: str = "") -> tuple[str, Block]:
        """Whatever words a block holds, in the order of its fields."""
        fields = dict(value.items()) if hasattr(value, "items") else {"": value}
        title = str(fields.pop("title", "") or label)
        self._lose(code, title)
        return "words", {
            "title": title,
            "lines": [line for f in fields.values() for line in _words(f)],
        }

    # What they share

    def _lose(self, code: str, what: str) -> None:
        self.report.add(code, f"{self.page.title}: {what}" if what else self.page.title)

    def _image(self, value) -> str:
        """The path of the figure's file in the cartridge, "" if it is gone."""
        if value["drawing"]:
            path = f"images/{_safe(value['drawing'].key)}.svg"
            self.written.images[path] = value["drawing"].svg.encode()
            return path
        image = value["image"]
        if not image:
            return ""
        try:
            with image.file.open("rb") as file:
                data = file.read()
        except OSError:
            self._lose("image-gone", image.title)
            return ""
        extension = posixpath.splitext(image.file.name)[1].lower()
        path = f"images/image-{image.pk}{extension}"
        self.written.images[path] = data
        return path

    def _rich(self, value) -> SafeString:
        """Rich text with absolute links, references as links that say what they are."""
        source = value.source if isinstance(value, RichText) else str(value or "")
        html = BLOCK_KEY.sub("", expand_db_html(source))
        html = HREF.sub(rf'\1="{self.site}/', html)
        return mark_safe(references.replace(html, self._reference))  # noqa: S308 - cleaned when saved

    def _reference(self, kind: str, key: str, words: str) -> str:
        known = {
            "facts": self.evidence.facts,
            "glossary": self.evidence.terms,
            "recommendations": self.evidence.recommendations,
            "guidance": self.evidence.guidance,
            "cases": self.evidence.cases,
        }.get(kind, {})
        record = known.get(key)
        if record is None:
            return format_html("{}", words or key)
        if kind == "facts":
            self._carded.add(key)
        name = f"term:{key}" if kind == "glossary" else key
        shown = words or (record.term if kind == "glossary" else key)
        address = self._absolute(record.get_absolute_url())
        return format_html('<a href="{}" data-stoa-ref="{}">{}</a>', address, name, shown)

    def _absolute(self, address: str) -> str:
        return f"{self.site}{address}" if address.startswith("/") else address


def _words(value) -> list[str]:
    """The words in a value of any block, flat."""
    if isinstance(value, RichText):
        return [words for words in [strip_tags(value.source).strip()] if words]
    if isinstance(value, str):
        return [value] if value.strip() else []
    if hasattr(value, "items"):
        return [line for part in value.values() for line in _words(part)]
    if hasattr(value, "__iter__"):
        return [line for part in value for line in _words(getattr(part, "value", part))]
    return []


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", name)
