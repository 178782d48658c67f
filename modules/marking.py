"""Marking artefacts: who may, how many must, and what follows from what they say (curriculum.md 4.3).

The rule, in `decide`: one marker is enough for a pass, unless the work was drawn into the sample. Every fail and every
sampled piece gets a second marker, who does not see the first. Two who agree are averaged; where they do not, a third
decides alone.
"""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from content.events import announce
from content.text import clean_text
from modules import rubrics, statements
from modules.completing import complete
from modules.errors import InvalidMarking, MayNotMark, StaleMarking
from modules.models import GradedBy, Marking, Rubric, Submission, Verb
from modules.signals import submission_marked

MARK = "stoa_modules.mark_submission"
ANSWER = "stoa_modules.answer_appeal"
CLAIM_TIME = dt.timedelta(minutes=30)
MOST_DIFFERENCE = 2  # points in total that two markers may lie apart
MOST_COMMENTS = 30
MAX_COMMENT = 2000
MAX_FEEDBACK = 5000
State = Submission.State

Points = Mapping[str, int]


class Comment(TypedDict):
    """On a passage of a field, or on the whole field where `quote` is empty."""

    field: str
    quote: str
    text: str


@dataclass(frozen=True)
class Decision:
    """What several markings come to. `place` is who must mark next (1 to 3), 0 once it is decided."""

    place: int
    points: dict[str, int]
    is_passed: bool | None = None


# Who trains whom. Apps above say it; without them everybody with the permission marks everything.

Reach = Callable[[QuerySet, AbstractBaseUser], QuerySet]
_reaches: list[Reach] = []


def reach(function: Reach) -> Reach:
    """Register `function(rows, trainer)`, which keeps the rows whose `learner` this person trains in `activity`.

    rows   submissions or attempts: both have `learner` and `activity`
    """
    if function not in _reaches:
        _reaches.append(function)
    return function


def within_reach(rows: QuerySet, trainer: AbstractBaseUser) -> QuerySet:
    """The rows of learners this person trains. Administrators reach everything; nobody reaches their own."""
    rows = rows.exclude(learner=trainer)
    if not trainer.is_superuser:
        for function in _reaches:
            rows = function(rows, trainer)
    return rows


def visible_to(marker: AbstractBaseUser) -> QuerySet[Submission]:
    """What was handed in by learners of this person, marked or not; nothing without the permission to mark."""
    if not marker.has_perm(MARK):
        return Submission.objects.none()
    return within_reach(Submission.objects.handed_in(), marker)


def markable_by(marker: AbstractBaseUser) -> QuerySet[Submission]:
    """What waits to be marked and may be marked by this person, oldest first."""
    waiting = visible_to(marker).filter(state=State.SUBMITTED)
    done = Marking.objects.filter(marker=marker)
    return waiting.exclude(pk__in=done.values("submission")).order_by("submitted_at", "pk")


def may_read(user: AbstractBaseUser, submission: Submission) -> bool:
    """Whether somebody may read what was handed in, and its files: the learner, and those who mark or answer appeals."""
    if submission.learner_id == user.pk:
        return True
    if submission.state == State.DRAFT or not (user.has_perm(MARK) or user.has_perm(ANSWER)):
        return False
    return within_reach(Submission.objects.filter(pk=submission.pk), user).exists()


def check_marker(submission: Submission, marker: AbstractBaseUser) -> None:
    """Raises MayNotMark with the reason."""
    if not marker.has_perm(MARK):
        raise MayNotMark("permission")
    if submission.learner_id == marker.pk:
        raise MayNotMark("own")
    if not within_reach(Submission.objects.filter(pk=submission.pk), marker).exists():
        raise MayNotMark("reach")
    if submission.markings.filter(marker=marker).exists():
        raise MayNotMark("twice")


# The rule


def passes(points: Points, rubric: Rubric) -> bool:
    """Enough points in total, and none of the criteria that must not be zero is."""
    enough = sum(points.values()) >= rubric.pass_points
    return enough and not any(points.get(key) == 0 for key in rubric.no_zero_on)


