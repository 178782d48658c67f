"""A checklist as a document that can be taken away: printed, as plain text, or for a word processor."""

import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from odfdo import Document, Header, Paragraph

from modules.models import Activity, PersonalNote

ODT = "application/vnd.oasis.opendocument.text"


@dataclass(frozen=True)
class Point:
    text: str
    is_ticked: bool
    note: str


@dataclass(frozen=True)
class Paper:
    """A filled-in checklist: the list's own title, the learner's heading, the day it says, and its points."""

    title: str
    heading: str
    on: dt.date
    points: list[Point]

    @property
    def done(self) -> int:
        return sum(point.is_ticked for point in self.points)

    @property
    def summary(self) -> str:
        return _("%(done)s of %(all)s points, on %(day)s") % {
            "done": self.done,
            "all": len(self.points),
            "day": date_format(self.on, "j F Y"),
        }


def paper(activity: Activity, note: PersonalNote) -> Paper:
    """What a learner has kept of a checklist; the day is the one they gave, else that of the last save, else today."""
    data: dict[str, Any] = note.data
    saved = note.updated_at.date() if note.updated_at else dt.date.today()
    ticked, notes = data.get("ticked", []), data.get("notes", {})
    return Paper(
        title=activity.title,
        heading=data.get("heading", ""),
        on=dt.date.fromisoformat(data["on"]) if data.get("on") else saved,
        points=[
            Point(item["text"], item["key"] in ticked, notes.get(item["key"], ""))
            for item in activity.config.get("items", [])
        ],
    )


def as_text(found: Paper) -> str:
    lines = [found.title, "=" * len(found.title), ""]
    lines += [found.heading, ""] if found.heading else []
    lines += [found.summary, ""]
    for point in found.points:
        lines.append(f"[{'x' if point.is_ticked else ' '}] {point.text}")
        lines += [f"    {line}" for line in point.note.splitlines()]
    return "\n".join(lines) + "\n"


def as_odt(found: Paper, language: str) -> bytes:
    """An OpenDocument text. Headings are headings, and each state is a word, not only a sign: it can be read aloud."""
    document = Document("text")
    document.language = language
    document.meta.title = found.heading or found.title
    body = document.body
    body.clear()
    body.append(Header(1, found.heading or found.title))
    if found.heading:
        body.append(Paragraph(found.title))
    body.append(Paragraph(found.summary))
    for point in found.points:
        body.append(Header(2, point.text))
        body.append(Paragraph(f"☑ {_('Done')}" if point.is_ticked else f"☐ {_('Open')}"))
        for line in point.note.splitlines():
            body.append(Paragraph(line))
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()
