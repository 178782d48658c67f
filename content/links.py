"""What is linked to a thing, both ways, with kind and reason. The one place that answers it.

Most links are fields of a record: its facts, its sources, the recommendations of a lesson. They say "rests on" or "puts
into practice" and need no reason. The others are `EvidenceLink` rows. Nothing is kept in both (decisions/0007).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise

from content import backlinks, knowledge, things
from content.models import EvidenceLink, LinkKind
from content.models.base import Keyed
from content.models.link import INVERSE
from content.text import clean_line
from content.things import Ref, Thing

Text = str | Promise


@dataclass(frozen=True)
class Linked:
    """One link as seen from one end: `words` reads from the thing that was asked about to `thing`."""

    kind: str
    words: Text
    thing: Thing
    reason: str = ""
    is_outgoing: bool = True

    def as_data(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "direction": "to" if self.is_outgoing else "from",
            "thing": {
                "kind": self.thing.kind, "key": self.thing.key, "title": self.thing.title, "address": self.thing.url,
            },
            "reason": self.reason,
        }  # fmt: skip


def with_reason(ref: Ref, user) -> list[Linked]:
    """Links of either direction that somebody gave a reason for, those from the thing first.

    One query, and those of the kinds at the other ends. What the person may not know of is left out.
    """
    kind, key = ref
    rows = list(
        EvidenceLink.objects.filter(Q(from_kind=kind, from_key=key) | Q(to_kind=kind, to_key=key))
    )
    if not rows:
        return []
    found = things.find([_other(row, ref) for row in rows], user)
    shown = [
        Linked(
            kind=row.kind,
            words=row.get_kind_display()
            if (out := _is_from(row, ref))
            else INVERSE[LinkKind(row.kind)],
            thing=found[other],
            reason=row.reason,
            is_outgoing=out,
        )
        for row in rows
        if (other := _other(row, ref)) in found
    ]
    return sorted(shown, key=lambda one: not one.is_outgoing)


def _is_from(row: EvidenceLink, ref: Ref) -> bool:
    return (row.from_kind, row.from_key) == ref


def _other(row: EvidenceLink, ref: Ref) -> Ref:
    return (row.to_kind, row.to_key) if _is_from(row, ref) else (row.from_kind, row.from_key)


def of(record: Keyed, user) -> list[Linked]:
    """Everything linked to a record that this person may know of: by its fields, by those of others, and with a reason.

    As many queries as the page of the record asks.
    """
    plain = [
        Linked(LinkKind.RESTS_ON, LinkKind.RESTS_ON.label, things.of_record(one))
        for group in knowledge.rests_on(record)
        for one in group.records
    ]
    plain += [
        Linked(kind, INVERSE[kind], things.of_record(one), is_outgoing=False)
        for group in knowledge.used_by(record)
        for one in group.records
        for kind in [LinkKind.PRACTISES if record.kind == "actions" else LinkKind.RESTS_ON]
    ]
    plain += [
        Linked(link.kind, INVERSE[LinkKind(link.kind)], Thing(link.thing, link.key, link.title, link.url, note=link.note), is_outgoing=False)
        for link in backlinks.of(record, user)
        if link.kind
    ]  # fmt: skip
    return [*plain, *with_reason((record.kind, record.key), user)]


@dataclass(frozen=True)
class Said:
    """A link as an editor writes it, from the record that is edited."""

    kind: str
    to: Ref
    reason: str


def said_by(ref: Ref) -> list[Said]:
    rows = EvidenceLink.objects.filter(from_kind=ref[0], from_key=ref[1])
    return [Said(row.kind, (row.to_kind, row.to_key), row.reason) for row in rows]


def replace(*, ref: Ref, said: Iterable[Said]) -> int:
    """Keep exactly these links from a thing; those that stay keep their row. Returns how many there are now."""
    wanted = {(one.kind, one.to): (place, one) for place, one in enumerate(said)}
    with transaction.atomic():
        for row in EvidenceLink.objects.filter(from_kind=ref[0], from_key=ref[1]):
            if (row.kind, (row.to_kind, row.to_key)) not in wanted:
                row.delete()
        for place, one in wanted.values():
            EvidenceLink.objects.update_or_create(
                kind=one.kind,
                from_kind=ref[0],
                from_key=ref[1],
                to_kind=one.to[0],
                to_key=one.to[1],
                defaults={"reason": clean_line(one.reason)[:250], "position": place},
            )
    return len(wanted)
