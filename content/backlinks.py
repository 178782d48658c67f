"""What links to a record of the knowledge base, asked of the apps above without importing them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from content.models.base import Keyed


@dataclass(frozen=True)
class Backlink:
    """One place that rests on a record: `group` is a heading such as "Lessons".

    `thing` and `key` name it in the web of evidence, `kind` says what it does with the record (LinkKind); empty for a count.
    """

    group: str
    title: str
    url: str
    note: str = ""
    thing: str = ""
    key: str = ""
    kind: str = ""


Provider = Callable[[Keyed, object], Iterable[Backlink]]
_providers: list[Provider] = []


def provide(provider: Provider) -> Provider:
    """Register `provider(record, user)`; it answers in a fixed number of queries and only what the user may see."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def of(record: Keyed, user) -> list[Backlink]:
    return [link for provider in _providers for link in provider(record, user)]
