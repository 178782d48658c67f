"""What the studio says about how a question is answered: measures made of the sums, and flags. No learner appears here."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.models import Fact
from modules.models import ItemStatistics, Question, QuestionStatus, QuestionVersion
from modules.statistics import SPANS, SUMS

LEAST_ANSWERS = (
    5  # fewer answers are not shown: a small count points at people, and says nothing about an item
)
LEAST_PAIRS = 20  # answers a discrimination needs before it is more than chance
# Thresholds of the curriculum, section 4.3.
TOO_HARD, TOO_EASY, TOO_WEAK = 0.3, 0.95, 0.1

FLAGS = {
    "hard": gettext_lazy("Too hard?"),
    "easy": gettext_lazy("Too easy?"),
    "weak": gettext_lazy("Does not tell apart"),
    "stale": gettext_lazy("Not asked: a fact is not sound"),
}


@dataclass(frozen=True)
class Item:
    """How one question was answered, over all its versions. What rests on too few answers is None."""

    answered: int = 0
    right: int = 0
    score_sum: float = 0
    paired: int = 0
    paired_sum: float = 0
    paired_square_sum: float = 0
    rest_sum: float = 0
    rest_square_sum: float = 0
    product_sum: float = 0
    seconds_sum: float = 0
    timed: int = 0

    @property
    def is_shown(self) -> bool:
        return self.answered >= LEAST_ANSWERS

    @property
    def count(self) -> str:
        """The number of answers in words that point at nobody."""
        if self.is_shown or not self.answered:
            return str(self.answered)
        return _("under %(least)s") % {"least": LEAST_ANSWERS}

    @property
    def facility(self) -> float | None:
        """Share of full marks, 0 to 1."""
        return self.right / self.answered if self.is_shown else None

    @property
    def mean_score(self) -> float | None:
        return self.score_sum / self.answered if self.is_shown else None

    @property
    def discrimination(self) -> float | None:
        """Pearson's correlation of the score with the mean score of the other questions of the attempt, −1 to 1.

        None below LEAST_PAIRS answers, and where everybody earned the same: nothing can be told apart then.
        """
        n = self.paired
        if n < LEAST_PAIRS:
            return None
        own = n * self.paired_square_sum - self.paired_sum**2
        rest = n * self.rest_square_sum - self.rest_sum**2
        if own < 1e-6 or rest < 1e-6:
            return None
        both = n * self.product_sum - self.paired_sum * self.rest_sum
        return max(-1.0, min(1.0, both / math.sqrt(own * rest)))

    @property
    def mean_seconds(self) -> float | None:
        return self.seconds_sum / self.timed if self.timed >= LEAST_ANSWERS else None

    @property
    def flags(self) -> list[str]:
        """Of "hard", "easy", "weak": what an editor should look at."""
        found = []
        if self.facility is not None:
            found += ["hard"] * (self.facility < TOO_HARD) + ["easy"] * (self.facility > TOO_EASY)
        if self.discrimination is not None and self.discrimination < TOO_WEAK:
            found.append("weak")
        return found


NOTHING = Item()


@dataclass(frozen=True)
class AnswerLine:
    """One answer of a question: its words, whether it is right, and how often it was chosen."""

    text: str
    is_right: bool | None
    chosen: int
    answered: int

    @property
    def count(self) -> str:
        return Item(answered=self.chosen).count

    @property
    def share(self) -> float | None:
        """Share of the answers to the question, 0 to 1; None for a small count."""
        return None if 0 < self.chosen < LEAST_ANSWERS else self.chosen / self.answered


def by_question() -> dict[int, Item]:
    """The statistics of every answered question by its primary key. One query."""
    rows = ItemStatistics.objects.values_list("question_id", *SUMS)
    return {pk: Item(*sums) for pk, *sums in rows}


def of_row(row: ItemStatistics | None) -> Item:
    return Item(*(getattr(row, name) for name in SUMS)) if row else NOTHING


def of_question(question: Question) -> Item:
    return of_row(getattr(question, "item_statistics", None))


def flagged(flag: str, today: dt.date) -> list[int] | Any:
    """Primary keys of the questions with a flag of FLAGS: a list, or a query for the stale ones."""
    if flag == "stale":
        used = Question.objects.filter(status=QuestionStatus.LIVE)
        return used.on_unsound(today).values("pk")
    return [pk for pk, item in by_question().items() if flag in item.flags]


def unsound_facts(questions: Iterable[Question], today: dt.date) -> dict[int, list[str]]:
    """Keys of the facts that are not sound, by question in use. One query."""
    pks = [question.pk for question in questions if question.status == QuestionStatus.LIVE]
    shaky = Fact.originals.unsound(today).filter(questions__in=pks).order_by("key")
    found: dict[int, list[str]] = {}
    for key, pk in shaky.values_list("key", "questions"):
        if pk in pks:
            found.setdefault(pk, []).append(key)
    return found


def not_asked(keys: list[str]) -> str:
    """Why a question in use is not asked, in one line; empty if it is."""
    if not keys:
        return ""
    return _("Not asked: fact %(keys)s is disputed, past review or without a source") % {
        "keys": ", ".join(keys)
    }


def median_seconds(row: ItemStatistics | None) -> float | None:
    """About half of the answers took less: read off the spans, evenly within one. None below LEAST_ANSWERS."""
    if row is None or row.timed < LEAST_ANSWERS:
        return None
    half, passed = row.timed / 2, 0
    for place, upper in enumerate(SPANS):
        here = row.times.get(str(place), 0)
        if here and passed + here >= half:
            lower = SPANS[place - 1] if place else 0
            return lower + (upper - lower) * (half - passed) / here
        passed += here
    return float(SPANS[-1])


def answer_lines(question: Question, row: ItemStatistics | None) -> list[AnswerLine]:
    """Which answer was chosen how often, in the words of the newest version that has it; empty below LEAST_ANSWERS."""
    if row is None or row.answered < LEAST_ANSWERS:
        return []
    now = {part["id"] for part in _parts(question.current.content)} if question.current else set()
    known = words_of(question.versions.order_by("number"))
    gone = _("An answer that is no longer known")
    return [
        AnswerLine(*known.get(key, (gone, None)), row.choices.get(key, 0), row.answered)
        for key in dict.fromkeys([*known, *row.choices])
        if key in row.choices or key in now
    ]


def words_of(versions: Iterable[QuestionVersion]) -> dict[str, tuple[str, bool | None]]:
    """Answer id → (words, is it right) of the parts that can be chosen; later versions win."""
    return {
        part["id"]: (part.get("text") or part.get("label", ""), part.get("correct"))
        for version in versions
        for part in _parts(version.content)
    }


def _parts(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*content.get("options", []), *content.get("spots", [])]
