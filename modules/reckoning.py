"""How long does a lesson take? Counted from its words and from what is asked in it (decisions/0011).

150 words a minute, since many read in a second language; then a minute for a drawing or a question, two for putting in
order or matching, three for a checklist, and what a reflection says of itself. A scenario and an artefact are parts of
the module with minutes of their own.
"""

import math
import re
from typing import Any

from django.utils.html import strip_tags

from content import references

WORDS_A_MINUTE = 150
DRAWING = QUESTION = 1
ARRANGING = 2  # ordering, matching
CHECKLIST = 3
SURVEY_QUESTION = 0.5
TOO_FAR = 3  # minutes between what is typed and what is counted that an editor is told of
WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")


def minutes_of(page) -> int:
    """Minutes of a lesson page as it stands, rounded up; at least one. Queries only for what its blocks choose."""
    words, minutes = count_words(page.content_note), 0.0
    for child in page.body:
        value = child.value
        match child.block_type:
            case "text":
                words += count_words(value.source)
            case "case" | "callout" | "video":
                text = value["transcript"] if child.block_type == "video" else value["text"]
                words += count_words(value["title"], getattr(text, "source", text))
                words += count_words(value.get("takeaway") or "")
            case "figure":
                words += count_words(value["caption"], *value["legend"])
                minutes += DRAWING
            case "fact" if value["fact"]:
                words += count_words(value["fact"].text)
            case "checklist":
                words += count_words(value["title"], value["intro"])
                minutes += CHECKLIST
            case "note":
                words += count_words(value["title"])
                minutes += value["minutes"] or 0
            case "quiz":
                minutes += _quiz(value)
            case "survey":
                minutes += SURVEY_QUESTION * len(value["questions"])
            case "scenario" | "artefact":
                words += count_words(value.get("intro") or "", value.get("brief") or "")
    return max(1, math.ceil(words / WORDS_A_MINUTE + minutes))


def count_words(*texts: str) -> int:
    """Words that are read: without tags, and without the keys of references."""
    found = 0
    for text in texts:
        said = references.replace(text or "", lambda kind, key, words: words)
        found += len(WORD.findall(strip_tags(said.replace("<", " <"))))
    return found


def _quiz(value: Any) -> float:
    """As many questions as are drawn, each as long as those of its pool are on average."""
    pool = [
        ARRANGING if question.kind in {"ordering", "matching"} else QUESTION
        for question in value["questions"]
        if question
    ]
    return min(value["draw"] or 0, len(pool)) * sum(pool) / len(pool) if pool else 0
