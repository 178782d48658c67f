"""A record was changed in the studio: what that means, who has to look at what, and who is told."""

import datetime as dt
import uuid

from django.db import transaction
from wagtail.log_actions import log

from content import reviewing
from content.events import announce
from content.models import Change, ChangeClass, Fact, Source, Standing
from content.models.base import Keyed
from content.signals import record_changed
from content.text import clean_line

CHANGE = "stoa_content.change"
SOUND, DISPUTED, WITHDRAWN = "sound", "disputed", "withdrawn"


def standing_of(record: Keyed) -> str:
    """Whether a record is called into question; empty for kinds that cannot be."""
    match record:
        case Fact():
            return DISPUTED if record.standing == Standing.DISPUTED else SOUND
        case Source():
            return WITHDRAWN if record.is_withdrawn else SOUND
    return ""


def keep(
    *,
    record: Keyed,
    change_class: str,
    note: str,
    at: dt.datetime,
    by=None,
    was: str = "",
    lesson: uuid.UUID | None = None,
) -> Change:
    """Keep what a change of a saved record meant, open the tasks that follow from it, and tell the apps above.

    was      its standing before; calling it into question opens tasks whatever the class, settling it closes them
    lesson   the delta lesson of a material change
    Sends    record_changed, once.
    """
    now = standing_of(record)
    standing = now if was and now != was else ""
    if standing in {DISPUTED, WITHDRAWN} and change_class == ChangeClass.EDITORIAL:
        change_class = ChangeClass.MINOR  # nobody rewords a fact by disputing it
    if not note and standing in {DISPUTED, WITHDRAWN}:
        note = getattr(record, "standing_note", "") or getattr(record, "withdrawn_note", "")
    with transaction.atomic():
        change = Change.objects.create(
            kind=record.kind,
            key=record.key,
            title=str(record)[:400],
            change_class=change_class,
            standing=standing,
            note=clean_line(note)[:300],
            lesson=lesson if change_class == ChangeClass.MATERIAL else None,
            changed_by=by,
            changed_at=at,
        )
        log(
            instance=record,
            action=CHANGE,
            user=by,
            data={"class": change_class, "standing": standing, "note": change.note},
        )
        if standing == SOUND:
            reviewing.close_settled(record=record, at=at, by=by)
        reviewing.close_checked(record=record, at=at, by=by)
        if change_class != ChangeClass.EDITORIAL:
            reviewing.open_for(record=record, change=change, at=at)
        announce(record_changed, record=record, change=change)
    return change


def history_of(record: Keyed, most: int = 10) -> list[Change]:
    """The newest changes of a record. One query."""
    return list(
        Change.objects.filter(kind=record.kind, key=record.key).select_related("changed_by")[:most]
    )
