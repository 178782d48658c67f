"""Keeping the table of what can be found: apps bring their texts, and say what of theirs has changed."""

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import Promise

from content import references
from content.models import SearchPassage
from content.text import clean_line

SHOWN = ("title", "heading", "also", "text", "anchor")
CHUNK = 400  # keys in one statement; SQLite takes 999 parameters at least


@dataclass(frozen=True)
class Text:
    """A passage as an app brings it; order is that in which it brings those of a thing."""

    key: str
    language: str
    title: str
    text: str
    heading: str = ""
    also: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Known:
    """A thing that a person may know of. `url` is asked only for what is shown.

    languages   those it can be read in; what is found in others is left out
    part        (key, title) of what it belongs to, for the filter; empty for none
    """

    url: Callable[[str], str]
    languages: frozenset[str] | None = None
    part: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Searched:
    """A kind of thing that can be found.

    texts   of the things with these keys, or of all (None), in a fixed number of queries
    known   for a person: from a key to the thing if they may know of it now, in a fixed number of queries. It is asked
            at every search, so that nothing that was closed a moment ago is found, counted or suggested
    weight  below one for what people seldom look for, such as the title of a document
    """

    kind: str
    title: str | Promise
    texts: Callable[[Collection[str] | None], Iterable[Text]]
    known: Callable[[HttpRequest], Callable[[str], Known | None]]
    weight: float = 1.0
    shows_key: bool = False


_kinds: dict[str, Searched] = {}


def provide(searched: Searched) -> Searched:
    """Register a kind of thing; the order of registration is that of the filter."""
    _kinds[searched.kind] = searched
    return searched


def kinds() -> dict[str, Searched]:
    return _kinds


# Keeping up


@dataclass
class _Waiting:
    keys: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


_waiting: ContextVar[_Waiting | None] = ContextVar("stoa_content_search_waiting", default=None)


def changed(kind: str, key: Any) -> None:
    """What is found of a thing is what is published now; call it when that may be another than before."""
    waiting = _waiting.get()
    if waiting is None:
        refresh(kind, {str(key)})
    else:
        waiting.keys[kind].add(str(key))


@contextmanager
def at_the_end() -> Iterator[None]:
    """Bring everything that changes within up to date in one go at its end, as a loader wants it."""
    if _waiting.get() is not None:
        yield
        return
    waiting = _Waiting()
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for kind, keys in waiting.keys.items():
        refresh(kind, keys)


def rebuild() -> int:
    """Make the whole table again, for after a change that told nobody. Returns how many passages were written."""
    written = sum(refresh(kind, None) for kind in _kinds)
    SearchPassage.objects.exclude(kind__in=_kinds).delete()
    return written


@transaction.atomic
def refresh(kind: str, keys: Collection[str] | None) -> int:
    """The passages of these things (None: of all of a kind) as their texts are now. Returns how many were written."""
    if kind not in _kinds:
        return 0
    wanted = {_identity(one): one for one in _drafts(kind, keys)}
    kept, gone = set(), []
    for one in _stored(kind, keys):
        new = wanted.get(_identity(one))
        if new is not None and new.digest == one.digest:
            kept.add(_identity(one))
        else:
            gone.append(one.pk)
    for start in range(0, len(gone), CHUNK):
        SearchPassage.objects.filter(pk__in=gone[start : start + CHUNK]).delete()
    added = [one for identity, one in wanted.items() if identity not in kept]
    SearchPassage.objects.bulk_create(added, batch_size=100)
    return len(added)


def _identity(one: SearchPassage) -> tuple:
    return one.kind, one.key, one.language, one.place


def _stored(kind: str, keys: Collection[str] | None) -> Iterator[SearchPassage]:
    rows = SearchPassage.objects.filter(kind=kind).order_by()
    rows = rows.only("kind", "key", "language", "place", "digest")
    if keys is None:
        yield from rows
        return
    listed = sorted(keys)
    for start in range(0, len(listed), CHUNK):
        yield from rows.filter(Q(key__in=listed[start : start + CHUNK]))


def _drafts(kind: str, keys: Collection[str] | None) -> Iterator[SearchPassage]:
    places: dict[tuple[str, str], int] = defaultdict(int)
    for text in _kinds[kind].texts(keys):
        thing = text.key, text.language
        said = {name: plain(getattr(text, name)) for name in SHOWN}
        one = SearchPassage(
            kind=kind, key=text.key, language=text.language, place=places[thing], **said
        )
        one.digest = _digest(one)
        places[thing] += 1
        yield one


def plain(text: str) -> str:
    """Text as it is searched and shown: composed, on one line, with the words of its references only."""
    found = unicodedata.normalize("NFC", references.replace(text, _words)) if text else ""
    return clean_line(found).replace(" .", ".").replace(" ,", ",")


def _words(kind: str, key: str, words: str) -> str:
    return words or (key.replace("-", " ") if kind == "glossary" else "")


def _digest(one: SearchPassage) -> int:
    """40 bits, so that the sum of many thousands still is an integer to every database."""
    parts = [*_identity(one), *(getattr(one, name) for name in SHOWN)]
    return int.from_bytes(hashlib.sha256("\x1f".join(map(str, parts)).encode()).digest()[:5])
