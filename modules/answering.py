"""What a form shows again after a mistake, and what a marked attempt tells."""

from collections.abc import Mapping

from django.http import QueryDict

from modules import drawing, kinds, presenting
from modules.answers import read_one, with_saved
from modules.kinds.base import Shown
from modules.models import Attempt, QuestionVersion
from modules.models.structure import readable_by
from modules.pages_lookup import urls_of


def typed(questions: list[Shown], post: QueryDict, problems: Mapping[int, str]) -> None:
    """Put back what the person chose and say what is wrong beside each question."""
    for n, question in enumerate(questions):
        question.error = problems.get(n, "")
        kinds.get(question.kind).put_back(question, post)


def tell_locked(
    questions: list[Shown], attempt: Attempt, versions: Mapping[int, QuestionVersion]
) -> None:
    """Beside questions that were checked while the test is open: what is said of the answer."""
    post = with_saved(QueryDict(), attempt)
    for n, question in enumerate(questions):
        if not attempt.saved.get(str(n), {}).get("locked"):
            continue
        version = versions[question.version]
        kind, arranged = kinds.get(question.kind), drawing.arranged(attempt.drawn[n])
        answer, _problem = read_one(post, n, attempt.drawn[n], version)
        question.mark = dict(kind.mark(version.content, answer))
        question.explanation = version.content.get("explanation", "")
        question.facts = list(version.question.facts.all())
        kind.tell(question, arranged, version.content, answer, question.mark)


def feedback(attempt: Attempt, versions: Mapping[int, QuestionVersion]) -> list[Shown]:
    """The questions of a submitted attempt with what was chosen, what was right in it, and why.

    Only the learner's own choices are commented; the key of what they left out stays on the server.
    """
    marks = {mark["version"]: mark for mark in attempt.result}
    shown = []
    for n, entry in enumerate(attempt.drawn):
        version = versions[entry["version"]]
        question = presenting.show_question(n, entry, version)
        question.mark = marks[version.pk]
        question.explanation = version.content.get("explanation", "")
        kinds.get(question.kind).tell(
            question,
            drawing.arranged(entry),
            version.content,
            attempt.answers.get(str(version.pk)),
            marks[version.pk],
        )
        question.facts = list(version.question.facts.all())
        shown.append(question)
    _lead_back(shown, attempt, versions)
    return shown


def _lead_back(
    questions: list[Shown],
    attempt: Attempt,
    versions: Mapping[int, QuestionVersion],
) -> None:
    """Where to read again: the lesson of each question that was not fully right, if the learner may read it."""
    lessons = {
        q.version: versions[q.version].question.lesson
        for q in questions
        if q.mark and not q.mark["correct"]
    }
    labels = readable_by(attempt.learner)
    wanted = {
        lesson.uuid
        for lesson in lessons.values()
        if lesson and lesson.is_live and lesson.sensitivity in labels
    }
    urls = urls_of(wanted) if wanted else {}
    for question in questions:
        lesson = lessons.get(question.version)
        if lesson and lesson.uuid in urls:
            question.lesson_title, question.lesson_url = lesson.title, urls[lesson.uuid]
