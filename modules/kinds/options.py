"""What the kinds with options share: one block, one form, one way to tell."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.blocks import BooleanBlock, CharBlock, StructBlock

from modules.kinds.base import Arranged, Kind, Shown, Written, parts_of, pick, raw
from modules.kinds.feedback import FeedbackBlock


class OptionBlock(StructBlock):
    text = CharBlock(max_length=400, label=gettext_lazy("Option"))
    correct = BooleanBlock(required=False, label=gettext_lazy("This is right"))
    feedback = FeedbackBlock()

    class Meta:
        icon = "radio-empty"
        label = gettext_lazy("Option")
        group = gettext_lazy("One or several right answers, true or false")
        description = gettext_lazy("One possible answer, right or wrong, with the reason.")


class OptionKind(Kind):
    """A question whose answer is one or several of its options."""

    blocks = {"option": OptionBlock()}
    words = {"options": ("text", "feedback")}
    shuffles = True

    def content(self, written):
        options = parts_of(written, "option")
        return {"options": [option | {"correct": bool(option["correct"])} for option in options]}

    def answers(self, content):
        return [raw("option", option) for option in content["options"]]

    def right_answer(self, content):
        return next(option["id"] for option in content["options"] if option["correct"])

    def key_lines(self, written: list[Written]):
        return [
            {
                "text": part.value["text"],
                "right": bool(part.value["correct"]),
                "feedback": part.value["feedback"],
            }
            for part in written
        ]

    def arrange(self, content, dice):
        order = [option["id"] for option in content["options"]]
        if self.shuffles:
            dice.shuffle(order)
        return Arranged(order)

    def show(self, question: Shown, arranged: Arranged, content: dict[str, Any]) -> None:
        words = {option["id"]: option["text"] for option in content["options"]}
        question.choices = [
            {"value": str(place), "text": words[key]} for place, key in enumerate(arranged.order)
        ]

    def read(self, post, name, arranged, content):
        values = post.getlist(name)
        return (pick(arranged.order, values[0]), "") if values else (None, _("Choose an answer."))

    def tell(self, question, arranged, content, answer, mark):
        options = {option["id"]: option for option in content["options"]}
        chosen = set(self.chosen(content, answer))
        for choice, key in zip(question.choices, arranged.order, strict=True):
            choice["chosen"] = key in chosen
            choice["right"] = options[key]["correct"] if key in chosen else None
            choice["feedback"] = options[key].get("feedback", "") if key in chosen else ""
        question.missing = sum(
            option["correct"] for key, option in options.items() if key not in chosen
        )

    def chosen(self, content, answer):
        known = {option["id"] for option in content["options"]}
        given = answer if isinstance(answer, list) else [answer]
        return [
            key for key in dict.fromkeys(a for a in given if isinstance(a, str)) if key in known
        ]


def right_of(written: list[Written]) -> int:
    return sum(1 for part in written if part.value.get("correct"))
