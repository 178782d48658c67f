"""Review tasks in the studio: what waits, for whom, since when; and closing one with a line."""

import django_filters
from django.contrib import messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
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

from content import changes, reviewing, things
from content.models import ReviewTask

VIEW = "stoa_content.view_reviewtask"


class TaskFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Which"), method="by_state", empty_label=gettext_lazy("Open"),
        choices=[("late", gettext_lazy("Late")), ("done", gettext_lazy("Done"))],
    )  # fmt: skip
    mine = django_filters.ChoiceFilter(
        label=gettext_lazy("Whose"), method="by_owner", empty_label=gettext_lazy("Everybody’s"),
        choices=[("mine", gettext_lazy("Mine and those of my groups"))],
    )  # fmt: skip
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), field_name="thing_kind", empty_label=gettext_lazy("All"),
        choices=lambda: [(kind.name, kind.many) for kind in things.kinds()],
    )  # fmt: skip
    group = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Group"), queryset=Group.objects.order_by("name"), empty_label=gettext_lazy("All")
    )  # fmt: skip

    class Meta:
        model = ReviewTask
        fields = ["state", "mine", "kind", "group"]

    def by_state(self, queryset, name, value):
        if value == "late":
            return queryset.filter(due_on__lt=timezone.localdate())
        return queryset

    def by_owner(self, queryset, name, value):
        return queryset.filter(
            pk__in=ReviewTask.objects.closable_by(self.request.user).order_by().values("pk")
        )


class ReviewTasksView(ReportView):
    """25 a page, the most pressing first."""

    page_title = gettext_lazy("Review tasks")
    header_icon = "tasks"
    index_url_name = "stoa_content_tasks"
    index_results_url_name = "stoa_content_tasks_results"
    results_template_name = "stoa_content/studio/tasks_results.html"
    filterset_class = TaskFilterSet
    default_ordering = "due_on"
    paginate_by = 25
    export_headings = {
        "title": gettext_lazy("What"), "thing_kind": gettext_lazy("Kind"), "why": gettext_lazy("Why"),
        "whose": gettext_lazy("Whose"), "opened_at": gettext_lazy("Since"), "due_on": gettext_lazy("Due"),
        "done_at": gettext_lazy("Done"), "done_note": gettext_lazy("What was done"),
    }  # fmt: skip
    list_export = list(export_headings)

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_filename(self):
        return "review-tasks"

    def get_queryset(self):
        found = ReviewTask.objects.visible_to(self.request.user)
        is_done = self.request.GET.get("state") == "done"
        found = found.filter(done_at__isnull=not is_done)
        return found.select_related("owner", "group").order_by("due_on", "pk")

    def decorate_paginated_queryset(self, object_list):
        rows = list(object_list)
        today = timezone.localdate()
        for row in rows:
            kind = things.kind_named(row.thing_kind)
            row.kind_words = kind.one if kind else row.thing_kind
            row.whose = whose(row)
            row.late = row.is_late(today)
        return rows


def whose(task: ReviewTask) -> str:
    if task.owner:
        return task.owner.get_full_name()
    return task.group.name if task.group else _("Nobody’s yet")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task with the thing it is about. It is closed once, with a line; a stale form is told so."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    found = ReviewTask.objects.visible_to(request.user).select_related("owner", "group", "done_by")
    row = get_object_or_404(found, pk=pk)
    if request.method != "POST":
        return _page(request, row)
    if (
        row.done_at is None
        and not ReviewTask.objects.closable_by(request.user).filter(pk=pk).exists()
    ):
        raise PermissionDenied
    try:
        reviewing.close(
            task=row, note=request.POST.get("note", ""), by=request.user, at=timezone.now()
        )
    except reviewing.NoNote:
        return _page(request, row, problem=_("Say in one line what you did."), status=422)
    except reviewing.TaskClosed:
        return _page(request, found.get(pk=pk), typed=request.POST.get("note", ""), status=409)
    messages.success(request, _("Closed: %(title)s") % {"title": row.title})
    return redirect("stoa_content_tasks")


def _page(
    request: HttpRequest, row: ReviewTask, *, problem="", typed="", status=200
) -> HttpResponse:
    found = things.find(
        [(row.thing_kind, row.thing_key), (row.cause_kind, row.cause_key)], request.user
    )
    may_close = ReviewTask.objects.closable_by(request.user).filter(pk=row.pk).exists()
    context = {
        "task": row, "whose": whose(row), "problem": problem, "typed": typed, "most": reviewing.LONGEST_NOTE,
        "thing": found.get((row.thing_kind, row.thing_key)), "cause": found.get((row.cause_kind, row.cause_key)),
        "may_close": may_close, "late": row.is_late(timezone.localdate()),
        "header_title": row.title, "page_title": row.title, "header_icon": "tasks",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("stoa_content_tasks"), "label": _("Review tasks")},
            {"url": "", "label": row.title},
        ],
    }  # fmt: skip
    return render(request, "stoa_content/studio/task.html", context, status=status)


@hooks.register("register_admin_urls")
def task_addresses():
    view = ReviewTasksView
    return [
        path("review-tasks/", view.as_view(), name="stoa_content_tasks"),
        path("review-tasks/results/", view.as_view(results_only=True), name="stoa_content_tasks_results"),
        path("review-tasks/<int:pk>/", task, name="stoa_content_task"),
    ]  # fmt: skip


class TasksMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm(VIEW)


@hooks.register("register_admin_menu_item")
def tasks_menu_item():
    return TasksMenuItem(
        gettext_lazy("Review tasks"), reverse("stoa_content_tasks"), name="review-tasks", icon_name="tasks", order=115
    )  # fmt: skip


@hooks.register("register_log_actions")
def describe_changes(actions):
    actions.register_action(
        changes.CHANGE, gettext_lazy("Change"), gettext_lazy("Changed, with what that means")
    )
    actions.register_action(
        reviewing.CLOSE, gettext_lazy("Close task"), gettext_lazy("Review task closed")
    )
