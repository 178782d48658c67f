"""Playing a scenario to an ending: what is kept of it, and what a learner is shown of their own plays."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet

from modules import access, conf, scenarios, statements
from modules.completing import complete_once
from modules.errors import NotOpen, NotReadable
from modules.models import (
    Activity,
    ActivityKind,
    Completion,
    GradedBy,
    Scenario,
    Statement,
    Verb,
)
from modules.models.structure import readable_by

PLAY = f"{conf.ACTOR_HOMEPAGE}/xapi/extensions/play"
"""IRI of what a statement says of a play: {"scenario", "path": [choice key, …], "ending", "scores": {criterion: points}}."""

MOST_PLAYS = 500
"""Plays of one scenario that are looked at, the newest first."""


@dataclass(frozen=True)
class Play:
    """One walk to an ending. `points` of `most` over all criteria; `is_current` while the path still leads to that ending."""

    path: str
    ending: str
    title: str
    points: int
    most: int
    at: dt.datetime
    is_current: bool


@dataclass(frozen=True)
class Plays:
    """What a learner has played: endings met of those there are, and the best and the last walk."""

    met: int = 0
    endings: int = 0
    best: Play | None = None
    last: Play | None = None
    seen: frozenset[str] = field(default_factory=frozenset)


def activities_of(scenario: Scenario, learner: AbstractBaseUser) -> QuerySet[Activity]:
    """The live places of a scenario in lessons that this person may read."""
    return Activity.objects.filter(
        Q(lesson__isnull=True) | Q(lesson__sensitivity__in=readable_by(learner)),
        kind=ActivityKind.SCENARIO,
        is_live=True,
        config__scenario=scenario.key,
    ).select_related("module")


def complete_scenario(
    *,
    learner: AbstractBaseUser,
    scenario: Scenario,
    path: list[str],
    at: dt.datetime,
    language: str = "en",
) -> int:
    """Record that a learner played a scenario to an ending. Any ending completes it; scores are for learning only.

    Every walk is kept as a statement with its path and points; the same walk twice in a row is one.

    path     the choices made; the server walks them again
    Returns  how many activities this completes: a scenario may stand in several lessons
    Raises   NotReadable if the scenario is a draft or not for this person; NoSuchPath if the path is none or stops before
             an ending; NotOpen if no gate lets the learner in.
    """
    if not scenario.live or scenario.sensitivity not in readable_by(learner):
        raise NotReadable
    step = scenarios.follow(scenario.document, path)
    if not step.is_ending:
        raise scenarios.NoSuchPath("not at an ending")
    result = result_of(scenario, path, step)
    refused: NotOpen | None = None
    done = 0
    for activity in activities_of(scenario, learner):
        try:
            access.check(learner=learner, module=activity.module, at=at)
        except NotOpen as problem:
            refused = problem
            continue
        _keep(learner, activity, result, at, language)
        done += 1
    if refused and not done:
        raise refused
    return done


def _keep(
    learner: AbstractBaseUser,
    activity: Activity,
    result: dict[str, Any],
    at: dt.datetime,
    language: str,
) -> None:
    with transaction.atomic():
        completion, is_new = complete_once(
            learner=learner, activity=activity, graded_by=GradedBy.SERVER, at=at, language=language, result=result
        )  # fmt: skip
        if is_new:
            return
        # Second clicks and second tabs wait here for each other.
        Completion.objects.select_for_update(of=("self",)).get(pk=completion.pk)
        last = _statements(learner, activity).first()
        if last is None or last.document.get("result") != result:
            statements.record(
                learner=learner, verb=Verb.COMPLETED, activity=activity, at=at, language=language, result=result
            )  # fmt: skip


def _statements(learner: AbstractBaseUser, activity: Activity) -> QuerySet[Statement]:
    return Statement.objects.filter(
        learner=learner, activity=activity, verb=Verb.COMPLETED, is_voided=False
    ).order_by("-happened_at", "-id")


def result_of(scenario: Scenario, path: list[str], step: scenarios.Step) -> dict[str, Any]:
    """The xAPI result of a walk: points over all criteria, and one by one in the extension."""
    raw, most = sum(step.scores.values()), most_points(scenario.document)
    result: dict[str, Any] = {
        "completion": True,
        "extensions": {
            PLAY: {
                "scenario": scenario.key,
                "path": path,
                "ending": step.node["key"],
                "scores": step.scores,
            }
        },
    }
    if most and 0 <= raw <= most:
        result["score"] = {"raw": raw, "min": 0, "max": most, "scaled": raw / most}
    return result


def most_points(document: dict[str, Any]) -> int:
    return sum(criterion["max"] for criterion in document.get("criteria", []))


def plays_of(learner: AbstractBaseUser, scenario: Scenario) -> Plays:
    """What this learner has played of a scenario, as it stands now. One query, none for strangers."""
    endings = scenarios.endings(scenario.document)
    if not learner.is_authenticated:
        return Plays(endings=len(endings))
    kept = Statement.objects.filter(
        learner=learner,
        verb=Verb.COMPLETED,
        is_voided=False,
        activity__kind=ActivityKind.SCENARIO,
        activity__config__scenario=scenario.key,
    ).order_by("-happened_at", "-id")
    found = [
        _play(scenario, document, at)
        for document, at in kept.values_list("document", "happened_at")[:MOST_PLAYS]
        if PLAY in document.get("result", {}).get("extensions", {})
    ]
    seen = frozenset(play.ending for play in found if play.ending in endings)
    return Plays(
        met=len(seen),
        endings=len(endings),
        best=max((play for play in found if play.is_current), key=lambda play: play.points, default=None),
        last=found[0] if found else None,
        seen=seen,
    )  # fmt: skip


def _play(scenario: Scenario, document: dict[str, Any], at: dt.datetime) -> Play:
    told = document["result"]["extensions"][PLAY]
    try:
        step = scenarios.follow(scenario.document, told["path"])
        is_current = step.is_ending and step.node["key"] == told["ending"]
    except scenarios.NoSuchPath:
        is_current = False
    titles = {node["key"]: node.get("title", "") for node in scenario.document.get("nodes", [])}
    points = sum(told["scores"].values())
    most = document["result"].get("score", {}).get("max", 0)
    return Play(
        ".".join(told["path"]), told["ending"], titles.get(told["ending"], ""), points, most, at, is_current
    )  # fmt: skip
