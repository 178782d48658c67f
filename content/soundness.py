"""Can a fact be relied on today? What troubles it, since when, and in which words readers are told.

Derived on the day it is asked, never stored: a fact that is put right is sound at once (decisions/0004).
The same rule as a query is `FactQuerySet.unsound`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from content import conf
from content.models import Fact, Source, Standing

DISPUTED, GROUNDLESS, LATE = "disputed", "groundless", "late"


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong with a fact. `since` is the day on which it began; `is_overdue` after OVERDUE_DAYS."""

    kind: str
    since: dt.date | None
    note: str = ""
    is_overdue: bool = False

    @property
    def word(self) -> str:
        if self.kind == LATE:
            return _("Review long overdue") if self.is_overdue else _("Past review")
        return {DISPUTED: _("Disputed"), GROUNDLESS: _("Source withdrawn")}[self.kind]

    @property
    def sentence(self) -> str:
        """What readers are told, with its day."""
        day = date_format(self.since, "j F Y") if self.since else ""
        match self.kind:
            case "disputed":
                said = _("Disputed since %(day)s.") if day else _("Disputed.")
            case "groundless":
                said = (
                    _("Every document behind it is withdrawn, the last on %(day)s.")
                    if day
                    else _("Every document behind it is withdrawn.")
                )
            case _:
                said = (
                    _("It was to be checked again by %(day)s, and that is long overdue.")
                    if self.is_overdue
                    else _("It was to be checked again by %(day)s.")
                )
        return " ".join(part for part in (said % {"day": day}, self.note) if part)


def troubles(fact: Fact, on: dt.date) -> list[Trouble]:
    """What is wrong with a fact that day, worst first; nothing for a sound one. Reads `fact.sources`."""
    found = []
    if fact.standing == Standing.DISPUTED:
        found.append(Trouble(DISPUTED, fact.standing_since, fact.standing_note))
    withdrawn = withdrawn_sources(fact)
    if withdrawn:
        last = max((one.withdrawn_on for one in withdrawn if one.withdrawn_on), default=None)
        found.append(Trouble(GROUNDLESS, last))
    if fact.is_past_review(on):
        found.append(Trouble(LATE, fact.review_by, is_overdue=is_overdue(fact.review_by, on)))
    return found


def withdrawn_sources(fact: Fact) -> list[Source]:
    """The sources of a fact, if every one of them is withdrawn; else none."""
    sources = list(fact.sources.all())
    return sources if sources and all(one.is_withdrawn for one in sources) else []


def is_overdue(review_by: dt.date | None, on: dt.date) -> bool:
    """Whether a review date passed so long ago that everyone is told."""
    return review_by is not None and on - review_by > dt.timedelta(days=conf.OVERDUE_DAYS)


@dataclass(frozen=True)
class Notice:
    """A fact that a text rests on, and what is wrong with it."""

    fact: Fact
    troubles: list[Trouble]


def notices(facts: Iterable[Fact], on: dt.date) -> list[Notice]:
    """What a text has to say about its facts that day. No query where their sources are fetched."""
    return [Notice(fact, found) for fact in facts if (found := troubles(fact, on))]
