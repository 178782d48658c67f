"""A book as EPUB 3.3, for reading without a connection. The same book gives the same bytes.

The container is small and well described, and the one library for it on our shelf of packages is AGPL; so the files are
templates and the zip is ours. Drawings stand in the page as SVG; typefaces are the reader's own choice.
"""

import io
import re
import textwrap
import zipfile
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from modules.books.writing import Book

MIME = "application/epub+zip"
BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can name, so that bytes repeat
LANG = re.compile(r'(<[^<>]*?) lang="([A-Za-z-]+)"')
TYPES = {"png": "image/png", "jpg": "image/jpeg"}


def make(book: Book) -> bytes:
    with translation.override(book.language):
        context = {"book": book, "cover_lines": textwrap.wrap(book.title, 17)[:7]}
        context["cover_alt"] = _("Cover: %(title)s") % {"title": book.full_title}
        context["cover"] = _set("cover.svg", context)
        files = {
            "META-INF/container.xml": _set("container.xml", context),
            "EPUB/package.opf": _set("package.opf", context | _about(book)),
            "EPUB/cover.svg": context["cover"],
            "EPUB/nav.xhtml": _set("nav.html", context),
            "EPUB/title.xhtml": _page(book.title, _set("title.html", context), book.language),
            "EPUB/book.css": _set("book.css", context),
        }
        for chapter in book.chapters:
            files[f"EPUB/{chapter.key}.xhtml"] = _page(
                chapter.title, chapter.html, book.language, "chapter"
            )
    return _pack(files, {f"EPUB/{one.path}": one.data for one in book.pictures})


def _set(name: str, context: dict[str, Any]) -> str:
    return render_to_string(f"stoa_modules/books/{name}", context).strip()


def _page(title: str, body: str, language: str, sort: str = "") -> str:
    context = {"title": title, "body": body, "language": language, "sort": sort}
    # Reading systems of XHTML look at xml:lang, browsers at lang.
    return LANG.sub(r'\1 lang="\2" xml:lang="\2"', _set("page.html", context))


def _about(book: Book) -> dict[str, Any]:
    summary = _(
        "Every drawing has a text alternative, and where it needs one a long description that stands below it. "
        "Headings are nested, and the language of each part is marked."
    )
    images = [
        {"id": one.path.rpartition("/")[2], "path": one.path, "type": TYPES[one.path[-3:]]}
        for one in book.pictures
    ]
    return {"summary": summary, "images": images}


def _pack(texts: dict[str, str], images: dict[str, bytes]) -> bytes:
    """The type first and as it is, as the container format asks."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        members = {"mimetype": MIME.encode()}
        members |= {name: text.encode() for name, text in texts.items()} | images
        for name, data in members.items():
            info = zipfile.ZipInfo(name, BEGINNING)
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, data)
    return stream.getvalue()
