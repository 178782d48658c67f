"""The share of lines with their partner."""

from typing import Any

from modules.scoring import Mark, shared


def mark(content: dict[str, Any], answer: Any) -> Mark:
    """`answer` is {pair id: id of the right side, which is a pair id or an extra id}.

    Two pairs may share a right side (classification): the same words count as the same place.
    """
    given = answer if isinstance(answer, dict) else {}
    rights = {pair["id"]: pair["right"] for pair in content["pairs"]}
    return shared({key: rights.get(given.get(key)) == right for key, right in rights.items()})
