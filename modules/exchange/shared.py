"""What several formats share: words for true and false, the weights of a choice, tags that carry what has no field."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from modules.exchange.items import Item, Report

TRUE_FALSE = {("true", "false")}
DIFFICULTY = re.compile(r"difficulty:([123])")
LANGUAGE = re.compile(r"language:([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)")
PRACTICE = "practice-only"


def true_false_words() -> tuple[str, str]:
    return _("True"), _("False")


@cache
def _known_words() -> set[tuple[str, str]]:
    known = set(TRUE_FALSE)
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            true, false = true_false_words()
            known.add((true.casefold(), false.casefold()))
    return known


def says_true_false(first: str, second: str) -> bool:
    """Are these the words "True" and "False", in this order, in a language of this site?"""
    return (first.casefold().strip(), second.casefold().strip()) in _known_words()


def written_tags(item: Item) -> list[str]:
    """The tags of an item, and as tags what a format has no field for."""
    extra = [f"difficulty:{item.difficulty}"] if item.difficulty != 1 else []
    extra += [f"language:{item.language}"] if item.language else []
    extra += [] if item.is_graded else [PRACTICE]
    return [*item.tags, *extra]


def take_tags(item: Item, tags: Iterable[str]) -> None:
    """The inverse of written_tags."""
    kept = []
    for tag in tags:
        if match := DIFFICULTY.fullmatch(tag):
            item.difficulty = int(match[1])
        elif match := LANGUAGE.fullmatch(tag):
            item.language = match[1]
        elif tag == PRACTICE:
            item.is_graded = False
        else:
            kept.append(tag)
    item.tags = (*item.tags, *kept)


def check_weights(
    weights: Sequence[float], right: Sequence[bool], report: Report, row: int, *, floor: bool = True
) -> None:
    """Warn where a choice of several is weighed in another way than ours.

    weights  share of the full mark of each answer when it is ticked, 1 being all of it
    floor    the format lets nobody fall below 0
    """
    count = sum(right) or 1
    ours = [(1 if is_right else -1) / count for is_right in right]
    if floor and all(abs(given - own) < 0.002 for given, own in zip(weights, ours, strict=True)):
        return
    shown = ", ".join(f"{round(weight * 100, 2):g} %" for weight in weights[:12])
    report.warn(
        row,
        "weights",
        _(
            "The answers weigh %(weights)s there. Here every right tick counts the same, and every wrong tick takes one off."
        )
        % {"weights": shown},
    )


def bad_stem_gap(before: str, after: str) -> str:
    """The text around the only gap of a question, with the gap as a line."""
    return " ".join(part for part in (before.strip(), "_____", after.strip()) if part)


def warn_lost_feedback(item: Item, report: Report, where: str) -> None:
    """Warn if parts of these lists have feedback that the format cannot hold."""
    if any(part["feedback"] for part in item.content.get(where, [])):
        report.warn(
            item.row, "feedback", _("The feedback of the single answers is left out; the format has no place for it.")
        )  # fmt: skip
