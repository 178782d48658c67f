"""What a regrading does to one mark. Pure, and never to anybody's loss.

A mark may carry `was`: what the learner's own answer earned before the question was withdrawn. Statistics go by that.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from modules import kinds
from modules.models import Regrade

Mark = dict[str, Any]  # one of Attempt.result: {"version", "score", "max", "correct", "parts", …}


def point(mark: Mark) -> Mark:
    """The full point, for everybody."""
    own = earned(mark)
    if mark["score"] == own["max"]:
        return mark
    return mark | {"score": own["max"], "max": own["max"], "correct": True, "was": own}


def out(mark: Mark) -> Mark:
    """Out of the count: the points that were lost with the question are no longer asked for; what was earned stays."""
    if mark["score"] == mark["max"]:
        return mark
    return mark | {"max": mark["score"], "was": earned(mark)}


def key(mark: Mark, content: Mapping[str, Any], answer: Any) -> Mark:
    """Marked again with the key of `content`; who was right by the old key stays right.

    Answers are known by their ids, which an edited question keeps; a part that is gone earns nothing anew.
    """
    again = kinds.mark(dict(content), answer)
    if mark["score"] == earned(mark)["max"] or again["score"] <= earned(mark)["score"]:
        return mark
    most = earned(mark)["max"]
    own = {"score": again["score"] * most, "max": most, "correct": again["correct"]}
    if "was" in mark:  # taken out before, so what is still lost stays out
        return mark | own | {"max": own["score"], "parts": again["parts"], "was": own}
    return mark | own | {"parts": again["parts"]}


def earned(mark: Mark) -> Mark:
    """What the learner's own answer was worth: {"score", "max", "correct"}."""
    return mark.get("was") or {name: mark[name] for name in ("score", "max", "correct")}


def result(
    before: Iterable[Mark],
    rule: str,
    versions: Iterable[int],
    answers: Mapping[str, Any],
    content: Mapping[str, Any] | None = None,
) -> list[Mark]:
    """The marks of an attempt after a rule for the question that has these versions.

    content  the version with the corrected key, for that rule
    """
    wanted = set(versions)
    marks = [
        _again(mark, rule, answers, content) if mark["version"] in wanted else mark
        for mark in before
    ]
    if not any(mark["max"] for mark in marks):  # nothing left to count
        marks = [point(mark) if mark["version"] in wanted else mark for mark in marks]
    return marks


def _again(
    mark: Mark, rule: str, answers: Mapping[str, Any], content: Mapping[str, Any] | None
) -> Mark:
    if rule == Regrade.Rule.POINT:
        return point(mark)
    if rule == Regrade.Rule.OUT:
        return out(mark)
    return key(mark, content or {}, answers.get(str(mark["version"])))
