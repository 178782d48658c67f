"""Saving a record that others rest on: the form asks what the change means, the view puts it on record."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, Panel
from wagtail.snippets.views.snippets import CreateView, EditView

from content import changes, impact
from content.models import ChangeClass
from content.studio.links import LinksForm


class ChangeForm(LinksForm, forms.Form):
    """The part of a record's form that asks what a change means, and for its links. Mixed into a model form."""

    links = forms.Field(
        required=False
    )  # becomes a field of blocks once every app has said what can be chosen

    change_class = forms.ChoiceField(
        label=gettext_lazy("This change is"), choices=ChangeClass.choices, required=False,
        initial=ChangeClass.EDITORIAL,
        help_text=gettext_lazy(
            "A minor or material change opens a review task for the owner of everything that rests on this record."
        ),
    )  # fmt: skip
    change_note = forms.CharField(
        label=gettext_lazy("What changed"), max_length=300, required=False,
        help_text=gettext_lazy("One line for those who look at it next. Needed unless the change is editorial."),
    )  # fmt: skip
    delta_lesson = forms.UUIDField(
        label=gettext_lazy("Update lesson"), required=False, widget=forms.Select,
        help_text=gettext_lazy(
            "A material change may carry a short lesson. Who has completed a lesson that rests on this record finds it as an update."
        ),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.set_up_links()
        self.was = changes.standing_of(self.instance) if self.instance.pk else ""
        choices = [(str(key), title) for key, title in delta_lessons()]
        if "delta_lesson" in self.fields:
            self.fields["delta_lesson"].widget.choices = [("", _("None")), *choices]
            self.known_lessons = {key for key, _title in choices}

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        self.check_links()
        if not self.instance.pk:
            return found
        change_class = found.get("change_class") or ChangeClass.EDITORIAL
        found["change_class"] = change_class
        if change_class != ChangeClass.EDITORIAL and not (found.get("change_note") or "").strip():
            self.add_error("change_note", _("Say in one line what changed."))
        lesson = found.get("delta_lesson")
        if lesson and str(lesson) not in self.known_lessons:
            self.add_error("delta_lesson", _("Choose one of the update lessons."))
        elif lesson and change_class != ChangeClass.MATERIAL:
            self.add_error("delta_lesson", _("Only a material change carries an update lesson."))
        return found


DeltaLessons = Any
_delta_lessons: list = []


def provide_delta_lessons(provider):
    """Register `provider()` → [(uuid, title)] of the lessons that a material change may carry. One query."""
    if provider not in _delta_lessons:
        _delta_lessons.append(provider)
    return provider


def delta_lessons() -> list:
    return [pair for provider in _delta_lessons for pair in provider()]


class ChangingEditView(EditView):
    """Saves a record and keeps what its change meant."""

    def save_instance(self):
        record = super().save_instance()
        if isinstance(self.form, ChangeForm):
            self.form.save_links()
            said = self.form.cleaned_data
            changes.keep(
                record=record,
                change_class=said.get("change_class") or ChangeClass.EDITORIAL,
                note=said.get("change_note") or "",
                was=self.form.was,
                lesson=said.get("delta_lesson"),
                by=self.request.user,
                at=timezone.now(),
            )
        return record


class LinkingCreateView(CreateView):
    """Saves a new record with its links."""

    def save_instance(self):
        record = super().save_instance()
        if isinstance(self.form, ChangeForm):
            self.form.save_links()
        return record


class ImpactPanel(Panel):
    """What the record touches, beside the words that say what a change means. 15 queries at most."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "stoa_content/studio/impact_panel.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk)

        @cached_property
        def touched(self) -> list[impact.Touched]:
            return impact.of(self.instance, self.request.user)

        @cached_property
        def history(self):
            return changes.history_of(self.instance)


class OnceSaved(MultiFieldPanel):
    """Fields that ask about a change; a new record has none yet."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk)


def change_panels() -> list[Panel]:
    return [
        FieldPanel("links"),
        ImpactPanel(heading=gettext_lazy("What rests on this")),
        OnceSaved(
            [FieldPanel("change_class"), FieldPanel("change_note"), FieldPanel("delta_lesson")],
            heading=gettext_lazy("What this change means"),
        ),
    ]
