"""A book as PDF/UA-1: tagged, with bookmarks, languages and text alternatives. The same book gives the same bytes.

Words and drawings reach typst as data in a folder of their own, never as source, and typst reads nothing outside it.
The claim of PDF/UA is typst's own; what a validator would look at is read back in tests/modules/books/.
"""

import json
import re
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

import typst
from defusedxml.ElementTree import fromstring
from django.utils import translation
from django.utils.translation import gettext as _

from content import svg
from content.fonts import drawable, find_fonts
from modules import conf
from modules.books.writing import Book

MIME = "application/pdf"
TEMPLATE = Path(__file__).with_name("book.typ")
STANDARDS: list[Any] = ["ua-1"]
WHITE = re.compile(r"\s+")
INLINE = {"a", "b", "strong", "i", "em", "br", "sup", "sub"}
TALLEST = 150  # millimetres a drawing may take of a page
WIDTH = 165  # millimetres of the column

# Compiling takes a core; one at a time leaves the other for the site.
_lock = threading.Lock()


def make(book: Book) -> bytes:
    """Raises content.fonts.FontsMissing."""
    with translation.override(book.language), tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        data = _Setter(book, work).data()
        work.joinpath("data.json").write_text(json.dumps(data, ensure_ascii=False))
        work.joinpath("book.typ").write_bytes(TEMPLATE.read_bytes())
        for picture in book.pictures:
            path = work / picture.path
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(picture.data)
        with _lock:
            compiler = typst.Compiler(
                str(work / "book.typ"), root=folder, font_paths=_fonts(), ignore_system_fonts=True
            )
            pdf = compiler.compile(
                format="pdf", pdf_standards=STANDARDS, timestamp=int(book.revised.timestamp())
            )
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _fonts() -> typst.Fonts:
    folders = dict.fromkeys(str(path.parent) for path in find_fonts(conf.fonts_dir()))
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders)
    )


class _Setter:
    """Turns the XHTML of a book into what book.typ walks: words, or {"t": tag, "c": [children], "id", "lang", …}."""

    def __init__(self, book: Book, work: Path) -> None:
        self.book, self.work, self.drawings = book, work, 0
        self.targets: set[str] = set()

    def data(self) -> dict[str, Any]:
        roots = [fromstring(chapter.html) for chapter in self.book.chapters]
        self.targets = {
            one.attrib["id"] for root in roots for one in root.iter() if "id" in one.attrib
        }
        book = self.book
        return {
            "title": self.plain(book.title),
            "code": self.plain(book.code),
            "full": self.plain(book.full_title),
            "summary": self.plain(book.summary),
            "publisher": self.plain(book.publisher),
            "language": book.language,
            "address": book.address,
            "facts": [[self.plain(label), self.plain(value)] for label, value in book.facts],
            "notes": [self.plain(note) for note in book.notes],
            "year": book.revised.year,
            "month": book.revised.month,
            "day": book.revised.day,
            "contents": self.plain(_("Contents")),
            "chapters": [self.node(root) for root in roots],
        }  # fmt: skip

    def plain(self, text: str) -> str:
        """Only letters that our typefaces have; `drawable` trims, and the space between two words must stay."""
        words = WHITE.sub(" ", text)
        before, after = words[:1] == " ", len(words) > 1 and words[-1:] == " "
        kept = drawable(words, fonts_dir=conf.fonts_dir())
        return f"{' ' * before}{kept}{' ' * after}"

    def node(self, element: Element) -> dict[str, Any]:
        if element.tag == f"{svg.SVG}svg":
            return self.drawing(element)
        found: dict[str, Any] = {"t": element.tag, "c": self.children(element)}
        for name in ("id", "lang", "class", "alt"):
            if name in element.attrib:
                found[name] = element.attrib[name]
        match element.tag:
            case "a":
                found["to"] = self.target(element.attrib.get("href", ""))
            case "img":
                size = element.attrib
                found |= {"file": size["src"], "alt": self.plain(size["alt"])}
                found["width"] = _width(float(size["width"]), float(size["height"]))
        return found

    def children(self, element: Element) -> list[Any]:
        found: list[Any] = []
        self.words(found, element.text)
        for child in element:
            found.append(self.node(child))
            self.words(found, child.tail)
        if element.tag not in INLINE and found:
            if isinstance(found[0], str):
                found[0] = found[0].lstrip()
            if isinstance(found[-1], str):
                found[-1] = found[-1].rstrip()
        blocks = [one for one in found if isinstance(one, dict) and one["t"] not in INLINE]
        return [one for one in found if one and not (blocks and one == " ")]

    def words(self, found: list[Any], text: str | None) -> None:
        if text:
            found.append(self.plain(text))

    def target(self, href: str) -> str:
        """A part of the book, an address, or nothing where the part is not in it."""
        return href if not href.startswith("#") or href[1:] in self.targets else ""

    def drawing(self, element: Element) -> dict[str, Any]:
        """An svg element as a file of its own, in ink, its words set in our typeface."""
        self.drawings += 1
        title = element.find(f"{svg.SVG}title")
        alt = self.plain(title.text or "") if title is not None else ""
        for one in element.iter():
            one.attrib.pop("font-family", None)
            if one.tag in {f"{svg.SVG}text", f"{svg.SVG}tspan"}:
                one.text = self.plain(one.text) if one.text else one.text
                one.tail = self.plain(one.tail) if one.tail else one.tail
        element.set("font-family", "Atkinson Hyperlegible Next, Noto Sans")
        element.set("color", "#1c2325")
        _left, _top, width, height = (float(part) for part in element.attrib["viewBox"].split())
        element.attrib.pop("width", None)
        element.attrib.pop("height", None)
        name = f"drawing-{self.drawings}.svg"
        self.work.joinpath(name).write_text(tostring(element, encoding="unicode"))
        return {"t": "svg", "c": [], "file": name, "alt": alt, "width": _width(width, height)}


def _width(width: float, height: float) -> float:
    """Millimetres: the whole column, less if the drawing would be too tall for a page."""
    return round(min(WIDTH, TALLEST * width / height), 1)