def decide(given: Sequence[Points], rubric: Rubric, *, in_sample: bool = False) -> Decision:
    """What the markings so far come to, in the order in which they were given. Pure.

    One:    decided if it passes and the work is not in the sample.
    Two:    decided if they agree on passing, lie at most MOST_DIFFERENCE apart in total, and give zero on the same
            criteria of those that must not be zero. Each criterion is their mean, a half rounded towards what both
            say: up where both pass, down where both fail, so that rounding never turns a verdict round.
    Three:  the third decides alone.
    """
    if not given:
        return Decision(1, {})
    if len(given) >= 3:
        return _decided(given[2], rubric)
    if len(given) == 1:
        if in_sample or not passes(given[0], rubric):
            return Decision(2, {})
        return _decided(given[0], rubric)
    first, second = given
    if not agree(first, second, rubric):
        return Decision(3, {})
    return _decided(_mean(first, second, up=passes(first, rubric)), rubric)


def agree(first: Points, second: Points, rubric: Rubric) -> bool:
    apart = abs(sum(first.values()) - sum(second.values()))
    zeros = any((first[key] == 0) != (second[key] == 0) for key in rubric.no_zero_on)
    return (
        passes(first, rubric) == passes(second, rubric) and apart <= MOST_DIFFERENCE and not zeros
    )


def _mean(first: Points, second: Points, *, up: bool) -> dict[str, int]:
    rounded = math.ceil if up else math.floor
    return {key: rounded((first[key] + second[key]) / 2) for key in first}


def _decided(points: Points, rubric: Rubric) -> Decision:
    return Decision(0, dict(points), passes(points, rubric))


# What happens


def claim(*, submission: Submission, marker: AbstractBaseUser, at: dt.datetime) -> bool:
    """Say that this person is marking it now. False if somebody else said so less than CLAIM_TIME ago.

    A hint for people, not a lock: whoever sends a marking first gives it.
    """
    others = Submission.objects.filter(pk=submission.pk, claimed_at__gt=at - CLAIM_TIME)
    if others.exclude(claimed_by=marker).filter(claimed_by__isnull=False).exists():
        return False
    Submission.objects.filter(pk=submission.pk, state=State.SUBMITTED).update(
        claimed_by=marker, claimed_at=at
    )
    return True


def give_marking(
    *,
    submission: Submission,
    marker: AbstractBaseUser,
    place: int,
    points: Mapping[str, Any],
    comments: Sequence[Comment] = (),
    feedback: str = "",
    at: dt.datetime,
) -> Submission:
    """Store what a marker says, and decide if that is enough.

    place   which marking this is, as the form was shown: 1, 2 or 3
    points  {criterion key: 0 to 3}, for every criterion of the rubric
    Raises  MayNotMark, StaleMarking if another marking came first, InvalidMarking.
    Sends   submission_marked once it is decided; activity_completed if it passes.
    """
    with transaction.atomic():
        found = Submission.objects.select_for_update(of=("self",))
        row = found.select_related("activity__module", "learner", "rubric").get(pk=submission.pk)
        check_marker(row, marker)
        known = list(row.markings.order_by("place"))
        if row.state != State.SUBMITTED or place != len(known) + 1:
            raise StaleMarking
        clean = check_marking(row, points, comments, feedback)
        Marking.objects.create(
            submission=row,
            marker=marker,
            place=place,
            points=clean,
            comments=[_clean_comment(one) for one in comments],
            feedback=clean_text(feedback).strip(),
            is_passed=passes(clean, row.rubric),
            marked_at=at,
        )
        given = [one.points for one in known] + [clean]
        decision = decide(given, row.rubric, in_sample=row.needs_second)
        row.claimed_by, row.claimed_at = None, None
        row.save(update_fields=["claimed_by", "claimed_at"])
        if decision.place == 0:
            conclude(submission=row, points=decision.points, at=at)
    return row


def check_marking(
    submission: Submission,
    points: Mapping[str, Any],
    comments: Sequence[Comment],
    feedback: str,
) -> dict[str, int]:
    """The points as numbers. Raises InvalidMarking with a sentence for each thing that is wrong."""
    problems: dict[str, str] = {}
    clean: dict[str, int] = {}
    try:
        clean = check_points(submission.rubric, points)
    except InvalidMarking as found:
        problems = found.problems
    if len(comments) > MOST_COMMENTS:
        problems["feedback"] = _("These are more than %(n)s comments.") % {"n": MOST_COMMENTS}
    for n, comment in enumerate(comments):
        problem = problem_of_comment(submission, comment)
        if problem:
            problems[f"comment-{n}"] = problem
    if len(feedback) > MAX_FEEDBACK:
        problems["feedback"] = _("This is longer than %(n)s characters.") % {"n": MAX_FEEDBACK}
    if not problems and not passes(clean, submission.rubric) and not feedback.strip():
        problems["feedback"] = _("Say in a sentence or two what is missing to pass.")
    if problems:
        raise InvalidMarking(problems)
    return clean


