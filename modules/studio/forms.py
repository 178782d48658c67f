"""The forms of module and lesson pages: what a draft may leave open, and what a publication may not."""

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.forms.pages import WagtailAdminPageForm

from modules.models import ChangeClass
from modules.studio import findings, lesson_template


class PublicationForm(WagtailAdminPageForm):
    """A draft may be saved at any time; a publication says what has changed."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields[
                "slug"
            ].required = False  # the page makes one of its title, with or without JavaScript
        if self.instance.live and not self.instance.has_unpublished_changes:
            # What the last publication meant is no guess at what the next one means: a spelling corrected later
            # would send everybody back to the lesson again.
            self.initial |= {
                "change_class": ChangeClass.EDITORIAL,
                "change_note": "",
                "delta_lesson": None,
            }

    def clean(self):
        cleaned = super().clean()
        needs_note = cleaned.get("change_class", ChangeClass.EDITORIAL) != ChangeClass.EDITORIAL
        has_note = (cleaned.get("change_note") or "").strip() or "change_note" in self.errors
        if needs_note and not has_note and not self.is_deferred_validation:
            self.add_error("change_note", _("Say in one line what changed. Learners will read it."))
        if cleaned.get("delta_lesson") and cleaned.get("change_class") != ChangeClass.MATERIAL:
            self.add_error("delta_lesson", _("Only a material change carries an update lesson."))
        return cleaned


class LessonForm(PublicationForm):
    """A new lesson starts with the anatomy of one; errors of its text stand beside the text."""

    def __init__(self, data=None, files=None, *args, **kwargs):
        page = kwargs.get("instance")
        if data is None and page is not None and page._state.adding:
            lesson_template.fill(page, today=timezone.localdate())
        super().__init__(data, files, *args, **kwargs)

    @cached_property
    def changed_data(self):
        """Without a body that says the same: Wagtail compares its blocks by identity, saves a revision that changes
        nothing, and a review that was just approved would begin again."""
        changed = super().changed_data
        if "body" in changed and "body" in getattr(self, "cleaned_data", {}):
            before, now = self["body"].initial, self.cleaned_data["body"]
            if before is not None and before.get_prep_value() == now.get_prep_value():
                changed = [name for name in changed if name != "body"]
        return changed

    def _post_clean(self):
        super()._post_clean()  # fills the instance from the form
        if not self.is_deferred_validation and not self.errors:
            for finding in findings.of_lesson(self.instance):
                if finding.is_error:
                    self.add_error(finding.field, finding.text)
