"""One question of each kind, in use."""

import copy
from typing import Any

from content import curriculum
from content.models import Drawing
from modules import kinds, services
from modules.models import Module, Question, QuestionStatus
from tests import moments

SECTION = "m08-street-section"
OPTIONS = [
    {"id": "a", "text": "The question", "correct": True, "feedback": "Yes, it comes first."},
    {"id": "b", "text": "The object", "correct": False, "feedback": "That is late."},
]
PICTURE = {
    "drawing": SECTION,
    "image": None,
    "alt": "Section through a street, a planter with a tree, a seat, steps and a square with people.",
}


def spot(key: str, label: str, box: tuple[float, ...], correct: bool) -> dict[str, Any]:
    x, y, width, height = box
    return {
        "id": key, "label": label, "x": x, "y": y, "width": width, "height": height, "correct": correct,
        "feedback": f"About {label.lower()}.",
    }  # fmt: skip


CONTENTS: dict[str, dict[str, Any]] = {
    "single": {"stem": "What comes first?", "options": OPTIONS},
    "multiple": {
        "stem": "Which two are uses of a seat?",
        "options": [
            {"id": "a", "text": "To wait", "correct": True, "feedback": "Yes."},
            {"id": "b", "text": "To meet", "correct": True, "feedback": "Yes."},
            {"id": "c", "text": "To park", "correct": False, "feedback": "Not on it."},
        ],
    },
    "true_false": {
        "stem": "A planter needs a foundation.",
        "options": [
            {"id": "true", "text": "True", "correct": True, "feedback": "Yes."},
            {"id": "false", "text": "False", "correct": False, "feedback": "It does."},
        ],
    },
    "ordering": {
        "stem": "Put the work in order.",
        "items": [
            {"id": key, "text": text, "feedback": ""}
            for key, text in (("a", "Ask"), ("b", "Choose"), ("c", "Build"))
        ],
    },
    "matching": {
        "stem": "What is it for?",
        "pairs": [
            {"id": "a", "left": "A lamp", "right": "To see", "feedback": "Yes."},
            {"id": "b", "left": "A bench", "right": "To rest", "feedback": "Yes."},
        ],
        "extra": [{"id": "x", "right": "To drive", "feedback": ""}],
    },
    "fill_in": {
        "stem": "Complete the two sentences.",
        "gaps": [
            {"id": "a", "before": "A group that walks a place together makes an", "after": "walk.",
             "accepted": ["exploratory", "explorative"], "case": False, "accents": False, "feedback": "Yes."},
            {"id": "b", "before": "What is kept between a vehicle and a building is a", "after": "distance.",
             "accepted": ["stand-off"], "case": False, "accents": False, "feedback": "Yes."},
        ],
    },
    "numeric": {
        "stem": "How wide is the opening in the drawing?",
        "number": {"id": "n", "value": "1.2", "tolerance": "0.05", "unit": "m", "units": [{"unit": "cm", "factor": "0.01"}],
                   "feedback": "Wide enough for a wheelchair."},
    },
    "hotspot": {
        "stem": "Which places in this section offer a rest? More than one place is right.",
        "picture": PICTURE,
        "spots": [
            spot("seat", "The long seat", (47.5, 33, 11, 40), True),
            spot("steps", "The steps", (60.5, 31, 9.5, 42), True),
            spot("road", "The carriageway", (2, 50, 21, 28), False),
            spot("post", "A small thing at the kerb", (25.2, 70, 2, 2), False),
            spot("square", "The square", (75, 13, 23, 48), False),
        ],
    },
}  # fmt: skip


def content(kind: str) -> dict[str, Any]:
    """The content of a version of that kind."""
    return {"kind": kind, "explanation": f"Why: {kind}.", **copy.deepcopy(CONTENTS[kind])}


def drawing() -> Drawing:
    """A shipped drawing, which the hotspot question shows."""
    svg = curriculum.read().figures["m08", f"figures/{SECTION}.svg"]
    found, _made = Drawing.objects.get_or_create(
        key=SECTION, defaults={"title": "Section", "svg": svg}
    )
    return found


def question(module: Module, found: dict[str, Any], **fields: Any) -> Question:
    """A question in use with this content."""
    made = Question(
        module=module,
        kind=found["kind"],
        stem=found["stem"],
        explanation=found["explanation"],
        answers=kinds.get(found["kind"]).answers(found),
        status=QuestionStatus.LIVE,
        **fields,
    )
    made.save()
    services.keep_question_version(question=made, at=moments.NOON)
    return made


def one_of_each(module: Module) -> list[Question]:
    drawing()
    return [question(module, content(kind)) for kind in CONTENTS]
