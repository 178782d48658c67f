"""Is everything in a readable curriculum of use? What the reader must not refuse, and a team should still know."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from .lesson import used_keys
from .problems import CurriculumProblems, Problem
from .reader import read
from .shapes import Curriculum, Lesson
from .translations import MAY_BE_SAME, WORDS

KNOWLEDGE = {
    "actions": "action", "sources": "source", "topics": "topic", "facts": "fact", "recommendations": "recommendation",
    "guidance": "guidance", "cases": "case", "checklists": "checklist", "terms": "term", "areas": "area", "levels": "level",
    "profiles": "profile",
}  # fmt: skip
FEW_WORDS = 3  # "Drones" is "Drones" in several languages
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_FILE_NAME = re.compile(r"\S+\.(svg|png|jpe?g|webp|gif)", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to look at. `advice` says what to do about it, where the message does not."""

    file: str
    line: int
    message: str
    advice: str = ""
    severity: Literal["problem", "note"] = "note"

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} {self.advice}".rstrip()


def check_files(
    path: Path | str | None = None, *, today: date | None = None
) -> tuple[Finding, ...]:
    """Everything that is to say about a folder: what the reader found, then what lies across the records."""
    try:
        found = read(path, today=today)
    except CurriculumProblems as refused:
        return (*_read(refused.problems, "problem"), *_read(refused.warnings, "note"))
    return (*_read(found.warnings, "note"), *check(found))


def check(found: Curriculum) -> tuple[Finding, ...]:
    """What lies across the records of a curriculum that could be read, in the order of the files."""
    checks = (_orphans, _alternatives, _outcomes, _addresses, _same_uuid, _untranslated)
    return tuple(sorted(finding for one in checks for finding in one(found)))


def _read(problems: tuple[Problem, ...], severity: Literal["problem", "note"]) -> Iterator[Finding]:
    for one in problems:
        yield Finding(one.file, one.line, one.message, severity=severity)


def _place(found: Curriculum, kind: str, key: Any) -> tuple[str, int]:
    return found.places.get((kind, key), ("", 1))


def _folder(found: Curriculum, module: str) -> str:
    return _place(found, "module", module)[0].rpartition("/")[0]


# ---------------------------------------------------------------- what nothing uses


def _orphans(found: Curriculum) -> Iterator[Finding]:
    for kind, records, elsewhere, advice in (
        ("recommendation", found.recommendations, set(), "Name it in a lesson, or drop it."),
        ("guidance", found.guidance, set(), "Name it in a lesson, or drop it."),
        ("scenario", found.scenarios, _assessed_scenarios(found), "Put a scenario block with it into a lesson."),
        ("checklist", found.checklists, _other_checklists(found), "Put a checklist block with it into a lesson."),
        ("term", found.terms, _said_terms(found), "Link it with [[term:key|words]], or drop it."),
        ("question", found.questions, _tested_questions(found), "Name it in a quiz of its lesson, or drop it."),
    ):  # fmt: skip
        used = {key for lesson in found.lessons.values() for key in used_keys(lesson, kind)}
        for key in records.keys() - used - elsewhere:
            yield Finding(*_place(found, kind, key), f"Nothing uses the {kind} “{key}”.", advice)
    shown = {
        (lesson.meta.module, block.data["file"]) for lesson, block in _blocks(found, "figure")
    } | {(_module(q.key), q.picture.file) for q in found.questions.values() if q.picture}
    for module, file in found.figures.keys() - shown:
        yield Finding(
            f"{_folder(found, module)}/{file}", 1, "No lesson and no question shows this drawing.",
            "Put a figure block with it into a lesson, or remove the file.",
        )  # fmt: skip


def _assessed_scenarios(found: Curriculum) -> set[str]:
    assessed = (module.assessment.scenario for module in found.modules.values())
    return {one.scenario for one in assessed if one}


def _other_checklists(found: Curriculum) -> set[str]:
    artefacts = (module.assessment.artefact for module in found.modules.values())
    return {one.checklist for one in artefacts if one} | {
        key for scenario in found.scenarios.values() for key in scenario.checklists
    }


def _tested_questions(found: Curriculum) -> set[str]:
    """Graded questions: the test of their module draws from them."""
    return {question.key for question in found.questions.values() if question.graded}


def _said_terms(found: Curriculum) -> set[str]:
    """Terms that some text says without a link: whoever meets the word can look it up."""
    spoken = (
        found.actions, found.facts, found.recommendations, found.guidance, found.cases, found.checklists, found.profiles,
        found.modules, found.lessons, found.questions, found.scenarios, found.courses,
    )  # fmt: skip
    text = "\n".join(part for records in spoken for part in _texts(records))
    text = _spoken(text)
    return {
        key
        for key, term in found.terms.items()
        if any(
            re.search(rf"\b{re.escape(_spoken(word))}", text) for word in (term.term, *term.also)
        )
    }


def _spoken(text: str) -> str:
    """Without what cannot be heard: capitals and hyphens."""
    return text.casefold().replace("-", " ")


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif is_dataclass(part):
        for field in fields(part):
            if field.name not in ("key", "slug", "file"):
                yield from _texts(getattr(part, field.name))
    elif isinstance(part, Mapping):
        yield from _texts(tuple(part.values()))
    elif isinstance(part, list | tuple):
        for one in part:
            yield from _texts(one)


def _blocks(found: Curriculum, kind: str) -> Iterator[tuple[Lesson, Any]]:
    for lesson in found.lessons.values():
        for block in lesson.blocks:
            if block.type == kind:
                yield lesson, block


def _module(key: str) -> str:
    return key.rpartition("-")[0]


# ---------------------------------------------------------------- what lacks something


