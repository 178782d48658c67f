"""A scenario in the language of the person who plays it: the same nodes, choices and scores, other words.

Words of a translation hold wherever the source still says what was translated, as with questions (translating.py).
"""

import copy
from collections.abc import Iterator
from typing import Any

WORDS = {"title", "role", "content_note", "intro", "text", "response", "prompt", "low", "high"}
PARTS = ("criteria", "nodes", "choices", "points", "debrief", "reflection")
Place = tuple[str, dict[str, Any], str]


def texts_of(document: dict[str, Any]) -> dict[str, str]:
    """Every text of a scenario that is translated, by a path of keys: `nodes.gate.choices.open.text`."""
    return {path: part[name] for path, part, name in _places(document, "")}


def said(document: dict[str, Any], source: dict[str, str], texts: dict[str, str]) -> dict[str, Any]:
    """A copy of the document in the words of a translation, whose `source` says what was translated."""
    found = copy.deepcopy(document)
    for path, part, name in list(_places(found, "")):
        if source.get(path) == part[name]:
            part[name] = texts.get(path) or part[name]
    return found


def _places(part: dict[str, Any], path: str) -> Iterator[Place]:
    for name in sorted(WORDS & part.keys()):
        if isinstance(part[name], str) and part[name]:
            yield f"{path}{name}", part, name
    for name in PARTS:
        inner = part.get(name)
        if isinstance(inner, dict):
            yield from _places(inner, f"{path}{name}.")
        for one in inner if isinstance(inner, list) else ():
            key = one.get("key") or one.get("criterion")
            yield from _places(one, f"{path}{name}.{key}.")
