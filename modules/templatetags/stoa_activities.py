"""Tags for notes, checklists and surveys."""

import json
from typing import Any

from django import template
from django.utils import timezone

from modules import notes, surveys

register = template.Library()


@register.filter
def get(mapping: dict | None, key: str) -> Any:
    """The value of a key that is itself a value; empty if there is none."""
    return (mapping or {}).get(key, "")


@register.filter
def as_kept(note: dict) -> str:
    """What a checklist says now, for its form to send back: the server tells from it what was changed."""
    return json.dumps(note or {}, ensure_ascii=False)


@register.filter
def is_closed(survey: dict) -> bool:
    """Whether a survey takes no answers any more today."""
    return surveys.is_closed(survey, timezone.localdate())


@register.simple_tag
def limit(name: str) -> int:
    """How many characters fit: note, point, heading or answer."""
    return {
        "note": notes.MAX_NOTE_LENGTH,
        "point": notes.MAX_POINT_LENGTH,
        "heading": notes.MAX_HEADING_LENGTH,
        "answer": surveys.MAX_TEXT_LENGTH,
    }[name]


@register.simple_tag
def limit_told(name: str) -> str:
    """A limit as words show it: 10 000."""
    return f"{limit(name):,}".replace(",", "\u202f")


@register.simple_tag
def scale_steps() -> list[str]:
    return [str(step) for step in surveys.SCALE]


@register.filter
def percent(share: float) -> int:
    return round(share * 100)
