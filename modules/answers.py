"""From what a form posts to answers. Positions in, ids out."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict

from modules import drawing, kinds
from modules.errors import UnreadableAnswer
from modules.models import Attempt, QuestionVersion

Answers = dict[int, Any]


def read(
    post: QueryDict, drawn: Sequence[drawing.Drawn], versions: Mapping[int, QuestionVersion]
) -> tuple[Answers, dict[int, str]]:
    """Answers by version id, and what is wrong with a question by its place (0, 1, …).

    Raises UnreadableAnswer for a position that was never shown: no browser sends that by itself.
    """
    answers: Answers = {}
    problems: dict[int, str] = {}
    for n, entry in enumerate(drawn):
        answer, problem = read_one(post, n, entry, versions[entry["version"]])
        if problem:
            problems[n] = problem
        else:
            answers[entry["version"]] = answer
    return answers, problems


def read_one(
    post: QueryDict, place: int, entry: drawing.Drawn, version: QuestionVersion
) -> tuple[Any, str]:
    """The answer to the question at this place, and what is wrong with it. Raises UnreadableAnswer."""
    content = version.content
    kind = kinds.get(content["kind"])
    return kind.read(post, f"q{place}", drawing.arranged(entry), content)


def fields_of(post: QueryDict, place: int) -> dict[str, list[str]]:
    """What a posted form says for the question at this place: {field name: values}."""
    name = f"q{place}"
    return {key: post.getlist(key) for key in post if key == name or key.startswith(f"{name}-")}


def with_saved(post: QueryDict, attempt: Attempt) -> QueryDict:
    """A posted form, completed with what was saved for questions it says nothing of, or that are locked."""
    merged = QueryDict(mutable=True)
    for place in range(len(attempt.drawn)):
        kept = attempt.saved.get(str(place), {})
        given = fields_of(post, place)
        fields = kept.get("data", {}) if kept.get("locked") or not given else given
        for name, values in fields.items():
            merged.setlist(name, values)
    return merged


def saved_answers(attempt: Attempt) -> Answers:
    """The complete answers among what an attempt saved; half an answer is none."""
    versions = QuestionVersion.objects.in_bulk([entry["version"] for entry in attempt.drawn])
    post = with_saved(QueryDict(), attempt)
    found: Answers = {}
    for n, entry in enumerate(attempt.drawn):
        try:
            answer, problem = read_one(post, n, entry, versions[entry["version"]])
        except UnreadableAnswer:
            continue
        if not problem:
            found[entry["version"]] = answer
    return found
