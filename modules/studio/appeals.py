"""Appeals in the studio: what learners contest, and the answer. Rules: modules.appeals."""

from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.reports import ReportView

from modules import answering, appeals, marking, presenting
from modules.errors import AppealAnswered, InvalidMarking, MayNotMark
from modules.models import Appeal
from modules.views_artefacts import days

State = Appeal.State


class AppealFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Which"), empty_label=gettext_lazy("Waiting for an answer"),
        choices=[(State.UPHELD, State.UPHELD.label), (State.DECLINED, State.DECLINED.label)],
    )  # fmt: skip

    class Meta:
        model = Appeal
        fields = ["state"]


class AppealsView(ReportView):
    """Oldest first, 25 a page."""

    page_title = gettext_lazy("Appeals")
    header_icon = "warning"
    index_url_name = "stoa_modules_appeals"
    index_results_url_name = "stoa_modules_appeals_results"
    results_template_name = "stoa_modules/studio/appeals_results.html"
    filterset_class = AppealFilterSet
    default_ordering = "opened_at"
    paginate_by = 25

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(marking.ANSWER):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        found = appeals.visible_to(self.request.user)
        if not self.request.GET.get("state"):
            found = found.filter(state=State.OPEN)
        return found.select_related(
            "attempt__activity__module",
            "attempt__learner",
            "submission__activity__module",
            "submission__learner",
        ).order_by("opened_at", "pk")

    def decorate_paginated_queryset(self, object_list):
        now = timezone.now()
        rows = list(object_list)
        for row in rows:
            row.of = row.attempt or row.submission
            row.waits = days((row.answered_at or now) - row.opened_at)
        return rows


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """One appeal with what it is about. An answer is given once; a stale form is told so and keeps what was typed."""
    if not request.user.has_perm(marking.ANSWER):
        raise PermissionDenied
    found = appeals.visible_to(request.user).select_related(
        "attempt__activity__module", "attempt__activity__lesson", "attempt__learner", "answered_by",
        "submission__activity__module", "submission__learner", "submission__rubric",
    )  # fmt: skip
    row = get_object_or_404(found, pk=pk)
    if request.method != "POST":
        return _page(request, row)
    typed = request.POST
    try:
        if typed.get("decision") not in {"upheld", "declined"}:
            raise InvalidMarking({"decision": _("Choose one.")})
        appeals.answer(
            appeal=row,
            by=request.user,
            is_upheld=typed["decision"] == "upheld",
            text=typed.get("answer", ""),
            how="points" if typed.get("how") == "points" else "again",
            points=_points(row, typed),
            at=timezone.now(),
        )
    except ValidationError as wrong:
        return _page(request, row, typed, {"answer": wrong.messages[0]}, status=422)
    except InvalidMarking as wrong:
        return _page(request, row, typed, wrong.problems, status=422)
    except AppealAnswered:
        row = found.get(pk=row.pk)
        return _page(request, row, typed, is_stale=True, status=409)
    except MayNotMark as refused:
        raise PermissionDenied from refused
    messages.success(request, _("Answered. The learner is told."))
    return redirect("stoa_modules_appeals")


def _points(row: Appeal, typed) -> dict[str, str]:
    if row.submission is None:
        return {}
    keys = [one["key"] for one in row.submission.rubric.criteria]
    return {key: typed.get(f"points-{key}", "") for key in keys}


def _page(
    request: HttpRequest, row: Appeal, typed=None, problems=None, *, is_stale=False, status=200
) -> HttpResponse:
    of = row.attempt or row.submission
    title = of.activity.title or of.activity.module.title
    context: dict[str, Any] = {
        "appeal": row, "of": of, "typed": typed or {}, "problems": problems or {},
        "is_stale": is_stale, "most": appeals.MAX_TEXT,
        "header_title": title, "page_title": title, "header_icon": "warning",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("stoa_modules_appeals"), "label": _("Appeals")},
            {"url": "", "label": title},
        ],
    }  # fmt: skip
    try:
        appeals.check_answerer(row, request.user)
        context["may_answer"] = row.state == State.OPEN
    except MayNotMark:
        context["may_answer"] = False
        context["has_marked"] = True
    context |= _question(row) if row.attempt else _mark(row, typed or {})
    return render(request, "stoa_modules/studio/appeal.html", context, status=status)


def _question(row: Appeal) -> dict[str, Any]:
    versions = presenting.versions_of(row.attempt.drawn)
    shown = answering.feedback(row.attempt, versions)
    question = next((one for one in shown if one.version == row.version_id), None)
    version = versions.get(row.version_id)
    return {"question": question, "asked": version.question if version else None}


def _mark(row: Appeal, typed) -> dict[str, Any]:
    submission = row.submission
    criteria = [
        one
        | {"now": submission.result.get(one["key"], 0), "value": typed.get(f"points-{one['key']}")}
        for one in submission.rubric.criteria
    ]
    for one in criteria:
        chosen = str(one["now"]) if one["value"] is None else one["value"]
        one["choices"] = [
            {"value": n, "words": words, "is_chosen": str(n) == chosen}
            for n, words in enumerate(one["levels"])
            if n >= one["now"]
        ]
    return {
        "submission": submission,
        "criteria": criteria,
        "can_be_marked_again": appeals.can_be_marked_again(submission),
    }


@hooks.register("register_admin_urls")
def appeal_addresses():
    return [
        path("appeals/", AppealsView.as_view(), name="stoa_modules_appeals"),
        path(
            "appeals/results/",
            AppealsView.as_view(results_only=True),
            name="stoa_modules_appeals_results",
        ),
        path("appeals/<int:pk>/", appeal, name="stoa_modules_appeal"),
    ]


class AppealsMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm(marking.ANSWER)


@hooks.register("register_admin_menu_item")
def appeals_menu_item():
    return AppealsMenuItem(
        gettext_lazy("Appeals"),
        reverse("stoa_modules_appeals"),
        name="appeals",
        icon_name="warning",
        order=146,
    )
