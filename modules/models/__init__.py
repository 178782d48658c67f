"""What a learner does: modules, lessons, activities, questions, attempts, statements."""

from modules.models.artefact import (
    Marking,
    Rubric,
    Submission,
    SubmissionFile,
    SurveyAnswer,
    VersionSeen,
)
from modules.models.attempt import (
    Accommodation,
    Appeal,
    Attempt,
    Completion,
    Correction,
    GradedBy,
    PersonalNote,
)
from modules.models.cartridge import CartridgeImport
from modules.models.exchange import QuestionImport
from modules.models.question import (
    ItemStatistics,
    Question,
    QuestionStatus,
    QuestionTranslation,
    QuestionVersion,
    Regrade,
)
from modules.models.statement import Statement, Verb
from modules.models.structure import (
    Activity,
    ActivityKind,
    ChangeClass,
    FeedbackPolicy,
    Lesson,
    Module,
    ModuleVersion,
    Outcome,
    Scenario,
    ScenarioTranslation,
    Sensitivity,
)

__all__ = [
    "Accommodation",
    "Activity",
    "ActivityKind",
    "Appeal",
    "Attempt",
    "CartridgeImport",
    "ChangeClass",
    "Completion",
    "Correction",
    "FeedbackPolicy",
    "GradedBy",
    "ItemStatistics",
    "Lesson",
    "Marking",
    "Module",
    "ModuleVersion",
    "Outcome",
    "PersonalNote",
    "Question",
    "QuestionImport",
    "QuestionStatus",
    "QuestionTranslation",
    "QuestionVersion",
    "Regrade",
    "Rubric",
    "Scenario",
    "ScenarioTranslation",
    "Sensitivity",
    "Statement",
    "Submission",
    "SubmissionFile",
    "SurveyAnswer",
    "Verb",
    "VersionSeen",
]
