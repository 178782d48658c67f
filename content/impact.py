"""What a record of the knowledge base touches, from the records beside it up to the certified cities.

Each app above registers what it knows of; this app asks, and never imports them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise

from content import knowledge, things
from content.models.base import Keyed
from content.things import Thing

Text = str | Promise
SHOWN = 25
"""So many things of a kind are named; the rest is counted."""


@dataclass(frozen=True)
class Touched:
    """Things of one kind that rest on a record. `number` may be more than is named, or in words that hide a small one.

    is_reviewed   somebody has to look at each when the record changes
    """

    heading: Text
    number: int
    things: list[Thing] = field(default_factory=list)
    words: str = ""
    is_reviewed: bool = False

    @property
    def count(self) -> str:
        return self.words or str(self.number)

    @property
    def named(self) -> list[Thing]:
        return self.things[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.things) - SHOWN)


Provider = Callable[[Keyed, object], Iterable[Touched]]
_providers: list[Provider] = []


def provide(provider: Provider) -> Provider:
    """Register `provider(record, user)`, a fixed number of queries; user None: on behalf of the site itself."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def of(record: Keyed, user) -> list[Touched]:
    """Everything that rests on a record and that this person may know of. 15 queries at most."""
    return [
        touched for provider in _providers for touched in provider(record, user) if touched.number
    ]


def to_review(record: Keyed) -> list[Thing]:
    """The things that somebody has to look at when a record changes, each once."""
    found = {
        thing.ref: thing
        for touched in of(record, None)
        if touched.is_reviewed
        for thing in touched.things
    }
    return list(found.values())


@provide
def records(record: Keyed, user) -> list[Touched]:
    """Records of the knowledge base that name this one. One query a kind, five at most."""
    return [
        Touched(
            heading=group.title,
            number=group.number,
            things=[things.of_record(one) for one in group.records],
            is_reviewed=True,
        )
        for group in knowledge.used_by(record)
    ]
