"""A scenario as a picture: where its nodes stand and which lines join them. Pure; the template draws it."""

from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 170, 46, 56, 18, 12


@dataclass(frozen=True)
class Box:
    """A node: upper left corner, and where its two lines of text begin."""

    key: str
    kind: str
    title: str
    x: int
    y: int
    is_reached: bool

    @property
    def text_x(self) -> int:
        return self.x + 10

    @property
    def key_y(self) -> int:
        return self.y + 19

    @property
    def title_y(self) -> int:
        return self.y + 36


@dataclass(frozen=True)
class Line:
    """A way from one node to another; `is_back` leads to an earlier column or stays in it."""

    x1: int
    y1: int
    x2: int
    y2: int
    is_back: bool

    @property
    def path(self) -> str:
        middle = (self.x1 + self.x2) // 2
        return f"M{self.x1} {self.y1} C{middle} {self.y1} {middle} {self.y2} {self.x2} {self.y2}"


@dataclass
class Picture:
    width: int = 0
    height: int = 0
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    nodes: list[dict[str, Any]] = field(default_factory=list)  # as written, with "ways"

    @property
    def counts(self) -> dict[str, int]:
        kinds = [box.kind for box in self.boxes]
        return {kind: kinds.count(kind) for kind in ("scene", "gate", "ending")}


def draw(document: dict[str, Any]) -> Picture:
    """Columns by distance from the start; what is not reached stands in a column of its own at the end."""
    nodes = [node for node in document.get("nodes", []) if node["key"]]
    ways = {node["key"]: [way["next"] for way in _ways(node)] for node in nodes}
    depth = _depths(document.get("start", ""), ways)
    last = max(depth.values(), default=-1) + 1
    rows: dict[int, int] = {}
    places: dict[str, Box] = {}
    for node in nodes:
        if node["key"] in places:
            continue
        column = depth.get(node["key"], last)
        row = rows.get(column, 0)
        rows[column] = row + 1
        places[node["key"]] = Box(
            node["key"], node["kind"], node.get("title", ""), MARGIN + column * (WIDTH + GAP_X),
            MARGIN + row * (HEIGHT + GAP_Y), node["key"] in depth,
        )  # fmt: skip
    picture = Picture(boxes=list(places.values()))
    for key, box in places.items():
        for target in dict.fromkeys(ways[key]):
            if target in places:
                to = places[target]
                picture.lines.append(
                    Line(
                        box.x + WIDTH, box.y + HEIGHT // 2, to.x, to.y + HEIGHT // 2, to.x <= box.x
                    )
                )
    picture.width = 2 * MARGIN + max((box.x + WIDTH for box in picture.boxes), default=0)
    picture.height = 2 * MARGIN + max((box.y + HEIGHT for box in picture.boxes), default=0)
    picture.nodes = [node | {"ways": _ways(node)} for node in document.get("nodes", [])]
    return picture


def _ways(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [*node.get("choices", []), *node.get("routes", [])]


def _depths(start: str, ways: dict[str, list[str]]) -> dict[str, int]:
    """Column by node that is reached: the longest way to it, so that every line leads on; with a circle, the shortest."""
    depth: dict[str, int] = {}
    level = [start] if start in ways else []
    while level:
        depth |= dict.fromkeys(level, max(depth.values(), default=-1) + 1)
        following = (target for key in level for target in ways[key])
        level = [key for key in dict.fromkeys(following) if key in ways and key not in depth]
    try:
        order = TopologicalSorter({key: [t for t in ways[key] if t in depth] for key in depth})
        first_last = list(order.static_order())[::-1]
    except CycleError:
        return depth
    longest = dict.fromkeys(depth, 0)
    for key in first_last:
        for target in ways[key]:
            if target in longest:
                longest[target] = max(longest[target], longest[key] + 1)
    return longest
