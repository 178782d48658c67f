"""A question in the language of the person who answers it. Same ids, same draw, same marking; other words.

Words of a translation hold wherever the source still says what was translated. So an edited question shows the parts
that did not change in the translation and the others as they are, and an attempt that drew an older version keeps its
words.
"""

import copy
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from wagtail.log_actions import log

from content.text import clean_line, clean_text
from modules import kinds
from modules.errors import NotTranslated
from modules.kinds.base import texts_of, translated
from modules.models import Question, QuestionTranslation, QuestionVersion

TRANSLATE = "stoa_modules.translate"
MAX_WORDS = 2000  # characters of one text
MAX_FORMS = 40  # accepted answers of one gap

Words = str | list[str]


@dataclass
class Line:
    """One text of a question beside its translation. `is_outdated`: the source changed since it was translated."""

    path: str
    source: Words
    words: Words = ""
    is_outdated: bool = False


def languages(source: str = "en") -> list[tuple[str, str]]:
    """The languages a question can be translated into: [(code, name)]."""
    return [(code, name) for code, name in settings.LANGUAGES if code != source]


def in_language(
    version: QuestionVersion, translation: QuestionTranslation | None, *, only_forms: bool = False
) -> dict[str, Any]:
    """The content of a version in the words of a translation of its question; `only_forms`: only what is accepted.

    Pure, if the translation was fetched with its version.
    """
    content = version.content
    if translation is None:
        return content
    kind = kinds.get(content["kind"])
    source, then = texts_of(kind, content), _source_of(translation)
    texts = {
        path: _both(words, source[path])
        for path, words in translation.texts.items()
        if path in source
        and then.get(path) == source[path]
        and (isinstance(words, list) or not only_forms)
    }
    return translated(kind, content, texts)


def overlay(
    versions: Mapping[int, QuestionVersion], language: str | None
) -> dict[int, QuestionVersion]:
    """The versions as a learner of this language reads them. One query, none where all are written in it."""
    known = _translations(versions.values(), language)
    return {pk: _said(version, known.get(version.question_id)) for pk, version in versions.items()}


def for_marking(
    versions: Mapping[int, QuestionVersion], language: str | None
) -> dict[int, QuestionVersion]:
    """The versions as an answer in this language is marked: by the source, and what else is accepted in the language.

    One query, none where nothing is typed or all are written in it.
    """
    typed = [version for version in versions.values() if _forms(version)]
    known = _translations(typed, language)
    return {
        pk: _said(version, known.get(version.question_id), only_forms=True)
        for pk, version in versions.items()
    }


def lines(question: Question, translation: QuestionTranslation | None) -> list[Line]:
    """Every text of the question as it is now, with what the translation says of it."""
    if question.current is None:
        return []
    content = question.current.content
    source = texts_of(kinds.get(content["kind"]), content)
    texts = translation.texts if translation else {}
    then = _source_of(translation) if translation else {}
    return [
        Line(path, words, texts.get(path, ""), bool(texts.get(path)) and then.get(path) != words)
        for path, words in source.items()
    ]


def is_outdated(question: Question, translation: QuestionTranslation) -> bool:
    """Whether some words of it stand for a source that has changed."""
    return translation.version_id != question.current_id and any(
        line.is_outdated for line in lines(question, translation)
    )


def save_translation(
    *, question: Question, language: str, texts: Mapping[str, Words], at: dt.datetime, by=None
) -> QuestionTranslation:
    """Keep the words of a question in a language, as a translation of its current version. Empty ones are left out.

    texts    {path: words}; an accepted answer is a list. Unknown paths are ignored.
    Raises   NotTranslated for a language this site does not have, or the source's own; or a question without a version.
    """
    with transaction.atomic():
        locked = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
        current = locked.current
        if current is None or language not in dict(languages(current.language)):
            raise NotTranslated(language)
        source = texts_of(kinds.get(current.content["kind"]), current.content)
        kept = {
            path: _cleaned(words, source[path]) for path, words in texts.items() if path in source
        }
        row, _made = QuestionTranslation.objects.update_or_create(
            question=locked, language=language,
            defaults={
                "version": current, "texts": {path: words for path, words in kept.items() if words}, "updated_at": at,
            },
        )  # fmt: skip
        log(instance=locked, action=TRANSLATE, user=by, data={"language": language})
    return row


def outdated_languages(questions: Sequence[Question]) -> dict[int, list[str]]:
    """Languages that are behind, by question id. One query; the questions come with their current version."""
    rows = QuestionTranslation.objects.filter(question__in=questions).select_related("version")
    known = {question.pk: question for question in questions}
    found: dict[int, list[str]] = {}
    for row in rows:
        if is_outdated(known[row.question_id], row):
            found.setdefault(row.question_id, []).append(row.language)
    return found


def same_words(question: Question, texts: Mapping[str, Words]) -> set[str]:
    """Paths whose words say the same as another part's though the source does not: a learner could not tell them apart."""
    source = {line.path: line.source for line in lines(question, None)}
    seen: dict[tuple[str, Words], str] = {}
    found = set()
    for path, words in texts.items():
        field = path.rpartition(".")[2]
        if field not in {"text", "left", "right", "label"} or path not in source or not words:
            continue
        first = seen.setdefault((field, words), path)
        if source[first] != source[path]:
            found |= {first, path}
    return found


def _translations(
    versions: Iterable[QuestionVersion], language: str | None
) -> dict[int, QuestionTranslation]:
    foreign = {version.question_id for version in versions if version.language != language}
    if not language or not foreign:
        return {}
    rows = QuestionTranslation.objects.filter(language=language, question__in=foreign)
    return {row.question_id: row for row in rows.select_related("version")}


def _said(
    version: QuestionVersion, translation: QuestionTranslation | None, *, only_forms: bool = False
) -> QuestionVersion:
    """A copy with the words of a translation; the version itself stays frozen."""
    if translation is None:
        return version
    said = copy.copy(version)
    said.content = in_language(version, translation, only_forms=only_forms)
    return said


def _forms(version: QuestionVersion) -> bool:
    texts = texts_of(kinds.get(version.content["kind"]), version.content)
    return any(isinstance(words, list) for words in texts.values())


def _source_of(translation: QuestionTranslation) -> dict[str, Words]:
    content = translation.version.content
    return texts_of(kinds.get(content["kind"]), content)


def _both(words: Words, own: Words) -> Words:
    """What is accepted in the source is accepted in every language: the same answer earns the same."""
    if isinstance(words, list) and isinstance(own, list):
        return [*words, *(form for form in own if form not in words)]
    return words


def _cleaned(words: Words, source: Words) -> Words:
    if isinstance(source, list):
        given: Iterable[str] = words.splitlines() if isinstance(words, str) else words
        forms = [clean_line(str(form))[:MAX_WORDS] for form in given]
        return list(dict.fromkeys(form for form in forms if form))[:MAX_FORMS]
    return clean_text(str(words)).strip()[:MAX_WORDS] if isinstance(words, str) else ""
