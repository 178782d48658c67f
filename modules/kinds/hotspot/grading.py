"""Places in a picture are ticked like options: (right ticks − wrong ticks) ÷ right places, never below 0."""

from typing import Any

from modules.kinds.multiple import grading as ticks
from modules.scoring import Mark


def mark(content: dict[str, Any], answer: Any) -> Mark:
    """`answer` is a list of spot ids."""
    return ticks.mark(content, answer, parts_name="spots")
