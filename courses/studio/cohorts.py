"""Cohorts in the studio: a trainer's own, with who is how far."""

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from courses import services
from courses.errors import EnrolmentClosed
from courses.models import Cohort, Enrolment
from courses.studio import stuck
from courses.studio.policies import policy
from modules.pages_lookup import urls_of


class CohortForm(WagtailAdminModelForm):
    """Learners are named by the e-mail address of their account; an unknown one is said beside the field."""

    learners = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 4}), label=gettext_lazy("Add learners"),
        help_text=gettext_lazy("E-mail addresses of accounts, one a line. They join the course and this cohort, and its trainers see their progress."),
    )  # fmt: skip

    def clean_learners(self):
        wanted = [
            line.strip().lower()
            for line in self.cleaned_data["learners"].splitlines()
            if line.strip()
        ]
        found = {
            user.email.lower(): user
            for user in get_user_model().objects.filter(email__in=wanted, is_active=True)
        }
        unknown = [address for address in wanted if address not in found]
        if unknown:
            raise ValidationError(
                _("No account has the address %(addresses)s.") % {"addresses": ", ".join(unknown)}
            )
        return list(found.values())

    def clean(self):
        cleaned = super().clean()
        course = cleaned.get("course")
        if cleaned.get("learners") and course and not course.is_open(timezone.now()):
            self.add_error(
                "learners",
                _(
                    "The course cannot be joined now: it is closed, in preparation or not published."
                ),
            )
        elif cleaned.get("learners") and course:
            self._check_required(cleaned["learners"], course)
        return cleaned

    def _check_required(self, learners, course) -> None:
        barred = [
            learner.email
            for learner in learners
            if services.first_needed(learner=learner, course=course)
        ]
        if barred:
            self.add_error(
                "learners",
                _("The course asks for another course first, and it is missing for %(addresses)s.")
                % {"addresses": ", ".join(barred)},
            )

    def save(self, commit=True):
        cohort = super().save(commit)
        for learner in self.cleaned_data["learners"]:
            try:
                services.join_cohort(learner=learner, cohort=cohort, at=timezone.now())
            except EnrolmentClosed:  # closed between the check and now
                break
        return cohort


PANELS = ObjectList(
    [
        FieldPanel("name"),
        FieldPanel("course"),
        FieldPanel("trainers"),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
        FieldPanel("learners"),
    ],
    base_form_class=CohortForm,
)


class CohortIndexView(generic.IndexView):
    any_permission_required = ["add", "change", "view"]

    def get_base_queryset(self):
        visible = policy.instances_user_has_any_permission_for(
            self.request.user, ["view", "change"]
        )
        learners = Count(
            "enrolments", filter=Q(enrolments__withdrawn_at__isnull=True), distinct=True
        )
        return (
            Cohort.objects.filter(pk__in=visible.values("pk"))
            .select_related("course")
            .annotate(learner_count=learners)
        )

    def get_edit_url(self, instance):
        return self.get_inspect_url(instance)


class CohortInspectView(generic.InspectView):
    """The cohort page: who is how far, and since when nothing has moved."""

    template_name = "stoa_courses/studio/cohort.html"

    page_title = gettext_lazy("Cohort")

    fields = ["name"]  # the template shows the rest

    def get_object(self, queryset=None):
        visible = policy.instances_user_has_any_permission_for(self.request.user, ["view"])
        cohort = visible.filter(pk=self.pk).select_related("course").first()
        if cohort is None:
            raise PermissionDenied
        return cohort

    def get_edit_url(self):
        return (
            super().get_edit_url()
            if policy.user_has_permission(self.request.user, "change")
            else None
        )

    def get_context_data(self, **kwargs):
        at = timezone.now()
        enrolments = (
            Enrolment.objects.visible_to(self.request.user).active().filter(cohort=self.object)
        )
        rows = sorted(
            enrolments.select_related("learner", "progress", "completion").order_by("learner__pk"),
            key=lambda row: row.learner.get_full_name().casefold(),
        )
        waiting = {one.enrolment.pk: one for one in stuck.among(rows, at=at)}
        urls = urls_of([one.key for one in waiting.values() if one.key]) if waiting else {}
        for row in rows:
            row.stuck = waiting.get(row.pk)
            row.stuck_url = urls.get(row.stuck.key, "") if row.stuck else ""
        return super().get_context_data(**kwargs) | {"cohort": self.object, "rows": rows}


class CohortEditView(generic.EditView):
    def get_object(self, queryset=None):
        cohort = super().get_object(queryset)
        if not policy.user_has_permission_for_instance(self.request.user, "change", cohort):
            raise PermissionDenied
        return cohort


class CohortViewSet(ModelViewSet):
    model = Cohort
    name = "stoa_courses_cohorts"
    url_prefix = "cohorts"
    icon = "group"
    menu_label = gettext_lazy("Cohorts")
    menu_name = "cohorts"
    menu_order = 140
    add_to_admin_menu = True
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = CohortIndexView
    edit_view_class = CohortEditView
    inspect_view_class = CohortInspectView
    inspect_view_fields = ["name"]
    inspect_template_name = "stoa_courses/studio/cohort.html"
    edit_handler = PANELS
    list_display = [
        "name",
        Column("course", label=gettext_lazy("Course")),
        Column("learner_count", label=gettext_lazy("Learners")),
        DateColumn("starts_on", label=gettext_lazy("Starts on")),
    ]
    search_fields = ["name"]
    search_backend_name = None
    ordering = ["-starts_on", "name"]
