"""Can a scenario be played: does every path lead on and end, and are the maximum scores true? Pure.

Points move learners through gates, so what can be reached is found by walking every pair of node and points there is,
not by looking at the arrows alone.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any

from django.utils.translation import gettext as _

MOST_STATES = 60_000
"""Pairs of node and points that are walked before the check gives up: a second of work."""

Place = tuple[str | int, ...]
Scores = tuple[int, ...]
State = tuple[str, Scores]


@dataclass(frozen=True)
class Finding:
    """What is wrong, and where: a path into the document, such as ("nodes", 2, "choices", 0, "next"). Errors stop a publication."""

    place: Place
    text: str
    is_error: bool = True


def check(document: dict[str, Any]) -> list[Finding]:
    """Everything that keeps a scenario from being played as written, errors and warnings."""
    found = [*_keys(document), *_nodes(document), *_names(document)]
    if any(finding.is_error for finding in found):
        return found
    return [*found, *_paths(document)]


def _keys(document: dict[str, Any]) -> Iterator[Finding]:
    lists = [(("nodes",), document["nodes"]), (("criteria",), document.get("criteria", []))]
    lists += [
        (("nodes", n, "choices"), node.get("choices", []))
        for n, node in enumerate(document["nodes"])
    ]
    lists.append((("debrief", "points"), (document.get("debrief") or {}).get("points", [])))
    for place, parts in lists:
        seen: set[str] = set()
        for n, part in enumerate(parts):
            if not part["key"]:
                yield Finding((*place, n, "key"), _("A key is missing."))
            elif part["key"] in seen:
                yield Finding(
                    (*place, n, "key"),
                    _("The key “%(key)s” is used twice.") % {"key": part["key"]},
                )
            seen.add(part["key"])


def _nodes(document: dict[str, Any]) -> Iterator[Finding]:
    nodes = {node["key"]: node for node in document["nodes"]}
    start = document.get("start", "")
    if nodes.get(start, {}).get("kind") != "scene":
        text = _("The scenario starts at “%(key)s”, and there is no such scene.")
        yield Finding(("start",), text % {"key": start} if start else _("There is no scene yet."))
    if not any(node["kind"] == "ending" for node in document["nodes"]):
        yield Finding((), _("There is no ending yet."))
    for n, node in enumerate(document["nodes"]):
        yield from _node(("nodes", n), node, nodes)


def _node(place: Place, node: dict[str, Any], nodes: dict[str, Any]) -> Iterator[Finding]:
    part = {"scene": "choices", "gate": "routes"}.get(node["kind"])
    if node["kind"] != "gate" and not node.get("text"):
        yield Finding((*place, "text"), _("The text is missing."))
    if part is None:
        return
    ways = node.get(part, [])
    if not ways:
        yield Finding((*place, part), _("Nothing leads on from here."))
    for m, way in enumerate(ways):
        if way["next"] not in nodes:
            text = _("There is no scene, gate or ending with the key “%(key)s”.")
            yield Finding(
                (*place, part, m, "next"),
                text % {"key": way["next"]} if way["next"] else _("Where does this lead?"),
            )
    if node["kind"] == "gate" and ways:
        if ways[-1].get("min"):
            text = _("The last route must have no points, so that every path goes on.")
            yield Finding((*place, part, len(ways) - 1, "min"), text)
        for m, way in enumerate(ways[:-1]):
            if not way.get("min"):
                text = _("This route is always taken, so those below it never are.")
                yield Finding((*place, part, m, "min"), text, is_error=False)


def _names(document: dict[str, Any]) -> Iterator[Finding]:
    known = {criterion["key"] for criterion in document.get("criteria", [])}
    text = _("There is no criterion with the key “%(key)s”.")
    for n, node in enumerate(document["nodes"]):
        for part, name in (("choices", "scores"), ("routes", "min")):
            for m, way in enumerate(node.get(part, [])):
                for key in sorted(set(way.get(name, {})) - known):
                    yield Finding(("nodes", n, part, m, name), text % {"key": key})
    for n, line in enumerate((document.get("debrief") or {}).get("criteria", [])):
        if line["criterion"] not in known:
            yield Finding(
                ("debrief", "criteria", n, "criterion"), text % {"key": line["criterion"]}
            )


@dataclass
class Walked:
    """Every state a player can be in. `gates` are those passed, `routes` those taken; `stuck` gates lead round to themselves."""

    states: dict[State, set[State]] = field(default_factory=dict)
    gates: set[str] = field(default_factory=set)
    routes: set[tuple[str, int]] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)
    is_whole: bool = True


class _Walk:
    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.nodes = {node["key"]: node for node in document["nodes"]}
        self.criteria = [criterion["key"] for criterion in document.get("criteria", [])]
        self.caps = self._caps()
        self.walked = Walked()

    def _caps(self) -> Scores:
        """Beyond its cap a score changes nothing any more; that keeps the number of states finite."""
        caps = {c["key"]: c["max"] or 0 for c in self.document.get("criteria", [])}
        for node in self.document["nodes"]:
            for route in node.get("routes", []):
                for key, least in route.get("min", {}).items():
                    caps[key] = max(caps[key], least)
        return tuple(caps[key] + 1 for key in self.criteria)

    def run(self) -> Walked:
        first: State = (self.document["start"], tuple(0 for _key in self.criteria))
        waiting = deque([first])
        self.walked.states[first] = set()
        while waiting:
            state = waiting.popleft()
            for following in self._following(state):
                self.walked.states[state].add(following)
                if following not in self.walked.states:
                    if len(self.walked.states) >= MOST_STATES:
                        self.walked.is_whole = False
                        return self.walked
                    self.walked.states[following] = set()
                    waiting.append(following)
        return self.walked

    def _following(self, state: State) -> Iterator[State]:
        key, scores = state
        for choice in self.nodes[key].get("choices", []):
            earned = choice.get("scores", {})
            now = tuple(
                min(score + earned.get(name, 0), cap)
                for name, score, cap in zip(self.criteria, scores, self.caps, strict=True)
            )
            reached = self._through(choice["next"], now)
            if reached:
                yield reached, now

    def _through(self, key: str, scores: Scores) -> str:
        have, passed = dict(zip(self.criteria, scores, strict=True)), set()
        while self.nodes[key]["kind"] == "gate":
            if key in passed:
                self.walked.stuck.add(key)
                return ""
            passed.add(key)
            self.walked.gates.add(key)
            for m, route in enumerate(self.nodes[key]["routes"]):
                if all(have[name] >= least for name, least in route.get("min", {}).items()):
                    self.walked.routes.add((key, m))
                    key = route["next"]
                    break
        return key


def _paths(document: dict[str, Any]) -> Iterator[Finding]:
    walk = _Walk(document)
    walked = walk.run()
    places = {node["key"]: n for n, node in enumerate(document["nodes"])}
    for key in sorted(walked.stuck, key=places.__getitem__):
        yield Finding(("nodes", places[key]), _("This gate leads back to itself."))
    if not walked.is_whole:
        text = _(
            "There are too many paths to try them all. Fewer points or scenes make it possible."
        )
        yield Finding((), text, is_error=False)
        return
    yield from _without_end(walked, walk.nodes, places)
    yield from _never(document, walked)
    yield from _circles(document, places)
    yield from _most(document, walk, walked)


def _without_end(
    walked: Walked, nodes: dict[str, Any], places: dict[str, int]
) -> Iterator[Finding]:
    before: dict[State, list[State]] = {}
    for state, following in walked.states.items():
        for one in following:
            before.setdefault(one, []).append(state)
    waiting = [state for state in walked.states if nodes[state[0]]["kind"] == "ending"]
    good = set(waiting)
    while waiting:
        for state in before.get(waiting.pop(), []):
            if state not in good:
                good.add(state)
                waiting.append(state)
    lost = {state[0] for state in walked.states if state not in good} - walked.stuck
    for key in sorted(lost, key=places.__getitem__):
        yield Finding(("nodes", places[key]), _("A path that comes here never reaches an ending."))


def _never(document: dict[str, Any], walked: Walked) -> Iterator[Finding]:
    reached = {key for key, _scores in walked.states} | walked.gates
    for n, node in enumerate(document["nodes"]):
        if node["key"] not in reached:
            yield Finding(("nodes", n), _("No path leads here."), is_error=False)
        elif node["kind"] == "gate":
            for m, route in enumerate(node["routes"]):
                # The last one is there for safety, and one below an open route was named before.
                is_last = m == len(node["routes"]) - 1
                if route.get("min") and not is_last and (node["key"], m) not in walked.routes:
                    text = _("No path comes here with so many points.")
                    yield Finding(("nodes", n, "routes", m, "min"), text, is_error=False)


def _circles(document: dict[str, Any], places: dict[str, int]) -> Iterator[Finding]:
    ways = {
        node["key"]: {way["next"] for way in [*node.get("choices", []), *node.get("routes", [])]}
        for node in document["nodes"]
    }
    try:
        TopologicalSorter(ways).prepare()
    except CycleError as problem:
        keys = list(reversed(problem.args[1]))
        text = _("A path can come back here: %(way)s. The files of the curriculum allow no circle.")
        yield Finding(("nodes", places[keys[0]]), text % {"way": " → ".join(keys)}, is_error=False)


def _most(document: dict[str, Any], walk: _Walk, walked: Walked) -> Iterator[Finding]:
    ends = [scores for key, scores in walked.states if walk.nodes[key]["kind"] == "ending"]
    for n, criterion in enumerate(document.get("criteria", [])):
        best = max((scores[n] for scores in ends), default=0)
        if best == criterion["max"]:
            continue
        if best == walk.caps[n]:
            text = _("A path can earn more than %(max)s in “%(key)s”.")
        else:
            text = _("The most that a path can earn in “%(key)s” is %(best)s, not %(max)s.")
        values = {"key": criterion["key"], "best": best, "max": criterion["max"]}
        yield Finding(("criteria", n, "max"), text % values)
