"""What Stoa teaches from: actions, recommendations, guidance, facts, sources, glossary, competences."""

from content.models.competence import Area, Expectation, Level, Profile
from content.models.evidence import Action, Certainty, Fact, Source, Topic
from content.models.practice import Case, Checklist, Drawing, Guidance, Recommendation, Term
from content.models.record import LoadedRecord

__all__ = [
    "Action",
    "Area",
    "Case",
    "Certainty",
    "Checklist",
    "Drawing",
    "Expectation",
    "Fact",
    "Guidance",
    "Level",
    "LoadedRecord",
    "Profile",
    "Recommendation",
    "Source",
    "Term",
    "Topic",
]
