"""A page of another system as the blocks of a lesson: only what an editor could have written here comes through."""

import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup, Comment, NavigableString, Tag
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from content.blocks import FEATURES
from content.text import clean_line, clean_text
from modules.cartridge.findings import Report
from modules.cartridge.manifest import path_of

SILENT = ["script", "style", "link", "meta", "head", "template", "title", "noscript"]
FRAMES = ["iframe", "object", "embed", "applet", "video", "audio", "form", "input", "button", "select",
          "textarea", "svg", "math", "canvas"]  # fmt: skip
CONTAINERS = {"div", "section", "main", "article", "header", "footer", "aside", "nav", "center",
              "body", "html", "blockquote", "dl", "details", "fieldset", "address", "[document]"}  # fmt: skip
BLOCKS = {"p", "h2", "h3", "ul", "ol"}
HEADINGS = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"}
PARAGRAPHS = ["pre", "dt", "dd", "summary", "legend", "caption"]
LINKABLE = re.compile(r"(https?://|mailto:|tel:)[^\s]", re.IGNORECASE)
CALLOUTS = ("scene", "advice", "unknown", "caution")

Block = dict[str, Any]


@dataclass
class Lesson:
    """A page that was read. `blocks` = [{"type", …}]; a figure names its file by `path` in the archive."""

    title: str = ""
    summary: str = ""
    minutes: int = 0
    sensitivity: str = ""
    content_note: str = ""
    objectives: str = ""
    blocks: list[Block] = field(default_factory=list)


def read(data: bytes, *, path: str, name: str, report: Report, known: Collection[str], files: Collection[str]) -> Lesson:  # fmt: skip
    """Everything of a page that a lesson can hold. Never fails: what is no HTML becomes text.

    path   of the page in the archive: addresses in it are relative to this
    known  keys of facts, terms and advice that are on this site
    files  all names in the archive
    """
    return _Reader(path=path, name=name, report=report, known=known, files=files).read(data)


def rich(html: str) -> str:
    """HTML as Wagtail's rich text keeps it, through the converter of its editor."""
    converter = ContentstateConverter(features=FEATURES)
    made = converter.to_database_format(converter.from_database_format(html))
    made = re.sub(r' data-block-key="[^"]*"', "", made)
    return re.sub(r"<(p|h2|h3|li)>\s*</\1>", "", made)


