"""The moves of a question: draft → reviewed → in use → withdrawn → in use. Each is one function, and each is logged."""

import datetime as dt
import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.log_actions import log

from modules import services
from modules.harvesting import describe
from modules.models import ActivityKind, Question, QuestionStatus, Regrade

logger = logging.getLogger(__name__)

REVIEW = "stoa_modules.review"
BACK_TO_DRAFT = "stoa_modules.back_to_draft"
PUT_INTO_USE = "stoa_modules.put_into_use"
WITHDRAW = "stoa_modules.withdraw"
BRING_BACK = "stoa_modules.bring_back"
REGRADE = "stoa_modules.regrade"
REST = "stoa_modules.rest"
END_REST = "stoa_modules.end_rest"

# What may follow from a state: {state: {action: next state}}. Everything else is refused.
MOVES: dict[str, dict[str, str]] = {
    QuestionStatus.DRAFT: {
        REVIEW: QuestionStatus.REVIEWED,
        PUT_INTO_USE: QuestionStatus.LIVE,
    },
    QuestionStatus.REVIEWED: {
        PUT_INTO_USE: QuestionStatus.LIVE,
        BACK_TO_DRAFT: QuestionStatus.DRAFT,
    },
    QuestionStatus.LIVE: {WITHDRAW: QuestionStatus.WITHDRAWN},
    QuestionStatus.WITHDRAWN: {BRING_BACK: QuestionStatus.LIVE},
}
CHECKED = {QuestionStatus.REVIEWED, QuestionStatus.LIVE}  # a question must be complete to be these
AT_ONCE = 200  # questions that one sweep lets rest or asks again


class WrongMove(Exception):
    """The question is in a state from which this move does not lead. Nothing was changed."""


class OwnQuestion(Exception):
    """Nobody reviews a question of their own. Nothing was changed."""


def move(
    *, question: Question, action: str, at: dt.datetime, user=None, data: dict | None = None
) -> None:
    """Review a question, put it into use, withdraw it or bring it back. Writes one line of the audit log.

    Raises  WrongMove from another state; OwnQuestion if its author reviews it; ValidationError if a question that is
            to be asked is not complete.
    """
    with transaction.atomic():
        locked = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
        following = MOVES[locked.status].get(action)
        if following is None:
            raise WrongMove(action)
        if action == REVIEW and user is not None and locked.author_id == user.pk:
            raise OwnQuestion
        if following in CHECKED:
            locked.full_clean()
            services.keep_question_version(question=locked, at=at)
        Question.objects.filter(pk=locked.pk).update(status=following)
        question.status = following
        log(instance=locked, action=action, user=user, data=data or {})


def follow_edit(*, question: Question, at: dt.datetime, user=None) -> bool:
    """A question was edited: one that was reviewed is a draft again, for nobody has reviewed it as it is now."""
    if question.status != QuestionStatus.REVIEWED:
        return False
    try:
        move(question=question, action=BACK_TO_DRAFT, at=at, user=user)
    except WrongMove:  # put into use a moment ago
        return False
    return True


def follow_lesson(page, *, at: dt.datetime, user=None) -> list[Question]:
    """A lesson was published: the drafts and reviewed questions its quizzes choose go into use with it. Returns them.

    Whoever approved the lesson saw them in it. Withdrawn ones stay withdrawn.
    """
    chosen = {
        pk
        for child in page.body
        if (described := describe(child)) and described["kind"] == ActivityKind.QUIZ
        for pk in described["config"]["questions"]
    }
    unused = (QuestionStatus.DRAFT, QuestionStatus.REVIEWED)
    drafts = list(Question.objects.filter(pk__in=chosen, status__in=unused))
    moved = []
    for question in drafts:
        try:
            move(question=question, action=PUT_INTO_USE, at=at, user=user, data={"page": page.pk})
        except ValidationError:  # saved by other means than the studio's form
            logger.warning(
                "Question %s is not complete and stays a draft, though lesson page %s chooses it.",
                question.pk,
                page.pk,
            )
        else:
            moved.append(question)
    return moved


def follow_facts(*, at: dt.datetime) -> int:
    """Let questions in use rest whose fact is not sound, and end the rest of the others. Logs each.

    The draw itself asks none of them from that day on (modules.drawing.pool): this only puts it on record, and says
    so in the bank. Returns how many questions changed.
    """
    used = Question.objects.filter(status=QuestionStatus.LIVE)
    unsound = used.on_unsound(at.date()).order_by().values("pk")
    begin = used.filter(pk__in=unsound, resting_since__isnull=True)
    end = Question.objects.filter(resting_since__isnull=False).exclude(pk__in=unsound)
    changed = 0
    for found, action, since in ((begin, REST, at), (end, END_REST, None)):
        rows = list(found.defer("answers", "explanation")[:AT_ONCE])
        with transaction.atomic():
            Question.objects.filter(pk__in=[row.pk for row in rows]).update(resting_since=since)
            for row in rows:
                log(instance=row, action=action)
        changed += len(rows)
    return changed


def tell_of_regrade(*, question: Question, regrade: Regrade, user=None) -> None:
    """One line of the audit log: the answers to this question are marked again."""
    log(
        instance=question,
        action=REGRADE,
        user=user,
        data={"regrade": regrade.pk, "rule": regrade.rule},
    )
