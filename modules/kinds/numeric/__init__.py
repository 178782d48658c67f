"""A number, right within a tolerance. Numbers are decimal strings, never floats.

Content: "number": {"id", "value", "tolerance", "unit", "units": [{"unit", "factor"}], "feedback"}. `tolerance` is
absolute, in the main unit; a learner may choose another of the `units`, and value in the main unit = typed × factor.
Answer: {"value": "2.5", "unit": "m"}.
"""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import check_for_language, get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.blocks import CharBlock, FieldBlock, ListBlock, StructBlock

from content.text import clean_line
from modules.errors import UnreadableAnswer
from modules.kinds.base import MAX_TYPED, Arranged, Kind, pick, raw, raw_list
from modules.kinds.feedback import FeedbackBlock
from modules.kinds.numeric import grading, numbers

MAX_UNITS, MAX_UNIT = 20, 40


class DecimalField(forms.CharField):
    """A number as the author's language writes it; kept as a plain decimal string."""

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text or numbers.exact(text) is not None:
            return text
        try:
            return numbers.plain(numbers.read(text, **signs_of(get_language())))
        except numbers.UnreadableNumber as problem:
            raise ValidationError(_unreadable(problem)) from problem


class DecimalTextBlock(FieldBlock):
    def __init__(self, required=True, help_text=None, **kwargs):
        self.field = DecimalField(
            required=required,
            help_text=help_text,
            max_length=60,
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        )
        super().__init__(**kwargs)

    class Meta:
        icon = "decimal"
        default = ""


class UnitBlock(StructBlock):
    unit = CharBlock(max_length=MAX_UNIT, label=gettext_lazy("Unit"))
    factor = DecimalTextBlock(
        label=gettext_lazy("Factor"),
        help_text=gettext_lazy(
            "How many of the main unit one of these is: 0.01 for cm if it is m."
        ),
    )

    class Meta:
        icon = "decimal"
        label = gettext_lazy("Other unit")


class NumberBlock(StructBlock):
    value = DecimalTextBlock(label=gettext_lazy("Value"))
    tolerance = DecimalTextBlock(
        label=gettext_lazy("Tolerance"),
        default="0",
        help_text=gettext_lazy("How far off is still right, in the same unit. 0 asks for the very number."),
    )  # fmt: skip
    unit = CharBlock(required=False, max_length=MAX_UNIT, label=gettext_lazy("Unit"))
    units = ListBlock(
        UnitBlock(),
        required=False,
        default=[],
        max_num=MAX_UNITS,
        label=gettext_lazy("Other units a learner may choose"),
    )
    feedback = FeedbackBlock(help_text=gettext_lazy("Shown with a right answer."))

    class Meta:
        icon = "decimal"
        label = gettext_lazy("Number")
        group = gettext_lazy("Number")
        description = gettext_lazy("A number with its unit, right within a tolerance.")


