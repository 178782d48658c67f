"""A survey, or a poll if it has one question: answered once and without a name.

Config: {"questions": [{"key", "kind", "text", "is_required", "options": [{"key", "text"}], "low", "high"}], "threshold",
"show_results", "closes_on": ISO day or None}. Keys are the ids of the blocks, so that words can be corrected while
answers come in.
"""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    DateBlock,
    IntegerBlock,
    ListBlock,
    StreamBlock,
    StructBlock,
    TextBlock,
)

from modules.activities.base import DO, ActivityBlock

MOST_OPTIONS, MOST_QUESTIONS = 12, 20


class AskedBlock(StructBlock):
    text = CharBlock(max_length=300, label=_("Question"))
    is_required = BooleanBlock(required=False, label=_("An answer is needed"))


class OptionsBlock(AskedBlock):
    options = ListBlock(
        CharBlock(max_length=200, label=_("Answer")),
        min_num=2,
        max_num=MOST_OPTIONS,
        label=_("Answers"),
    )


class SingleBlock(OptionsBlock):
    class Meta:
        icon = "radio-full"
        label = _("One answer")


class MultipleBlock(OptionsBlock):
    class Meta:
        icon = "tick-inverse"
        label = _("Several answers")


class ScaleBlock(AskedBlock):
    low = CharBlock(max_length=60, label=_("What 1 means"))
    high = CharBlock(max_length=60, label=_("What 5 means"))

    class Meta:
        icon = "order"
        label = _("Scale from 1 to 5")


class WordsBlock(AskedBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Free text")


class QuestionsBlock(StreamBlock):
    single = SingleBlock()
    multiple = MultipleBlock()
    scale = ScaleBlock()
    text = WordsBlock()


class SurveyBlock(ActivityBlock):
    kind = "survey"
    label_of_kind = _("Survey")

    title = CharBlock(max_length=200, label=_("Title"))
    intro = TextBlock(required=False, rows=2, label=_("Introduction"))
    questions = QuestionsBlock(min_num=1, max_num=MOST_QUESTIONS, label=_("Questions"))
    is_required = BooleanBlock(required=False, label=_("Needed to complete the lesson"))
    threshold = IntegerBlock(
        min_value=3,
        max_value=100,
        default=5,
        label=_("Answers before anything is shown"),
        help_text=_("Results come in steps of so many answers, at least 3. More protects better."),
    )
    show_results = BooleanBlock(
        required=False, default=True, label=_("Participants see the results (no free text)")
    )
    closes_on = DateBlock(required=False, label=_("Last day"))

    class Meta:
        icon = "form"
        group = DO
        label = _("Survey or poll")
        description = _(
            "Questions without right or wrong. Answered once, without a name; results from a few answers on."
        )
        template = "stoa_modules/blocks/survey.html"

    def describe(self, value):
        return {
            "title": value["title"],
            "is_required": bool(value["is_required"]),
            "config": {
                "questions": asked(value["questions"]),
                "threshold": value["threshold"],
                "show_results": bool(value["show_results"]),
                "closes_on": value["closes_on"].isoformat() if value["closes_on"] else None,
            },
        }

    def get_context(self, value, parent_context=None):
        """A preview shows a survey as lessons do: by its plain value."""
        return super().get_context(self.plain(value), parent_context)

    def plain(self, value):
        return self.describe(value)["config"] | {
            "title": value["title"],
            "intro": value["intro"],
            "last_day": value["closes_on"],
        }


def asked(questions) -> list[dict]:
    """The questions of a survey as plain data, in order."""
    found = []
    for child in questions:
        value = child.value
        question = {
            "key": str(child.id),
            "kind": child.block_type,
            "text": value["text"],
            "is_required": bool(value["is_required"]),
        }
        if "options" in value:
            options = value["options"].bound_blocks
            question["options"] = [{"key": str(o.id), "text": o.value} for o in options]
        if child.block_type == "scale":
            question |= {"low": value["low"], "high": value["high"]}
        found.append(question)
    return found
