"""A checklist: points to tick, with words of one's own, that make a document. Kept for the learner alone. Config: {"items": [{"key", "text"}]}."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BooleanBlock, CharBlock, ListBlock, StructBlock, TextBlock

from content.blocks import KeyBlock, RecordChooserBlock
from modules.activities.base import DO, ActivityBlock


class ChecklistBlock(ActivityBlock):
    kind = "checklist"
    label_of_kind = _("Checklist")

    checklist = RecordChooserBlock(
        "stoa_content.Checklist", required=False, label=_("From the knowledge base")
    )
    title = CharBlock(max_length=200, label=_("Title"))
    intro = TextBlock(required=False, rows=2, label=_("Introduction"))
    items = ListBlock(
        StructBlock(
            [
                ("key", KeyBlock(max_length=60, label=_("Key"))),
                ("text", CharBlock(max_length=300, label=_("Point"))),
            ]
        ),
        label=_("Points"),
    )
    has_notes = BooleanBlock(
        required=False, default=True, label=_("Room for a few words at each point")
    )

    class Meta:
        icon = "list-ul"
        group = DO
        label = _("Checklist")
        description = _(
            "Points to tick, with a few words each. Kept for the learner alone, who can take it out as a document."
        )
        template = "stoa_modules/blocks/checklist.html"

    def describe(self, value):
        items = [dict(item) for item in value["items"]]
        return {"title": value["title"], "is_required": False, "config": {"items": items}}

    def plain(self, value):
        return {
            "title": value["title"],
            "intro": value["intro"],
            "items": [dict(item) for item in value["items"]],
            "has_notes": bool(value["has_notes"]),
        }
