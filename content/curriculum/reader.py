"""Reads the curriculum folder: everything is checked first, and every problem is reported at once."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from . import shapes, translations
from .figures import why_unsafe
from .lesson import read_lesson
from .problems import CurriculumProblems
from .prose import check_prose
from .questions import check_basis, check_question
from .scenarios import check_scenario
from .shapes import Curriculum, Lesson, Module
from .sheets import Findings, Sheet

HERE = Path(__file__).parent
KNOWLEDGE = {
    "actions.toml": {"actions": ("action", shapes.Action)},
    "sources.toml": {"sources": ("source", shapes.Source)},
    "recommendations.toml": {"recommendations": ("recommendation", shapes.Recommendation)},
    "guidance.toml": {"guidance": ("guidance", shapes.Guidance)},
    "cases.toml": {"cases": ("case", shapes.Case)},
    "checklists.toml": {"checklists": ("checklist", shapes.Checklist)},
    "glossary.toml": {"terms": ("term", shapes.Term)},
    "competences.toml": {
        "areas": ("area", shapes.Area),
        "levels": ("level", shapes.Level),
        "profiles": ("profile", shapes.Profile),
        "expectations": ("expectation", shapes.Expectation),
    },
}
KEYS = {
    "action": r"A\d", "source": r"S\d+", "topic": r"T\d+", "fact": r"F\d+\.\d\d", "recommendation": r"GR-\d\d", "guidance": r"DG-\d\d",
    "case": r"C\d\d", "checklist": r"K\d\d", "term": r"[a-z0-9]+(-[a-z0-9]+)*", "area": r"[A-Z]", "profile": r"[A-Z]{2}",
    "module": r"[a-z]+\d+[a-z]?", "lesson": r"[a-z]+\d+[a-z]?-l\d\d", "outcome": r"[a-z]+\d+[a-z]?-o\d+",
    "question": r"[a-z]+\d+[a-z]?-q\d\d+", "scenario": r"SC\d\d", "course": r"[a-z0-9]+(-[a-z0-9]+)*",
}  # fmt: skip
LESSON_MINUTES = range(12, 21)


def read(path: Path | str | None = None, *, today: date | None = None) -> Curriculum:
    """The whole curriculum in `path` (by default this folder).

    today   the day from which a fact counts as past its review; by default the day of the clock.
    Raises  CurriculumProblems with every problem and every warning, if there is at least one problem.
    """
    reader = _Reader(Path(path) if path else HERE, today or date.today())
    reader.read_knowledge()
    reader.read_modules()
    reader.read_courses()
    reader.resolve()
    reader.read_translations()
    return reader.result()


class _Reader:
    def __init__(self, root: Path, today: date):
        self.root = root
        self.today = today
        self.findings = Findings()
        self.records: dict[str, dict[Any, Any]] = {
            kind: {} for kind in (*KEYS, "level", "expectation")
        }
        self.places: dict[tuple[str, Any], tuple[str, int]] = {}
        self.figures: dict[tuple[str, str], str] = {}
        self.lessons: list[tuple[Lesson, Sheet]] = []
        self.questions: list[tuple[shapes.Question, tuple[str | int, ...], Sheet]] = []
        self.facts: list[tuple[shapes.Fact, tuple[str | int, ...], Sheet]] = []
        self.module_sheets: dict[str, Sheet] = {}
        self.courses: list[tuple[shapes.Course, Sheet]] = []
        self.translations: dict[str, shapes.Translation] = {}

    # ------------------------------------------------------------ files

    def text(self, path: Path) -> str | None:
        name = self.name(path)
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self.findings.problem(name, 1, "This file is missing.")
        except UnicodeDecodeError:
            self.findings.problem(name, 1, "This file is not UTF-8 text.")
        return None

    def sheet(self, path: Path) -> Sheet | None:
        text = self.text(path)
        if text is None:
            return None
        sheet = Sheet(text, self.name(path), self.findings)
        return sheet if sheet.is_readable else None

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def add(
        self, kind: str, record: Any, path: tuple[str | int, ...], sheet: Sheet, key: Any = None
    ) -> None:
        """Keeps a record under its key, unless the key is taken or malformed."""
        key = record.key if key is None else key
        place = (sheet.file, sheet.lines.at((*path, "key")))
        if kind in KEYS and isinstance(key, str) and key and not re.fullmatch(KEYS[kind], key):
            sheet.problem((*path, "key"), f"“{key}” does not look like the key of a {kind}.")
        if key in self.records[kind]:
            file, line = self.places[kind, key]
            sheet.problem(
                (*path, "key"),
                f"The {kind} key “{key}” is used already in {file}:{line}.",
            )
            return
        self.records[kind][key] = record
        self.places[kind, key] = place

    def table(self, sheet: Sheet, name: str, shape: type) -> Iterable[tuple[Any, tuple[str, int]]]:
        rows = sheet.data.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            sheet.problem((name,), f"“{name}” must be a list of tables: [[{name}]].")
            return
        for n, row in enumerate(rows):
            yield sheet.build(shape, row, (name, n)), (name, n)

    def only(self, sheet: Sheet, names: Iterable[str]) -> None:
        for name in sheet.data.keys() - set(names):
            sheet.problem((name,), f"Unknown field “{name}”.")

    # ------------------------------------------------------------ knowledge

    def read_knowledge(self) -> None:
        for file, tables in KNOWLEDGE.items():
            sheet = self.sheet(self.root / "knowledge" / file)
            if sheet is None:
                continue
            self.only(sheet, tables)
            for name, (kind, shape) in tables.items():
                for record, path in self.table(sheet, name, shape):
                    self.add(kind, record, path, sheet, self._key(kind, record))
                    if kind == "checklist":
                        self._check_items(record, path, sheet)
        for file in sorted((self.root / "knowledge" / "facts").glob("*.toml")):
            if sheet := self.sheet(file):
                self._read_facts(sheet)

    @staticmethod
    def _key(kind: str, record: Any) -> Any:
        if kind == "level":
            return record.level
        return (record.profile, record.area) if kind == "expectation" else record.key

    @staticmethod
    def _check_items(
        checklist: shapes.Checklist, path: tuple[str | int, ...], sheet: Sheet
    ) -> None:
        keys = [item.key for item in checklist.items]
        for n, key in enumerate(keys):
            if key in keys[:n]:
                sheet.problem(
                    (*path, "items", n), f"The key “{key}” stands twice in this checklist."
                )

    def _read_facts(self, sheet: Sheet) -> None:
        self.only(sheet, ("topic", "facts"))
        if not isinstance(sheet.data.get("topic"), dict):
            sheet.problem((), "The head [topic] with key and title is missing.")
            topic = None
        else:
            topic = sheet.build(shapes.Topic, sheet.data["topic"], ("topic",))
            self.add("topic", topic, ("topic",), sheet)
        for fact, path in self.table(sheet, "facts", shapes.Fact):
            self.add("fact", fact, path, sheet)
            self.facts.append((fact, path, sheet))
            if topic and fact.topic != topic.key:
                sheet.problem(
                    (*path, "topic"),
                    f"“{fact.key}” names topic {fact.topic}, and this file is about {topic.key}.",
                )
            if fact.key and f"T{fact.key[1:].partition('.')[0]}" != fact.topic:
                sheet.problem(
                    (*path, "key"), f"The key “{fact.key}” does not belong to topic {fact.topic}."
                )
            if fact.certainty in shapes.GRADABLE and not fact.sources:
                sheet.problem(
                    (*path, "certainty"),
                    f"“{fact.key}” is marked as {fact.certainty} and names no source.",
                )
            if fact.review_by < fact.valid_as_of and fact.review_by != date.max:
                sheet.problem(
                    (*path, "review_by"),
                    f"The review date of “{fact.key}” lies before its valid-as-of date.",
                )
            if fact.review_by < self.today:
                sheet.warn((*path, "review_by"), f"“{fact.key}” is past its review date.")

    # ------------------------------------------------------------ modules

    def read_modules(self) -> None:
        for folder in sorted(p for p in (self.root / "modules").glob("*") if p.is_dir()):
            if not (folder / "module.toml").exists():
                self.findings.problem(
                    self.name(folder), 1, "The folder of a module needs a module.toml."
                )
            elif sheet := self.sheet(folder / "module.toml"):
                module = sheet.build(Module)
                self._read_module(module, folder, sheet)

    def _read_module(self, module: Module, folder: Path, sheet: Sheet) -> None:
        self.add("module", module, (), sheet)
        self.module_sheets[module.key] = sheet
        for n, outcome in enumerate(module.outcomes):
            self.add("outcome", outcome, ("outcomes", n), sheet)
            self._check_owner(outcome.key, module.key, ("outcomes", n, "key"), sheet)
        if not module.outcomes:
            sheet.problem((), "A module needs at least one outcome.")
        for n, key in enumerate(module.short.lessons if module.short else ()):
            self._check_owner(key, module.key, ("short", "lessons", n), sheet)
        if module.is_planned:
            self._check_planned(module, sheet)
        else:
            self._check_written(module, sheet)
            self._read_lessons(module, folder, sheet)
        self._read_bank(module, folder, sheet)
        self._read_scenarios(module, folder)
        self._read_figures(module, folder)

    @staticmethod
    def _check_owner(key: str, module: str, path: tuple[str | int, ...], sheet: Sheet) -> None:
        if key and module and not key.startswith(f"{module}-"):
            sheet.problem(path, f"The key “{key}” must start with “{module}-”.")

    def _check_planned(self, module: Module, sheet: Sheet) -> None:
        if module.lessons:
            sheet.problem(
                ("lessons",),
                "A planned module has no lessons. Use lessons_planned for their titles.",
            )
        # Its scenarios are not written either, so their keys need not resolve yet.
        wanted = self.findings.wanted
        self.findings.wanted = [
            w for w in wanted if not (w.file == sheet.file and w.kinds == ("scenario",))
        ]

    @staticmethod
    def _check_written(module: Module, sheet: Sheet) -> None:
        for name in ("review_by", "valid_as_of", "owner"):
            if getattr(module, name) is None:
                sheet.problem((), f"The field “{name}” is missing.")
        if not module.lessons:
            sheet.problem((), "A module that is not planned needs lessons.")
        whole, parts = (
            (module.hours.online + module.hours.practice) * 60,
            sum(module.minutes.values()),
        )
        if parts != whole:
            sheet.problem(
                ("minutes",), f"The minutes add up to {parts}; the hours say {whole:g} minutes."
            )
        listed = sum(entry.minutes for entry in module.lessons)
        if module.minutes.get("lessons", listed) != listed:
            sheet.problem(
                ("minutes", "lessons"),
                f"The lessons add up to {listed} minutes, not {module.minutes['lessons']}.",
            )

    def _read_lessons(self, module: Module, folder: Path, sheet: Sheet) -> None:
        for n, entry in enumerate(module.lessons):
            path = ("lessons", n)
            self._check_owner(entry.key, module.key, (*path, "key"), sheet)
            if entry.minutes not in LESSON_MINUTES:
                sheet.problem(
                    (*path, "minutes"), f"A lesson takes 12 to 20 minutes, not {entry.minutes}."
                )
            if entry.planned and module.status == "ready":
                sheet.problem(
                    (*path, "planned"),
                    f"“{entry.key}” is planned, and the module is marked as ready.",
                )
            if entry.planned:
                self.add("lesson", entry, path, sheet)
            elif not (folder / entry.file).is_file():
                sheet.problem((*path, "file"), f"The file “{entry.file}” is missing.")
                self.add("lesson", entry, path, sheet)
            else:
                self._read_lesson(entry, n, module, folder, sheet)
        listed = {entry.file for entry in module.lessons if not entry.planned}
        for file in sorted(folder.glob("*.md")):
            if file.name not in listed and file.name != "README.md":
                self.findings.problem(
                    self.name(file),
                    1,
                    "This lesson is not listed in module.toml, or is listed as planned.",
                )

    def _read_lesson(
        self, entry: shapes.LessonEntry, n: int, module: Module, folder: Path, sheet: Sheet
    ) -> None:
        text = self.text(folder / entry.file)
        found = (
            read_lesson(text, self.name(folder / entry.file), self.findings)
            if text is not None
            else None
        )
        if found is None:
            self.add("lesson", entry, ("lessons", n), sheet)
            return
        lesson, head = found
        self.lessons.append(found)
        self.add("lesson", lesson, (), head)
        for name, expected in (
            ("key", entry.key),
            ("title", entry.title),
            ("sensitivity", entry.sensitivity),
            ("module", module.key),
            ("order", n + 1),
        ):
            if getattr(lesson.meta, name) != expected:
                head.problem(
                    (name,),
                    f"The field “{name}” is “{getattr(lesson.meta, name)}” here and “{expected}” in module.toml.",
                )
        if lesson.meta.minutes != entry.minutes:
            head.problem(
                ("minutes",),
                f"The lesson says {lesson.meta.minutes} minutes; module.toml says {entry.minutes}.",
            )
        for key in lesson.meta.outcomes:
            if key not in {outcome.key for outcome in module.outcomes}:
                head.problem(("outcomes",), f"“{key}” is not an outcome of this module.", key)
        for block in lesson.blocks:
            for field in ("file", "captions") if block.type in ("figure", "video") else ():
                name = block.data.get(field)
                if name and not name.startswith("https://"):
                    self._check_file(folder, name, block, lesson)
        check_prose(lesson, self.findings)

    def _check_file(self, folder: Path, name: str, block: shapes.Block, lesson: Lesson) -> None:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            self.findings.problem(
                lesson.file, block.line, f"“{name}” must lie inside the folder of the module."
            )
        elif not path.is_file():
            self.findings.problem(lesson.file, block.line, f"The file “{name}” is missing.")
        elif block.type == "figure" and path.suffix != ".svg":
            self.findings.problem(
                lesson.file, block.line, f"The drawing “{name}” must be an SVG file."
            )

    @staticmethod
    def _is_drawing(folder: Path, name: str) -> bool:
        path = (folder / name).resolve()
        return path.parent == (folder / "figures").resolve() and (
            path.suffix == ".svg" and path.is_file()
        )

    def _read_bank(self, module: Module, folder: Path, sheet: Sheet) -> None:
        if not (folder / "questions.toml").exists():
            if module.status == "ready" and module.assessment.quiz:
                sheet.problem(
                    ("assessment",), "The module has a quiz, and questions.toml is missing."
                )
            return
        bank = self.sheet(folder / "questions.toml")
        if bank is None:
            return
        built = bank.build(shapes.QuestionBank)
        if built.module != module.key:
            bank.problem(
                ("module",),
                f"This question bank belongs to “{module.key}”, not to “{built.module}”.",
            )
        own_outcomes = {outcome.key for outcome in module.outcomes}
        for n, question in enumerate(built.questions):
            path = ("questions", n)
            self.add("question", question, path, bank)
            self.questions.append((question, path, bank))
            self._check_owner(question.key, module.key, (*path, "key"), bank)
            check_question(question, path, bank)
            if question.picture and not self._is_drawing(folder, question.picture.file):
                bank.problem(
                    (*path, "picture", "file"),
                    f"“{question.picture.file}” is no SVG drawing in the folder of the module.",
                )
            if question.outcome and question.outcome not in own_outcomes:
                bank.problem(
                    (*path, "outcome"), f"“{question.outcome}” is not an outcome of this module."
                )
            if question.lesson and question.lesson not in {entry.key for entry in module.lessons}:
                bank.problem(
                    (*path, "lesson"), f"“{question.lesson}” is not a lesson of this module."
                )
        self._check_pool(module, built, sheet)

    @staticmethod
    def _check_pool(module: Module, bank: shapes.QuestionBank, sheet: Sheet) -> None:
        quiz = module.assessment.quiz
        if quiz is None:
            return
        graded = sum(question.graded for question in bank.questions)
        report = sheet.problem if module.status == "ready" else sheet.warn
        if graded < quiz.draw:
            report(
                ("assessment", "quiz", "draw"),
                f"The quiz draws {quiz.draw} questions, and the bank has {graded} graded ones.",
            )
        if len(bank.questions) < quiz.pool_minimum:
            report(
                ("assessment", "quiz", "pool_minimum"),
                f"The bank has {len(bank.questions)} of at least {quiz.pool_minimum} questions.",
            )

    def _read_scenarios(self, module: Module, folder: Path) -> None:
        for file in sorted(folder.glob("scenario-*.toml")):
            sheet = self.sheet(file)
            if sheet is None:
                continue
            scenario = sheet.build(shapes.Scenario)
            self.add("scenario", scenario, (), sheet)
            if scenario.module != module.key:
                sheet.problem(
                    ("module",),
                    f"This scenario lies in “{module.key}” and names “{scenario.module}”.",
                )
            if scenario.key and scenario.key not in module.scenarios:
                sheet.problem(
                    ("key",), f"“{scenario.key}” is not listed in “scenarios” of module.toml."
                )
            check_scenario(scenario, sheet)

    def _read_figures(self, module: Module, folder: Path) -> None:
        for file in sorted((folder / "figures").glob("*")):
            if file.suffix != ".svg":
                self.findings.problem(
                    self.name(file), 1, "The figures folder holds only SVG drawings."
                )
                continue
            text = self.text(file)
            if text is None:
                continue
            for line, message in why_unsafe(text):
                self.findings.problem(self.name(file), line, message)
            self.figures[module.key, file.relative_to(folder).as_posix()] = text

    # ------------------------------------------------------------ courses

    def read_courses(self) -> None:
        for file in sorted((self.root / "courses").glob("*.toml")):
            if sheet := self.sheet(file):
                course = sheet.build(shapes.Course)
                self.add("course", course, (), sheet)
                self.courses.append((course, sheet))
                if course.slug and file.stem not in (course.slug, course.key):
                    sheet.problem(
                        ("slug",),
                        f"The file is called “{file.name}”; its name should be the slug or the key of the course.",
                    )
                if not course.modules:
                    sheet.problem(("modules",), "A course needs at least one module.")

    # ------------------------------------------------------------ across files

    def resolve(self) -> None:
        known = {kind: set(records) for kind, records in self.records.items()}
        known["action"] = {action.number for action in self.records["action"].values()}
        for wanted in self.findings.wanted:
            if not any(wanted.key in known[kind] for kind in wanted.kinds):
                names = " or ".join(wanted.kinds)
                self.findings.problem(
                    wanted.file, wanted.line, f"There is no {names} “{wanted.key}”."
                )
        for course, sheet in self.courses:
            self._check_short(course, sheet)
            self._check_hours(course, sheet)
        for module in self.records["module"].values():
            self._check_short_pool(module)
        for question, path, sheet in self.questions:
            check_basis(question, path, sheet, self.records["fact"])
        for lesson, head in self.lessons:
            self._check_graded_quizzes(lesson)
            for key in lesson.meta.facts:
                fact = self.records["fact"].get(key)
                if fact and fact.review_by < self.today:
                    head.warn(
                        ("facts",), f"The lesson rests on “{key}”, which is past its review date."
                    )

    def _check_short(self, course: shapes.Course, sheet: Sheet) -> None:
        """What an open course asks of its modules has to be there."""
        for n, use in enumerate(course.modules if course.status == "open" else ()):
            module = self.records["module"].get(use.module)
            if module is None or module.is_planned:
                continue
            if use.short and module.short is None:
                sheet.problem(("modules", n), f"“{use.module}” has no short version.")
            if use.artefact and module.assessment.artefact is None:
                sheet.problem(("modules", n), f"“{use.module}” has no artefact.")

    def _check_hours(self, course: shapes.Course, sheet: Sheet) -> None:
        """The hours of a course are those of the modules it requires, once all of them are known."""
        parts = []
        for use in course.modules:
            module = self.records["module"].get(use.module)
            if module is None or (use.short and module.short is None):
                return
            hours = module.hours.online + module.hours.practice
            parts.append((module.short.hours if use.short else hours) if use.required else 0)
        if course.modules and sum(parts) != course.hours:
            sheet.problem(
                ("hours",),
                f"The modules take {sum(parts):g} hours; the course says {course.hours:g}.",
            )

    def _check_short_pool(self, module: Module) -> None:
        """The test of a short version draws from the graded questions of its lessons."""
        if module.short is None:
            return
        graded = sum(
            question.graded and question.lesson in module.short.lessons
            for question, _path, _sheet in self.questions
        )
        if graded < module.short.draw:
            self.module_sheets[module.key].problem(
                ("short", "draw"),
                f"The short version draws {module.short.draw} questions, and its lessons have {graded} graded ones.",
            )

    def _check_graded_quizzes(self, lesson: Lesson) -> None:
        for block in lesson.blocks:
            if block.type == "quiz" and block.data.get("mode") == "graded":
                for key in block.data["questions"]:
                    question = self.records["question"].get(key)
                    if question and not question.graded:
                        self.findings.problem(
                            lesson.file,
                            block.line,
                            f"The graded quiz “{block.key}” uses “{key}”, which is for practice only.",
                        )

    def read_translations(self) -> None:
        """The other languages, checked against the source. With a broken source there is nothing to check against."""
        if not self.findings.problems:
            self.translations = translations.read_all(
                self.root, self.records, self.findings, KNOWLEDGE
            )

    def result(self) -> Curriculum:
        # A planned lesson and one that cannot be read stand in for their key only.
        lessons = {
            key: lesson
            for key, lesson in self.records["lesson"].items()
            if isinstance(lesson, Lesson)
        }
        warnings = tuple(sorted(set(self.findings.warnings)))
        if self.findings.problems:
            raise CurriculumProblems(tuple(sorted(set(self.findings.problems))), warnings)
        r = self.records
        return Curriculum(
            actions=r["action"], sources=r["source"], topics=r["topic"], facts=r["fact"], recommendations=r["recommendation"],
            guidance=r["guidance"], cases=r["case"], checklists=r["checklist"], terms=r["term"], areas=r["area"], levels=r["level"],
            profiles=r["profile"], expectations=tuple(r["expectation"].values()), modules=r["module"], lessons=lessons,
            questions=r["question"], scenarios=r["scenario"], courses=r["course"], figures=self.figures,
            translations=self.translations, places=self.places, warnings=warnings,
        )  # fmt: skip
