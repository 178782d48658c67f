"""The files of a module, made when somebody asks and kept by what is in them.

Making takes a second or so, so nobody waits for a worker. A file is kept under a digest of its whole contents, the
labels of its readers and its language: another reader's file can never be found in its place, and what nobody asks for
any more is dropped by the cache.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache, caches
from django.urls import reverse

from modules import conf, frames
from modules.books import epub, pdf, writing
from modules.books.editions import FORMAT, Edition
from modules.models import Module
from modules.models.structure import readable_by

MINUTE = 60
MONTH = 30 * 24 * 60 * 60


@dataclass(frozen=True)
class Form:
    name: str
    mime: str
    make: Callable[[writing.Book], bytes]


FORMS = {"pdf": Form("PDF", pdf.MIME, pdf.make), "epub": Form("EPUB", epub.MIME, epub.make)}


class TooManyMade(Exception):
    """So many files were made this minute that the rest of the site comes first."""


def file_of(edition: Edition, form: str) -> bytes:
    """The file of an edition. Raises TooManyMade, content.fonts.FontsMissing.

    A change in the knowledge base alone shows after frames.LIFETIME at the latest, as on lesson pages.
    """
    known = frames.recall("book", edition.fingerprint)
    data = _files().get(_key(edition, form, known)) if known else None
    if data is None:
        book = writing.write(edition)
        frames.keep("book", edition.fingerprint, value=book.digest)
        key = _key(edition, form, book.digest)
        data = _files().get(key)
        if data is None:
            _count()
            data = FORMS[form].make(book)
            _files().set(key, data, MONTH)
    frames.keep(
        "book-size", edition.module.pk, form, *edition.labels, value=len(data), lifetime=None
    )
    return data


def offers(module: Module, user) -> list[dict[str, Any]]:
    """What can be saved: {name, url, size}; the size where it is known. No query of its own."""
    labels = tuple(readable_by(user))
    return [
        {
            "name": form.name,
            "url": reverse(f"stoa_modules:book-{key}", args=[module.uuid]),
            "size": frames.recall("book-size", module.pk, key, *labels),
        }
        for key, form in FORMS.items()
    ]


def _files():
    return caches[conf.FILES_CACHE if conf.FILES_CACHE in settings.CACHES else "default"]


def _key(edition: Edition, form: str, digest: str) -> str:
    said = repr([FORMAT, edition.module.pk, edition.language, edition.labels, form, digest])
    return f"stoa_modules.book:{hashlib.sha256(said.encode()).hexdigest()}"


def _count() -> None:
    """Counted for the whole site: what costs is making, and there are only so many files to make. Kept ones are free."""
    key = f"stoa_modules.books_made:{int(time.time() // MINUTE)}"
    cache.add(key, 0, timeout=2 * MINUTE)
    try:
        made = cache.incr(key)
    except ValueError:  # gone in between
        made = 1
    if made > conf.BOOKS_A_MINUTE:
        raise TooManyMade
