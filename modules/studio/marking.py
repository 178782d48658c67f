"""Marking in the studio: what waits for this person, and the form to mark it with. Rules: modules.marking."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
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

from modules import artefacts, marking
from modules.errors import InvalidMarking, MayNotMark, StaleMarking
from modules.models import Activity, ActivityKind, Marking, Module, Submission
from modules.views_artefacts import Field, days, fields_of, form_of

ROWS = 4  # rows for comments that a form has at first
State = Submission.State


# The queue


def modules_with_artefacts(request):
    return Module.objects.filter(activities__kind=ActivityKind.ARTEFACT).distinct()


def artefact_activities(request):
    return Activity.objects.filter(kind=ActivityKind.ARTEFACT).order_by("title", "pk")


class QueueFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Which"), method="by_state", empty_label=gettext_lazy("To be marked by me"),
        choices=[
            ("others", gettext_lazy("Waiting for another marker")),
            ("marked", gettext_lazy("Decided")),
            ("mine", gettext_lazy("Marked by me")),
        ],
    )  # fmt: skip
    module = django_filters.ModelChoiceFilter(
        field_name="activity__module",
        label=gettext_lazy("Module"),
        queryset=modules_with_artefacts,
    )
    activity = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Artefact"), queryset=artefact_activities
    )

    class Meta:
        model = Submission
        fields = ["state", "module", "activity"]

    def by_state(self, queryset, name, value):
        mine = Marking.objects.filter(marker=self.request.user).values("submission")
        if value == "marked":
            return queryset.filter(state=State.MARKED)
        if value == "mine":
            return queryset.filter(pk__in=mine)
        return queryset.filter(state=State.SUBMITTED, pk__in=mine)


class MarkingView(ReportView):
    """Oldest first, 25 a page; a fixed number of queries."""

    page_title = gettext_lazy("Marking")
    header_icon = "edit"
    index_url_name = "stoa_modules_marking"
    index_results_url_name = "stoa_modules_marking_results"
    results_template_name = "stoa_modules/studio/marking_results.html"
    filterset_class = QueueFilterSet
    default_ordering = "submitted_at"
    paginate_by = 25

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(marking.MARK):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        user = self.request.user
        chosen = self.request.GET.get("state")
        found = marking.visible_to(user) if chosen else marking.markable_by(user)
        found = found.select_related("activity__module", "learner", "claimed_by")
        return found.annotate(given=Count("markings")).order_by("submitted_at", "pk")

    def decorate_paginated_queryset(self, object_list):
        now, user = timezone.now(), self.request.user
        rows = list(object_list)
        for row in rows:
            row.place = min(row.given + 1, 3)
            row.waits = days((row.marked_at or now) - row.submitted_at)
            claimed = row.claimed_at and row.claimed_at > now - marking.CLAIM_TIME
            row.holder = row.claimed_by if claimed and row.claimed_by != user else None
        return rows

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        return context | {"usual_days": days(artefacts.turn_around())}


# The form


@dataclass
class Row:
    """A comment as it is typed."""

    field: str = ""
    quote: str = ""
    text: str = ""
    problem: str = ""


@dataclass
class Sheet:
    """A marking as it is typed: what a form shows again, whatever came of it."""

    points: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    feedback: str = ""
    place: int = 1

    @classmethod
    def sent(cls, request: HttpRequest, submission: Submission) -> "Sheet":
        data = request.POST
        points = {
            one["key"]: data.get(f"points-{one['key']}", "") for one in submission.rubric.criteria
        }
        rows = []
        for n in range(marking.MOST_COMMENTS + 10):
            names = {
                part: data.get(f"comment-{n}-{part}", "") for part in ("field", "quote", "text")
            }
            if names["quote"].strip() or names["text"].strip():
                rows.append(Row(**names))
        place = data.get("place", "")
        return cls(
            points, rows, data.get("feedback", ""), int(place) if place in {"1", "2", "3"} else 0
        )

    @property
    def comments(self) -> list[marking.Comment]:
        return [{"field": row.field, "quote": row.quote, "text": row.text} for row in self.rows]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    """One piece of work beside its rubric. Somebody else's marking is not shown before it is decided."""
    if not request.user.has_perm(marking.MARK):
        raise PermissionDenied
    found = marking.visible_to(request.user).select_related(
        "activity__module", "activity__lesson", "learner", "rubric", "claimed_by"
    )
    submission = get_object_or_404(found, pk=pk)
    given = list(submission.markings.select_related("marker").order_by("place"))
    if request.method == "POST":
        return _give(request, submission)
    if submission.state == State.MARKED:
        return _page(request, submission, shown=given)
    own = [one for one in given if one.marker_id == request.user.pk]
    if own:
        return _page(request, submission, shown=own)
    is_mine = marking.claim(submission=submission, marker=request.user, at=timezone.now())
    sheet = Sheet(place=len(given) + 1)
    return _page(
        request, submission, sheet=sheet, holder=None if is_mine else submission.claimed_by
    )


