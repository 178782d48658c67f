"""Match pairs. Content: "pairs": [{"id", "left", "right", "feedback"}] and "extra": [{"id", "right", "feedback"}]."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.blocks import CharBlock, StructBlock

from modules.kinds.base import Arranged, Kind, parts_of, pick, raw
from modules.kinds.feedback import FeedbackBlock
from modules.kinds.matching import grading


class PairBlock(StructBlock):
    left = CharBlock(max_length=300, label=gettext_lazy("Left side"))
    right = CharBlock(max_length=300, label=gettext_lazy("Right side"))
    feedback = FeedbackBlock()

    class Meta:
        icon = "link"
        label = gettext_lazy("Pair")
        group = gettext_lazy("Match pairs")
        description = gettext_lazy("Two things that belong together.")


class ExtraBlock(StructBlock):
    right = CharBlock(max_length=300, label=gettext_lazy("Right side without a partner"))
    feedback = FeedbackBlock()

    class Meta:
        icon = "cross"
        label = gettext_lazy("Extra, matches nothing")
        group = gettext_lazy("Match pairs")
        description = gettext_lazy(
            "A right side that belongs to no left side, so that the last pair cannot be guessed."
        )


class Matching(Kind):
    name = "matching"
    label = gettext_lazy("Match pairs")
    blocks = {"pair": PairBlock(), "extra": ExtraBlock()}
    words = {"pairs": ("left", "right", "feedback"), "extra": ("right", "feedback")}

    def problem(self, written):
        pairs = [part for part in written if part.block == "pair"]
        return _("Give at least two pairs.") if len(pairs) < 2 else None

    def content(self, written):
        return {"pairs": parts_of(written, "pair"), "extra": parts_of(written, "extra")}

    def answers(self, content):
        return [
            *(raw("pair", pair) for pair in content["pairs"]),
            *(raw("extra", extra) for extra in content.get("extra", [])),
        ]

    def right_answer(self, content):
        return {pair["id"]: pair["id"] for pair in content["pairs"]}

    def key_lines(self, written):
        return [
            {
                "text": f"{part.value.get('left', '…')} → {part.value['right']}",
                "right": None,
                "feedback": part.value["feedback"],
            }
            for part in written
        ]

    def arrange(self, content, dice):
        order = [part["id"] for part in (*_distinct(content["pairs"]), *content.get("extra", []))]
        left = [pair["id"] for pair in content["pairs"]]
        dice.shuffle(left)
        dice.shuffle(order)
        return Arranged(order, left)

    def show(self, question, arranged, content):
        words = _words(content)
        lefts = {pair["id"]: pair["left"] for pair in content["pairs"]}
        question.choices = [
            {"value": str(place), "text": words[key]} for place, key in enumerate(arranged.order)
        ]
        question.rows = [
            {"name": f"{question.name}-{place}", "text": lefts[key]}
            for place, key in enumerate(arranged.left)
        ]

    def read(self, post, name, arranged, content):
        given = {key: post.get(f"{name}-{place}", "") for place, key in enumerate(arranged.left)}
        if not all(given.values()):
            return None, _("Choose a partner for every line.")
        return {key: pick(arranged.order, value) for key, value in given.items()}, ""

    def mark(self, content, answer):
        return grading.mark(content, answer)

    def tell(self, question, arranged, content, answer, mark):
        pairs = {pair["id"]: pair for pair in content["pairs"]}
        words = _words(content)
        for row, key in zip(question.rows, arranged.left, strict=True):
            row["said"] = words.get((answer or {}).get(key, ""), "")
            row["right"] = mark["parts"].get(key, False)
            # What is said about a pair names its partner: only for those who found it.
            row["feedback"] = pairs[key].get("feedback", "") if row["right"] else ""


def _words(content: dict[str, Any]) -> dict[str, str]:
    return {part["id"]: part["right"] for part in (*content["pairs"], *content.get("extra", []))}


def _distinct(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One pair per right side: in a classification several lefts share the same words."""
    return list({pair["right"]: pair for pair in reversed(pairs)}.values())
