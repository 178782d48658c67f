"""The knowledge base in the Wagtail admin: lists that say what is due, and forms without raw data."""

import re

import django_filters
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Count, Field, ForeignKey, ManyToManyField, OuterRef, Subquery
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.widgets.button import Button, ButtonWithDropdown
from wagtail.models import Locale
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet, SnippetViewSetGroup

from content import knowledge, soundness
from content.models import (
    Area,
    Case,
    Checklist,
    Drawing,
    Fact,
    Guidance,
    Level,
    Profile,
    Recommendation,
    Source,
    Standing,
    Term,
    Topic,
)
from content.models.base import Worded
from content.models.practice import GovernmentLevel
from content.studio import tasks  # noqa: F401  (registers its hooks)
from content.studio.changes import ChangeForm, ChangingEditView, LinkingCreateView, change_panels

# Links lead to originals, in the forms of every app


def _originals(field: Field) -> dict | None:
    model = field.remote_field.model
    return {"queryset": model.originals.all()} if issubclass(model, Worded) else None


register_form_field_override(ManyToManyField, override=_originals)
for linked in (Area, Level, Profile, Topic):  # the others are snippets and have choosers
    register_form_field_override(ForeignKey, to=linked, override=_originals)


# Fields that edit a list


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:
        return [line for one in (value or "").splitlines() if (line := " ".join(one.split()))]

    def has_changed(self, initial, data) -> bool:
        return (initial or []) != self.to_python(data)


class ItemsField(LinesField):
    """The items of a checklist, one a line as `key: text`. A line without a key gets one made of its first words."""

    widget = forms.Textarea(attrs={"rows": 12})

    def prepare_value(self, value):
        return (
            "\n".join(f"{item['key']}: {item['text']}" for item in value)
            if isinstance(value, list)
            else value
        )

    def to_python(self, value) -> list[dict[str, str]]:
        items: list[dict[str, str]] = []
        for line in super().to_python(value):
            found = re.fullmatch(r"([a-z0-9-]+): (.+)", line)
            key, text = found.groups() if found else (self._new_key(line, items), line)
            items.append({"key": key, "text": text})
        return items

    def _new_key(self, text: str, items: list[dict[str, str]]) -> str:
        base = "-".join(slugify(text).split("-")[:3]) or "item"
        taken = {item["key"] for item in items}
        return next(
            key
            for n in range(1, len(items) + 3)
            if (key := base if n == 1 else f"{base}-{n}") not in taken
        )

    def validate(self, value) -> None:
        super().validate(value)
        keys = [item["key"] for item in value]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValidationError(
                _("Each item needs a key of its own; these stand twice: %(keys)s."),
                params={"keys": ", ".join(twice)},
            )


class KeysField(forms.ModelMultipleChoiceField):
    """Records named by their keys: `F8.01, F8.02`. A list of hundreds would be slower to use and to load."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid_choice": _("There is no %(value)s."),
        "invalid_list": _("Give keys, with commas between them."),
    }

    def __init__(self, queryset, **kwargs):
        super().__init__(queryset, to_field_name="key", required=False, **kwargs)

    def prepare_value(self, value):
        if isinstance(value, str) or value is None:
            return value  # as somebody typed it
        if all(isinstance(one, str) for one in value):
            return value  # keys on their way through clean()
        return ", ".join(record.key for record in knowledge.in_order(value))

    def clean(self, value):
        keys = [
            key.upper()
            for key in re.split(r"[\s,;]+", value.replace("\x00", "") if value else "")
            if key
        ]
        return super().clean(list(dict.fromkeys(keys)))

    def has_changed(self, initial, data) -> bool:
        before = {record.key for record in initial or []}
        return before != {key.upper() for key in re.split(r"[\s,;]+", data or "") if key}


def facts_field() -> KeysField:
    return KeysField(
        Fact.originals.all(), label=_("Facts"), help_text=_("Their keys, for example F8.01, F8.02.")
    )


def sources_field() -> KeysField:
    return KeysField(
        Source.originals.all(),
        label=_("Sources"),
        help_text=_("Their keys, for example S100, S101."),
    )


# Forms


class KeyedForm(WagtailAdminModelForm):
    """A record's key is chosen once, in the form that references know it by."""

    pattern = r"[a-z0-9-]+"
    example = "stand-off"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "key" in self.fields:
            self.fields["key"].disabled = bool(self.instance.pk)
            self.fields["key"].help_text = _(
                "For example %(key)s. It never changes once it is saved."
            ) % {"key": self.example}

    def clean_key(self) -> str:
        key = self.cleaned_data["key"]
        if not self.instance.pk and not re.fullmatch(self.pattern, key):
            raise ValidationError(_("Write it like %(key)s."), params={"key": self.example})
        return key


