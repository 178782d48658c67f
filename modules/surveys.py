"""Surveys: taking part once, without a name, and results that never point at anybody.

Results are released in steps: an answer waits until `threshold` answers wait, and then they are shown together. So every
number on a page of results is about at least `threshold` people, and so is the difference between what a page said
yesterday and what it says today. Answers after the last step are not counted anywhere, not even after closing.
That somebody left a question out counts as an answer to it. Free texts are for the studio alone, each
question's in an order of its own, so that two texts cannot be told to be one person's.
"""

import datetime as dt
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from content.text import clean_text
from modules import access
from modules.completing import complete_once
from modules.errors import SurveyClosed
from modules.models import Activity, GradedBy, SurveyAnswer

LEAST_THRESHOLD, THRESHOLD = 3, 5
MAX_TEXT_LENGTH = 1_000
SCALE = range(1, 6)


def threshold_of(config: Mapping[str, Any]) -> int:
    return max(LEAST_THRESHOLD, int(config.get("threshold") or THRESHOLD))


def closes_on(config: Mapping[str, Any]) -> dt.date | None:
    """The last day on which answers are taken; None means that it stays open."""
    day = config.get("closes_on")
    return dt.date.fromisoformat(day) if day else None


def is_closed(config: Mapping[str, Any], today: dt.date) -> bool:
    last = closes_on(config)
    return last is not None and today > last


def read(data: QueryDict, config: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A posted form as answers by question key, and what is wrong by question key. What was left out is in neither."""
    answers: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for question in config["questions"]:
        key = question["key"]
        answer, problem = _read_one(question, data.getlist(f"s-{key}"))
        if problem:
            problems[key] = problem
        elif answer not in (None, "", []):
            answers[key] = answer
        elif question.get("is_required"):
            problems[key] = _("Please answer this question.")
    return answers, problems


def _read_one(question: Mapping[str, Any], values: list[str]) -> tuple[Any, str]:
    known = {option["key"] for option in question.get("options", [])}
    chosen = [value for value in values if value]
    match question["kind"]:
        case "single":
            if len(chosen) > 1 or not known.issuperset(chosen):
                return None, _("Please choose one of the answers.")
            return (chosen[0] if chosen else None), ""
        case "multiple":
            if not known.issuperset(chosen):
                return None, _("Please choose among the answers.")
            return [option["key"] for option in question["options"] if option["key"] in chosen], ""
        case "scale":
            if len(chosen) > 1 or not {str(step) for step in SCALE}.issuperset(chosen):
                return None, _("Please choose a number from 1 to 5.")
            return (int(chosen[0]) if chosen else None), ""
        case _:
            text = clean_text(chosen[0] if chosen else "").strip()
            if len(text) > MAX_TEXT_LENGTH:
                told = _("This is %(length)s characters long. Up to %(most)s are possible.")
                return None, told % {"length": len(text), "most": MAX_TEXT_LENGTH}
            return text, ""


def answer_survey(
    *,
    learner: AbstractBaseUser,
    activity: Activity,
    answers: Mapping[str, Any],
    at: dt.datetime,
    today: dt.date,
    language: str = "en",
) -> bool:
    """Take part in a survey. The completion says who, the answer says what, and nothing joins the two.

    Doing it twice changes nothing: what was said first cannot be found again, so it cannot be replaced.

    answers  as `read` gives them
    today    the learner's day, against which the last day is held
    Returns  whether this was the first time
    Raises   NotOpen if a gate refuses; SurveyClosed after the last day.
    Sends    activity_completed, once.
    """
    access.check(learner=learner, module=activity.module, at=at)
    if is_closed(activity.config, today):
        raise SurveyClosed(closes_on(activity.config))
    with transaction.atomic():
        _completion, is_new = complete_once(
            learner=learner, activity=activity, graded_by=GradedBy.SELF, at=at, language=language
        )
        if is_new:
            Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)  # one at a time
            SurveyAnswer.objects.create(
                activity=activity,
                answers=dict(answers),
                language=language,
                answered_on=today.replace(day=1),
            )
            _release(activity)
    return is_new


def _release(activity: Activity) -> None:
    """Show what has come in since the last step, if it is enough. What was shown stays shown, whatever is set later."""
    waiting = SurveyAnswer.objects.filter(activity=activity, is_released=False)
    if waiting.count() >= threshold_of(activity.config):
        waiting.update(is_released=True)


@dataclass
class Row:
    """One possible answer: how many gave it, and which share of all who took part (0 to 1)."""

    text: str
    count: int
    share: float


@dataclass
class Told:
    """What was said to one question. `mean` only for a scale; `texts` only where they were asked for."""

    key: str
    kind: str
    text: str
    rows: list[Row] = field(default_factory=list)
    given: int = 0
    left_out: int = 0
    mean: float | None = None
    texts: list[str] = field(default_factory=list)


@dataclass
class Results:
    """Results as released: over `count` answers, 0 while there are fewer than `threshold`."""

    count: int
    threshold: int
    questions: list[Told] = field(default_factory=list)


def results(activity: Activity, *, with_texts: bool = False) -> Results:
    """What participants said, as far as it is released. One query.

    with_texts   also the free texts, for the studio; and those only where at least `threshold` people wrote one
    """
    least = threshold_of(activity.config)
    given = list(
        SurveyAnswer.objects.filter(activity=activity, is_released=True)
        .order_by("id")
        .values_list("answers", flat=True)
    )
    if len(given) < least:  # it was raised since
        return Results(0, least)
    questions = [_told(question, given) for question in activity.config.get("questions", [])]
    if with_texts:
        for told in questions:
            if told.kind == "text" and told.given >= least:
                told.texts = _shuffled(activity, told.key, given)
    return Results(len(given), least, questions)


def _told(question: Mapping[str, Any], given: list[dict[str, Any]]) -> Told:
    key, kind = question["key"], question["kind"]
    said = [answers[key] for answers in given if key in answers]
    told = Told(key, kind, question["text"], given=len(said), left_out=len(given) - len(said))
    if kind == "text":
        return told
    counts = Counter(
        one for answer in said for one in (answer if isinstance(answer, list) else [answer])
    )
    names = (
        [(step, str(step)) for step in SCALE]
        if kind == "scale"
        else [(option["key"], option["text"]) for option in question["options"]]
    )
    told.rows = [Row(text, counts.pop(name, 0), 0.0) for name, text in names]
    if counts:  # options of an earlier publication
        told.rows.append(Row(_("No longer offered"), sum(counts.values()), 0.0))
    for row in told.rows:
        row.share = row.count / len(given)
    if kind == "scale" and said:
        told.mean = sum(said) / len(said)
    return told


def _shuffled(activity: Activity, key: str, given: list[dict[str, Any]]) -> list[str]:
    """Texts in an order that says nothing and stays: loading the page again must not tell more."""
    texts = sorted(answers[key] for answers in given if key in answers)
    random.Random(f"{activity.uuid}{key}").shuffle(texts)  # noqa: S311 - an order, not a secret
    return texts
