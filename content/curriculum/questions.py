"""Does a question have the right parts, one clear key, and facts that can carry it?"""

import re
from collections.abc import Mapping
from decimal import Decimal

from .shapes import GRADABLE, Fact, Question
from .sheets import Path, Sheet

_PARTS = {
    "single": {"options"},
    "multiple": {"options"},
    "true_false": {"options"},
    "ordering": {"items"},
    "matching": {"pairs", "extra"},
    "fill_in": {"gaps"},
    "numeric": {"number"},
    "hotspot": {"picture", "spots"},
}
_LISTS = ("options", "items", "pairs", "extra", "gaps", "spots")
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)


def check_question(question: Question, path: Path, sheet: Sheet) -> None:
    if question.kind not in _PARTS:
        return
    for part in (*_LISTS, "number", "picture"):
        if getattr(question, part) and part not in _PARTS[question.kind]:
            sheet.problem((*path, part), f"A question of kind “{question.kind}” has no “{part}”.")
    for part in _LISTS:
        keys = [entry.key for entry in getattr(question, part)]
        for n, key in enumerate(keys):
            if key in keys[:n]:
                sheet.problem(
                    (*path, part, n, "key"), f"The key “{key}” stands twice in this question."
                )
    if question.kind in _OWN_CHECKS:
        _OWN_CHECKS[question.kind](question, path, sheet)
        return
    main = {"ordering": "items", "matching": "pairs"}.get(question.kind, "options")
    if len(getattr(question, main)) < 2:
        sheet.problem(path, f"The question “{question.key}” needs at least two “{main}”.")
    elif main == "options":
        _check_options(question, path, sheet)


def _check_options(question: Question, path: Path, sheet: Sheet) -> None:
    right = sum(option.correct for option in question.options)
    if question.kind in ("single", "true_false") and right != 1:
        sheet.problem(
            path,
            f"The question “{question.key}” must have exactly one correct option; it has {right}.",
        )
    if question.kind == "multiple" and right < 1:
        sheet.problem(path, f"The question “{question.key}” needs at least one correct option.")
    if question.kind == "multiple" and "more than one answer is right" not in question.stem.lower():
        sheet.warn((*path, "stem"), "The stem should say that more than one answer is right.")
    if question.kind == "true_false" and sorted(option.key for option in question.options) != [
        "false",
        "true",
    ]:
        sheet.problem(
            path, f"The options of “{question.key}” must have the keys “true” and “false”."
        )


def _check_gaps(question: Question, path: Path, sheet: Sheet) -> None:
    if not question.gaps:
        sheet.problem(path, f"The question “{question.key}” needs at least one “gaps”.")
    for n, gap in enumerate(question.gaps):
        if not gap.accepted or not all(form.strip() for form in gap.accepted):
            sheet.problem(
                (*path, "gaps", n, "accepted"),
                f"The gap “{gap.key}” needs at least one accepted form, and none that is empty.",
            )


def _check_number(question: Question, path: Path, sheet: Sheet) -> None:
    number = question.number
    if number is None:
        sheet.problem(path, f"The question “{question.key}” needs a “number”.")
        return
    place = (*path, "number")
    for name in ("value", "tolerance"):
        if not _NUMBER.fullmatch(getattr(number, name)):
            sheet.problem(
                (*place, name), f"“{getattr(number, name)}” is no decimal number such as “2.5”."
            )
    if number.tolerance.startswith("-"):
        sheet.problem((*place, "tolerance"), "A tolerance must not be below 0.")
    units = [number.unit]
    for n, other in enumerate(number.units):
        if not _NUMBER.fullmatch(other.factor) or Decimal(other.factor) <= 0:
            sheet.problem((*place, "units", n, "factor"), "A factor must be a number above 0.")
        if other.unit in units:
            sheet.problem((*place, "units", n, "unit"), f"The unit “{other.unit}” stands twice.")
        units.append(other.unit)
    if number.units and not number.unit:
        sheet.problem((*place, "unit"), "Name the main unit if there are others.")


def _check_spots(question: Question, path: Path, sheet: Sheet) -> None:
    if question.picture is None:
        sheet.problem(path, f"The question “{question.key}” needs a “picture”.")
    right = sum(spot.correct for spot in question.spots)
    if not 0 < right < len(question.spots):
        sheet.problem(
            path, f"The question “{question.key}” needs “spots”, some correct and some not."
        )
    for n, spot in enumerate(question.spots):
        for start, length in (("x", "width"), ("y", "height")):
            first, size = getattr(spot, start), getattr(spot, length)
            if first < 0 or size <= 0 or first + size > 100:
                sheet.problem(
                    (*path, "spots", n, length),
                    f"The spot “{spot.key}” reaches beyond the picture; its sides are in per cent.",
                )
    if right > 1 and "more than one place is right" not in question.stem.lower():
        sheet.warn((*path, "stem"), "The stem should say that more than one place is right.")


_OWN_CHECKS = {"fill_in": _check_gaps, "numeric": _check_number, "hotspot": _check_spots}


def check_basis(question: Question, path: Path, sheet: Sheet, facts: Mapping[str, Fact]) -> None:
    """A graded question must rest on at least one fact that was seen in a source."""
    if not question.graded:
        return
    known = [facts[key] for key in question.facts if key in facts]
    if not question.facts:
        sheet.problem((*path, "graded"), f"The graded question “{question.key}” names no fact.")
    elif known and not any(fact.certainty in GRADABLE for fact in known):
        named = ", ".join(f"{fact.key} ({fact.certainty})" for fact in known)
        sheet.problem(
            (*path, "facts"),
            f"The graded question “{question.key}” rests only on {named}. Set graded = false or choose a fact with a source.",
        )
