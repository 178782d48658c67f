"""Question statistics: which items are too hard, too easy, or tell nobody apart. Aggregated; no learner appears."""

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.views.reports import ReportView

from modules import statistics as counting
from modules import tasks
from modules.models import Question
from modules.studio import statistics

PERMISSION = "stoa_modules.view_item_statistics"


class QuestionStatisticsFilterSet(WagtailFilterSet):
    flag = django_filters.ChoiceFilter(
        label=gettext_lazy("Flag"), method="by_flag", empty_label=gettext_lazy("All"),
        choices=list(statistics.FLAGS.items()),
    )  # fmt: skip

    class Meta:
        model = Question
        fields = ["module", "status", "kind", "flag"]

    def by_flag(self, queryset, name, value):
        return queryset.filter(pk__in=statistics.flagged(value, timezone.localdate()))


class QuestionStatisticsView(ReportView):
    """Fifty questions a page; measures are shown from five answers on, the discrimination from twenty."""

    page_title = gettext_lazy("Question statistics")
    header_icon = "help"
    index_url_name = "stoa_modules_statistics"
    index_results_url_name = "stoa_modules_statistics_results"
    results_template_name = "stoa_modules/studio/statistics_results.html"
    filterset_class = QuestionStatisticsFilterSet
    default_ordering = "module__code"
    paginate_by = 50
    export_headings = {
        "key": gettext_lazy("Key"), "module": gettext_lazy("Module"), "stem": gettext_lazy("Question"), "kind": gettext_lazy("Kind"),
        "status": gettext_lazy("Status"), "answered_shown": gettext_lazy("Answered"), "facility_shown": gettext_lazy("Share right"),
        "score_shown": gettext_lazy("Mean score"), "discrimination_shown": gettext_lazy("Discrimination"),
        "seconds_shown": gettext_lazy("Seconds"), "flag": gettext_lazy("Flag"),
    }  # fmt: skip
    list_export = list(export_headings)

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_filename(self):
        return "question-statistics"

    def get_queryset(self):
        return (
            Question.objects.select_related("module", "item_statistics")
            .defer("answers", "explanation")
            .order_by("module__code", "key", "pk")
        )

    def get_context_data(self, *args, **kwargs):
        return super().get_context_data(*args, **kwargs) | {"is_behind": counting.is_behind()}

    def decorate_paginated_queryset(self, object_list):
        rows = list(object_list)
        late = statistics.unsound_facts(rows, timezone.localdate())
        for question in rows:
            item = statistics.of_question(question)
            flags = [str(statistics.FLAGS[flag]) for flag in item.flags]
            resting = statistics.not_asked(late.get(question.pk, []))
            question.item = item
            question.flag = "; ".join([*flags, *([resting] if resting else [])])
            question.answered_shown = item.count
            question.facility_shown = _in_words(item.facility)
            question.score_shown = _in_words(item.mean_score)
            question.discrimination_shown = _in_words(item.discrimination)
            question.seconds_shown = _in_words(item.mean_seconds, 0)
        return rows


@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Count the answers that came in since the last time, in a worker."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    tasks.refresh_statistics.delay_on_commit()
    messages.success(request, _("The new answers are being counted. Look again in a moment."))
    return redirect("stoa_modules_statistics")


def _in_words(number: float | None, places: int = 2) -> str:
    return "" if number is None else f"{number:.{places}f}"