class RecommendationForm(ChangeForm, KeyedForm):
    pattern, example = r"GR-\d+", "GR-27"
    levels = forms.MultipleChoiceField(
        label=_("Levels of government"), choices=GovernmentLevel.choices, widget=forms.CheckboxSelectMultiple,
        help_text=_("Who has to act. At least one."),
    )  # fmt: skip
    facts, sources = facts_field(), sources_field()


class GuidanceForm(ChangeForm, KeyedForm):
    pattern, example = r"DG-\d+", "DG-29"
    measures = LinesField(
        label=_("Examples of measures"), required=False, help_text=_("One measure a line.")
    )
    facts, sources = facts_field(), sources_field()


class FactForm(ChangeForm, KeyedForm):
    pattern, example = r"F\d+\.\d+", "F8.09"
    sources = sources_field()
    standing = forms.ChoiceField(
        label=_("Standing"), choices=Standing.choices, required=False,
        help_text=_(
            "While a fact is disputed, no question that rests on it is asked, and lessons say so."
        ),
    )  # fmt: skip

    def clean_standing(self) -> str:
        return self.cleaned_data["standing"] or self.instance.standing

    def clean(self):
        found = super().clean()
        valid, review = found.get("valid_as_of"), found.get("review_by")
        if valid and review and review <= valid:
            self.add_error(
                "review_by", _("Give a day after the one on which the fact was checked.")
            )
        is_disputed = found.get("standing") == Standing.DISPUTED
        if is_disputed and not found.get("standing_note") and "standing_note" not in self.errors:
            self.add_error("standing_note", _("Say in one line why. Everyone reads it."))
        return found

    def save(self, commit=True):
        fact = self.instance
        if fact.standing == Standing.SOUND:
            fact.standing_since, fact.standing_note = None, ""
        elif fact.standing_since is None:
            fact.standing_since = timezone.localdate()
        return super().save(commit)


class SourceForm(ChangeForm, KeyedForm):
    pattern, example = r"S\d+", "S213"
    authors = LinesField(
        label=_("Authors"), required=False,
        help_text=_("One a line: “Family, Given” for a person, the name as it is for an institution."),
    )  # fmt: skip

    def clean_address(self) -> str:
        address = self.cleaned_data["address"]
        if address:
            URLValidator(
                schemes=["http", "https"],
                message=_("Give an address that begins with https:// or http://."),
            )(address)
        return address

    def clean(self):
        found = super().clean()
        if found.get("is_withdrawn") and not found.get("withdrawn_note"):
            self.add_error("withdrawn_note", _("Say in one line why. Everyone reads it."))
        return found

    def save(self, commit=True):
        source = self.instance
        if not source.is_withdrawn:
            source.withdrawn_on, source.withdrawn_note = None, ""
        elif source.withdrawn_on is None:
            source.withdrawn_on = timezone.localdate()
        return super().save(commit)


class CaseForm(KeyedForm):
    pattern, example = r"C\d+", "C17"
    facts, sources = facts_field(), sources_field()


