"""What a page of a scenario shows: one scene or ending, with the facts and advice that its texts name."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse

from content import wording
from content.models import Fact, Guidance, Recommendation
from modules.models import Scenario
from modules.pages_lookup import page_of
from modules.scenarios import Step

RECORDS = {"facts": Fact, "recommendations": Recommendation, "guidance": Guidance}


def address_of(key: str) -> Callable[[str], str]:
    """The address of a path of a scenario, as learners play it."""
    start = reverse("stoa_modules:scenario", args=[key])
    return lambda path: f"{start}{path}/" if path else start


def scenario_context(
    scenario: Scenario, step: Step, path: str, address: Callable[[str], str]
) -> dict[str, Any]:
    """Four queries at most. `address` gives the address of a path: for learners, or for an author who tries it out."""
    last = step.way[-1]["choice"] if step.way else {}
    debrief = scenario.document.get("debrief") or {} if step.is_ending else {}
    parts = [last, step.node, *step.debrief, *debrief.get("points", [])]
    known = _records(parts)

    def advised(part: Mapping[str, Any]) -> dict[str, Any]:
        named = [key for name in RECORDS for key in part.get(name, [])]
        return {**part, "records": [known[key] for key in named if key in known]}

    return {
        "scenario": scenario,
        "document": scenario.document,
        "step": step,
        "choices": [choice | {"url": address(choice["path"])} for choice in step.choices],
        "node": advised(step.node),
        "last": advised(last) if last else None,
        "criteria": [advised(line) for line in step.debrief],
        "points": [advised(point) for point in debrief.get("points", [])],
        "debrief": debrief,
        "path": path,
        "back_url": address(path.rpartition(".")[0]),
        "start_url": address(""),
        "number": len(step.way) + 1,
        "module_page": page_of(scenario.module.uuid) if scenario.module else None,
    }


def _records(parts: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The records that these parts name, by key. A query for each kind that is named."""
    known: dict[str, Any] = {}
    for name, model in RECORDS.items():
        keys = {key for part in parts for key in part.get(name, [])}
        if keys:
            records = wording.in_language(model.originals.filter(key__in=keys))
            known |= {record.key: record for record in records}
    return known
