"""Reads `<language>/`: the words of the curriculum in another language, laid over the source they belong to.

A translation holds keys and words. Everything else is the source's and may be left out. So what comes out is a whole
record of the source's shape, in other words.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from . import shapes
from .lesson import REFERENCE, Part, split_lesson
from .sheets import Findings, Sheet

LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?")

# The fields of each shape that are translated. What is not named here follows the source.
WORDS: dict[type, tuple[str, ...]] = {
    shapes.Action: ("title", "problem", "aim", "published", "not_seen"),
    shapes.Source: ("body", "says"),
    shapes.Topic: ("title",),
    shapes.Fact: ("title", "text"),
    shapes.Recommendation: ("title", "text", "basis_note"),
    shapes.Guidance: ("title", "text", "measures", "reference", "basis_note"),
    shapes.Case: ("title", "text"),
    shapes.Checklist: ("title",),
    shapes.ChecklistItem: ("text",),
    shapes.Term: ("term", "definition", "also"),
    shapes.Area: ("title",),
    shapes.Level: ("title", "text"),
    shapes.Profile: ("title", "text"),
    shapes.Module: ("title", "summary", "content_note"),
    shapes.Outcome: ("text",),
    shapes.Artefact: ("title", "text", "criteria"),
    shapes.ArtefactField: ("label", "help"),
    shapes.FrontMatter: ("title", "summary", "content_note", "objectives"),
    shapes.FigureBlock: ("caption", "alt", "legend", "long_description"),
    shapes.VideoBlock: ("title", "transcript"),
    shapes.FactBlock: ("title",),
    shapes.CaseBlock: ("title", "takeaway"),
    shapes.CalloutBlock: ("title",),
    shapes.ChecklistBlock: ("title", "intro"),
    shapes.QuizBlock: ("title",),
    shapes.ScenarioBlock: ("title", "intro"),
    shapes.ReflectionBlock: ("title", "prompt", "note"),
    shapes.GuidanceBlock: ("title", "note"),
    shapes.SurveyBlock: ("title", "intro"),
    shapes.SurveyQuestion: ("text", "low", "high"),
    shapes.SurveyOption: ("text",),
    shapes.ArtefactBlock: ("title", "text", "reminder"),
    shapes.AskedField: ("label", "help"),
    shapes.Question: ("stem", "explanation"),
    shapes.Option: ("text", "feedback"),
    shapes.OrderItem: ("text", "feedback"),
    shapes.Pair: ("left", "right", "feedback"),
    shapes.ExtraAnswer: ("right", "feedback"),
    shapes.Gap: ("before", "after", "accepted", "feedback"),
    shapes.Number: ("feedback",),
    shapes.Picture: ("alt",),
    shapes.Spot: ("label", "feedback"),
    shapes.Scenario: ("title", "role", "content_note", "intro"),
    shapes.ScenarioCriterion: ("title",),
    shapes.Node: ("title", "text"),
    shapes.Choice: ("text", "response"),
    shapes.Debrief: ("title", "intro"),
    shapes.DebriefPoint: ("title", "text"),
    shapes.DebriefCriterion: ("low", "high"),
    shapes.DebriefReflection: ("prompt",),
    shapes.Course: ("title", "summary", "audience"),
    shapes.Certificate: ("title", "text"),
}
# Parts of a record that hold words, by the field they stand in. A list is matched by the key of its entries.
PARTS: dict[type, tuple[str, ...]] = {
    shapes.Checklist: ("items",),
    shapes.ChecklistBlock: ("items",),
    shapes.SurveyBlock: ("questions",),
    shapes.SurveyQuestion: ("options",),
    shapes.ArtefactBlock: ("fields",),
    shapes.Module: ("outcomes", "lessons_planned", "assessment"),
    shapes.Assessment: ("artefact",),
    shapes.Artefact: ("fields",),
    shapes.Question: ("options", "items", "pairs", "extra", "gaps", "number", "picture", "spots"),
    shapes.Scenario: ("criteria", "nodes", "debrief"),
    shapes.Node: ("choices",),
    shapes.Debrief: ("points", "criteria", "reflection"),
    shapes.Course: ("certificate",),
}
# Words that may be left out, because they are often the same in every language.
MAY_BE_SAME = {
    (shapes.Source, "body"),
    (shapes.Guidance, "reference"),
    (shapes.Term, "also"),
    (shapes.Gap, "accepted"),
    (shapes.Scenario, "role"),
}
# Another language may need more of these, or fewer.
OF_ANY_LENGTH = {(shapes.Term, "also"), (shapes.Gap, "accepted")}
# Another language may need words where the source needs none: the gap stands elsewhere in the sentence.
MAY_MOVE = {(shapes.Gap, "before"), (shapes.Gap, "after")}
KEY = {shapes.Level: "level", shapes.DebriefCriterion: "criterion"}
_MARKDOWN = MarkdownIt("commonmark")
_MISSING = object()
Place = tuple[str | int, ...]


def folders(root: Path) -> list[Path]:
    """The folders of translations: those called like a language."""
    return sorted(p for p in root.iterdir() if p.is_dir() and LANGUAGE.fullmatch(p.name))


class Reader:
    """Reads the folder of one language and checks it against what the files of the source say."""

    def __init__(
        self,
        root: Path,
        language: str,
        records: Mapping[str, Mapping[Any, Any]],
        findings: Findings,
        knowledge: Mapping[str, Mapping[str, tuple[str, type]]],
    ):
        self.root = root
        self.folder = root / language
        self.language = language
        self.source = records
        self.findings = findings
        self.knowledge = knowledge
        self.found: dict[str, dict[Any, Any]] = {kind: {} for kind in records}
        self.known_files: set[Path] = set()

    def read(self) -> shapes.Translation:
        for file, tables in self.knowledge.items():
            self._read_tables(self.folder / "knowledge" / file, tables)
        for file in sorted((self.root / "knowledge" / "facts").glob("*.toml")):
            self._read_facts(self.folder / "knowledge" / "facts" / file.name)
        for file in sorted((self.root / "modules").glob("*/module.toml")):
            self._read_module(file.parent)
        for file in sorted((self.root / "courses").glob("*.toml")):
            self._read_whole("course", self.folder / "courses" / file.name, file)
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path not in self.known_files and path.name != "README.md":
                self.findings.problem(
                    self._name(path), 1, "There is no such file in the source language."
                )
        found = self.found
        return shapes.Translation(
            language=self.language, actions=found["action"], sources=found["source"], topics=found["topic"],
            facts=found["fact"], recommendations=found["recommendation"], guidance=found["guidance"], cases=found["case"],
            checklists=found["checklist"], terms=found["term"], areas=found["area"], levels=found["level"],
            profiles=found["profile"], modules=found["module"], lessons=found["lesson"], questions=found["question"],
            scenarios=found["scenario"], courses=found["course"],
        )  # fmt: skip

    # ------------------------------------------------------------ files

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _text(self, path: Path) -> str | None:
        """The text of an optional file."""
        self.known_files.add(path)
        if not path.is_file():
            return None
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            self.findings.problem(self._name(path), 1, "This file is not UTF-8 text.")
            return None

    def _sheet(self, path: Path) -> Sheet | None:
        text = self._text(path)
        if text is None:
            return None
        sheet = Sheet(text, self._name(path), self.findings)
        if not sheet.is_readable:
            return None
        self._check_language(sheet)
        return sheet

    def _check_language(self, sheet: Sheet) -> None:
        if sheet.data.get("language", self.language) != self.language:
            sheet.problem(("language",), f"The language of this folder is “{self.language}”.")

    # ------------------------------------------------------------ knowledge

    def _read_tables(self, path: Path, tables: Mapping[str, tuple[str, type]]) -> None:
        sheet = self._sheet(path)
        for name in sheet.data if sheet else ():
            if name not in tables or tables[name][1] not in WORDS:
                sheet.problem((name,), f"There is nothing to translate in “{name}”.")
            else:
                self._read_records(sheet, name, *tables[name])

    def _read_facts(self, path: Path) -> None:
        sheet = self._sheet(path)
        if sheet is None:
            return
        for name in sheet.data:
            if name == "topic" and isinstance(sheet.data[name], dict):
                self._read_record(sheet, sheet.data[name], (name,), "topic", shapes.Topic)
            elif name == "facts":
                self._read_records(sheet, name, "fact", shapes.Fact)
            else:
                sheet.problem((name,), f"There is nothing to translate in “{name}”.")

    def _read_records(self, sheet: Sheet, name: str, kind: str, shape: type) -> None:
        rows = sheet.data[name]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            sheet.problem((name,), f"“{name}” must be a list of tables: [[{name}]].")
            return
        for n, row in enumerate(rows):
            self._read_record(sheet, row, (name, n), kind, shape)

    def _read_record(self, sheet: Sheet, row: dict, place: Place, kind: str, shape: type) -> None:
        key = row.get(KEY.get(shape, "key"), "")
        source = self.source[kind].get(key)
        if source is None:
            sheet.problem(place, f"There is no {kind} “{key}” in the source language.")
        elif key in self.found[kind]:
            sheet.problem(place, f"The {kind} “{key}” stands twice.")
        else:
            self.found[kind][key] = lay_over(source, row, place, sheet)

    def _read_whole(self, kind: str, path: Path, file: Path) -> Any:
        """A file that is one record; the file of the source, which has the same name, says which."""
        sheet = self._sheet(path)
        if sheet is None:
            return None
        key = sheet.data.get("key", "")
        source = self.source[kind].get(key)
        if source is None:
            sheet.problem(("key",), f"There is no {kind} “{key}” in the source language.")
            return None
        if f'"{key}"' not in file.read_text(encoding="utf-8"):
            sheet.problem(("key",), f"“{key}” is not the {kind} of the file of this name.")
        self.found[kind][key] = lay_over(source, sheet.data, (), sheet)
        return self.found[kind][key]

    # ------------------------------------------------------------ modules

    def _read_module(self, source: Path) -> None:
        folder = self.folder / "modules" / source.name
        self._read_whole("module", folder / "module.toml", source / "module.toml")
        for file in sorted(source.glob("*.md")):
            self._read_lesson(folder / file.name)
        for file in sorted(source.glob("scenario-*.toml")):
            self._read_whole("scenario", folder / file.name, file)
        bank = (
            self._sheet(folder / "questions.toml") if (source / "questions.toml").exists() else None
        )
        if bank is None:
            return
        for name in bank.data:
            if name == "questions":
                self._read_records(bank, name, "question", shapes.Question)
            elif name not in ("module", "language"):
                bank.problem((name,), f"Unknown field “{name}”.")
        known = {
            question["key"] for question in bank.data.get("questions", ()) if "key" in question
        }
        module = str(bank.data.get("module", ""))
        for key in self.source["question"]:
            if key.rpartition("-")[0] == module and key not in known:
                bank.problem((), f"The question “{key}” is missing.")

    def _read_lesson(self, path: Path) -> None:
        text = self._text(path)
        split = split_lesson(text, self._name(path), self.findings) if text is not None else None
        if split is None:
            return
        head, parts = split
        self._check_language(head)
        key = head.data.get("key", "")
        source = self.source["lesson"].get(key)
        if not isinstance(source, shapes.Lesson):
            head.problem(("key",), f"There is no lesson “{key}” in the source language.")
            return
        if path.name != source.file.rpartition("/")[2]:
            head.problem(("key",), f"The lesson “{key}” has another file in the source language.")
        meta = lay_over(source.meta, head.data, (), head)
        blocks = self._blocks(source, list(parts), path)
        self.found["lesson"][key] = shapes.Lesson(meta=meta, blocks=blocks, file=self._name(path))

    def _blocks(self, source: shapes.Lesson, parts: list[Part], path: Path) -> tuple:
        """The blocks in the words of the translation. Both have the same, in the same order."""
        file, found = self._name(path), []
        wanted, written = [b.key for b in source.blocks], [p.key for p in parts]
        if wanted != written:
            n = next(
                (
                    n
                    for n, pair in enumerate(zip(wanted, written, strict=False))
                    if pair[0] != pair[1]
                ),
                min(len(wanted), len(written)),
            )
            line = parts[n].line if n < len(parts) else parts[-1].line if parts else 1
            expected = f"“{wanted[n]}”" if n < len(wanted) else "the end of the lesson"
            self.findings.problem(file, line, f"Here the source has {expected}.")
            return source.blocks
        for block, part in zip(source.blocks, parts, strict=True):
            found.append(self._block(block, part, file))
        return tuple(found)

    def _block(self, block: shapes.Block, part: Part, file: str) -> shapes.Block:
        if block.type != part.type:
            self.findings.problem(
                file,
                part.line,
                f"This block is a “{block.type}” in the source, not a “{part.type}”.",
            )
            return block
        data = block.data
        if block.type in shapes.BLOCKS:
            sheet = Sheet("\n".join(part.head), file, self.findings, first_line=part.line + 1)
            if sheet.is_readable:
                data = _block_data(block, sheet)
        text = part.text
        if bool(text) != bool(block.text):
            missing = "is missing" if block.text else "stands here and not in the source"
            self.findings.problem(file, part.line, f"The text of “{block.key}” {missing}.")
            text = block.text
        for problem in check_text(block.text, text):
            self.findings.problem(file, part.text_line, problem)
        return dataclasses.replace(
            block, data=data, text=text, line=part.line, text_line=part.text_line
        )


def _block_data(block: shapes.Block, sheet: Sheet) -> dict[str, Any]:
    data = dict(block.data)
    if block.type == "checklist":
        data["items"] = tuple(shapes.ChecklistItem(**item) for item in data["items"])
    if block.type == "survey":
        data["questions"] = tuple(_survey_question(one) for one in data["questions"])
    if block.type == "artefact":
        data["fields"] = tuple(shapes.AskedField(**one) for one in data["fields"])
    source = shapes.BLOCKS[block.type](**data)
    return dataclasses.asdict(lay_over(source, sheet.data, (), sheet))


def _survey_question(data: Mapping[str, Any]) -> shapes.SurveyQuestion:
    options = tuple(shapes.SurveyOption(**one) for one in data["options"])
    return shapes.SurveyQuestion(**{**data, "options": options})


# ---------------------------------------------------------------- one record


def lay_over(source: Any, data: Mapping[str, Any], place: Place, sheet: Sheet) -> Any:
    """The source in the words of `data`. What does not fit is written down, and the source's words stand there."""
    shape = type(source)
    known = {field.name for field in dataclasses.fields(shape)}
    changes: dict[str, Any] = {}
    for name in data:
        if name not in known:
            sheet.problem((*place, name), f"Unknown field “{name}”.")
    for name in WORDS.get(shape, ()):
        said = _words(shape, name, getattr(source, name), data.get(name, _MISSING), place, sheet)
        if said is not _MISSING:
            changes[name] = said
    for name in PARTS.get(shape, ()):
        changes[name] = _parts(getattr(source, name), data.get(name), (*place, name), sheet)
    return dataclasses.replace(source, **changes)