class ChecklistForm(KeyedForm):
    pattern, example = r"K\d+", "K13"
    items = ItemsField(
        label=_("Points"),
        help_text=_(
            "One point a line. The word before the colon is its key: leave it as it is when you reword a point, "
            "so that ticks are kept. A new line needs none."
        ),
    )
    facts = facts_field()


class TermForm(KeyedForm):
    also = LinesField(
        label=_("Other forms of the word"),
        required=False,
        help_text=_("One a line, for example the plural or a short form."),
    )
    facts = facts_field()


# Filters

REVIEW = [("past", _("Past review")), ("current", _("Within its date"))]
USED = [("used", _("In a lesson")), ("unused", _("In no lesson"))]


class ReviewFilter(django_filters.ChoiceFilter):
    """Facts past their review date, or records resting on such facts."""

    def filter(self, queryset, value):
        if not value:
            return queryset
        today = timezone.localdate()
        return queryset.filter(
            **{f"{self.field_name}__lt": today}
            if value == "past"
            else {f"{self.field_name}__gte": today}
        )


class UsedFilter(django_filters.ChoiceFilter):
    def filter(self, queryset, value):
        match value:
            case "used":
                return queryset.filter(in_lessons__gt=0)
            case "unused":
                return queryset.filter(in_lessons=0)
        return queryset


class LevelFilter(django_filters.ChoiceFilter):
    def filter(self, queryset, value):
        if not value:
            return queryset
        levels = Recommendation.originals.order_by().values_list(
            "pk", "levels"
        )  # SQLite cannot look into a JSON list
        return queryset.filter(pk__in=[pk for pk, codes in levels if value in codes])


