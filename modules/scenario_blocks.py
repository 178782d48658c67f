"""From the blocks an author writes to the document that is played, and back. Nothing is lost either way.

The document has the shape of the curriculum files (content/curriculum/shapes.py, Scenario). What the blocks do not
show (version, language, outcomes, checklists, …) is taken over from the document as it was.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.blocks import (
    ListBlockValidationError,
    StreamBlockValidationError,
    StructBlockValidationError,
)

from modules.scenario_checks import Finding, check

Raw = list[dict[str, Any]]
RECORDS = ("facts", "recommendations", "guidance")
NODES = ("scene", "gate", "ending")
OPENING = ("city", "role", "intro", "content_note")


def to_document(raw: Raw, base: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The document that these blocks (in raw form) write; `base` is the one before, for what blocks do not show."""
    base = base or {}
    opening = next((b["value"] for b in raw if b["type"] == "opening"), {})
    nodes = [_node(b["type"], b["value"]) for b in raw if b["type"] in NODES]
    first = next((node["key"] for node in nodes if node["kind"] == "scene"), "")
    document = {
        **base,
        **{name: opening.get(name) or "" for name in OPENING},
        "start": opening.get("start") or first,
        "criteria": [_pick(b["value"], "key", "title", "max") for b in raw if b["type"] == "criterion"],
        "nodes": nodes,
        "debrief": next((_debrief(b["value"], base) for b in raw if b["type"] == "debrief"), {}),
    }  # fmt: skip
    return document | _named(document, base)


def _pick(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value[name] for name in names}


