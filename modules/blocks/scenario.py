"""The blocks in which an author writes a branching scenario, and the field that holds them.

What learners play is the document that `modules.scenario_blocks` makes of them. Keys are typed, as in the files of the
curriculum; what does not fit together is said beside the block by `modules.scenario_checks`.
"""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.blocks import (
    CharBlock,
    FieldBlock,
    IntegerBlock,
    ListBlock,
    StreamBlock,
    StructBlock,
    TextBlock,
)
from wagtail.fields import StreamField

from modules import scenario_blocks

KEY = re.compile(r"^[a-z0-9][a-z0-9-]*$")
RECORD = re.compile(r"^[A-Za-z0-9][A-Za-z0-9.-]*$")
POINTS = re.compile(r"^(?P<key>[^\s:=]+)(?:\s*[:=]\s*|\s+)(?P<points>\d{1,3})$")


class KeyField(forms.CharField):
    """A key: small letters, digits and hyphens, for it stands in addresses."""

    def clean(self, value):
        key = super().clean(value)
        if key and not KEY.match(key):
            raise ValidationError(_("Use small letters, digits and hyphens, such as “first-walk”."))
        return key


class KeyBlock(FieldBlock):
    def __init__(self, required=True, help_text=None, max_length=60, **kwargs):
        self.field = KeyField(required=required, help_text=help_text, max_length=max_length)
        super().__init__(**kwargs)

    class Meta:
        default = ""


class RecordsField(forms.CharField):
    """`F8.01, F8.02` in, a list of keys out."""

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, (list, tuple)) else value

    def clean(self, value):
        keys = list(dict.fromkeys(key for key in re.split(r"[\s,;\[\]]+", value or "") if key))
        odd = [key for key in keys if not RECORD.match(key)]
        if odd:
            raise ValidationError(_("%(keys)s is no key of a record.") % {"keys": ", ".join(odd)})
        return keys


class RecordsBlock(FieldBlock):
    """Records of the knowledge base by their keys: [key, …]."""

    def __init__(self, help_text=None, **kwargs):
        self.field = RecordsField(required=False, help_text=help_text)
        super().__init__(**kwargs)

    def value_for_form(self, value):
        return self.field.prepare_value(value)

    def get_prep_value(self, value):
        return (
            [key for key in re.split(r"[\s,;]+", value) if key]
            if isinstance(value, str)
            else list(value or [])
        )

    class Meta:
        default = []


class PointsField(forms.CharField):
    """`evidence 2, inclusion 1` in, {"evidence": 2, "inclusion": 1} out."""

    def prepare_value(self, value):
        if isinstance(value, dict):
            return ", ".join(f"{key} {points}" for key, points in value.items())
        return value

    def clean(self, value):
        found: dict[str, int] = {}
        for part in (part.strip() for part in re.split(r"[,;\n]+", value or "")):
            match = POINTS.match(part)
            if part and not match:
                raise ValidationError(
                    _("“%(part)s” is not a criterion and a number, such as “evidence 2”.")
                    % {"part": part}
                )
            if match:
                if match["key"] in found:
                    raise ValidationError(_("“%(key)s” is named twice.") % {"key": match["key"]})
                found[match["key"]] = int(match["points"])
        return found


class PointsBlock(FieldBlock):
    """Points by criterion: {criterion key: points}."""

    def __init__(self, help_text=None, **kwargs):
        self.field = PointsField(required=False, help_text=help_text)
        super().__init__(**kwargs)

    def value_for_form(self, value):
        return self.field.prepare_value(value)

    def get_prep_value(self, value):
        return dict(value) if isinstance(value, dict) else {}

    class Meta:
        default = {}


NEXT = gettext_lazy("The key of the scene, gate or ending that follows.")


def _records() -> list[tuple[str, RecordsBlock]]:
    return [
        ("facts", RecordsBlock(label=gettext_lazy("Facts"))),
        ("recommendations", RecordsBlock(label=gettext_lazy("Recommendations"))),
        ("guidance", RecordsBlock(label=gettext_lazy("Guidance"))),
    ]


class ChoiceBlock(StructBlock):
    def __init__(self, local_blocks=(), **kwargs):
        own = [
            ("key", KeyBlock(label=gettext_lazy("Key"))),
            ("text", TextBlock(rows=2, label=gettext_lazy("What the learner chooses"))),
            ("response", TextBlock(rows=2, required=False, label=gettext_lazy("What comes of it"))),
            ("next", KeyBlock(label=gettext_lazy("Leads to"), help_text=NEXT)),
            ("scores", PointsBlock(label=gettext_lazy("Points"), help_text=gettext_lazy("Criterion and number, such as: evidence 2, inclusion 1."))),
            *_records(),
        ]  # fmt: skip
        super().__init__([*own, *local_blocks], **kwargs)

    class Meta:
        icon = "pick"
        label_format = "{key} → {next}: {text}"


class RouteBlock(StructBlock):
    min = PointsBlock(
        label=gettext_lazy("From these points on"),
        help_text=gettext_lazy("Empty means always. The last route must be empty."),
    )
    next = KeyBlock(label=gettext_lazy("Leads to"), help_text=NEXT)

    class Meta:
        label_format = "→ {next}"