def _words(shape: type, name: str, own: Any, given: Any, place: Place, sheet: Sheet) -> Any:
    where = (*place, name)
    if given is _MISSING:
        if own and (shape, name) not in MAY_BE_SAME and (shape, name) not in MAY_MOVE:
            sheet.problem(place, f"The field “{name}” is missing.")
        return _MISSING
    if isinstance(own, tuple):
        if not isinstance(given, list) or not all(isinstance(one, str) and one for one in given):
            sheet.problem(where, f"The field “{name}” must be a list of texts, none of them empty.")
            return _MISSING
        if len(given) != len(own) and (shape, name) not in OF_ANY_LENGTH:
            sheet.problem(
                where, f"“{name}” has {len(given)} entries here and {len(own)} in the source."
            )
            return _MISSING
        pairs = zip(own, given, strict=True) if len(own) == len(given) else ()
    elif not isinstance(given, str):
        sheet.problem(where, f"The field “{name}” must be text.")
        return _MISSING
    else:
        if own and not given.strip() and (shape, name) not in MAY_MOVE:
            sheet.problem(where, f"The field “{name}” is empty.")
            return _MISSING
        pairs = [(own, given)]
    for one, other in pairs:
        for problem in check_references(one, other):
            sheet.problem(where, problem)
    return tuple(given) if isinstance(own, tuple) else given


