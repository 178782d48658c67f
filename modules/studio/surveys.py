"""Results of surveys in the studio: the same numbers that participants see, and free texts. No answer stands alone."""

import csv

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView

from modules import surveys
from modules.models import Activity, ActivityKind

PERMISSION = "stoa_modules.view_surveyanswer"


def kept_surveys():
    """Every survey there is or was, by module and lesson."""
    return (
        Activity.objects.filter(kind=ActivityKind.SURVEY)
        .select_related("module", "lesson")
        .order_by("module__code", "position", "pk")
    )


class SurveysView(ReportView):
    page_title = gettext_lazy("Surveys")
    header_icon = "form"
    index_url_name = "stoa_modules_surveys"
    index_results_url_name = "stoa_modules_surveys_results"
    default_ordering = "module__code"
    paginate_by = 50
    columns = [
        TitleColumn(
            "title", label=gettext_lazy("Survey"), get_url=lambda row: reverse("stoa_modules_survey", args=[row.pk])
        ),
        Column("lesson", label=gettext_lazy("Lesson")),
        Column("module", label=gettext_lazy("Module")),
        Column("closes", label=gettext_lazy("Last day"), accessor=lambda row: row.config.get("closes_on") or "—"),
    ]  # fmt: skip

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return kept_surveys()


@require_safe
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """One survey; `?format=csv` gives the same as a table."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    activity = get_object_or_404(kept_surveys(), pk=pk)
    results = surveys.results(activity, with_texts=True)
    if request.GET.get("format") == "csv":
        return as_csv(activity, results)
    context = {
        "activity": activity, "results": results, "page_title": activity.title, "header_title": activity.title,
        "page_subtitle": str(activity.lesson or activity.module), "header_icon": "form",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("stoa_modules_surveys"), "label": _("Surveys")},
            {"url": "", "label": activity.title},
        ],
    }  # fmt: skip
    return render(request, "stoa_modules/studio/survey.html", context)


def as_csv(activity: Activity, results: surveys.Results) -> HttpResponse:
    """Counts by question, never answers by person: rows of one person could be told apart."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="survey-{activity.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow([_("Question"), _("Answer"), _("How many"), _("Of")])
    for told in results.questions:
        rows = [(row.text, row.count) for row in told.rows]
        rows += [(text, 1) for text in told.texts]
        rows.append((_("Left out"), told.left_out))
        for text, count in rows:
            writer.writerow([plain(told.text), plain(text), count, results.count])
    return response


def plain(text: str) -> str:
    """A cell that a spreadsheet takes for text, whatever somebody wrote into it."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


@hooks.register("register_admin_urls")
def survey_addresses():
    return [
        path("reports/surveys/", SurveysView.as_view(), name="stoa_modules_surveys"),
        path(
            "reports/surveys/results/",
            SurveysView.as_view(results_only=True),
            name="stoa_modules_surveys_results",
        ),
        path("reports/surveys/<int:pk>/", survey, name="stoa_modules_survey"),
    ]


class SurveysMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm(PERMISSION)


@hooks.register("register_reports_menu_item")
def surveys_menu_item():
    return SurveysMenuItem(
        _("Surveys"), reverse("stoa_modules_surveys"), name="surveys", icon_name="form", order=110
    )
