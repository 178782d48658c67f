"""Tags for text that rests on evidence, for icons and for drawings."""

import datetime as dt
import re
from itertools import count

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from wagtail.rich_text import RichText, expand_db_html

from content import soundness
from content.evidence import Evidence, anchor, heading_anchor
from content.models import Certainty

register = template.Library()
LEGEND = re.compile(r"(\d{1,2}(?=\s)|[A-Z](?=[,:]))[\s,:]+(.+)", re.DOTALL)
HEADING = re.compile(r"<h[23]\b(?![^>]*\sid=)")
BLOCK = re.compile(r"<(p|ul|ol|h2|h3)\b.*?</\1>", re.DOTALL)

# One path each, on a 24 × 24 grid.
ICONS = {
    "done": "M4 4h16v16H4zM8 12.5l3 3 5.5-6.5",
    "now": "M4 4h16v16H4zM9 9h6v6H9z",
    "half": "M4 4h16v16H4zM4 12h16",
    "todo": "M4 4h16v16H4z",
    "due": "M12 3l9.5 17h-19zM12 10v4.5M12 17.5v.01",
    "tick": "M4 12.5l5 5L20 6.5",
    "cross": "M6 6l12 12M18 6L6 18",
    "lock": "M5 11h14v9H5zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "clock": "M12 4a8 8 0 1 0 .01 0M12 8v4.5l3 2",
    "next": "M4 12h15M13 6l6 6-6 6",
    "back": "M20 12H5M11 6l-6 6 6 6",
    "globe": "M12 3a9 9 0 1 0 .01 0M3 12h18M12 3c5 5.5 5 12.5 0 18M12 3c-5 5.5-5 12.5 0 18",
    "advice": "M4 5h16v11h-8l-5 4v-4H4z",
    "unknown": "M8.5 9a3.5 3.5 0 1 1 5.5 2.9c-1.3.9-2 1.4-2 2.8M12 18.5v.01",
    "search": "M10.5 4a6.5 6.5 0 1 0 .01 0M15.5 15.5L21 21",
}
ICONS["waiting"] = ICONS["clock"]
CERTAINTY_STATE = {
    Certainty.SEEN: ("met", "done"),
    Certainty.SECONDARY: ("now", "half"),
    Certainty.GENERAL: ("todo", "todo"),
    Certainty.OWN: ("todo", "todo"),
}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>',
        f"icon {extra}".strip(),
        ICONS[name],
    )


@register.simple_tag
def lang(thing) -> SafeString:
    """` lang="en"` for words that are not in the language of the page: of a page, a record or a row that knows its own."""
    code = getattr(thing, "language", "") or ""
    if not code and hasattr(thing, "locale_id"):
        code = thing.locale.language_code
    if not code or code == get_language():
        return mark_safe("")
    return format_html(' lang="{}"', code)


@register.simple_tag
def state(name: str, words: str, picture: str = "") -> SafeString:
    """A state: icon and word, never colour alone."""
    return format_html(
        '<span class="state state-{}">{}{}</span>', name, icon(picture or _picture(name)), words
    )


def _picture(name: str) -> str:
    return {"met": "done", "unmet": "due"}.get(name, name)


@register.simple_tag
def certainty(fact) -> SafeString:
    name, picture = CERTAINTY_STATE[Certainty(fact.certainty)]
    return state(name, fact.get_certainty_display(), picture)


@register.simple_tag(takes_context=True)
def evidence_text(context, value) -> SafeString:
    """Rich text with references as links and each fact's card before the paragraph that first rests on it."""
    html = expand_db_html(value.source) if isinstance(value, RichText) else str(value)
    if block_id := context.get("block_id"):
        number = count()
        html = HEADING.sub(
            lambda match: f'{match[0]} id="{heading_anchor(block_id, next(number))}"', html
        )
    evidence = context.get("evidence")
    if not isinstance(evidence, Evidence):
        return mark_safe(html)  # noqa: S308 - rich text is cleaned when saved
    parts, place = [], 0
    for match in BLOCK.finditer(html):
        parts.append(html[place : match.start()])
        parts.extend(_card(fact) for fact in evidence.new_facts(match[0]))
        parts.append(match[0])
        place = match.end()
    parts.append(html[place:])
    return evidence.link("".join(parts))


@register.simple_tag(takes_context=True)
def heading_id(context) -> SafeString:
    """The id of the title of a box in a lesson, so that a search can lead to it; nothing elsewhere."""
    block_id = context.get("block_id")
    return format_html(' id="{}"', heading_anchor(block_id, 0)) if block_id else mark_safe("")


@register.simple_tag(takes_context=True)
def evidence_line(context, text: str) -> SafeString:
    """Rich text with references as links, no cards (for boxes, where a card would break the reading)."""
    html = expand_db_html(text.source) if isinstance(text, RichText) else str(text)
    evidence = context.get("evidence")
    return evidence.link(html) if isinstance(evidence, Evidence) else mark_safe(html)  # noqa: S308


@register.simple_tag(takes_context=True)
def fact_card(context, fact) -> str:
    """The card of a fact; the page's own copy of it, which knows its sources already, if there is one."""
    evidence = context.get("evidence")
    return _card(evidence.facts.get(fact.key, fact) if isinstance(evidence, Evidence) else fact)


def _card(fact) -> str:
    return render_to_string("stoa_content/elements/fact.html", {"fact": fact}).strip()


@register.simple_tag
def today() -> dt.date:
    return timezone.localdate()


@register.filter
def at(known: dict, key) -> str:
    """`known[key]`, or nothing."""
    return known.get(key, "")


@register.filter
def troubles(fact) -> list[soundness.Trouble]:
    """What is wrong with a fact today, if anything."""
    return soundness.troubles(fact, timezone.localdate())


@register.filter
def in_words(language: str) -> str:
    """The name of a language, in the reader's."""
    return gettext(dict(settings.LANGUAGES).get(language, language))


@register.filter
def fact_anchor(fact) -> str:
    return anchor(fact.key)


@register.filter
def legend_parts(line: str) -> tuple[str, str]:
    """`3 lift out of order` → its mark in the drawing and the words; the mark is empty for a line without one."""
    match = LEGEND.match(line)
    return (match[1], match[2]) if match else ("", line)


@register.inclusion_tag("stoa_content/elements/drawing.html")
def drawing(record, label: str) -> dict:
    return {"drawing": record, "label": label}