def _parts(own: Any, given: Any, place: Place, sheet: Sheet) -> Any:
    """The parts of a record in other words: one part, a list known by key, or a list of plain titles."""
    if not own:
        if given:
            sheet.problem(place, f"The source has no “{place[-1]}”.")
        return own
    if isinstance(own, tuple) and not dataclasses.is_dataclass(own[0]):
        return _titles(own, given, place, sheet)
    if isinstance(own, tuple) and isinstance(own[0], shapes.PlannedTitle):
        return _titles(own, given, place, sheet)
    if not isinstance(own, tuple):
        if given is None:
            if _has_words(own):
                sheet.problem(place[:-1], f"“{place[-1]}” is missing.")
            return own
        if not isinstance(given, Mapping):
            sheet.problem(place, f"“{place[-1]}” must be a table.")
            return own
        return lay_over(own, given, place, sheet)
    rows = given if isinstance(given, list) else []
    name = KEY.get(type(own[0]), "key")
    by_key: dict[Any, tuple[int, Mapping[str, Any]]] = {}
    known = {getattr(part, name) for part in own}
    for n, row in enumerate(rows):
        key = row.get(name, "") if isinstance(row, Mapping) else ""
        if key not in known:
            sheet.problem((*place, n), f"There is no “{key}” in “{place[-1]}” of the source.")
        elif key in by_key:
            sheet.problem((*place, n), f"“{key}” stands twice in “{place[-1]}”.")
        else:
            by_key[key] = (n, row)
    found = []
    for part in own:
        key = getattr(part, name)
        if key in by_key:
            n, row = by_key[key]
            found.append(lay_over(part, row, (*place, n), sheet))
        else:
            if _has_words(part):
                sheet.problem(
                    place if rows else place[:-1], f"“{key}” is missing in “{place[-1]}”."
                )
            found.append(part)
    return tuple(found)


