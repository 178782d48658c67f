"""Rubrics in the studio: written as blocks; one that work rests on gets a new version when it is changed."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.blocks import BooleanBlock, CharBlock, ListBlock, RegexBlock, StructBlock, TextBlock
from wagtail.blocks.base import BlockField
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from modules import rubrics
from modules.models import Rubric


class CriterionBlock(StructBlock):
    title = CharBlock(max_length=100, label=gettext_lazy("Criterion"))
    text = TextBlock(rows=2, required=False, label=gettext_lazy("What it looks at"))
    level_0 = TextBlock(rows=2, label=gettext_lazy("0 points"))
    level_1 = TextBlock(rows=2, label=gettext_lazy("1 point"))
    level_2 = TextBlock(rows=2, label=gettext_lazy("2 points"))
    level_3 = TextBlock(rows=2, label=gettext_lazy("3 points"))
    not_zero = BooleanBlock(
        required=False, label=gettext_lazy("Without a point here, nothing passes")
    )
    key = RegexBlock(
        r"^[a-z][a-z0-9-]{0,39}$",
        label=gettext_lazy("Key"),
        help_text=gettext_lazy("One word that never changes, such as: evidence."),
        error_messages={"invalid": gettext_lazy("Lower-case letters, digits and hyphens.")},
    )

    class Meta:
        icon = "list-ol"


CRITERIA = ListBlock(CriterionBlock(), min_num=1, max_num=8)
LEVELS = [f"level_{n}" for n in range(rubrics.LEVELS)]


class RubricForm(WagtailAdminModelForm):
    criteria = BlockField(block=CRITERIA, label=gettext_lazy("Criteria"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        raw = [
            {"key": one["key"], "title": one["title"], "text": one["text"]}
            | dict(zip(LEVELS, one["levels"], strict=True))
            | {"not_zero": one["key"] in self.instance.no_zero_on}
            for one in self.instance.criteria or []
        ]
        self.initial["criteria"] = CRITERIA.to_python(raw) if raw else CRITERIA.get_default()
        if self.instance.pk:
            self.fields["key"].disabled = True

    def clean_key(self):
        key = self.cleaned_data["key"]
        if not self.instance.pk and rubrics.newest(key):
            raise ValidationError(_("There is a rubric with this key. Change that one."))
        return key

    def clean(self):
        cleaned = super().clean()
        blocks = list(cleaned.get("criteria") or [])
        keys = [block["key"] for block in blocks]
        if len(keys) != len(set(keys)):
            self.add_error("criteria", _("Two criteria have the same key."))
        most = len(keys) * (rubrics.LEVELS - 1)
        if blocks and not 1 <= (cleaned.get("pass_points") or 0) <= most:
            self.add_error("pass_points", _("This can be 1 to %(most)s.") % {"most": most})
        self.instance.no_zero_on = [block["key"] for block in blocks if block["not_zero"]]
        cleaned["criteria"] = [
            {"key": block["key"], "title": block["title"], "text": block["text"]}
            | {"levels": [block[name] for name in LEVELS]}
            for block in blocks
        ]
        return cleaned

    def save(self, commit=True):
        super().save(commit=False)
        return rubrics.keep_rubric(rubric=self.instance, at=timezone.now())


class RubricIndexView(IndexView):
    """The newest version of each rubric; older ones stay with the work that rests on them."""

    def get_base_queryset(self):
        newer = Rubric.objects.filter(key=OuterRef("key"), number__gt=OuterRef("number"))
        return Rubric.objects.exclude(Exists(newer))


class RubricViewSet(SnippetViewSet):
    model = Rubric
    icon = "list-ol"
    menu_label = gettext_lazy("Rubrics")
    menu_order = 130
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = RubricIndexView
    list_display = ["title", "key", "number", "pass_points"]
    search_backend_name = None
    search_fields = ["title", "key"]
    edit_handler = ObjectList(
        [
            HelpPanel(
                content=gettext_lazy(
                    "<p>Work that was begun keeps the version it was begun with. A rubric that work rests on gets a new version when you save a change.</p>"
                )
            ),
            FieldPanel("title"),
            FieldPanel("key"),
            FieldPanel("criteria"),
            FieldPanel("pass_points", widget=forms.NumberInput),
        ],
        base_form_class=RubricForm,
    )