def check_points(rubric: Rubric, points: Mapping[str, Any]) -> dict[str, int]:
    """The points of every criterion as numbers, whatever a form sent. Raises InvalidMarking."""
    given = {one["key"]: str(points.get(one["key"], "")) for one in rubric.criteria}
    allowed = {str(n) for n in range(rubrics.LEVELS)}
    problems = {key: _("Choose a level.") for key, value in given.items() if value not in allowed}
    if problems:
        raise InvalidMarking(problems)
    return {key: int(value) for key, value in given.items()}


def problem_of_comment(submission: Submission, comment: Comment) -> str:
    """What is wrong with a comment, or an empty string. A quote must stand in its field, spaces aside."""
    if not comment["text"].strip():
        return _("Write what you have to say about this passage.")
    if len(comment["text"]) > MAX_COMMENT:
        return _("This is longer than %(n)s characters.") % {"n": MAX_COMMENT}
    if comment["field"] not in submission.answers:
        return _("Choose the field this is about.")
    if _squeezed(comment["quote"]) not in _squeezed(submission.answers[comment["field"]]):
        return _("This passage is not in the field you chose. Copy it as it is written there.")
    return ""


def _squeezed(text: str) -> str:
    return " ".join(clean_text(text).split())


def _clean_comment(comment: Comment) -> Comment:
    return {
        "field": comment["field"],
        "quote": _squeezed(comment["quote"]),
        "text": clean_text(comment["text"]).strip(),
    }


def conclude(*, submission: Submission, points: Points, at: dt.datetime) -> Submission:
    """Give a submission its result. One that had a result before, and an appeal, keeps the better of the two.

    Callers hold a transaction and the lock of the row.
    Sends   submission_marked; activity_completed if it passes.
    """
    row, was_passed = submission, bool(submission.is_passed)
    if row.result and _worth(row.result, row.rubric) > _worth(points, row.rubric):
        points = row.result
    row.result = dict(points)
    row.score_raw = float(sum(points.values()))
    row.score_max = float(rubrics.most_points(row.rubric))
    row.is_passed = was_passed or passes(points, row.rubric)
    row.state, row.marked_at, row.told_at = State.MARKED, at, None
    row.save(
        update_fields=[
            "result", "score_raw", "score_max", "is_passed", "state", "marked_at", "told_at",
        ]
    )  # fmt: skip
    # A submission has what a statement says of an attempt: uuid, points, whether that passes.
    statements.record(
        learner=row.learner,
        verb=Verb.PASSED if row.is_passed else Verb.FAILED,
        activity=row.activity,
        at=at,
        language=row.language,
        attempt=row,
    )
    announce(submission_marked, submission=row)
    if row.is_passed and not was_passed:
        complete(
            learner=row.learner, activity=row.activity, graded_by=GradedBy.PERSON, at=at,
            language=row.language,
        )  # fmt: skip
    return row


def _worth(points: Points, rubric: Rubric) -> tuple[bool, int]:
    return passes(points, rubric), sum(points.values())


@dataclass
class Line:
    """A criterion of a result: points, and the words of that level."""

    key: str
    title: str
    text: str
    points: int
    words: str


def lines_of(points: Points, rubric: Rubric) -> list[Line]:
    return [
        Line(one["key"], one["title"], one["text"], points[one["key"]], one["levels"][points[one["key"]]])
        for one in rubric.criteria
        if one["key"] in points
    ]  # fmt: skip


def disclose(*, learner: AbstractBaseUser) -> list[dict[str, Any]]:
    """Every artefact of a learner as plain data, with what markers said of it once it was decided."""
    found = Submission.objects.filter(learner=learner).select_related("activity")
    return [
        {
            "activity": one.activity.title,
            "number": one.number,
            "state": one.state,
            "answers": one.answers,
            "files": [each.name for each in one.files.all()],
            "result": one.result,
            "is_passed": one.is_passed,
            "submitted_at": one.submitted_at,
            "marked_at": one.marked_at,
            "markings": [
                {"points": each.points, "comments": each.comments, "feedback": each.feedback}
                for each in one.markings.all()
                if one.state == State.MARKED
            ],
        }
        for one in found.prefetch_related("files", "markings").order_by("pk")
    ]
