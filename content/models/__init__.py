"""What Stoa teaches from: actions, recommendations, guidance, facts, sources, glossary, competences."""

from content.models.competence import Area, Expectation, Level, Profile
from content.models.evidence import Action, Certainty, DocumentType, Fact, Source, Standing, Topic
from content.models.link import EvidenceLink, LinkKind
from content.models.practice import Case, Checklist, Drawing, Guidance, Recommendation, Term
from content.models.record import LoadedFile, LoadedRecord
from content.models.review import Change, ChangeClass, Digest, ReviewTask
from content.models.search import SearchPassage

__all__ = [
    "Action",
    "Area",
    "Case",
    "Certainty",
    "Change",
    "ChangeClass",
    "Checklist",
    "Digest",
    "DocumentType",
    "Drawing",
    "EvidenceLink",
    "Expectation",
    "Fact",
    "Guidance",
    "Level",
    "LinkKind",
    "LoadedFile",
    "LoadedRecord",
    "Profile",
    "Recommendation",
    "ReviewTask",
    "SearchPassage",
    "Source",
    "Standing",
    "Term",
    "Topic",
]