def _items(raw: Iterable[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    return [item["value"] for item in raw or ()]


def _records(value: Mapping[str, Any]) -> dict[str, list[str]]:
    return {name: list(value.get(name) or []) for name in RECORDS}


def _node(kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    node = {
        "key": value["key"], "kind": kind, "title": value.get("title") or "", "text": value.get("text") or "",
        **_records(value), "choices": [], "routes": [],
    }  # fmt: skip
    if kind == "scene":
        node["choices"] = [
            _pick(item, "key", "text", "response", "next")
            | {"scores": dict(item.get("scores") or {})}
            | _records(item)
            for item in _items(value.get("choices"))
        ]
    if kind == "gate":
        node["routes"] = [
            {"min": dict(item.get("min") or {}), "next": item["next"]}
            for item in _items(value.get("routes"))
        ]
    return node


def _debrief(value: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    before = (base.get("debrief") or {}).get("reflection") or {}
    prompt = value.get("reflection") or ""
    return {
        "title": value.get("title") or "",
        "intro": value.get("intro") or "",
        "points": [
            _pick(item, "key", "title", "text") | _records(item)
            for item in _items(value.get("points"))
        ],
        "criteria": [
            _pick(item, "criterion", "bound", "low", "high")
            | {"guidance": list(item.get("guidance") or [])}
            for item in _items(value.get("criteria"))
        ],
        "reflection": {"prompt": prompt, "private": before.get("private", True)}
        if prompt
        else None,
    }


def _named(document: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, list[str]]:
    """The head lists every record that its parts name, after those it listed before."""
    debrief = document["debrief"]
    parts = [
        *document["nodes"],
        *(choice for node in document["nodes"] for choice in node["choices"]),
        *debrief.get("points", []),
        *debrief.get("criteria", []),
    ]
    return {
        name: list(
            dict.fromkeys(
                [*base.get(name, []), *(key for part in parts for key in part.get(name, []))]
            )
        )
        for name in RECORDS
    }


def to_blocks(document: Mapping[str, Any]) -> Raw:
    """The blocks (in raw form) that write this document. The same document always gives the same blocks."""
    blocks: Raw = []

    def add(kind: str, value: dict[str, Any]) -> None:
        blocks.append({"type": kind, "value": value, "id": _id(document, "block", len(blocks))})

    opening = {name: document.get(name) or "" for name in OPENING}
    add("opening", opening | {"start": document.get("start") or ""})
    for criterion in document.get("criteria") or []:
        add("criterion", _pick(criterion, "key", "title", "max"))
    for node in document.get("nodes") or []:
        add(node["kind"], _node_value(document, node))
    debrief = document.get("debrief") or {}
    if debrief:
        add("debrief", _debrief_value(document, debrief))
    return blocks


def _node_value(document: Mapping[str, Any], node: Mapping[str, Any]) -> dict[str, Any]:
    value = {"key": node["key"], "title": node.get("title") or "", "text": node.get("text") or ""}
    if node["kind"] == "gate":
        routes = [
            {"min": dict(r.get("min") or {}), "next": r["next"]} for r in node.get("routes") or []
        ]
        return value | {"routes": _list(document, f"{node['key']}-route", routes)}
    if node["kind"] == "scene":
        choices = [
            {name: choice.get(name) or "" for name in ("key", "text", "response", "next")}
            | {"scores": dict(choice.get("scores") or {})}
            | _records(choice)
            for choice in node.get("choices") or []
        ]
        value["choices"] = _list(document, f"{node['key']}-choice", choices)
    return value | _records(node)


def _debrief_value(document: Mapping[str, Any], debrief: Mapping[str, Any]) -> dict[str, Any]:
    points = [_pick(p, "key", "title", "text") | _records(p) for p in debrief.get("points") or []]
    words = [
        _pick(line, "criterion", "bound", "low", "high")
        | {"guidance": list(line.get("guidance") or [])}
        for line in debrief.get("criteria") or []
    ]
    return {
        "title": debrief.get("title") or "",
        "intro": debrief.get("intro") or "",
        "points": _list(document, "point", points),
        "criteria": _list(document, "words", words),
        "reflection": (debrief.get("reflection") or {}).get("prompt") or "",
    }


def _list(document: Mapping[str, Any], name: str, values: list[dict[str, Any]]) -> Raw:
    return [
        {"type": "item", "value": value, "id": _id(document, name, n)}
        for n, value in enumerate(values)
    ]


def _id(document: Mapping[str, Any], name: str, n: int) -> str:
    return str(
        uuid.uuid5(uuid.NAMESPACE_URL, f"urn:stoa:block:{document.get('key', '')}:{name}:{n}")
    )


def findings(raw: Raw) -> list[Finding]:
    return check(to_document(raw))


def refuse_loose_ends(value) -> None:
    """Raises StreamBlockValidationError with each error of the graph at its block and field."""
    raw = value.get_prep_value()
    errors = [finding for finding in findings(raw) if finding.is_error]
    if not errors:
        return
    tree: dict[Any, Any] = {}
    own = []
    for finding in errors:
        place = _place(finding.place, raw)
        if place is None:
            own.append(ValidationError(finding.text))
            continue
        branch = tree
        for part in place[:-1]:
            branch = branch.setdefault(part, {})
        branch.setdefault(place[-1], []).append(finding.text)
    blocks = {index: _struct_error(branch) for index, branch in tree.items()}
    raise StreamBlockValidationError(block_errors=blocks, non_block_errors=own or None)


def _place(place: tuple[str | int, ...], raw: Raw) -> tuple[str | int, ...] | None:
    """From a place in the document to one in the stream: (index, field, …, field). None: the scenario as a whole."""
    match place:
        case ("nodes", int(n), *rest):
            kinds: tuple[str, ...] = NODES
        case ("criteria", int(n), *rest):
            kinds = ("criterion",)
        case ("debrief", *rest):
            n, kinds = 0, ("debrief",)
        case ("start",):
            n, kinds, rest = 0, ("opening",), ["start"]
        case _:
            return None
    indexes = [index for index, block in enumerate(raw) if block["type"] in kinds]
    return (indexes[n], *(rest or [""])) if n < len(indexes) else None


def _struct_error(branch: dict[Any, Any]) -> StructBlockValidationError:
    """A branch is {field: [texts] or {index: {field: [texts]}}}; the field "" is the block as a whole."""
    fields: dict[str, ValidationError] = {}
    for name, found in branch.items():
        if name == "":
            continue
        fields[name] = (
            ListBlockValidationError({n: _struct_error(below) for n, below in found.items()})
            if isinstance(found, dict)
            else ValidationError(" ".join(found))
        )
    return StructBlockValidationError(block_errors=fields, non_block_errors=branch.get(""))
