"""Fill in: one input a gap, in running text; a short answer is one gap with nothing around it.

Content: "gaps": [{"id", "before", "after", "accepted": [words], "case": bool, "accents": bool, "feedback"}]. `case` and
`accents` say whether capitals and accents matter. Answer: {gap id: typed text}. In a translation "<gap id>.accepted" is
the list of forms of that language: the learner is marked in the language that was shown.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.blocks import BooleanBlock, CharBlock, ListBlock, StructBlock

from content.text import clean_line
from modules.kinds.base import MAX_TYPED, Arranged, Kind, raw, raw_list
from modules.kinds.feedback import FeedbackBlock
from modules.kinds.fill_in import grading

MAX_GAPS, MAX_FORMS = 30, 50
ENDS = (".", "!", "?", ":", ";", "…", "。", "।")


class GapBlock(StructBlock):
    before = CharBlock(required=False, max_length=400, label=gettext_lazy("Text before the gap"))
    after = CharBlock(required=False, max_length=400, label=gettext_lazy("Text after the gap"))
    accepted = ListBlock(
        CharBlock(max_length=MAX_TYPED, label=gettext_lazy("Form")),
        min_num=1,
        max_num=MAX_FORMS,
        label=gettext_lazy("Accepted forms"),
        help_text=gettext_lazy(
            "Every way of writing it that is right: synonyms, plural, spellings. Spaces, apostrophes and dashes of any kind count as the same."
        ),
    )
    case = BooleanBlock(required=False, label=gettext_lazy("Capitals matter"))
    accents = BooleanBlock(required=False, label=gettext_lazy("Accents matter"))
    feedback = FeedbackBlock(help_text=gettext_lazy("Shown with a right answer."))

    class Meta:
        icon = "edit"
        label = gettext_lazy("Gap")
        group = gettext_lazy("Fill in")
        description = gettext_lazy(
            "A word or a few to be typed, with the text around it. Leave the text empty for a short answer."
        )


class FillIn(Kind):
    name = "fill_in"
    label = gettext_lazy("Fill in")
    blocks = {"gap": GapBlock()}
    words = {"gaps": ("before", "after", "accepted", "feedback")}

    def problem(self, written):
        if not written:
            return _("Give at least one gap.")
        if len(written) > MAX_GAPS:
            return _("Give at most %(most)s gaps.") % {"most": MAX_GAPS}
        if not all(all(_forms(part.value)) and _forms(part.value) for part in written):
            return _("Give each gap at least one accepted form, and leave none of them empty.")
        return None

    def content(self, written):
        return {
            "gaps": [
                {
                    "id": part.id,
                    "before": part.value["before"] or "",
                    "after": part.value["after"] or "",
                    "accepted": [form or "" for form in part.value["accepted"]],
                    "case": bool(part.value["case"]),
                    "accents": bool(part.value["accents"]),
                    "feedback": part.value["feedback"] or "",
                }
                for part in written
                if part.block == "gap"
            ]
        }

    def answers(self, content):
        return [
            raw("gap", gap | {"accepted": raw_list(gap["id"], gap["accepted"])})
            for gap in content["gaps"]
        ]

    def right_answer(self, content):
        return {gap["id"]: gap["accepted"][0] for gap in content["gaps"]}

    def key_lines(self, written):
        return [
            {
                "text": " ".join(
                    filter(None, [gap["before"], f"[{' / '.join(gap['accepted'])}]", gap["after"]])
                )
                + _rules(gap),
                "right": None,
                "feedback": gap["feedback"],
            }
            for gap in self.content(written)["gaps"]
        ]

    def arrange(self, content, dice):
        return Arranged([gap["id"] for gap in content["gaps"]])  # running text has one order

    def show(self, question, arranged, content):
        gaps = {gap["id"]: gap for gap in content["gaps"]}
        question.rows = [
            {
                "name": f"{question.name}-{place}",
                "before": gaps[key]["before"],
                "after": gaps[key]["after"],
                "number": 0 if gaps[key]["before"] or gaps[key]["after"] else place + 1,
            }
            for place, key in enumerate(arranged.order)
        ]
        question.extra["lines"] = _lines(question.rows)

    def read(self, post, name, arranged, content):
        typed = {
            key: clean_line(post.get(f"{name}-{place}", ""))
            for place, key in enumerate(arranged.order)
        }
        if not all(typed.values()):
            return None, _("Write an answer.") if len(typed) == 1 else _("Fill in every gap.")
        if any(len(text) > MAX_TYPED for text in typed.values()):
            return None, _("Use at most %(most)s characters.") % {"most": MAX_TYPED}
        return typed, ""

    def mark(self, content, answer):
        return grading.mark(content, answer)

    def tell(self, question, arranged, content, answer, mark):
        gaps = {gap["id"]: gap for gap in content["gaps"]}
        given = answer if isinstance(answer, dict) else {}
        for row, key in zip(question.rows, arranged.order, strict=True):
            row["said"] = given.get(key, "")
            row["right"] = mark["parts"].get(key, False)
            # What is said about a gap names what belongs there: only for those who found it.
            row["feedback"] = gaps[key].get("feedback", "") if row["right"] else ""


def _forms(value: dict[str, Any]) -> list[str]:
    """The accepted forms as they are compared; an empty one would be right for nobody."""
    return [
        grading.plain(form or "", case=bool(value["case"]), accents=bool(value["accents"]))
        for form in value["accepted"]
    ]


def _rules(gap: dict[str, Any]) -> str:
    rules = [_("capitals matter")] * gap["case"] + [_("accents matter")] * gap["accents"]
    return f" ({', '.join(rules)})" if rules else ""


def _lines(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Gaps of one sentence stand in one line; a sentence that ends begins a new one."""
    lines: list[list[dict[str, Any]]] = [[]]
    for row in rows:
        alone = not row["before"] and not row["after"]
        if lines[-1] and alone:
            lines.append([])
        lines[-1].append(row)
        if alone or row["after"].rstrip().endswith(ENDS):
            lines.append([])
    return [line for line in lines if line]
