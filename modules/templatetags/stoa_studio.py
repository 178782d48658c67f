"""Tags for the studio: a question as it will be asked, and with its key."""

import uuid

from django import template

from modules import drawing, kinds, presenting
from modules.kinds.base import Shown, Written
from modules.models import Question, QuestionVersion

register = template.Library()
PREVIEW = uuid.UUID(
    int=0
)  # one order for every preview, so that typing does not shuffle the answers about


@register.simple_tag
def problem_of(question: Question) -> str:
    """What is missing before a question can be asked, or an empty string."""
    return kinds.problem_of(question) or ""


@register.simple_tag
def as_asked(question: Question) -> Shown:
    """The question as a form shows it. Only for one without a problem."""
    content = kinds.content_of(question)
    for name in ("options", "items", "pairs", "extra", "gaps", "spots"):
        for part in content.get(name, []):
            part["id"] = part["id"] if part["id"] != "None" else str(uuid.uuid4())
    version = QuestionVersion(pk=question.current_id or 0, content=content)
    return presenting.show_question(0, drawing.shuffled(version, PREVIEW), version)


@register.simple_tag
def scripts_of(question: Question) -> tuple[str, ...]:
    """The static modules that make the form of this kind nicer."""
    return kinds.get(question.kind).scripts


@register.simple_tag
def author_help(question: Question) -> dict | None:
    """What its kind shows an author beside the key: {"template", "question"}, or None."""
    return kinds.get(question.kind).author_help(_own_parts(question))


@register.simple_tag
def with_key(question: Question) -> list[dict]:
    """The answers as their author wrote them: [{"text", "right", "feedback"}]; `right` is None where order or pairs decide."""
    return kinds.get(question.kind).key_lines(_own_parts(question))


def _own_parts(question: Question) -> list[Written]:
    """The parts that belong to the kind; somebody who changed the kind may have left others."""
    blocks = kinds.get(question.kind).blocks
    return [part for part in kinds.written(question) if part.block in blocks]
