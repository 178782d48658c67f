"""A quiz: questions from the bank, marked on the server. Config: {"questions": [ids], "draw": n, "mode"}."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BooleanBlock, CharBlock, ChoiceBlock, IntegerBlock, ListBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from modules.activities.base import DO, ActivityBlock


class QuizBlock(ActivityBlock):
    kind = "quiz"
    label_of_kind = _("Quiz")

    title = CharBlock(max_length=200, label=_("Title"), default="Check what you take with you")
    mode = ChoiceBlock(
        choices=[
            ("practice", _("Practice: feedback, no record of the score")),
            ("graded", _("Check: the result is kept")),
        ],
        default="graded",
        label=_("Mode"),
    )
    questions = ListBlock(
        SnippetChooserBlock("stoa_modules.Question"), label=_("Questions"), min_num=1
    )
    draw = IntegerBlock(min_value=1, max_value=20, default=3, label=_("How many are drawn"))
    is_required = BooleanBlock(required=False, label=_("Needed to complete the lesson"))

    class Meta:
        icon = "help"
        group = DO
        label = _("Quiz")
        description = _(
            "Questions from the bank, marked on the server, with feedback after the answer."
        )
        template = "stoa_modules/blocks/quiz.html"

    def describe(self, value):
        return {
            "title": value["title"],
            "is_required": bool(value["is_required"]),
            "config": {
                "questions": [question.pk for question in value["questions"] if question],
                "draw": value["draw"],
                "mode": value["mode"],
            },
        }

    def plain(self, value):
        return {"title": value["title"], "mode": value["mode"]}
