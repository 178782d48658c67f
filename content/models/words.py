"""Lists of words kept as JSON, in the way wagtail-localize takes them apart and puts them together again."""

import hashlib
from typing import Any

from django.db import models
from wagtail_localize.segments import StringSegmentValue

Segments = list[StringSegmentValue]


class WordsField(models.JSONField):
    """A list of texts, or of {"key", "text"}. Each text is a segment of its own; keys and order are the original's.

    A text without a key is known by its own words, so that its translation survives a new line above it.
    """

    def get_translatable_segments(self, value: list[Any]) -> Segments:
        return [StringSegmentValue(_name(one), _text(one)) for one in value or []]

    def restore_translated_segments(self, value: list[Any], segments: Segments) -> list[Any]:
        """`value` is the original's; an entry without a translation keeps its words."""
        said = {segment.path: segment.render_text() for segment in segments}
        return [
            one | {"text": said.get(_name(one), _text(one))}
            if isinstance(one, dict)
            else said.get(_name(one), one)
            for one in value or []
        ]


class FormsField(models.JSONField):
    """A list of forms of one word. Another language has more of them or fewer, so all are one segment: `a; b`."""

    def get_translatable_segments(self, value: list[str]) -> Segments:
        return [StringSegmentValue("", "; ".join(value))] if value else []

    def restore_translated_segments(self, value: list[str], segments: Segments) -> list[str]:
        parts = segments[0].render_text().split(";") if segments else []
        return [form for part in parts if (form := part.strip())]


def _text(one: Any) -> str:
    return one["text"] if isinstance(one, dict) else one


def _name(one: Any) -> str:
    if isinstance(one, dict):
        return one["key"]
    return hashlib.sha256(one.encode()).hexdigest()[:12]
