"""The form of a course page: what its lists of modules and groups must agree on."""

from collections import Counter
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.forms.pages import WagtailAdminPageForm


class CourseForm(WagtailAdminPageForm):
    """A draft may contradict itself; a publication may not. Each problem stands beside its field."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.is_deferred_validation:
            self._check_groups()
            self._check_modules(cleaned)
            self._check_required(cleaned)
        return cleaned

    @cached_property
    def module_lines(self) -> list:
        return self._lines("course_modules")

    @cached_property
    def group_lines(self) -> list:
        return self._lines("course_groups")

    def _lines(self, name: str) -> list:
        """Forms of the lines that stay, valid so far."""
        formset = self.formsets.get(name)
        if formset is None or not formset.is_valid():
            return []
        return [
            form
            for form in formset.forms
            if form.cleaned_data and form not in formset.deleted_forms
        ]

    def _check_groups(self) -> None:
        members = Counter(form.cleaned_data.get("group") for form in self.module_lines)
        seen = set()
        for form in self.group_lines:
            letter, needed = form.cleaned_data["letter"], form.cleaned_data["needed"]
            if letter in seen:
                form.add_error("letter", _("This group stands here twice."))
            elif needed > members[letter]:
                form.add_error(
                    "needed",
                    ngettext(
                        "There is %(n)s module in this group. It cannot ask for more.",
                        "There are %(n)s modules in this group. It cannot ask for more.",
                        members[letter],
                    )
                    % {"n": members[letter]},
                )
            seen.add(letter)

    def _check_modules(self, cleaned: dict[str, Any]) -> None:
        groups = {form.cleaned_data.get("letter") for form in self.group_lines}
        closes = cleaned.get("closes_at")
        seen = set()
        for form in self.module_lines:
            line = dict(form.cleaned_data)  # an error takes its value out
            if line["module"] in seen:
                form.add_error("module", _("This module stands here twice."))
            seen.add(line["module"])
            if line.get("group") and line["group"] not in groups:
                form.add_error(
                    "group", _("Describe this group below, under Modules to choose from.")
                )
            if closes and line.get("opens_at") and line["opens_at"] >= closes:
                form.add_error("opens_at", _("The course has closed by then."))

    def _check_required(self, cleaned: dict[str, Any]) -> None:
        courses = cleaned.get("requires_one_of") or ()
        if any(course.uuid == self.instance.translation_key for course in courses):
            self.add_error("requires_one_of", _("A course cannot come before itself."))