class Numeric(Kind):
    name = "numeric"
    label = gettext_lazy("Number")
    blocks = {"number": NumberBlock()}
    words = {"number": ("feedback",)}

    def problem(self, written):
        if len(written) != 1:
            return _("Give exactly one number.")
        number = self.content(written)["number"]
        tolerance = numbers.exact(number["tolerance"])
        if numbers.exact(number["value"]) is None or tolerance is None or tolerance < 0:
            return _("Give the value and a tolerance of 0 or more as numbers.")
        units = [number["unit"], *(other["unit"] for other in number["units"])]
        factors = [numbers.exact(other["factor"]) for other in number["units"]]
        if any(factor is None or factor <= 0 for factor in factors):
            return _("Give each other unit a factor above 0.")
        if len(units) > 1 and (not all(units) or len(set(units)) < len(units)):
            return _("Name the main unit and each other unit, and none of them twice.")
        return None

    def content(self, written):
        part = next((part for part in written if part.block == "number"), None)
        value = part.value if part else {}
        return {
            "number": {
                "id": part.id if part else "",
                "value": value.get("value") or "",
                "tolerance": value.get("tolerance") or "0",
                "unit": value.get("unit") or "",
                "units": [
                    {"unit": other["unit"] or "", "factor": other["factor"] or ""}
                    for other in value.get("units") or ()
                ],
                "feedback": value.get("feedback") or "",
            }
        }

    def answers(self, content):
        number = content["number"]
        units = raw_list(number["id"], [dict(other) for other in number["units"]])
        return [raw("number", number | {"units": units})]

    def right_answer(self, content):
        return {"value": content["number"]["value"], "unit": content["number"]["unit"]}

    def key_lines(self, written):
        number = self.content(written)["number"]
        value, tolerance = numbers.exact(number["value"]), numbers.exact(number["tolerance"])
        text = localised(value) if value is not None else "…"
        if tolerance:
            text += f" ± {localised(tolerance)}"
        lines = [
            {"text": f"{text} {number['unit']}", "right": True, "feedback": number["feedback"]}
        ]
        for other in number["units"]:
            lines.append(
                {
                    "text": f"1 {other['unit']} = {other['factor']} {number['unit']}",
                    "right": None,
                    "feedback": "",
                }
            )
        return lines

    def arrange(self, content, dice):
        return Arranged(_units(content))

    def show(self, question, arranged, content):
        question.choices = [
            {"value": str(place), "text": unit, "chosen": place == 0}
            for place, unit in enumerate(arranged.order)
        ]
        question.extra = {
            "value": "",
            "unit": "" if arranged.order else content["number"]["unit"],
            "language": get_language() or settings.LANGUAGE_CODE,
            "example": localised(Decimal("12.5")),
        }

    def read(self, post, name, arranged, content):
        text = clean_line(post.get(name, ""))
        if not text:
            return None, _("Write a number.")
        unit = (
            pick(arranged.order, post.get(f"{name}-unit", "0"))
            if len(arranged.order) > 1
            else content["number"]["unit"]
        )
        try:
            value = numbers.read(text[:MAX_TYPED], **signs_of(_language(post, name)))
        except numbers.UnreadableNumber as problem:
            return None, _unreadable(problem)
        return {"value": numbers.plain(value), "unit": unit}, ""

    def put_back(self, question, post):
        if question.name in post:
            question.extra["value"] = post.get(question.name, "")[:MAX_TYPED]
            chosen = post.get(f"{question.name}-unit", "0")
            for choice in question.choices:
                choice["chosen"] = choice["value"] == chosen
            # What was typed is read by the signs of the language in which it was typed.
            question.extra["language"] = _language(post, question.name)

    def mark(self, content, answer):
        return grading.mark(content, answer)

    def tell(self, question, arranged, content, answer, mark):
        given = answer if isinstance(answer, dict) else {}
        value = numbers.exact(given.get("value"))
        said = f"{localised(value)} {given.get('unit', '')}".strip() if value is not None else ""
        number = content["number"]
        question.rows = [
            {
                "said": said,
                "right": mark["correct"],
                # What is said about a number names it: only for those who found it.
                "feedback": number.get("feedback", "") if mark["correct"] else "",
            }
        ]


def signs_of(language: str | None) -> dict[str, str]:
    """Decimal sign and sign for thousands of a language."""
    return {
        "decimal": formats.get_format("DECIMAL_SEPARATOR", language, use_l10n=True),
        "thousands": formats.get_format("THOUSAND_SEPARATOR", language, use_l10n=True),
    }


def localised(value: Decimal) -> str:
    """The number with the decimal sign of the language that is shown."""
    return numbers.plain(value).replace(".", signs_of(get_language())["decimal"])


def _units(content: dict[str, Any]) -> list[str]:
    """The units a learner may choose from, the main one first; none where there is but one."""
    number = content["number"]
    return (
        [number["unit"], *(other["unit"] for other in number["units"])] if number["units"] else []
    )


def _language(post, name: str) -> str:
    """The language in which the number was typed: saved answers are read later, by somebody else's language."""
    language = post.get(f"{name}-language") or get_language() or settings.LANGUAGE_CODE
    if not check_for_language(language):
        raise UnreadableAnswer
    return language


def _unreadable(problem: numbers.UnreadableNumber) -> str:
    if problem.is_ambiguous:
        return _(
            "This can be read as thousands or as decimals. Write %(thousands)s or %(decimals)s instead."
        ) % {"thousands": "1000", "decimals": localised(Decimal("1.0"))}
    return _(
        "This cannot be read as a number. Write digits only, for example %(small)s or %(large)s."
    ) % {"small": localised(Decimal("12.5")), "large": "1 000"}
