"""A lesson body with every kind of block."""

import datetime as dt
import uuid

from content.models import (
    Case,
    Checklist,
    Drawing,
    Fact,
    Guidance,
    Recommendation,
    Source,
    Term,
    Topic,
)

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0H10"/></svg>'


def knowledge() -> dict:
    """One record of each kind, linked."""
    topic, _made = Topic.objects.get_or_create(key="T1", defaults={"title": "Squares"})
    source, _made = Source.objects.get_or_create(
        key="S1", defaults={"title": "A source", "says": "It says so."}
    )
    day = dt.date(2026, 11, 1)
    fact, _made = Fact.objects.get_or_create(
        key="F1.01",
        defaults={
            "topic": topic, "title": "Squares are read by walking", "text": "A square is read by walking.", "certainty": "seen",
            "valid_as_of": day, "review_by": dt.date(2099, 1, 1),
        },
    )  # fmt: skip
    fact.sources.add(source)
    case, _made = Case.objects.get_or_create(
        key="C01", defaults={"title": "A case", "text": "It was tried."}
    )
    term, _made = Term.objects.get_or_create(
        key="stand-off", defaults={"term": "Stand-off", "definition": "A distance."}
    )
    recommendation, _made = Recommendation.objects.get_or_create(
        key="GR-01", defaults={"title": "A mandate", "text": "Adopt one."}
    )
    guidance, _made = Guidance.objects.get_or_create(
        key="DG-01", defaults={"title": "Start early", "text": "Do."}
    )
    drawing, _made = Drawing.objects.get_or_create(
        key="t-square", defaults={"title": "A square", "svg": SVG}
    )
    checklist, _made = Checklist.objects.get_or_create(
        key="K01", defaults={"title": "A list", "items": [{"key": "a", "text": "Do a."}]}
    )
    return {
        "fact": fact, "case": case, "term": term, "recommendation": recommendation, "guidance": guidance,
        "drawing": drawing, "checklist": checklist, "source": source,
    }  # fmt: skip


def survey(**fields) -> dict:
    """The raw value of a survey with a question of each kind; keys are single, multiple, scale, text."""
    options = lambda *texts: [{"type": "item", "value": text, "id": text.lower()} for text in texts]  # noqa: E731
    questions = [
        {"type": "single", "id": "single", "value": {"text": "When do you walk?", "is_required": True, "options": options("Day", "Night")}},
        {"type": "multiple", "id": "multiple", "value": {"text": "With whom?", "is_required": False, "options": options("Alone", "Friends", "Dog")}},
        {"type": "scale", "id": "scale", "value": {"text": "How is the light?", "is_required": False, "low": "Poor", "high": "Good"}},
        {"type": "text", "id": "text", "value": {"text": "What else?", "is_required": False}},
    ]  # fmt: skip
    return {
        "title": "Your square", "intro": "", "questions": questions, "is_required": False, "threshold": 3,
        "show_results": True, "closes_on": None,
    } | fields  # fmt: skip


def full_body(school) -> list[dict]:
    """Raw blocks of every kind but video, with references."""
    known = knowledge()
    item = lambda value: {"type": "item", "value": value, "id": str(uuid.uuid4())}  # noqa: E731
    return [
        {"type": "callout", "value": {"kind": "scene", "title": "Scene", "text": "<p>In Lagomura.</p>"}},
        {"type": "text", "value": "<p>We walk [[F1.01]]. See [[GR-01]] and [[term:stand-off|distance]].</p>"},
        {"type": "figure", "value": {"drawing": known["drawing"].pk, "alt": "A square.", "caption": "Square", "legend": [], "facts": []}},
        {"type": "case", "value": {"case": known["case"].pk, "title": "Case", "text": "<p>Tried [[C01]].</p>", "takeaway": "Try."}},
        {"type": "checklist", "value": {"checklist": known["checklist"].pk, "title": "List", "intro": "", "items": [item({"key": "a", "text": "Do a."})]}},
        {"type": "note", "value": {"title": "In your city", "prompt": "Which?", "minutes": 2, "note": ""}},
        {"type": "quiz", "value": {"title": "Check", "mode": "graded", "questions": [item(q.pk) for q in school.questions[:3]], "draw": 2, "is_required": False}},
        {"type": "quiz", "value": {"title": "Try", "mode": "practice", "questions": [item(school.questions[3].pk)], "draw": 1, "is_required": False}},
        {"type": "survey", "value": survey()},
        {"type": "advice", "value": {"title": "Where", "recommendations": [item(known["recommendation"].pk)], "guidance": [item(known["guidance"].pk)], "note": ""}},
    ]  # fmt: skip
