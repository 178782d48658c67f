"""Work that a person marks: a form to fill in, files to attach, and the rubric it is marked by.

Config: {"brief", "reminder", "fields": [{"key", "label", "help", "rows", "least", "most", "is_required"}], "files":
{"types": [extension, …], "most", "megabytes", "is_required"}, "rubric": key, "most_tries", "outcomes": [key, …]}. `least` and `most` of a field
are words, 0 for no bound; without files to attach `files["most"]` is 0.
"""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    IntegerBlock,
    ListBlock,
    MultipleChoiceBlock,
    RegexBlock,
    StructBlock,
    StructBlockValidationError,
    TextBlock,
)
from wagtail.snippets.blocks import SnippetChooserBlock

from modules.activities.base import DO, ActivityBlock

# Kept in step with modules.uploads.TYPES by a test; that file may not be read while models are being loaded.
FILE_TYPES = ["pdf", "docx", "odt", "pptx", "xlsx", "png", "jpg"]
MOST_FILES = 10
MOST_WORDS = 5000
MOST_TRIES = 20


class FieldBlock(StructBlock):
    """One field of the form."""

    label = CharBlock(max_length=200, label=_("Question or heading"))
    help = CharBlock(required=False, max_length=500, label=_("Help"))
    rows = IntegerBlock(min_value=2, max_value=30, default=6, label=_("Rows"))
    least = IntegerBlock(min_value=0, max_value=MOST_WORDS, default=0, label=_("Words at least"))
    most = IntegerBlock(
        min_value=0,
        max_value=MOST_WORDS,
        default=0,
        label=_("Words at most"),
        help_text=_("0 for no limit."),
    )
    is_required = BooleanBlock(required=False, default=True, label=_("Must be filled in"))
    key = RegexBlock(
        r"^[a-z0-9][a-z0-9-]{0,39}$",
        required=False,
        label=_("Key"),
        help_text=_("Only if another system must know this field. It never changes."),
        error_messages={"invalid": _("Lower-case letters, digits and hyphens.")},
    )

    class Meta:
        icon = "edit"

    def clean(self, value):
        cleaned = super().clean(value)
        if cleaned["most"] and cleaned["least"] > cleaned["most"]:
            problem = ValidationError(_now("This is less than the least number of words."))
            raise StructBlockValidationError(block_errors={"most": problem})
        return cleaned


class FilesBlock(StructBlock):
    most = IntegerBlock(
        min_value=0, max_value=MOST_FILES, default=0, label=_("How many files"),
        help_text=_("0: nothing can be attached."),
    )  # fmt: skip
    types = MultipleChoiceBlock(
        choices=[(name, name) for name in FILE_TYPES], default=["pdf", "docx", "odt"],
        required=False, label=_("Of these types"),
    )  # fmt: skip
    megabytes = IntegerBlock(min_value=1, max_value=20, default=5, label=_("Megabytes each"))
    is_required = BooleanBlock(required=False, label=_("At least one must be attached"))

    class Meta:
        icon = "doc-full"


class ArtefactBlock(ActivityBlock):
    kind = "artefact"
    label_of_kind = _("Artefact")

    title = CharBlock(max_length=200, label=_("Title"))
    brief = TextBlock(rows=5, label=_("What is asked"))
    reminder = CharBlock(
        required=False,
        max_length=300,
        label=_("Reminder"),
        default="Your trainers read this. Please do not describe weaknesses of a real place.",
    )
    fields = ListBlock(FieldBlock(), default=[], label=_("Form"))
    files = FilesBlock(label=_("Files"))
    rubric = SnippetChooserBlock("stoa_modules.Rubric", label=_("Rubric"))
    outcomes = CharBlock(
        required=False, max_length=300, label=_("Outcomes it assesses"),
        help_text=_("Their keys, for example m08-o2, m08-o3."),
    )  # fmt: skip
    is_required = BooleanBlock(required=False, label=_("Needed to complete the lesson"))
    most_tries = IntegerBlock(
        min_value=0, max_value=MOST_TRIES, default=0, label=_("Tries"),
        help_text=_("How often somebody may hand in who has not passed. 0: as often as it takes."),
    )  # fmt: skip

    class Meta:
        icon = "form"
        group = DO
        label = _("Artefact")
        description = _("Work that is handed in and marked by a trainer with a rubric.")
        template = "stoa_modules/blocks/artefact.html"

    def clean(self, value):
        cleaned = super().clean(value)
        errors: dict[str, Any] = {}
        if not len(cleaned["fields"]) and not cleaned["files"]["most"]:
            errors["fields"] = ValidationError(_now("Ask for a text, or let files be attached."))
        keys = [key for field in cleaned["fields"] if (key := field["key"])]
        if len(keys) != len(set(keys)):
            errors["fields"] = ValidationError(_now("Two fields have the same key."))
        if cleaned["files"]["most"] and not cleaned["files"]["types"]:
            errors["files"] = ValidationError(_now("Choose the types of file."))
        if errors:
            raise StructBlockValidationError(block_errors=errors)
        return cleaned

    def describe(self, value):
        if not value["rubric"]:
            return None
        return {
            "title": value["title"],
            "is_required": bool(value["is_required"]),
            "config": self.form_of(value)
            | {"rubric": value["rubric"].key, "most_tries": value["most_tries"] or 0}
            | {"outcomes": re.findall(r"[\w-]+", value.get("outcomes") or "")},
        }

    def plain(self, value):
        return {"title": value["title"]} | self.form_of(value)

    def form_of(self, value) -> dict[str, Any]:
        """What the learner is asked, in the language of the page."""
        return {
            "brief": value["brief"],
            "reminder": value["reminder"] or "",
            "fields": [_field(child) for child in value["fields"].bound_blocks],
            "files": {
                "most": value["files"]["most"] or 0,
                "types": list(value["files"]["types"] or []),
                "megabytes": value["files"]["megabytes"] or 1,
                "is_required": bool(value["files"]["is_required"] and value["files"]["most"]),
            },
        }


def _field(child) -> dict[str, Any]:
    """A field with a key that stays: the author's, or else the id of its block, which translations share."""
    value = child.value
    return {
        "key": value["key"] or str(child.id),
        "label": value["label"],
        "help": value["help"] or "",
        "rows": value["rows"] or 6,
        "least": value["least"] or 0,
        "most": value["most"] or 0,
        "is_required": bool(value["is_required"]),
    }
