"""Which questions are asked, in which order, with which shuffling. Reproducible from an attempt's uuid and the secret.

The page sends positions, never the ids of options: an author's ids may follow the right order.
"""

import datetime as dt
import hashlib
import random
from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from modules import identity, kinds
from modules.errors import NoQuestions
from modules.kinds.base import Arranged
from modules.models import Activity, ActivityKind, Question, QuestionVersion


class Drawn(TypedDict):
    """One question as shown: `order` are answer ids (for matching, ids of the right side), `left` pair ids."""

    version: int
    order: list[str]
    left: list[str]


def pool(activity: Activity, on: dt.date) -> QuerySet[Question]:
    """Questions this activity may ask on a day: in use, and every fact behind them sound (content.soundness)."""
    questions = Question.objects.askable(on)
    if activity.kind == ActivityKind.TEST:
        questions = questions.filter(module_id=activity.module_id, is_graded=True)
        is_short = activity.block_id == identity.SHORT_TEST
        return questions.filter(lesson__in_short=True) if is_short else questions
    return questions.filter(pk__in=activity.config.get("questions", []))


def pools(activities: Sequence[Activity], on: dt.date) -> dict[int, list[Question]]:
    """The pools of several quizzes of one lesson, by activity id, in one query."""
    wanted = {pk for activity in activities for pk in activity.config.get("questions", [])}
    usable = Question.objects.askable(on).filter(pk__in=wanted)
    known = {question.pk: question for question in usable.select_related("current")}
    return {
        a.pk: [known[pk] for pk in a.config.get("questions", []) if pk in known] for a in activities
    }


def draw(
    activity: Activity, attempt_uuid: UUID, *, on: dt.date, avoid: Sequence[int] = ()
) -> list[Drawn]:
    """Draw this attempt's questions, those of `avoid` (question ids of the attempt before) last.

    Raises NoQuestions if the pool is empty. A pool smaller than the wanted number is drawn whole.
    """
    candidates = pool(activity, on).select_related("current").order_by("pk")
    rules = activity.module.draw_rules if activity.block_id == identity.TEST else []
    if rules:
        candidates = candidates.prefetch_related("tags", "facts")
    return draw_from(activity, list(candidates), attempt_uuid, avoid=avoid, rules=rules)


def draw_from(
    activity: Activity,
    candidates: Sequence[Question],
    attempt_uuid: UUID,
    *,
    avoid: Sequence[int] = (),
    rules: Sequence[dict[str, Any]] = (),
) -> list[Drawn]:
    """As `draw`, from questions that were fetched before (with `current`; with tags and facts if there are rules)."""
    wanted = activity.config.get("draw", 1)
    chosen = list(candidates)
    if not chosen:
        raise NoQuestions
    if activity.kind == ActivityKind.TEST:
        chosen = choose(chosen, wanted, rules, dice_for(attempt_uuid, "draw"), set(avoid))
    elif wanted < len(chosen):
        dice_for(attempt_uuid, "draw").shuffle(chosen)
        chosen.sort(key=lambda question: question.pk in avoid)
    return [
        shuffled(question.current, attempt_uuid) for question in chosen[:wanted] if question.current
    ]


def choose(
    candidates: Sequence[Question],
    wanted: int,
    rules: Sequence[dict[str, Any]],
    dice: random.Random,
    avoid: set[int],
) -> list[Question]:
    """So many questions as are wanted: first what each rule asks for, then from the rest, balanced by difficulty.

    A question of the attempt before is asked again only where no other is left, and be it that a rule is not met.
    """
    dealt = list(candidates)
    dice.shuffle(dealt)
    chosen: list[Question] = []
    met = [0] * len(rules)
    for seen in (False, True):
        rest = [question for question in dealt if (question.pk in avoid) is seen]
        for place, rule in enumerate(rules):
            count = min(rule["count"] - met[place], wanted - len(chosen))
            taken = balanced([question for question in rest if fits(question, rule)], count)
            met[place] += len(taken)
            chosen += taken
            rest = [question for question in rest if question not in taken]
        chosen += balanced(rest, wanted - len(chosen))
    dice.shuffle(chosen)
    return chosen


def fits(question: Question, rule: dict[str, Any]) -> bool:
    """Whether a question is of the tag, the facts and the difficulty that a rule names; what it leaves out is open."""
    if rule.get("difficulty") and question.difficulty != rule["difficulty"]:
        return False
    if rule.get("tag") and rule["tag"] not in {tag.name for tag in question.tags.all()}:
        return False
    facts = set(rule.get("facts") or ())
    return not facts or bool(facts & {fact.key for fact in question.facts.all()})


def balanced(questions: Sequence[Question], count: int) -> list[Question]:
    """`count` of the questions, each difficulty in the share it has among them (largest remainders). Order is kept."""
    count = max(0, min(count, len(questions)))
    groups: dict[int, list[Question]] = {}
    for question in questions:
        groups.setdefault(question.difficulty, []).append(question)
    exact = {level: count * len(group) / len(questions) for level, group in groups.items()}
    quota = {level: int(share) for level, share in exact.items()}
    by_remainder = sorted(exact, key=lambda level: (quota[level] - exact[level], level))
    for level in by_remainder[: count - sum(quota.values())]:
        quota[level] += 1
    return [question for level, group in groups.items() for question in group[: quota[level]]]


def shuffled(version: QuestionVersion, attempt_uuid: UUID) -> Drawn:
    content = version.content
    found = kinds.get(content["kind"]).arrange(content, dice_for(attempt_uuid, str(version.pk)))
    return Drawn(version=version.pk, order=found.order, left=found.left)


def arranged(entry: Drawn) -> Arranged:
    return Arranged(entry["order"], entry["left"])


def dice_for(attempt_uuid: UUID, purpose: str) -> random.Random:
    seed = salted_hmac(
        "stoa_modules.drawing", f"{attempt_uuid}:{purpose}", algorithm="sha256"
    ).digest()
    return random.Random(hashlib.sha256(seed).digest())  # noqa: S311 - unpredictable to learners, not a key