def _titles(own: tuple, given: Any, place: Place, sheet: Sheet) -> tuple:
    """Planned lessons: titles without keys, so by their order. They may be left out."""
    if given is None:
        return own
    titles = [row.get("title", "") if isinstance(row, Mapping) else row for row in given]
    if len(titles) != len(own) or not all(isinstance(title, str) and title for title in titles):
        sheet.problem(
            place, f"“{place[-1]}” has {len(titles)} entries here and {len(own)} in the source."
        )
        return own
    return tuple(titles)


def _has_words(part: Any) -> bool:
    shape = type(part)
    return any(
        getattr(part, name) and (shape, name) not in MAY_BE_SAME for name in WORDS.get(shape, ())
    ) or any(_any_words(getattr(part, name)) for name in PARTS.get(shape, ()))


def _any_words(part: Any) -> bool:
    if isinstance(part, tuple):
        return any(_has_words(one) for one in part if dataclasses.is_dataclass(one))
    return part is not None and _has_words(part)


# ---------------------------------------------------------------- texts


def check_references(own: str, given: str) -> Iterator[str]:
    """What the translation refers to and the source does not, and the other way round."""
    there, here = _references(own), _references(given)
    for key in sorted(there - here):
        yield f"The reference [[{key}]] of the source is missing here."
    for key in sorted(here - there):
        yield f"The reference [[{key}]] does not stand in the source."


