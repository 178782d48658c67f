"""Can a scenario be played: does every path lead on and end, and are the maximum scores true?"""

from graphlib import CycleError, TopologicalSorter

from .shapes import Choice, Node, Scenario
from .sheets import Sheet


def check_scenario(scenario: Scenario, sheet: Sheet) -> None:
    nodes = {node.key: node for node in scenario.nodes}
    complete = _check_nodes(scenario, nodes, sheet)
    _check_names(scenario, sheet)
    _check_lists(scenario, sheet)
    if not complete:
        return
    try:
        order = list(
            TopologicalSorter(
                {key: {way.next for way in node.ways_on} for key, node in nodes.items()}
            ).static_order()
        )
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        sheet.problem(
            _place(scenario, error.args[1][0]), f"The scenario runs in a circle: {circle}."
        )
        return
    _check_reach(scenario, nodes, sheet)
    _check_maximum(scenario, nodes, order, sheet)


def _check_nodes(scenario: Scenario, nodes: dict[str, Node], sheet: Sheet) -> bool:
    complete = scenario.start in nodes
    if not complete:
        sheet.problem(
            ("start",), f"The scenario starts at “{scenario.start}”, and there is no such node."
        )
    keys = [node.key for node in scenario.nodes]
    for n, node in enumerate(scenario.nodes):
        place = ("nodes", n)
        if node.key in keys[:n]:
            sheet.problem((*place, "key"), f"The node key “{node.key}” is used twice.")
            complete = False
        if node.kind == "scene" and (not node.choices or node.routes):
            sheet.problem(place, f"The scene “{node.key}” needs choices, and no routes.")
        if node.kind == "gate" and (not node.routes or node.choices):
            sheet.problem(place, f"The gate “{node.key}” needs routes, and no choices.")
        elif node.kind == "gate" and node.routes[-1].min:
            sheet.problem(
                place,
                f"The last route of the gate “{node.key}” must have no minimum, so that every path goes on.",
            )
        if node.kind == "ending" and node.ways_on:
            sheet.problem(place, f"The ending “{node.key}” must not lead on.")
        if node.kind in ("scene", "ending") and not node.text:
            sheet.problem(place, f"The {node.kind} “{node.key}” has no text.")
        if node.kind != "ending" and not node.ways_on:
            complete = False
        choice_keys = [choice.key for choice in node.choices]
        for m, key in enumerate(choice_keys):
            if key in choice_keys[:m]:
                sheet.problem(
                    (*place, "choices", m, "key"),
                    f"The choice key “{key}” is used twice in “{node.key}”.",
                )
        for part, ways in (("choices", node.choices), ("routes", node.routes)):
            for m, way in enumerate(ways):
                if way.next not in nodes:
                    sheet.problem(
                        (*place, part, m, "next"),
                        f"“{node.key}” leads to “{way.next}”, and there is no such node.",
                    )
                    complete = False
    return complete


def _check_names(scenario: Scenario, sheet: Sheet) -> None:
    known = {criterion.key for criterion in scenario.criteria}
    for n, node in enumerate(scenario.nodes):
        for part, field, ways in (
            ("choices", "scores", node.choices),
            ("routes", "min", node.routes),
        ):
            for m, way in enumerate(ways):
                for name in set(way.scores if isinstance(way, Choice) else way.min) - known:
                    sheet.problem(
                        ("nodes", n, part, m, field),
                        f"“{name}” is not a criterion of this scenario.",
                    )
    for n, line in enumerate(scenario.debrief.criteria):
        if line.criterion not in known:
            sheet.problem(
                ("debrief", "criteria", n, "criterion"),
                f"“{line.criterion}” is not a criterion of this scenario.",
            )


def _check_lists(scenario: Scenario, sheet: Sheet) -> None:
    """The head should name what the nodes use, so that an editor finds the scenario from a fact."""
    parts = [
        *scenario.nodes,
        *(c for node in scenario.nodes for c in node.choices),
        *scenario.debrief.points,
    ]
    for name in ("facts", "guidance", "recommendations"):
        missing = {key for part in parts for key in getattr(part, name)} - set(
            getattr(scenario, name)
        )
        if missing:
            sheet.warn(
                (name,),
                f"Used in the scenario and not listed in “{name}”: {', '.join(sorted(missing))}.",
            )


def _check_reach(scenario: Scenario, nodes: dict[str, Node], sheet: Sheet) -> None:
    reached, waiting = set(), [scenario.start]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            waiting += [way.next for way in nodes[key].ways_on]
    for key in nodes.keys() - reached:
        sheet.problem(_place(scenario, key), f"No path reaches the node “{key}”.")


def _check_maximum(
    scenario: Scenario, nodes: dict[str, Node], order: list[str], sheet: Sheet
) -> None:
    """`order` names every node after those it leads to."""
    for n, criterion in enumerate(scenario.criteria):
        best: dict[str, int] = {}
        for key in order:
            best[key] = max(
                (
                    best[way.next]
                    + (way.scores.get(criterion.key, 0) if isinstance(way, Choice) else 0)
                    for way in nodes[key].ways_on
                ),
                default=0,
            )
        if best[scenario.start] != criterion.max:
            message = f"The most that a path can earn in “{criterion.key}” is {best[scenario.start]}, not {criterion.max}."
            sheet.problem(("criteria", n, "max"), message)


def _place(scenario: Scenario, key: str) -> tuple[str | int, ...]:
    return next((("nodes", n) for n, node in enumerate(scenario.nodes) if node.key == key), ())