class _Reader:
    def __init__(self, *, path, name, report, known, files) -> None:
        self.folder, self.name, self.report = posixpath.dirname(path), name, report
        self.known, self.files = known, files
        self.lesson = Lesson()
        self.lines: list[str] = []  # finished paragraphs of the text block that is being read
        self.run: list[str] = []  # words that stand outside of any paragraph

    def read(self, data: bytes) -> Lesson:
        soup = BeautifulSoup(data.replace(b"\0", b""), "html.parser")
        self._head(soup)
        body = soup.find("body") or soup
        self._clean(body)
        self._walk(body)
        self._flush()
        return self.lesson

    def _head(self, soup: BeautifulSoup) -> None:
        lesson = self.lesson
        lesson.title = clean_line(soup.title.get_text()) if soup.title else ""
        said = {
            str(meta.get("name", "")).lower(): clean_text(str(meta.get("content", "")))
            for meta in soup.find_all("meta")
        }
        lesson.summary = clean_line(said.get("description", ""))[:300]
        minutes = said.get("stoa:minutes", "")
        lesson.minutes = int(minutes) if minutes.isdecimal() and 0 < int(minutes[:4]) < 1000 else 0
        lesson.sensitivity = said.get("stoa:sensitivity", "")

    # Cleaning

    def _clean(self, body: Tag) -> None:
        for comment in body.find_all(string=lambda text: isinstance(text, Comment)):
            comment.extract()
        for tag in body.find_all(SILENT):
            tag.decompose()
        for tag in body.find_all(FRAMES):
            self.report.add("frame-dropped", self.name)
            tag.decompose()
        for tag in body.find_all(list(HEADINGS)):
            if tag.name == "h1" and clean_line(tag.get_text()) == self.lesson.title:
                tag.decompose()  # the page shows its title itself
            else:
                tag.name = HEADINGS[tag.name]
        for tag in body.find_all(PARAGRAPHS):
            if not tag.find(["p", "div", "ul", "ol", "table"]):
                tag.name = "p"
        for table in reversed(body.find_all("table")):
            self._flatten(table)
        for link in body.find_all("a"):
            self._link(link)
        for part in body.find_all(["li", "p", "h2", "h3"]):
            for inner in part.find_all(["p", "div", "h2", "h3", "section"]):
                if inner.previous_sibling:
                    inner.insert_before(" ")
                inner.unwrap()

    def _flatten(self, table: Tag) -> None:
        self.report.add("table-flat", self.name)
        for row in table.find_all("tr"):
            cells = row.find_all(["td", "th"])
            if row.find(["p", "div", "ul", "ol", "h2", "h3"]):
                for cell in cells:
                    cell.name = "div"
                row.name = "div"
                continue
            for cell in cells[1:]:
                cell.insert_before(" | ")
            for cell in cells:
                cell.unwrap()
            row.name = "p"
        for part in table.find_all(["thead", "tbody", "tfoot", "colgroup", "col"]):
            part.unwrap()
        table.name = "div"

    def _link(self, link: Tag) -> None:
        reference = str(link.get("data-stoa-ref", ""))
        href = str(link.get("href", "")).strip()
        if reference and reference.removeprefix("term:") in self.known:
            words = clean_line(link.get_text())
            with_words = reference.startswith("term:") and not re.search(r"[\]|<>]", words)
            link.replace_with(f"[[{reference}|{words}]]" if with_words else f"[[{reference}]]")
        elif LINKABLE.match(href):
            link.attrs = {"href": clean_line(href)}
        else:
            if href and not href.startswith("#"):
                self.report.add("link-dropped", self.name)
            link.unwrap()

    # Dividing into blocks

    def _walk(self, parent: Tag) -> None:
        for child in list(parent.children):
            if isinstance(child, NavigableString):
                self.run.append(str(child).replace("&", "&amp;").replace("<", "&lt;"))
            elif isinstance(child, Tag):
                self._tag(child)

    def _tag(self, tag: Tag) -> None:
        special = getattr(self, f"_take_{str(tag.get('data-stoa', '')).replace('-', '_')}", None)
        if special:
            self._close_run()
            special(tag)
        elif tag.name == "figure":
            self._take_figure(tag)
        elif tag.name == "img":
            self._flush()
            self._image(tag, caption="")
        elif tag.name in CONTAINERS:
            self._close_run()
            self._walk(tag)
            self._close_run()
        elif tag.name in BLOCKS:
            self._close_run()
            self._paragraph(tag)
        elif tag.find("img") or tag.find(BLOCKS):
            self._walk(tag)
        else:
            self.run.append(str(tag))

    def _paragraph(self, tag: Tag) -> None:
        images = [image.extract() for image in tag.find_all("img")]
        if tag.get_text(strip=True):
            self.lines.append(str(tag))
        for image in images:
            self._flush()
            self._image(image, caption="")

    def _close_run(self) -> None:
        html = "".join(self.run).strip()
        self.run = []
        if html:
            self.lines.append(f"<p>{html}</p>")

    def _flush(self) -> None:
        """End the text block that is being read."""
        self._close_run()
        text = self._rich("".join(self.lines))
        self.lines = []
        if text:
            self.lesson.blocks.append({"type": "text", "text": text})

    def _rich(self, html: str) -> str:
        return clean_text(rich(html)) if html.strip() else ""

    def _inner(self, tag: Tag, name: str) -> str:
        """The rich text inside the first such part of a block of ours, through the same door as all other text."""
        part = tag.find(name)
        if part is None:
            return ""
        reader = _Reader(
            path=posixpath.join(self.folder, "x"), name=self.name, report=self.report, known=self.known, files=self.files
        )  # fmt: skip
        reader._walk(part)
        reader._flush()
        return "".join(block.get("text", "") for block in reader.lesson.blocks)

    # Images

    def _image(self, tag: Tag, **words) -> None:
        path = self._file(str(tag.get("src", "")))
        if not path:
            self.report.add("image-missing", self.name)
            return
        alt = clean_text(str(tag.get("alt", ""))).strip()
        if not alt or alt in (path, posixpath.basename(path)):
            self.report.add("image-alt", self.name)
            alt = ""
        self.lesson.blocks.append({"type": "figure", "path": path, "alt": alt, **words})

    def _file(self, address: str) -> str:
        """The name in the archive that an image's address means. Some writers put a sign before their folder of files."""
        plain = re.sub(r"^(\$|%24)IMS[-_]CC[-_]FILEBASE(\$|%24)/?", "", address)
        places = [path_of(plain, self.folder), path_of(plain), path_of(f"web_resources/{plain}")]
        return next((place for place in places if place and place in self.files), "")

    # Blocks that our own export marks

    def _take_figure(self, tag: Tag) -> None:
        self._flush()
        image, caption = tag.find("img"), tag.find("figcaption")
        if image is None:
            self._walk(tag)
            return
        words: dict[str, Any] = {"caption": "", "legend": [], "long_description": ""}
        if isinstance(caption, Tag):
            details = caption.find("details")
            if isinstance(details, Tag):
                words["long_description"] = _text(details.find("p"))
                details.extract()
            words["legend"] = [clean_line(line.get_text())[:300] for line in caption.find_all("li")]
            for part in caption.find_all("ul"):
                part.extract()
            words["caption"] = clean_line(caption.get_text())[:300]
        self._image(image, **words)

    def _take_callout(self, tag: Tag) -> None:
        self._flush()
        kind = str(tag.get("data-kind", ""))
        block = {"kind": kind if kind in CALLOUTS else "scene", "title": _title(tag)}
        self.lesson.blocks.append({"type": "callout", **block, "text": self._inner(tag, "div")})

    def _take_case(self, tag: Tag) -> None:
        self._flush()
        last = tag.find(attrs={"data-stoa": "takeaway"})
        takeaway = _text(last.find("span"))[:300] if isinstance(last, Tag) else ""
        block = {"title": _title(tag), "text": self._inner(tag, "div"), "takeaway": takeaway}
        self.lesson.blocks.append({"type": "case", **block})

    def _take_checklist(self, tag: Tag) -> None:
        self._flush()
        points = [
            {"key": clean_line(str(line.get("data-key", "")))[:60] or f"p{place}", "text": _text(line)[:300]}
            for place, line in enumerate(tag.find_all("li"), 1)
        ]  # fmt: skip
        block = {"title": _title(tag), "intro": _text(tag.find("p")), "items": points}
        self.lesson.blocks.append({"type": "checklist", **block})

    def _take_note(self, tag: Tag) -> None:
        self._flush()
        minutes = str(tag.get("data-minutes", ""))
        reminder = tag.find(attrs={"data-stoa": "reminder"})
        block = {
            "title": _title(tag),
            "prompt": _text(tag.find("p")),
            "minutes": int(minutes) if minutes.isdecimal() and 0 < int(minutes[:3]) <= 10 else 2,
            "note": _text(reminder)[:300] if reminder is not tag.find("p") else "",
        }
        self.lesson.blocks.append({"type": "note", **block})

    def _take_fact(self, tag: Tag) -> None:
        key = clean_line(str(tag.get("data-key", "")))
        if key in self.known:
            self._flush()
            self.lesson.blocks.append({"type": "fact", "key": key})
        else:
            self._walk(tag)
            self._close_run()

    def _take_cards(self, tag: Tag) -> None:
        """The cards of the facts in the text: they are here already, or they are text."""
        for card in tag.find_all(attrs={"data-stoa": "card"}):
            if str(card.get("data-key", "")) in self.known:
                card.decompose()
        if tag.find(attrs={"data-stoa": "card"}):
            self._walk(tag)
            self._close_run()

    def _take_objectives(self, tag: Tag) -> None:
        lines = [clean_line(line.get_text()) for line in tag.find_all("li")]
        self.lesson.objectives = "\n".join(line for line in lines if line)

    def _take_content_note(self, tag: Tag) -> None:
        self.lesson.content_note = _text(tag.find("span"))[:400]

    def _take_pointer(self, tag: Tag) -> None:
        """What it points to stands after the page."""


def _title(tag: Tag) -> str:
    heading = tag.find("h3")
    return clean_line(heading.get_text())[:200] if heading else ""


def _text(tag: Any) -> str:
    """Plain lines of a part, "" without one."""
    if not isinstance(tag, Tag):
        return ""
    for line in tag.find_all("br"):
        line.replace_with("\n")
    return clean_text(tag.get_text()).strip()