class SceneBlock(StructBlock):
    def __init__(self, local_blocks=(), **kwargs):
        own = [
            ("key", KeyBlock(label=gettext_lazy("Key"))),
            ("title", CharBlock(max_length=250, label=gettext_lazy("Title"))),
            ("text", TextBlock(rows=5, label=gettext_lazy("What happens"))),
            ("choices", ListBlock(ChoiceBlock(), min_num=1, label=gettext_lazy("Choices"))),
            *_records(),
        ]
        super().__init__([*own, *local_blocks], **kwargs)

    class Meta:
        icon = "view"
        label = gettext_lazy("Scene")
        label_format = "{key}: {title}"
        description = gettext_lazy("Something happens, and the learner chooses.")


class GateBlock(StructBlock):
    key = KeyBlock(label=gettext_lazy("Key"))
    title = CharBlock(
        required=False,
        max_length=250,
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("For authors. Learners never see a gate."),
    )
    text = TextBlock(required=False, rows=2, label=gettext_lazy("Why it divides here"))
    routes = ListBlock(RouteBlock(), min_num=1, label=gettext_lazy("Routes"))

    class Meta:
        icon = "order"
        label = gettext_lazy("Gate")
        label_format = "{key}: {title}"
        description = gettext_lazy(
            "Sends on by the points so far. The first route that fits is taken."
        )


class EndingBlock(StructBlock):
    def __init__(self, local_blocks=(), **kwargs):
        own = [
            ("key", KeyBlock(label=gettext_lazy("Key"))),
            ("title", CharBlock(max_length=250, label=gettext_lazy("Title"))),
            ("text", TextBlock(rows=5, label=gettext_lazy("How it ends"))),
            *_records(),
        ]
        super().__init__([*own, *local_blocks], **kwargs)

    class Meta:
        icon = "check"
        label = gettext_lazy("Ending")
        label_format = "{key}: {title}"
        description = gettext_lazy("The path stops, and the learner looks back.")


class OpeningBlock(StructBlock):
    city = CharBlock(required=False, max_length=100, label=gettext_lazy("City"), help_text=gettext_lazy("A fictional one."))  # fmt: skip
    role = CharBlock(required=False, max_length=300, label=gettext_lazy("Who the learner is"))
    intro = TextBlock(required=False, rows=3, label=gettext_lazy("Introduction"))
    content_note = TextBlock(required=False, rows=2, label=gettext_lazy("Content note"))
    start = KeyBlock(
        required=False,
        label=gettext_lazy("Starts at"),
        help_text=gettext_lazy("The key of a scene. Empty means the first one below."),
    )

    class Meta:
        icon = "home"
        label = gettext_lazy("Opening")
        description = gettext_lazy("Where it plays, who the learner is, and the first scene.")


class CriterionBlock(StructBlock):
    key = KeyBlock(label=gettext_lazy("Key"))
    title = CharBlock(max_length=100, label=gettext_lazy("Title"))
    max = IntegerBlock(
        min_value=0,
        max_value=999,
        label=gettext_lazy("Most points"),
        help_text=gettext_lazy("The most that any path can earn."),
    )

    class Meta:
        icon = "tasks"
        label = gettext_lazy("Criterion")
        label_format = "{key}: {title}"
        description = gettext_lazy(
            "What choices earn points in. For learning only; it certifies nothing."
        )


class PointBlock(StructBlock):
    def __init__(self, local_blocks=(), **kwargs):
        own = [
            ("key", KeyBlock(label=gettext_lazy("Key"))),
            ("title", CharBlock(max_length=200, label=gettext_lazy("Title"))),
            ("text", TextBlock(rows=3, label=gettext_lazy("Text"))),
            *_records(),
        ]
        super().__init__([*own, *local_blocks], **kwargs)


class WordsBlock(StructBlock):
    criterion = KeyBlock(label=gettext_lazy("Criterion"))
    bound = IntegerBlock(min_value=0, max_value=999, default=1, label=gettext_lazy("Bound"))
    low = TextBlock(rows=2, label=gettext_lazy("Words below the bound"))
    high = TextBlock(rows=2, label=gettext_lazy("Words from the bound on"))
    guidance = RecordsBlock(label=gettext_lazy("Guidance"))


class DebriefBlock(StructBlock):
    title = CharBlock(required=False, max_length=200, label=gettext_lazy("Title"))
    intro = TextBlock(required=False, rows=3, label=gettext_lazy("Introduction"))
    points = ListBlock(PointBlock(), default=[], label=gettext_lazy("What carried weight"))
    criteria = ListBlock(WordsBlock(), default=[], label=gettext_lazy("Words by criterion"))
    reflection = TextBlock(required=False, rows=2, label=gettext_lazy("To think about"))

    class Meta:
        icon = "history"
        label = gettext_lazy("Looking back")
        description = gettext_lazy("What every ending closes with.")


class ScenarioBody(StreamBlock):
    """The parts of a scenario in any order. A draft may have loose ends; a publication may not."""

    opening = OpeningBlock()
    criterion = CriterionBlock()
    scene = SceneBlock()
    gate = GateBlock()
    ending = EndingBlock()
    debrief = DebriefBlock()

    class Meta:
        block_counts = {"opening": {"max_num": 1}, "debrief": {"max_num": 1}}

    def clean(self, value):
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            scenario_blocks.refuse_loose_ends(cleaned)
        return cleaned


class ScenarioField(StreamField):
    """A stream of scenario blocks. They are not in the migrations, so that a new setting of one needs none."""

    def __init__(self, block_types=None, **kwargs):
        kwargs.pop("block_lookup", None)
        super().__init__(ScenarioBody(required=False), **kwargs)

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
