"""Keeping what a learner writes for themselves: a private note, and the ticks and words of a checklist."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from content.text import clean_line, clean_text
from modules.errors import StaleNote
from modules.models import Activity, ActivityKind, PersonalNote

MAX_NOTE_LENGTH = 10_000
MAX_POINT_LENGTH = 500
MAX_HEADING_LENGTH = 120


def save_note(
    *,
    learner: AbstractBaseUser,
    activity: Activity,
    data: Mapping[str, Any],
    at: dt.datetime,
    base: int | None = None,
    was: Mapping[str, Any] | None = None,
) -> PersonalNote:
    """Keep a private note, or the ticks and words of a checklist. Text is cut at its limit, which the field tells.

    base    the version of the note that the learner had before them, 0 for none. Without it the last save wins.
    was     what the checklist said on the page that was sent: only points that differ from it are written, so that of
            two devices the last save of each point wins, not the last save of the list
    Raises  StaleNote if the text was changed elsewhere since `base`; nothing is written.
    """
    try:
        with transaction.atomic():
            return _save(learner, activity, data, at, base, was)
    except IntegrityError:  # another tab made the row a moment ago
        with transaction.atomic():
            return _save(learner, activity, data, at, base, was)


def _save(learner, activity, data, at, base, was) -> PersonalNote:
    note = (
        PersonalNote.objects.select_for_update(of=("self",))
        .filter(learner=learner, activity=activity)
        .first()
    )
    before = note.data if note else {}
    if activity.kind == ActivityKind.CHECKLIST:
        kept = merged(activity.config.get("items", []), before, data, was)
    else:
        kept = {"text": clean_text(str(data.get("text", "")))[:MAX_NOTE_LENGTH]}
        if note and kept != before and base is not None and base != note.version:
            raise StaleNote(note)
    if note is None:
        return PersonalNote.objects.create(
            learner=learner, activity=activity, data=kept, updated_at=at
        )
    if kept != before:
        note.data, note.updated_at, note.version = kept, at, note.version + 1
        note.save(update_fields=["data", "updated_at", "version"])
    return note


def merged(
    items: list[dict[str, str]],
    before: Mapping[str, Any],
    sent: Mapping[str, Any],
    was: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """A checklist after a form came in. A part that the form left as it `was`, or does not have, stays as it is."""
    old, new = _parts(items, before), _parts(items, sent)
    shown = {} if was is None else _parts(items, _complete(items, was))
    now = old | {
        name: value for name, value in new.items() if name not in shown or shown[name] != value
    }
    found: dict[str, Any] = {"ticked": [i["key"] for i in items if now.get(("tick", i["key"]))]}
    notes = {i["key"]: now[("note", i["key"])] for i in items if now.get(("note", i["key"]))}
    found |= {"notes": notes} if notes else {}
    return found | {name: now[("", name)] for name in ("heading", "on") if now.get(("", name))}


def _complete(items: list[dict[str, str]], was: Mapping[str, Any]) -> dict[str, Any]:
    """What a page showed, with the fields that were empty."""
    notes = was.get("notes") if isinstance(was.get("notes"), dict) else {}
    empty = {item["key"]: "" for item in items}
    return {"heading": "", "on": "", **was, "notes": empty | notes}


def _parts(items: list[dict[str, str]], data: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """A checklist in pieces that are saved each for itself. Notes, heading and day only where `data` has them."""
    ticked, notes = data.get("ticked"), data.get("notes")
    ticked = ticked if isinstance(ticked, list) else []
    notes = notes if isinstance(notes, dict) else {}
    parts: dict[tuple[str, str], Any] = {}
    for item in items:
        parts["tick", item["key"]] = item["key"] in ticked
        if item["key"] in notes:
            text = clean_text(str(notes[item["key"]])).strip()
            parts["note", item["key"]] = text[:MAX_POINT_LENGTH]
    if "heading" in data:
        parts["", "heading"] = clean_line(str(data["heading"]))[:MAX_HEADING_LENGTH]
    if "on" in data:
        parts["", "on"] = _day(data["on"])
    return parts


def _day(value: Any) -> str:
    try:
        return dt.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        return ""