def _give(request: HttpRequest, submission: Submission) -> HttpResponse:
    sheet = Sheet.sent(request, submission)
    try:
        marked = marking.give_marking(
            submission=submission,
            marker=request.user,
            place=sheet.place,
            points=sheet.points,
            comments=sheet.comments,
            feedback=sheet.feedback,
            at=timezone.now(),
        )
    except InvalidMarking as wrong:
        return _page(request, submission, sheet=sheet, problems=wrong.problems, status=422)
    except StaleMarking:
        return _stale(request, submission, sheet)
    except MayNotMark as refused:
        if refused.reason != "twice":
            raise PermissionDenied from refused
        messages.warning(request, _("You have marked this before. Your first marking stands."))
        return redirect("stoa_modules_mark", submission.pk)
    if marked.state == State.SUBMITTED:
        messages.success(request, _("Kept. Another marker is asked before the learner is told."))
    elif marked.is_passed:
        messages.success(request, _("Decided: passed. The learner is told."))
    else:
        messages.success(request, _("Decided: not passed. The learner is told."))
    return redirect("stoa_modules_marking")


def _stale(request: HttpRequest, submission: Submission, sheet: Sheet) -> HttpResponse:
    """Somebody was faster. What was typed stays on the page, as the next marking if one is still asked."""
    submission = marking.visible_to(request.user).select_related(
        "activity__module", "activity__lesson", "learner", "rubric"
    ).get(pk=submission.pk)  # fmt: skip
    sheet.place = submission.markings.count() + 1
    return _page(
        request, submission, sheet=sheet, status=409,
        stale="open" if submission.state == State.SUBMITTED else "decided",
    )  # fmt: skip


def _page(
    request: HttpRequest,
    submission: Submission,
    *,
    sheet: Sheet | None = None,
    shown: Sequence[Marking] = (),
    holder=None,
    problems: dict[str, str] | None = None,
    stale: str = "",
    status: int = 200,
) -> HttpResponse:
    problems = problems or {}
    form = form_of(submission.activity)
    fields = fields_of(form, submission.answers)
    title = submission.activity.title
    context: dict[str, Any] = {
        "submission": submission, "form": form, "fields": fields,
        "files": list(submission.files.all()), "rubric": submission.rubric,
        "waits": days(timezone.now() - submission.submitted_at),
        "tries": Submission.objects.handed_in().filter(
            learner=submission.learner_id, activity=submission.activity_id
        ).exclude(pk=submission.pk).order_by("number"),
        "shown": [_told(one, submission, fields) for one in shown],
        "lines": marking.lines_of(submission.result, submission.rubric)
        if submission.state == State.MARKED else [],
        "appeal": submission.appeals.first(),
        "holder": holder, "problems": problems, "stale": stale,
        "header_title": title, "page_title": title, "header_icon": "edit",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("stoa_modules_marking"), "label": _("Marking")},
            {"url": "", "label": title},
        ],
    }  # fmt: skip
    if sheet:
        for n, row in enumerate(sheet.rows):
            row.problem = problems.get(f"comment-{n}", "")
        context |= {
            "sheet": sheet,
            "criteria": [_asked(one, sheet, problems) for one in submission.rubric.criteria],
            "rows": sheet.rows + [Row() for _n in range(max(ROWS - len(sheet.rows), 1))],
            "most_comments": marking.MOST_COMMENTS,
        }
    return render(request, "stoa_modules/studio/mark.html", context, status=status)


def _asked(criterion: dict[str, Any], sheet: Sheet, problems: dict[str, str]) -> dict[str, Any]:
    chosen = sheet.points.get(criterion["key"], "")
    levels = [
        {"value": n, "words": words, "is_chosen": chosen == str(n)}
        for n, words in enumerate(criterion["levels"])
    ]
    return criterion | {"levels": levels, "problem": problems.get(criterion["key"], "")}


def _told(one: Marking, submission: Submission, fields: Sequence[Field]) -> dict[str, Any]:
    labels = {each.key: each.label for each in fields}
    return {
        "marking": one,
        "lines": marking.lines_of(one.points, submission.rubric),
        "comments": [
            comment | {"label": labels.get(comment["field"], "")} for comment in one.comments
        ],
    }


# The way to it


@hooks.register("register_admin_urls")
def marking_addresses():
    return [
        path("marking/", MarkingView.as_view(), name="stoa_modules_marking"),
        path(
            "marking/results/",
            MarkingView.as_view(results_only=True),
            name="stoa_modules_marking_results",
        ),
        path("marking/<int:pk>/", mark, name="stoa_modules_mark"),
    ]


class MarkingMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm(marking.MARK)


@hooks.register("register_admin_menu_item")
def marking_menu_item():
    return MarkingMenuItem(
        gettext_lazy("Marking"),
        reverse("stoa_modules_marking"),
        name="marking",
        icon_name="edit",
        order=145,
    )
