"""Walking a branching scenario: a path of choices in, the next scene, the scores and what was said out. Pure."""

from dataclasses import dataclass, field
from typing import Any

LONGEST_PATH = 200
"""Choices in a path. A circle with a way out could be walked for ever; an address cannot be."""


class NoSuchPath(ValueError):
    """The path names a choice that the scene does not have, or leads nowhere: it was changed, or never there."""


@dataclass
class Step:
    """Where a path leads: the node reached, its choices with the path each would make, and the way there."""

    node: dict[str, Any]
    way: list[dict[str, Any]] = field(default_factory=list)  # {"node", "choice"} in order
    scores: dict[str, int] = field(default_factory=dict)
    choices: list[dict[str, Any]] = field(default_factory=list)
    debrief: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_ending(self) -> bool:
        return self.node["kind"] == "ending"


def split(path: str) -> list[str]:
    """The choices of a path as it stands in an address: `ask.walk` → ["ask", "walk"]."""
    return [part for part in path.split(".") if part]


def follow(document: dict[str, Any], path: list[str]) -> Step:
    """Walk from the start along `path` (choice keys). Gates are passed silently. Raises NoSuchPath."""
    if len(path) > LONGEST_PATH:
        raise NoSuchPath("too long")
    nodes = {node["key"]: node for node in document.get("nodes", [])}
    scores = {criterion["key"]: 0 for criterion in document.get("criteria", [])}
    node = _reach(document.get("start", ""), nodes, scores)
    way = []
    for key in path:
        choice = next((choice for choice in node.get("choices", []) if choice["key"] == key), None)
        if choice is None:
            raise NoSuchPath(key)
        for criterion, points in choice.get("scores", {}).items():
            scores[criterion] = scores.get(criterion, 0) + points
        way.append({"node": node, "choice": choice})
        node = _reach(choice["next"], nodes, scores)
    trail = ".".join(path)
    choices = [
        choice | {"path": f"{trail}.{choice['key']}".lstrip(".")}
        for choice in node.get("choices", [])
    ]
    step = Step(node, way, scores, choices)
    if step.is_ending:
        step.debrief = _debrief(document, scores)
    return step


def _reach(key: str, nodes: dict[str, dict[str, Any]], scores: dict[str, int]) -> dict[str, Any]:
    """The node with this key, or the one behind it if it is a gate. Raises NoSuchPath where nothing is."""
    passed = set()
    while True:
        if key not in nodes or key in passed:
            raise NoSuchPath(key)
        node = nodes[key]
        if node["kind"] != "gate":
            return node
        passed.add(key)
        key = next((r["next"] for r in node.get("routes", []) if _opens(r, scores)), "")


def _opens(route: dict[str, Any], scores: dict[str, int]) -> bool:
    return all(scores.get(c, 0) >= least for c, least in route.get("min", {}).items())


def endings(document: dict[str, Any]) -> list[str]:
    """The keys of the endings that ways lead to from the start, in the order they are written."""
    nodes = {node["key"]: node for node in document.get("nodes", [])}
    reached: set[str] = set()
    waiting = [document.get("start", "")]
    while waiting:
        key = waiting.pop()
        if key in nodes and key not in reached:
            reached.add(key)
            ways = [*nodes[key].get("choices", []), *nodes[key].get("routes", [])]
            waiting += [way["next"] for way in ways]
    return [key for key, node in nodes.items() if key in reached and node["kind"] == "ending"]


def _debrief(document: dict[str, Any], scores: dict[str, int]) -> list[dict[str, Any]]:
    criteria = {criterion["key"]: criterion for criterion in document.get("criteria", [])}
    lines = []
    for line in (document.get("debrief") or {}).get("criteria", []):
        key = line["criterion"]
        if key not in criteria:  # in a draft that is being played
            continue
        words = line["low"] if scores.get(key, 0) < line["bound"] else line["high"]
        lines.append(
            {
                "title": criteria[key]["title"], "score": scores.get(key, 0), "max": criteria[key]["max"],
                "words": words, "guidance": line.get("guidance", []),
            }
        )  # fmt: skip
    return lines
