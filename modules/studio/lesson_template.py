"""The anatomy of a lesson, with which a new one starts: never an empty form."""

import datetime as dt
import json
import uuid
from typing import Any

from django.utils.translation import gettext_lazy as _

SCENE = _(
    "Open with a short fictional scene: who is where, what goes wrong, and why nobody meant it. Three to five sentences."
)
EXPLAIN = _(
    "Explain one idea in plain sentences. Put the key of a fact after each factual one. Add a figure where a drawing says it faster."
)
UNKNOWN = _("Say honestly what nobody knows yet, or where sources disagree.")
PROMPT = _("Ask one question that a learner can answer for their own city in two minutes.")
PROMPTS = (SCENE, EXPLAIN, UNKNOWN, PROMPT)

REVIEW_AFTER = dt.timedelta(days=365)


def body() -> list[dict[str, Any]]:
    """Raw blocks: scene, text, quiz, what we do not know, private note, where it leads."""
    return [
        {"type": "callout", "value": {"kind": "scene", "title": str(_("A morning on the square")), "text": f"<p>{SCENE}</p>"}},
        {"type": "text", "value": "<h2>" + _("What happened here") + f"</h2><p>{EXPLAIN}</p>"},
        {"type": "quiz", "value": {"title": str(_("Check what you take with you")), "mode": "graded", "questions": [None], "draw": 3, "is_required": False}},
        {"type": "callout", "value": {"kind": "unknown", "title": str(_("What we do not know")), "text": f"<p>{UNKNOWN}</p>"}},
        {
            "type": "note",
            "value": {
                "title": str(_("In your city")), "prompt": str(PROMPT), "minutes": 2,
                "note": str(_("Only you can read this. Please do not describe weaknesses of a real place.")),
            },
        },
        {"type": "advice", "value": {"title": str(_("Where this leads")), "recommendations": [], "guidance": [], "note": ""}},
    ]  # fmt: skip


def fill(page, *, today: dt.date) -> None:
    """Give a new, still empty lesson page the anatomy and its dates."""
    if not page.body:
        page.body = page._meta.get_field("body").to_python(
            json.dumps([block | {"id": str(uuid.uuid4())} for block in body()])
        )
    page.valid_as_of = page.valid_as_of or today
    page.review_by = page.review_by or today + REVIEW_AFTER
