"""A private note (reflection): nobody but the learner reads it. Config: {"prompt"}."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, IntegerBlock, TextBlock

from modules.activities.base import DO, ActivityBlock


class NoteBlock(ActivityBlock):
    kind = "note"
    label_of_kind = _("Private note")

    title = CharBlock(max_length=200, default="In your city", label=_("Title"))
    prompt = TextBlock(rows=3, label=_("Prompt"))
    minutes = IntegerBlock(min_value=1, max_value=10, default=2, label=_("Minutes"))
    note = CharBlock(
        required=False,
        max_length=300,
        label=_("Reminder"),
        default="Only you can read this. Please do not describe weaknesses of a real place.",
    )

    class Meta:
        icon = "edit"
        group = DO
        label = _("In your city")
        description = _("A private note. Nobody but the learner reads it.")
        template = "stoa_modules/blocks/note.html"

    def describe(self, value):
        return {
            "title": value["title"],
            "is_required": False,
            "config": {"prompt": value["prompt"]},
        }

    def plain(self, value):
        return {name: value[name] for name in ("title", "prompt", "minutes", "note")}
