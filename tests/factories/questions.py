"""Questions in bulk."""

from modules import services
from modules.models import Module, Question, QuestionStatus
from tests import moments


def bank(module: Module, *, count: int = 6) -> list[Question]:
    """Single-choice questions in use, each with one right option of three."""
    return [single(module, f"Question {n} about {module.title}?") for n in range(count)]


def single(module: Module, stem: str, **fields) -> Question:
    answers = [
        {
            "type": "option",
            "id": key,
            "value": {"text": text, "correct": key == "a", "feedback": f"About {text}."},
        }
        for key, text in (("a", "the right one"), ("b", "a wrong one"), ("c", "another wrong one"))
    ]
    question = Question(
        module=module,
        kind="single",
        stem=stem,
        answers=answers,
        status=QuestionStatus.LIVE,
        **fields,
    )
    question.save()
    services.keep_question_version(question=question, at=moments.NOON)
    return question
