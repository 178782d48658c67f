"""How artefacts are marked: rubrics in versions, and the one that this suite brings along."""

import datetime as dt
from typing import Any, TypedDict

from django.db import IntegrityError, transaction

from modules.models import Rubric

LEVELS = 4  # 0 to 3
DEFAULT_KEY = "four-criteria"


class Criterion(TypedDict):
    """`levels` are the words for 0, 1, 2 and 3 points."""

    key: str
    title: str
    text: str
    levels: list[str]


# Criteria, points and bounds: curriculum.md 4.3. The words of the levels are ours.
FOUR_CRITERIA: list[Criterion] = [
    {
        "key": "evidence",
        "title": "Evidence",
        "text": "What is claimed rests on something that can be checked.",
        "levels": [
            "No sources or observations.",
            "Some claims rest on a source or an observation; others are only asserted.",
            "Most claims rest on sources or observations that fit them; gaps are named.",
            "Every main claim rests on a good source or observation, and its limits are said.",
        ],
    },
    {
        "key": "integration",
        "title": "Integration",
        "text": "Prevention, protection and cohesion are seen together, and the people who must act are named.",
        "levels": [
            "One view only.",
            "Several views stand side by side without touching each other.",
            "The views are connected; most of those who must act are named with their part.",
            "The views are weighed against each other, and everybody who must act has a part.",
        ],
    },
    {
        "key": "rights",
        "title": "Rights and inclusion",
        "text": "Who gains, who bears the cost, and whose rights are touched.",
        "levels": [
            "Rights and unheard groups do not appear, or somebody is harmed without a word about it.",
            "Named, but nothing follows from it.",
            "The groups concerned are named, and the proposal is changed for them.",
            "Necessity and proportion are argued, and those concerned had a say in it.",
        ],
    },
    {
        "key": "feasibility",
        "title": "Feasibility",
        "text": "Whether it can be done, by whom, when, with which means, and how one will know.",
        "levels": [
            "A wish.",
            "Steps, but without people, time or means.",
            "Steps with people, time and means; how one will know is only hinted at.",
            "Steps with people, time and means, what may go wrong, and how one will know.",
        ],
    },
]


def ensure_default(*, at: dt.datetime) -> Rubric:
    """The rubric of four criteria; one that is there, in whatever version, stays as it is."""
    known = newest(DEFAULT_KEY)
    if known:
        return known
    return Rubric.objects.create(
        key=DEFAULT_KEY,
        title="Four criteria",
        criteria=FOUR_CRITERIA,
        pass_points=8,
        no_zero_on=["rights"],
        created_at=at,
    )


def newest(key: str) -> Rubric | None:
    return Rubric.objects.filter(key=key).order_by("-number").first()


def most_points(rubric: Rubric) -> int:
    return len(rubric.criteria) * (LEVELS - 1)


def is_used(rubric: Rubric) -> bool:
    return rubric.submissions.exists()


def keep_rubric(*, rubric: Rubric, at: dt.datetime) -> Rubric:
    """Save what an editor changed. A version that work rests on stays as it is, and the next one is made instead.

    Returns the row that holds the change, which may be another than the one given.
    """
    with transaction.atomic():
        if rubric.pk is None:
            rubric.created_at = at
            rubric.save()
            return rubric
        kept = Rubric.objects.select_for_update(of=("self",)).get(pk=rubric.pk)
        if not is_used(kept):
            rubric.save()
            return rubric
        if _says(kept) == _says(rubric):
            return kept
        return _next_version(kept.key, _says(rubric), at)


def _says(rubric: Rubric) -> dict[str, Any]:
    names = ("title", "criteria", "pass_points", "no_zero_on")
    return {name: getattr(rubric, name) for name in names}


def _next_version(key: str, fields: dict[str, Any], at: dt.datetime) -> Rubric:
    for _again in range(5):  # two editors at once: the second gets the number after
        last = newest(key)
        number = last.number + 1 if last else 1
        try:
            with transaction.atomic():
                return Rubric.objects.create(key=key, number=number, created_at=at, **fields)
        except IntegrityError:
            continue
    raise RuntimeError(f"No free number for rubric {key}")
