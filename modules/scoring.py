"""What marking gives. Pure: no database, no clock. Every question is worth one point.

Part scores (model module, README section 6): multiple choice and hotspot = (right ticks − wrong ticks) ÷ right ones,
never below 0; ordering, matching and gaps = share of parts that are right.
"""

from typing import TypedDict

MAX_POINTS = 1.0


class Mark(TypedDict):
    """`score` 0..1, `correct` only when the score is full; `parts` maps answer id → was it handled rightly."""

    score: float
    correct: bool
    parts: dict[str, bool]


def marked(score: float, parts: dict[str, bool]) -> Mark:
    return Mark(score=score, correct=score == MAX_POINTS, parts=parts)


def shared(parts: dict[str, bool]) -> Mark:
    """The share of parts that are right; nothing to do is nothing earned."""
    return marked(sum(parts.values()) / len(parts) if parts else 0.0, parts)
