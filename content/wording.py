"""Words of the knowledge base in the reader's language, laid over the originals that everything links to."""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import JSONField
from django.utils.translation import get_language

from content.models.base import Worded, source_language

Record = TypeVar("Record", bound=Worded)


def in_language(records: Iterable[Record], language: str | None = None) -> list[Record]:
    """These originals saying what they say in a language, the active one by default; for showing, not for saving.

    One query for each model among them, none in the source language. A record without a translation, and a word that
    was left out of one, stay as they are; `record.language` is the language that its words are in.
    """
    found = list(records)
    wanted = language or get_language() or source_language()
    if wanted == source_language():
        return found
    by_model: dict[type[Worded], list[Record]] = {}
    for record in found:
        by_model.setdefault(record._meta.concrete_model or type(record), []).append(record)
    for model, originals in by_model.items():
        said = _said(model, originals, wanted)
        for record in originals:
            if record.translation_key in said:
                _lay_over(record, said[record.translation_key], wanted)
    return found


def _said(model: type[Worded], records: list[Record], language: str) -> dict:
    rows = model.objects.filter(
        locale__language_code=language,
        translation_key__in={record.translation_key for record in records},
    ).order_by()
    return {row.pop("translation_key"): row for row in rows.values("translation_key", *model.words)}


def _lay_over(record: Worded, words: dict, language: str) -> None:
    for name, value in words.items():
        # A list of words is complete in its own language; an empty text was not translated.
        if value or isinstance(record._meta.get_field(name), JSONField):
            setattr(record, name, value)
    record.__dict__["_language"] = language