class OriginalsFilterSet(WagtailFilterSet):
    """Narrows by what records link to, and links lead to originals."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for one in self.filters.values():
            choices = one.extra.get("queryset")
            if choices is not None and issubclass(choices.model, Worded):
                one.extra["queryset"] = choices.model.originals.all()


class UsedFilterSet(OriginalsFilterSet):
    in_lessons = UsedFilter(label=_("Lessons"), choices=USED, empty_label=_("All"))


class RecommendationFilterSet(UsedFilterSet):
    level = LevelFilter(
        label=_("Level of government"), choices=GovernmentLevel.choices, empty_label=_("All")
    )

    class Meta:
        model = Recommendation
        fields = ["actions", "topics", "audiences"]


class GuidanceFilterSet(UsedFilterSet):
    class Meta:
        model = Guidance
        fields = ["actions", "topics", "audiences"]


class FactFilterSet(UsedFilterSet):
    review = ReviewFilter(
        label=_("Review"), field_name="review_by", choices=REVIEW, empty_label=_("All")
    )

    class Meta:
        model = Fact
        fields = ["topic", "certainty", "standing"]


class SourceFilterSet(WagtailFilterSet):
    class Meta:
        model = Source
        fields = ["is_secondary", "is_withdrawn"]


class CaseFilterSet(UsedFilterSet):
    class Meta:
        model = Case
        fields = []


class TermFilterSet(UsedFilterSet):
    class Meta:
        model = Term
        fields = ["certainty"]


# Lists


class KeyedIndexView(IndexView):
    """Keys in their natural order: F2.10 after F2.9."""

    def order_queryset(self, queryset):
        match self.ordering:
            case "key" | None:
                return queryset.order_by(*self._by_key)
            case "-key":
                return queryset.order_by(*self._by_key).reverse()
        return super().order_queryset(queryset)

    def get_list_buttons(self, instance):
        """Without the hook for other apps' buttons: wagtail-localize's asks the database about each row."""
        buttons = [
            Button.from_menu_item(one)
            for one in self.get_list_more_buttons(instance)
            if one.is_shown(self.request.user)
        ]
        address = self._translate_address(instance)
        if address:
            words = {
                "aria-label": _("Translate %(title)s") % {"title": instance},
            }
            icon = "wagtail-localize-language"
            buttons.append(
                Button(_("Translate"), address, attrs=words, icon_name=icon, priority=100)
            )
        if not buttons:
            return []
        words = {"aria-label": _("More options for %(title)s") % {"title": instance}}
        return [ButtonWithDropdown(buttons=buttons, icon_name="dots-horizontal", attrs=words)]

    def _translate_address(self, instance) -> str:
        if getattr(instance, "in_languages", self._languages) >= self._languages:
            return ""
        meta = instance._meta
        args = [meta.app_label, meta.model_name, instance.pk]
        return reverse("wagtail_localize:submit_snippet_translation", args=args)

    @cached_property
    def _languages(self) -> int:
        """How many languages a record may be translated into by this person, its own included; 0 if they may not."""
        may = self.request.user.has_perm("wagtail_localize.submit_translation")
        is_here = apps.is_installed("wagtail_localize")
        return Locale.objects.count() if may and is_here else 0

    @cached_property
    def _by_key(self) -> list:
        before = ["topic__position"] if self.model is Fact else []
        return [*before, Length("key").asc(), "key"]


class WordsColumn(Column):
    """A value worked out from the record by a function."""

    def __init__(self, name, words, **kwargs):
        super().__init__(name, **kwargs)
        self.words = words

    def get_value(self, instance):
        return self.words(instance)


def _lessons() -> NumberColumn:
    return NumberColumn("in_lessons", label=_("Lessons"), sort_key="in_lessons")


def _certainty() -> WordsColumn:
    return WordsColumn(
        "certainty",
        lambda record: record.get_certainty_display(),
        label=_("Certainty"),
        sort_key="certainty",
    )


def _languages_of(model: type[Worded]) -> Subquery:
    """In how many languages each record stands."""
    rows = model.objects.filter(translation_key=OuterRef("translation_key")).order_by()
    return Subquery(
        rows.values("translation_key").annotate(number=Count("pk")).values("number")[:1]
    )


class KeyedViewSet(SnippetViewSet):
    index_view_class = KeyedIndexView
    add_view_class = LinkingCreateView
    edit_view_class = ChangingEditView
    list_per_page = 25
    search_backend_name = None  # Django's own search: the same on every database
    search_fields = ["key", "title", "text"]
    copy_view_enabled = False
    inspect_view_enabled = (
        True  # for those who may look but not change; the public page shows the lists
    )
    inspect_view_fields_exclude = ["levels", "measures", "items", "also", "svg"]
    default_ordering = "key"
    related: list[str] = []

    fetched: list[str] = []

    def get_queryset(self, request):
        records = self.model._default_manager.order_by().select_related(*self.related)
        if issubclass(self.model, Worded):
            records = records.select_related("locale").annotate(
                in_languages=_languages_of(self.model)
            )
        records = records.prefetch_related(*self.fetched)
        return records.annotate(in_lessons=knowledge.lesson_count(self.model))


def _panels(form: type[KeyedForm], *panels) -> ObjectList:
    return ObjectList(list(panels), base_form_class=form)


INDEPENDENT = HelpPanel(
    _(
        "<p>Recommendations and guidance are independent formulations: written in our own words from the sources named. "
        "Never paste a text of the Partnership. The public page carries the label “independent formulations”.</p>"
    )
)
ADDRESSED = MultiFieldPanel(
    [
        FieldPanel("actions", widget=forms.CheckboxSelectMultiple),
        FieldPanel("topics", widget=forms.CheckboxSelectMultiple),
        FieldPanel("audiences", widget=forms.CheckboxSelectMultiple),
    ],
    heading=_("Where it belongs and who it is for"),
    classname="collapsed",
)
EVIDENCE = MultiFieldPanel(
    [
        FieldPanel("facts"),
        FieldPanel("sources"),
        FieldPanel("basis_note", help_text=_("How firm the ground is, in one sentence.")),
    ],
    heading=_("What it rests on"),
)


class RecommendationViewSet(KeyedViewSet):
    model = Recommendation
    icon = "list-ul"
    list_display = [
        "title", "key", WordsColumn("levels", lambda record: ", ".join(record.level_labels), label=_("Levels")), _lessons(),
    ]  # fmt: skip
    filterset_class = RecommendationFilterSet
    edit_handler = _panels(
        RecommendationForm,
        INDEPENDENT,
        FieldPanel("key"),
        FieldPanel("title", help_text=_("What to do, in three to six words.")),
        FieldPanel(
            "text", help_text=_("What it asks, in two or three sentences. Begin with a verb.")
        ),
        FieldPanel("levels"),
        ADDRESSED,
        EVIDENCE,
        *change_panels(),
    )


class GuidanceViewSet(KeyedViewSet):
    model = Guidance
    icon = "clipboard-list"
    menu_label = _("Design guidance")
    list_display = ["title", "key", Column("reference", label=_("Reference")), _lessons()]
    filterset_class = GuidanceFilterSet
    edit_handler = _panels(
        GuidanceForm,
        INDEPENDENT,
        FieldPanel("key"),
        FieldPanel("title", help_text=_("The principle, in two to five words.")),
        FieldPanel("text", help_text=_("The principle in one or two sentences.")),
        FieldPanel("measures"),
        FieldPanel(
            "reference",
            help_text=_("A standard or handbook with its year. Cite it, never paste it."),
        ),
        ADDRESSED,
        EVIDENCE,
        *change_panels(),
    )


class FactViewSet(KeyedViewSet):
    model = Fact
    icon = "check"
    related = ["topic"]
    fetched = ["sources"]
    list_display = [
        "title",
        "key",
        Column("topic", label=_("Topic"), sort_key="topic__position"),
        _certainty(),
        WordsColumn(
            "review_by",
            lambda fact: date_format(fact.review_by, "j F Y"),
            label=_("Review by"),
            sort_key="review_by",
        ),
        WordsColumn(
            "due",
            lambda fact: ", ".join(
                trouble.word for trouble in soundness.troubles(fact, timezone.localdate())
            ),
            label=_("Due"),
        ),
        _lessons(),
    ]
    filterset_class = FactFilterSet
    edit_handler = _panels(
        FactForm,
        HelpPanel(
            _(
                "<p>One statement that can be checked. If two things can be wrong, make two facts.</p>"
            )
        ),
        FieldRowPanel([FieldPanel("key"), FieldPanel("topic")]),
        FieldPanel("title", help_text=_("Four to eight words.")),
        FieldPanel("text", help_text=_("The statement, no broader than its source.")),
        MultiFieldPanel(
            [
                FieldPanel("sources"),
                FieldPanel(
                    "certainty",
                    help_text=_(
                        "Only what was read in the source, or second-hand, may be asked in a graded question."
                    ),
                ),
                FieldRowPanel(
                    [
                        FieldPanel("valid_as_of", help_text=_("The day somebody last checked it.")),
                        FieldPanel(
                            "review_by",
                            help_text=_("The day by which somebody must check it again."),
                        ),
                    ]
                ),
            ],
            heading=_("How far it can be trusted"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("standing"),
                FieldPanel("standing_note"),
            ],
            heading=_("Is it disputed?"),
        ),
        *change_panels(),
    )


class SourceViewSet(KeyedViewSet):
    model = Source
    icon = "link"
    search_fields = ["title", "key", "body", "says", "address"]
    list_display = [
        "title", "key", Column("body", label=_("Published by"), sort_key="body"), Column("year", label=_("Year"), sort_key="year"),
        NumberColumn("in_facts", label=_("Facts"), sort_key="in_facts"),
    ]  # fmt: skip
    filterset_class = SourceFilterSet
    edit_handler = _panels(
        SourceForm,
        FieldPanel("key"),
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("body"), FieldPanel("year")]),
        FieldPanel(
            "address", help_text=_("Where everyone can open it. Begins with https:// or http://.")
        ),
        FieldPanel("says", help_text=_("What we took from it, in our own words.")),
        FieldPanel(
            "is_secondary",
            help_text=_("A law firm, a vendor, the press, a blog or an encyclopedia."),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("csl_type"),
                        FieldPanel(
                            "issued",
                            help_text=_("2020, 2020-09 or 2020-09-30. Without it the year counts."),
                        ),
                    ]
                ),
                FieldPanel("authors"),
                FieldPanel(
                    "container", help_text=_("The journal, book or site that it is part of.")
                ),
                FieldRowPanel([FieldPanel("number"), FieldPanel("doi"), FieldPanel("isbn")]),
                FieldRowPanel([FieldPanel("accessed_on"), FieldPanel("licence")]),
                FieldPanel(
                    "archived",
                    help_text=_(
                        "Where a copy is kept, for the day on which the address no longer answers."
                    ),
                ),
            ],
            heading=_("The full reference"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [
                FieldPanel("is_withdrawn"),
                FieldRowPanel([FieldPanel("withdrawn_on"), FieldPanel("withdrawn_note")]),
            ],
            heading=_("Is it withdrawn?"),
        ),
        *change_panels(),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(in_facts=Count("facts"))


class CaseViewSet(KeyedViewSet):
    model = Case
    icon = "site"
    list_display = ["title", "key", _lessons()]
    filterset_class = CaseFilterSet
    edit_handler = _panels(
        CaseForm,
        FieldPanel("key"),
        FieldPanel("title", help_text=_("The place, a colon, and what it tried.")),
        FieldPanel(
            "text",
            help_text=_("Three to five sentences. Every one must follow from the facts below."),
        ),
        MultiFieldPanel(
            [FieldPanel("facts"), FieldPanel("sources")], heading=_("What it rests on")
        ),
    )


class ChecklistViewSet(KeyedViewSet):
    model = Checklist
    icon = "tasks"
    search_fields = ["key", "title"]
    list_display = [
        "title",
        "key",
        WordsColumn("points", lambda record: len(record.items), label=_("Points")),
    ]
    edit_handler = _panels(
        ChecklistForm,
        FieldPanel("key"),
        FieldPanel("title"),
        FieldPanel("items"),
        FieldPanel("facts"),
    )


class TermViewSet(KeyedViewSet):
    model = Term
    icon = "openquote"
    menu_label = _("Glossary")
    search_fields = ["key", "term", "definition"]
    default_ordering = "term"
    list_display = [
        "term",
        "key",
        _certainty(),
        _lessons(),
    ]
    filterset_class = TermFilterSet
    edit_handler = _panels(
        TermForm,
        FieldPanel("term"),
        FieldPanel("key", heading=_("Key")),
        FieldPanel("definition", help_text=_("One whole sentence in plain words.")),
        FieldPanel("also"),
        FieldRowPanel([FieldPanel("certainty"), FieldPanel("facts")]),
    )


class DrawingViewSet(KeyedViewSet):
    model = Drawing
    icon = "image"
    search_fields = ["key", "title"]
    list_display = ["title", Column("key", label=_("Key"), sort_key="key")]
    edit_handler = _panels(
        KeyedForm,
        HelpPanel(
            _(
                "<p>A plan drawing in SVG. It is drawn in the colours of the page, by day and by night.</p>"
            )
        ),
        FieldPanel("title"),
        FieldPanel("key", heading=_("Key")),
        FieldPanel("svg"),
    )


class KnowledgeGroup(SnippetViewSetGroup):
    menu_label = _("Knowledge")
    menu_icon = "openquote"
    menu_order = 110
    items = (
        RecommendationViewSet, GuidanceViewSet, FactViewSet, SourceViewSet,
        CaseViewSet, ChecklistViewSet, TermViewSet, DrawingViewSet,
    )  # fmt: skip


register_snippet(KnowledgeGroup)
