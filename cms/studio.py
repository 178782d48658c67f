"""The first page of the studio: what is mine, what waits for me, and how much there is. Few queries, each panel its own."""

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component
from wagtail.models import ModelLogEntry, Page, TaskState, WorkflowState

from courses.models import Enrolment
from courses.studio.dashboard import shown
from modules.models import Lesson, Module, Question, QuestionStatus

SHOWN = 8


class MyDraftsPanel(Component):
    """Pages and questions this person began or last changed and that are not out. Five queries."""

    name = "stoa_drafts"
    order = 100
    template_name = "stoa_cms/studio/my_drafts.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        mine = Q(owner=user) | Q(latest_revision__user=user)
        pages = list(
            Page.objects.filter(mine, has_unpublished_changes=True)
            .select_related("content_type")
            .order_by("-latest_revision_created_at")[:SHOWN]
        )
        in_review = set(
            WorkflowState.objects.active()
            .filter(
                base_content_type=ContentType.objects.get_for_model(Page),
                object_id__in=[str(page.pk) for page in pages],
            )
            .values_list("object_id", flat=True)
        )
        for page in pages:
            page.in_review = str(page.pk) in in_review
        can_add = user.has_perm("stoa_modules.add_question")
        return {
            "pages": pages,
            "questions": self.questions_of(user),
            "can_add": can_add,
            "add_url": reverse("wagtailadmin_explore_root"),
        }

    def questions_of(self, user) -> list[Question]:
        made = ModelLogEntry.objects.filter(
            user=user,
            content_type=ContentType.objects.get_for_model(Question),
            action="wagtail.create",
        ).order_by("-timestamp")
        ids = [int(pk) for pk in made.values_list("object_id", flat=True)[:100]]
        return list(
            Question.objects.filter(pk__in=ids, status=QuestionStatus.DRAFT).defer("answers")[
                :SHOWN
            ]
        )


class ToReviewPanel(Component):
    """Pages under review that this person may approve, and questions that are drafts or reviewed. Five queries for any number."""

    name = "stoa_review"
    order = 110
    template_name = "stoa_cms/studio/to_review.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        states = list(
            TaskState.objects.reviewable_by(user)
            .select_related("workflow_state__requested_by", "revision")
            .order_by("started_at")[: 2 * SHOWN]
        )
        pages = Page.objects.in_bulk([int(state.revision.object_id) for state in states])
        tasks = [
            {
                "page": page,
                "sender": state.workflow_state.requested_by,
                "since": state.started_at,
                "task": state.task_id,
            }
            for state in states
            if (page := pages.get(int(state.revision.object_id)))
        ]
        waiting = {"draft_questions": 0, "reviewed_questions": 0}
        if user.has_perm("stoa_modules.publish_question"):
            waiting = Question.objects.aggregate(
                draft_questions=Count("pk", filter=Q(status=QuestionStatus.DRAFT)),
                reviewed_questions=Count("pk", filter=Q(status=QuestionStatus.REVIEWED)),
            )
        return {"tasks": tasks, **waiting}


class Summary(Component):
    """How much there is. Four queries."""

    order = 100
    template_name = "stoa_cms/studio/summary.html"

    def __init__(self, request) -> None:
        self.request = request

    def is_shown(self) -> bool:
        return True

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        counts = [
            (Module.objects.filter(is_planned=False).count(), _("modules written")),
            (Lesson.objects.live().count(), _("lessons published")),
            (Question.objects.filter(status=QuestionStatus.LIVE).count(), _("questions in use")),
            (
                shown(Enrolment.objects.active().filter(completion__isnull=True).count()),
                _("learners on a path now"),
            ),
        ]
        return {"items": [{"n": n, "words": words} for n, words in counts]}
