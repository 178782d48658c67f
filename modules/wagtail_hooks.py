"""The question bank, scenarios and statistics in the Wagtail admin."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from content.studio.changes import provide_delta_lessons
from modules import translating
from modules.models import Question
from modules.studio import (
    appeals,  # noqa: F401  (registers its hooks)
    cartridges,  # noqa: F401  (registers its hooks)
    exchange,  # noqa: F401  (registers its hooks)
    marking,  # noqa: F401  (registers its hooks)
    question_status,
    reports,
    surveys,  # noqa: F401  (registers its hooks)
)
from modules.studio.policies import policy
from modules.studio.questions import QuestionViewSet
from modules.studio.rubrics import RubricViewSet
from modules.studio.scenarios import ScenarioViewSet
from modules.web import delta_lessons, provide_choosers

provide_delta_lessons(delta_lessons)
provide_choosers()
register_permission_policy(Question, policy)  # before anything asks for it


register_snippet(QuestionViewSet)
register_snippet(ScenarioViewSet)
register_snippet(RubricViewSet)


@hooks.register("register_log_actions")
def describe_moves(actions):
    actions.register_action(question_status.REVIEW, _("Review"), _("Reviewed"))
    actions.register_action(
        question_status.BACK_TO_DRAFT, _("Back to draft"), _("Made a draft again")
    )
    actions.register_action(
        question_status.REGRADE, _("Mark answers again"), _("Answers marked again")
    )
    actions.register_action(
        question_status.REST,
        _("Let rest"),
        _("Not asked: a fact is disputed, past review or without a source"),
    )
    actions.register_action(
        question_status.END_REST, _("End rest"), _("Asked again: its facts are sound")
    )
    actions.register_action(translating.TRANSLATE, _("Translate"), _("Translation saved"))
    actions.register_action(question_status.PUT_INTO_USE, _("Put into use"), _("Put into use"))
    actions.register_action(question_status.WITHDRAW, _("Withdraw"), _("Withdrawn"))
    actions.register_action(question_status.BRING_BACK, _("Bring back"), _("Brought back"))


@hooks.register("register_admin_urls")
def statistics_addresses():
    view = reports.QuestionStatisticsView
    return [
        path("reports/questions/", view.as_view(), name="stoa_modules_statistics"),
        path(
            "reports/questions/results/",
            view.as_view(results_only=True),
            name="stoa_modules_statistics_results",
        ),
        path("reports/questions/refresh/", reports.refresh, name="stoa_modules_statistics_refresh"),
    ]


class StatisticsMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm(reports.PERMISSION)


@hooks.register("register_reports_menu_item")
def statistics_menu_item():
    return StatisticsMenuItem(
        _("Question statistics"),
        reverse("stoa_modules_statistics"),
        name="question-statistics",
        icon_name="help",
        order=100,
    )
