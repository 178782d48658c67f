"""The share of items in their own place."""

from typing import Any

from modules.scoring import Mark, shared


def mark(content: dict[str, Any], answer: Any) -> Mark:
    """`answer` is a list of item ids, first on top."""
    wanted = [item["id"] for item in content["items"]]
    given = answer if isinstance(answer, list) else []
    return shared(
        {key: place < len(given) and given[place] == key for place, key in enumerate(wanted)}
    )
