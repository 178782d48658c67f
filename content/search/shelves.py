"""The shelves of the knowledge base as things that can be found."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.urls import reverse

from content.knowledge import SHELVES, Shelf
from content.search.passages import Known, Searched, Text, provide

UNSEARCHED = {"also", "address"}  # an address is made of everybody's words
DOCUMENTS = 0.75  # what a document is called counts less than what is taught from it


def _joined(value: Any) -> str:
    """A field as running text: lists of words, and of points, one after the other."""
    if isinstance(value, list):
        return " ".join(_joined(one) for one in value)
    return str(value["text"] if isinstance(value, dict) else value or "")


def _texts(shelf: Shelf, keys: Collection[str] | None) -> Iterator[Text]:
    """One passage a record and language. Names of a term stand in `also`: they lead to it and are not its text."""
    rows = shelf.model.objects.order_by("pk")
    if keys is not None:
        rows = rows.filter(key__in=keys)
    others = [name for name in shelf.also_searched if name not in UNSEARCHED]
    named = ["also"] if "also" in shelf.also_searched else []
    columns = [shelf.name, shelf.text, *others, *named]
    for key, language, name, *values in rows.values_list(
        "key", "locale__language_code", *columns
    ).iterator():
        also = _joined(values.pop()) if named else ""
        text = " ".join(part for value in values if (part := _joined(value)))
        yield Text(key, language, name, text, also=also)


def _searched(shelf: Shelf) -> Searched:
    def texts(keys: Collection[str] | None) -> Iterable[Text]:
        return _texts(shelf, keys)

    def known(_request):
        """Everybody may know of every record. Its page shows the reader's language, or the source's words in it."""

        def one(key: str) -> Known:
            return Known(lambda _language: reverse("stoa_content:record", args=[shelf.kind, key]))

        return one

    weight = DOCUMENTS if shelf.kind == "sources" else 1.0
    return Searched(shelf.kind, shelf.title, texts, known, weight, shows_key=not shelf.by_letter)


def provide_shelves() -> None:
    for kind in ("recommendations", "guidance", "facts", "cases", "checklists", "glossary", "actions", "sources"):  # fmt: skip
        provide(_searched(SHELVES[kind]))
