"""Several right options: (right ticks − wrong ticks) ÷ right options, never below 0 (model module, README section 6)."""

from typing import Any

from modules.scoring import Mark, marked


def mark(content: dict[str, Any], answer: Any, parts_name: str = "options") -> Mark:
    """`answer` is a list of ids. `parts_name` is where the content keeps what can be ticked."""
    options = content[parts_name]
    chosen = {key for key in answer if isinstance(key, str)} if isinstance(answer, list) else set()
    chosen &= {option["id"] for option in options}
    right = {option["id"] for option in options if option["correct"]}
    parts = {option["id"]: (option["id"] in chosen) == option["correct"] for option in options}
    score = max(0, len(chosen & right) - len(chosen - right)) / len(right) if right else 0.0
    return marked(score, parts)
