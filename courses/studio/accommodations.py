"""More time or no pauses for one learner: a form for the trainers of their cohort. The reason is not asked."""

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from courses.models import Enrolment
from modules import services

GRANTED = "stoa_courses.accommodation"


class AccommodationForm(forms.Form):
    """How a limit applies to one learner, in every test of every course."""

    time_factor = forms.TypedChoiceField(
        label=gettext_lazy("Time in tests with a limit"),
        coerce=Decimal,
        choices=[
            ("1.00", gettext_lazy("As everybody")),
            ("1.25", gettext_lazy("A quarter more")),
            ("1.50", gettext_lazy("Half as much again")),
            ("2.00", gettext_lazy("Twice as much")),
            ("0.00", gettext_lazy("No limit")),
        ],
    )
    skips_pauses = forms.BooleanField(
        label=gettext_lazy("No pause after failed tries"), required=False
    )


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then grant. An open test gets its new end at once. `pk` is an enrolment that this person may see."""
    enrolment = (
        Enrolment.objects.visible_to(request.user)
        .active()
        .exclude(learner=request.user)
        .filter(pk=pk, cohort__isnull=False)
        .select_related("learner", "cohort")
        .first()
    )
    if enrolment is None:
        raise PermissionDenied
    known = services.accommodation_of(enrolment.learner)
    initial = {
        "time_factor": f"{known.time_factor:.2f}" if known else "1.00",
        "skips_pauses": bool(known and known.skips_pauses),
    }
    form = AccommodationForm(request.POST or None, initial=initial)
    back = reverse("stoa_courses_cohorts:inspect", args=[enrolment.cohort_id])
    if request.method == "POST" and form.is_valid():
        services.grant_accommodation(
            learner=enrolment.learner, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        log(instance=enrolment.cohort, action=GRANTED, user=request.user)
        messages.success(request, _("Kept. It applies from now on, also to a test that is open."))
        return redirect(back)
    context = {
        "form": form, "back": back, "page_title": _("More time"), "header_icon": "time",
        "page_subtitle": enrolment.learner.get_full_name(),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("stoa_courses_cohorts:index"), "label": _("Cohorts")},
            {"url": back, "label": enrolment.cohort.name},
            {"url": "", "label": _("More time")},
        ],
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "stoa_courses/studio/accommodation.html", context, status=status)
