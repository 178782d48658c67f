"""How long and how hard to read is each module, in each language?"""

from collections.abc import Iterator
from dataclasses import dataclass

from .lesson import used_keys
from .prose import LONGEST_AVERAGE, sentence_lengths, words
from .shapes import Curriculum, Lesson


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One module in one language. `heavy`: lessons whose sentences are too long on average, with that average."""

    module: str
    language: str
    lessons: int
    words: int
    minutes: int
    questions: int
    figures: int
    facts: int
    average: float
    longest: int
    heavy: tuple[tuple[str, float], ...]


def readings(found: Curriculum) -> list[Reading]:
    """Every written module, with its translations below it."""
    return [
        _reading(found, module.key, language)
        for module in found.modules.values()
        if found.lessons_of(module.key)
        for language in (
            module.language,
            *(code for code, said in found.translations.items() if module.key in said.modules),
        )
    ]


def table(found: Curriculum) -> Iterator[str]:
    """The report in lines, as the commands print it."""
    row = "{:8} {:4} {:>7} {:>6} {:>7} {:>9} {:>7} {:>5} {:>8} {:>8}"
    yield row.format(*"module in lessons words minutes questions figures facts sentence longest".split())  # fmt: skip
    rows = readings(found)
    for one in rows:
        yield row.format(
            one.module, one.language, one.lessons, one.words, one.minutes, one.questions,
            one.figures, one.facts, f"{one.average:.1f}", one.longest,
        )  # fmt: skip
    heavy = [
        f"{lesson} ({one.language}, {average:.1f})" for one in rows for lesson, average in one.heavy
    ]
    yield f"More than {LONGEST_AVERAGE} words a sentence on average: {', '.join(heavy) or 'no lesson'}."


def _reading(found: Curriculum, module: str, language: str) -> Reading:
    lessons: tuple[Lesson, ...] = found.lessons_of(module)
    questions = {question.key for question in found.questions_of(module)}
    if said := found.translations.get(language):
        lessons = tuple(said.lessons[one.key] for one in lessons if one.key in said.lessons)
        questions &= said.questions.keys()
    lengths = {lesson.key: sentence_lengths(lesson, language) for lesson in lessons}
    averages = {key: sum(found) / len(found) for key, found in lengths.items() if found}
    every = [length for found in lengths.values() for length in found]
    return Reading(
        module=module,
        language=language,
        lessons=len(lessons),
        words=sum(map(words, lessons)),
        minutes=sum(lesson.meta.minutes for lesson in lessons),
        questions=len(questions),
        figures=sum(block.type == "figure" for lesson in lessons for block in lesson.blocks),
        facts=len({key for lesson in lessons for key in used_keys(lesson, "fact")}),
        average=sum(every) / len(every) if every else 0,
        longest=max(every, default=0),
        heavy=tuple((key, n) for key, n in averages.items() if n > LONGEST_AVERAGE),
    )