def _alternatives(found: Curriculum) -> Iterator[Finding]:
    """A text alternative is there (the reader sees to that); does it also say what the drawing shows?"""
    for lessons in (found.lessons, *(said.lessons for said in found.translations.values())):
        for lesson in lessons.values():
            for block in lesson.blocks:
                if block.type == "figure":
                    yield from _alternative(
                        lesson.file, block.line, block.data["alt"], block.data["caption"]
                    )
    for question in found.questions.values():
        if question.picture:
            place = _place(found, "question", question.key)
            yield from _alternative(*place, question.picture.alt, question.stem)


def _alternative(file: str, line: int, alt: str, beside: str) -> Iterator[Finding]:
    if not alt.strip() or _FILE_NAME.fullmatch(alt.strip()):
        yield Finding(
            file, line, "The drawing has no alternative text.", "Say in “alt” what it shows.",
            "problem",
        )  # fmt: skip
    elif alt.strip() == beside.strip():
        yield Finding(
            file, line, "The alternative text repeats the words beside the drawing.",
            "Say in “alt” what it shows: who cannot see it hears the same twice.",
        )  # fmt: skip


def _outcomes(found: Curriculum) -> Iterator[Finding]:
    assessed = {question.outcome for question in found.questions.values() if question.graded}
    assessed |= {key for scenario in found.scenarios.values() for key in scenario.outcomes}
    assessed |= {
        key for _lesson, block in _blocks(found, "artefact") for key in block.data["outcomes"]
    }
    for module in found.modules.values():
        artefact = module.assessment.artefact
        for outcome in () if module.is_planned else module.outcomes:
            if outcome.key not in assessed | set(artefact.outcomes if artefact else ()):
                yield Finding(
                    *_place(found, "outcome", outcome.key),
                    f"Nothing assesses the outcome “{outcome.key}”.",
                    "Name it in a graded question, a scenario or an artefact.",
                    "problem" if module.status == "ready" else "note",
                )


def _addresses(found: Curriculum) -> Iterator[Finding]:
    for source in found.sources.values():
        place = _place(found, "source", source.key)
        for name in ("address", "archived"):
            address = getattr(source, name)
            if address and not _is_address(address):
                yield Finding(
                    *place, f"The {name} of “{source.key}” is no address of the web: “{address}”.",
                    "Write it whole, from https:// on and without spaces.", "problem",
                )  # fmt: skip
        if source.doi and not _DOI.fullmatch(source.doi):
            yield Finding(
                *place, f"The doi of “{source.key}” is malformed: “{source.doi}”.",
                "Write it without an address before it: 10.1000/182.", "problem",
            )  # fmt: skip


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    whole = parts.scheme in ("http", "https") and re.fullmatch(r"[^\s.]+(\.[^\s.]+)+", host)
    return bool(whole) and not re.search(r"\s", address) and parts.username is None


def _same_uuid(found: Curriculum) -> Iterator[Finding]:
    """Learners' records go by the uuid, so two things with one would share them."""
    named = [
        (getattr(record, "meta", record).uuid, f"{kind} “{key}”", _place(found, kind, key))
        for kind in ("module", "lesson", "question", "course")
        for key, record in getattr(found, f"{kind}s").items()
    ]
    named += [
        (block.key, f"block in “{lesson.key}”", (lesson.file, block.line))
        for lesson in found.lessons.values()
        for block in lesson.blocks
    ]
    seen: dict[UUID, str] = {}
    for written, name, place in named:
        try:
            uuid = UUID(written)
        except ValueError:
            continue
        if uuid in seen:
            yield Finding(
                *place, f"The {name} has the uuid of the {seen[uuid]}.",
                "Leave it out of the copy, or give that one its own.", "problem",
            )  # fmt: skip
        seen.setdefault(uuid, name)


# ---------------------------------------------------------------- other languages


def _untranslated(found: Curriculum) -> Iterator[Finding]:
    """What is missing where a language was begun: in a kind of knowledge record, a module, a course."""
    for language, said in found.translations.items():
        for name, kind in KNOWLEDGE.items():
            own, there = getattr(found, name), getattr(said, name)
            for key in own.keys() - there.keys() if there else ():
                yield _missing(found, language, kind, key)
            for key, record in there.items():
                if record == own[key] and _count(record) > FEW_WORDS:
                    yield Finding(
                        *_place(found, kind, key), f"The {kind} “{key}” says the same in “{language}”.",
                        f"Translate its words in {language}/.",
                    )  # fmt: skip
        for module in said.modules:
            parts = {
                "lesson": (found.lessons_of(module), said.lessons),
                "question": (found.questions_of(module), said.questions),
                "scenario": (found.scenarios_of(module), said.scenarios),
            }
            for kind, (records, there) in parts.items():
                for record in records:
                    if record.key not in there:
                        yield _missing(found, language, kind, record.key)
        for course in said.courses.values():
            for use in course.modules:
                if use.module not in said.modules and not found.modules[use.module].is_planned:
                    yield Finding(
                        *_place(found, "course", course.key),
                        f"The course “{course.key}” is there in “{language}”, its module “{use.module}” is not.",
                        f"Translate the module in {language}/.",
                    )


def _missing(found: Curriculum, language: str, kind: str, key: Any) -> Finding:
    place = _place(found, kind, key)
    return Finding(
        *place, f"The {kind} “{key}” is not translated into “{language}”.", f"Say it in {language}/{place[0]}."
    )  # fmt: skip


def _count(record: Any) -> int:
    shape = type(record)
    names = (name for name in WORDS[shape] if (shape, name) not in MAY_BE_SAME)
    return sum(len(text.split()) for name in names for text in _texts(getattr(record, name)))
