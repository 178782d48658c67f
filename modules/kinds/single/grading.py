"""One point for the right option."""

from typing import Any

from modules.scoring import Mark, marked


def mark(content: dict[str, Any], answer: Any) -> Mark:
    """`answer` is an option id."""
    right = {option["id"] for option in content["options"] if option["correct"]}
    parts = {answer: answer in right} if isinstance(answer, str) and answer else {}
    return marked(float(any(parts.values())), parts)
