"""What the blocks of a lesson say: the activities in it, its texts, and what it rests on."""

from collections.abc import Iterator
from typing import Any

from content import references
from modules.activities.base import ActivityBlock


def describe(child) -> dict[str, Any] | None:
    """What an activity block asks, as its Activity row keeps it; None for a block without an activity."""
    if not isinstance(child.block, ActivityBlock):
        return None
    described = child.block.describe(child.value)
    return {"kind": child.block.kind, **described} if described else None


def texts(page) -> Iterator[str]:
    """Every piece of text of a lesson that may hold references."""
    for child in page.body:
        if child.block_type == "text":
            yield child.value.source
        elif child.block_type in {"case", "callout", "video"}:
            for value in child.value.values():
                yield getattr(value, "source", value if isinstance(value, str) else "")


def harvest(page) -> references.References:
    """Everything a lesson rests on: references in its text, and what its blocks choose."""
    found = references.find(texts(page))
    for child in page.body:
        value = child.value
        match child.block_type:
            case "fact" if value["fact"]:
                found.add("facts", value["fact"].key)
            case "figure":
                for key in value["facts"]:
                    found.add("facts", key)
            case "case" if value["case"]:
                found.add("cases", value["case"].key)
            case "advice":
                for kind in ("recommendations", "guidance"):
                    for chosen in value[kind]:
                        if chosen:
                            found.add(kind, chosen.key)
    return found
