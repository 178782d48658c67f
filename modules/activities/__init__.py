"""The activities a lesson may hold. A new one is a folder here, its template, and one line below."""

from typing import Any

from modules.activities.artefact import ArtefactBlock
from modules.activities.base import ActivityBlock
from modules.activities.checklist import ChecklistBlock
from modules.activities.note import NoteBlock
from modules.activities.quiz import QuizBlock
from modules.activities.scenario import ScenarioBlock
from modules.activities.survey import SurveyBlock

ACTIVITIES: dict[str, ActivityBlock] = {
    block.kind: block
    for block in (
        ChecklistBlock(),
        QuizBlock(),
        NoteBlock(),
        ScenarioBlock(),
        SurveyBlock(),
        ArtefactBlock(),
    )
}


def choices() -> list[tuple[str, Any]]:
    """Every kind an Activity row may have: those of blocks, and what a lesson and a module have by themselves."""
    from modules.models.structure import ActivityKind

    own = [(kind.value, kind.label) for kind in ActivityKind if kind.value not in ACTIVITIES]
    return [*own, *((block.kind, block.label_of_kind) for block in ACTIVITIES.values())]