def _references(text: str) -> set[str]:
    return {found.group(1).strip() for found in REFERENCE.finditer(text)}


def check_text(own: str, given: str) -> Iterator[str]:
    """Markdown of one block: the same paragraphs, headings, lists and references in the same order."""
    yield from check_references(own, given)
    there, here = _outline(own), _outline(given)
    if there != here:
        n = next(
            (n for n, pair in enumerate(zip(there, here, strict=False)) if pair[0] != pair[1]),
            min(len(there), len(here)),
        )
        expected = there[n] if n < len(there) else "nothing more"
        instead = here[n] if n < len(here) else "nothing more"
        yield f"Part {n + 1} of this text is {expected} in the source and {instead} here."
    if any(
        token.type == "html_block" or any(c.type == "html_inline" for c in token.children or ())
        for token in _MARKDOWN.parse(given)
    ):
        yield "Raw HTML is not allowed in a lesson."


_CALLED = {
    "paragraph_open": "a paragraph",
    "bullet_list_open": "a list with bullets",
    "ordered_list_open": "a numbered list",
    "list_item_open": "an item of a list",
    "blockquote_open": "a quotation",
}


def _outline(text: str) -> list[str]:
    return [
        f"a heading {token.tag}" if token.type == "heading_open" else _CALLED[token.type]
        for token in _MARKDOWN.parse(text)
        if token.type == "heading_open" or token.type in _CALLED
    ]


def read_all(
    root: Path,
    records: Mapping[str, Mapping[Any, Any]],
    findings: Findings,
    knowledge: Mapping[str, Mapping[str, tuple[str, type]]],
) -> dict[str, shapes.Translation]:
    """Every language there is a folder for, by its code."""
    return {
        folder.name: Reader(root, folder.name, records, findings, knowledge).read()
        for folder in folders(root)
    }
