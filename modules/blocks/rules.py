"""How a test is drawn: from which tag, facts and difficulty, and how many."""

import re

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, ChoiceBlock, IntegerBlock, StructBlock


class DrawRuleBlock(StructBlock):
    count = IntegerBlock(min_value=1, max_value=50, default=2, label=_("How many"))
    tag = CharBlock(required=False, max_length=100, label=_("Tag"))
    facts = CharBlock(
        required=False,
        max_length=500,
        label=_("Facts"),
        help_text=_("Keys such as F8.01, F8.02: questions that rest on one of them."),
    )
    difficulty = ChoiceBlock(
        required=False,
        choices=[
            ("1", _("1 recall or plain case")),
            ("2", _("2 application")),
            ("3", _("3 weighing")),
        ],
        label=_("Difficulty"),
    )

    class Meta:
        icon = "order"
        label = _("Rule")
        description = _("So many questions of a tag, of some facts, or of a difficulty.")


def plain_rules(value) -> list[dict]:
    """The rules of a page as Module.draw_rules keeps them."""
    return [
        {
            "count": child.value["count"],
            "tag": child.value["tag"].strip(),
            "facts": [key for key in re.split(r"[\s,;]+", child.value["facts"] or "") if key],
            "difficulty": int(child.value["difficulty"] or 0),
        }
        for child in value
    ]
