"""From modules, lessons, questions and scenarios back to their files (content/exporting.py says how)."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.text import slugify

from content import rich_text
from content.curriculum import shapes, writing
from content.curriculum.lesson import LISTS, Part, read_lesson, split_lesson, used_keys
from content.curriculum.sheets import Findings, Sheet
from content.curriculum.writing import Data, Unordered, Written, in_order
from content.exporting import Export
from content.models import Case, Checklist, Drawing, Fact, Guidance, Recommendation
from content.models.base import source_language
from modules import identity, kinds
from modules.kinds.base import texts_of
from modules.models import (
    FeedbackPolicy,
    Lesson,
    Module,
    Question,
    QuestionStatus,
    QuestionTranslation,
    Scenario,
)
from modules.pages_lookup import page_type
from modules.pages_mixins import LessonPageMixin, ModulePageMixin

BLOCK_OF = {"note": "reflection", "advice": "guidance"}  # block of the studio: block of the files
BLOCK_TITLES = {"quiz": "Check yourself", "note": "In your city", "advice": "Where this leads"}
WORK = {
    "key": "work",
    "label": "Your work",
    "help": "Or a few lines about it, if you attach it.",
    "rows": 12,
}


def export_modules(export: Export) -> None:
    """Keys are given to what has none yet: a file needs them, and they never change again."""
    pages = {page.translation_key: page for page in _pages(ModulePageMixin, source_language())}
    folders = {}
    for path in [
        p for p in export.files if p.startswith("modules/") and p.endswith("/module.toml")
    ]:
        folders[export.data(path).get("key")] = path.rpartition("/")[0]
    for module in Module.objects.order_by("code", "pk"):
        page = pages.get(module.uuid)
        if page is None and not module.is_planned:
            export.note(f"module {module.key or module.title}: it has no published page.")
            continue
        _name_module(module)
        folder = (
            folders.pop(module.key, None)
            or f"modules/{module.key}-{slugify(page.slug if page else module.title)}"
        )
        _Folder(export, module, page, folder).write()
    for folder in folders.values():
        for path in [p for p in export.files if f"{folder}/" in p]:
            del export.files[path]
        export.note(f"{folder}: this module is not published here; its files are left out.")


def _pages(mixin: type, language: str) -> list[Any]:
    pages = page_type(mixin).objects.live().filter(locale__language_code=language, alias_of=None)
    return list(pages.order_by("path"))


# ---------------------------------------------------------------- keys


def _name_module(module: Module) -> None:
    if not module.key:
        word = slugify(module.code).replace("-", "")
        taken = set(Module.objects.exclude(key=None).values_list("key", flat=True))
        candidates = [word, *(f"n{number}" for number in range(1, 1000))]
        module.key = next(key for key in candidates if _is_module_key(key) and key not in taken)
        module.save(update_fields=["key"])


def _is_module_key(key: str) -> bool:
    return bool(re.fullmatch(r"[a-z]+\d+[a-z]?", key))


def _next_key(model: type[Model], start: str, letter: str) -> str:
    rows = model._default_manager.filter(key__startswith=f"{start}-{letter}").values_list(
        "key", flat=True
    )
    numbers = [
        int(one.rpartition(letter)[2]) for one in rows if one.rpartition(letter)[2].isdigit()
    ]
    return f"{start}-{letter}{max(numbers, default=0) + 1:02}"


def uuid_of(kind: str, key: str, own: uuid.UUID) -> str | None:
    """What a file says of the uuid of a thing: nothing if it follows from the key."""
    return None if own == identity.from_key(kind, key) else str(own)


# ---------------------------------------------------------------- a module


class _Folder:
    """The files of one module."""

    def __init__(self, export: Export, module: Module, page: Any, folder: str):
        self.export, self.module, self.page, self.folder = export, module, page, folder
        self.base = export.data(f"{folder}/module.toml")
        self.lessons: list[tuple[Lesson, Any, str]] = []  # row, page, file

    def path(self, name: str) -> str:
        return f"{self.folder}/{name}"

    def write(self) -> None:
        if self.page is not None:
            self._find_lessons()
            self._name_questions()
        artefact = self._artefact()
        data = writing.merged(shapes.Module, self.base, self._module(artefact))
        if not self.base:
            data = {n: data[n] for n in shapes.Module.__dataclass_fields__ if n in data}
        self._mend_minutes(data)
        if data.get("short") and not data["short"].get("lessons"):
            del data["short"]
        self.export.write(self.path("module.toml"), data)
        if self.page is not None:
            self._write_lessons(artefact)
            self._write_questions()
        self._write_scenarios()
        for language in self.export.languages:
            self._write_words(language, artefact)

    # ------------------------------------------------------------ what there is

    def _find_lessons(self) -> None:
        rows = {row.uuid: row for row in Lesson.objects.filter(module=self.module)}
        files = {one["key"]: one["file"] for one in self.base.get("lessons", [])}
        pages = page_type(LessonPageMixin).objects.child_of(self.page).live().order_by("path")
        for n, page in enumerate(pages, 1):
            row = rows.get(page.translation_key)
            if row is None:
                continue
            if not row.key:
                row.key = _next_key(Lesson, self.module.key, "l")
                row.save(update_fields=["key"])
            taken = {file for _row, _page, file in self.lessons} | set(files.values())
            file = files.get(row.key) or f"{n:02}-{slugify(page.slug)[:60]}.md"
            if row.key not in files and file in taken:
                file = f"{row.key}-{slugify(page.slug)[:60]}.md"
            self.lessons.append((row, page, file))

    def _name_questions(self) -> None:
        live = Question.objects.filter(module=self.module, status=QuestionStatus.LIVE)
        for question in live.filter(key=None).order_by("pk") | live.filter(key="").order_by("pk"):
            question.key = _next_key(Question, self.module.key, "q")
            Question.objects.filter(pk=question.pk).update(key=question.key)

    # ------------------------------------------------------------ module.toml

    def _module(self, artefact: Data | None) -> Data:
        module, page = self.module, self.page
        own = page or module
        found: Data = {
            "key": module.key, "uuid": uuid_of("module", module.key, module.uuid), "code": own.code, "title": own.title,
            "summary": own.summary, "actions": Unordered(module.actions.values_list("number", flat=True)),
            "recommendations": Unordered(module.recommendations.values_list("key", flat=True)),
            "guidance": Unordered(module.guidance.values_list("key", flat=True)),
            "hours": {"online": _number(own.hours_online), "practice": _number(own.hours_practice)},
            "prerequisites": {"required": Unordered(module.requires.exclude(key=None).values_list("key", flat=True))},
            "outcomes": [self._outcome(one) for one in module.outcomes.prefetch_related("recommendations", "guidance")],
        }  # fmt: skip
        if not self.base:
            today = timezone.localdate()
            found |= {
                "slug": slugify(page.slug if page else module.title), "version": 1, "language": source_language(),
                "status": "ready" if page else "planned", "sensitivity": "open",
                "valid_as_of": today, "review_by": today + timedelta(days=365),
            }  # fmt: skip
            if page is not None:
                found["owner"] = {
                    "role": "editor",
                    "author_profile": "UP",
                    "peer_reviewer_profile": "SC",
                }
        if page is None:
            titles = [
                one if isinstance(one, str) else one["title"]
                for one in self.base.get("lessons_planned", [])
            ]
            if titles != module.planned_lessons:
                found["lessons_planned"] = module.planned_lessons
            return found
        found["slug"] = page.slug
        if self.base.get("status") == "planned":
            found |= {"status": "ready", "lessons_planned": None}
        found["lessons"] = self._entries()
        found["scenarios"] = Unordered(
            Scenario.objects.filter(module=module, live=True).values_list("key", flat=True)
        )
        found["assessment"] = self._assessment(artefact)
        if page.short_hours or page.short_draw or self.base.get("short"):
            found["short"] = {
                "hours": _number(page.short_hours), "draw": page.short_draw,
                "lessons": Unordered(row.key for row, one, _file in self.lessons if one.in_short),
            }  # fmt: skip
        self._note_settings()
        return found

    @staticmethod
    def _outcome(outcome: Any) -> Data:
        aligned = [
            one.key
            for name in ("recommendations", "guidance")
            for one in getattr(outcome, name).all()
        ]
        return {
            "key": outcome.key, "bloom": outcome.bloom, "verb": outcome.verb, "text": outcome.text,
            "area": outcome.area.key if outcome.area else "", "level": outcome.level, "alignment": Unordered(aligned),
        }  # fmt: skip

    def _entries(self) -> list[Data]:
        """Lessons in the order of their pages; a planned one, which has no page, stands where it stood."""
        found = [
            {
                "key": row.key, "file": file, "title": page.title, "minutes": page.minutes,
                "sensitivity": page.sensitivity,
            }
            for row, page, file in self.lessons
        ]  # fmt: skip
        written = {one["key"] for one in found}
        for n, one in enumerate(self.base.get("lessons", [])):
            if one.get("planned") and one["key"] not in written:
                found.insert(n, one)
        return found

    def _assessment(self, artefact: Data | None) -> Data:
        page, base = self.page, self.base.get("assessment", {})
        found: Data = {"artefact": artefact}
        if page.draw:
            found["quiz"] = {
                "draw": page.draw, "pass_percent": page.pass_percent, "attempts": page.attempts_before_pause,
                "pause_hours": page.pause_hours,
            }  # fmt: skip
            if "quiz" not in base:
                found["quiz"]["pool_minimum"] = page.draw
        elif "quiz" in base:
            found["quiz"] = None
        return found

    def _note_settings(self) -> None:
        page, name = self.page, f"module {self.module.key}"
        if self.module.draw_rules:
            self.export.note(f"{name}: the rules by which its test is drawn are not in files.")
        if page.time_limit_minutes:
            self.export.note(f"{name}: the time limit of its test is not in files.")
        if page.feedback_policy != FeedbackPolicy.SUBMITTED:
            self.export.note(f"{name}: when its feedback is shown is not in files.")

    def _mend_minutes(self, data: Data) -> None:
        """Minutes by part add up to the hours; what an editor changed in a lesson is taken from or given to the rest."""
        if self.page is None:
            return
        minutes = dict(data.get("minutes", {}))
        whole = (data["hours"]["online"] + data["hours"]["practice"]) * 60
        listed = sum(one["minutes"] for one in data.get("lessons", []))
        if "lessons" in minutes or not minutes:
            minutes["lessons"] = listed
        left = whole - sum(minutes.values())
        if left:
            minutes["other"] = int(minutes.get("other", 0) + left)
            self.export.note(
                f"module {self.module.key}: its parts and its hours differ by {int(left)} minutes; “other” makes up for it."
            )
        if minutes.get("other") == 0:
            del minutes["other"]
        data["minutes"] = minutes

    # ------------------------------------------------------------ the artefact

    def _artefact(self) -> Data | None:
        """The artefact of the module: the block in its last lesson that the files made."""
        base = self.base.get("assessment", {}).get("artefact")
        if not base or not self.lessons:
            return None
        wanted = {
            str(identity.activity_uuid(row.uuid, base["key"])): page
            for row, page, _file in self.lessons
        }
        for block_id, page in wanted.items():
            for raw in page.body.get_prep_value():
                if raw["id"] == block_id and raw["type"] == "artefact":
                    return self._artefact_value(raw["value"], base)
        return None

    @staticmethod
    def _artefact_value(value: Data, base: Data) -> Data:
        asked = [
            _pick(one["value"], "key", "label", "help", "rows") for one in _items(value["fields"])
        ]
        found = {
            "key": base["key"],
            "title": value["title"],
            "text": value["brief"],
            "files": value["files"]["most"],
        }
        if "fields" in base or asked != [WORK]:
            found["fields"] = asked
        return found

    # ------------------------------------------------------------ lessons

    def _write_lessons(self, artefact: Data | None) -> None:
        listed = {self.path(file) for _row, _page, file in self.lessons}
        for path in [
            p for p in self.export.files if p.startswith(f"{self.folder}/") and p.endswith(".md")
        ]:
            if path not in listed and path.count("/") == self.folder.count("/") + 1:
                del self.export.files[path]
        order = [one["key"] for one in self._entries()]
        for row, page, file in self.lessons:
            self._write_lesson(row, page, self.path(file), order.index(row.key) + 1, artefact)

    def _write_lesson(
        self, row: Lesson, page: Any, path: str, n: int, artefact: Data | None
    ) -> None:
        export, text = self.export, self.export.files.get(path)
        head, parts = _split(text)
        dates = {name: getattr(page, name) for name in ("valid_as_of", "review_by")}
        meta: Data = {
            "key": row.key, "uuid": uuid_of("lesson", row.key, row.uuid), "module": self.module.key, "order": n,
            "slug": page.slug, "title": page.title, "summary": page.summary, "minutes": page.minutes,
            "sensitivity": page.sensitivity, "content_note": page.content_note, **{name: day for name, day in dates.items() if day},
            "objectives": [line for line in page.objectives.splitlines() if line],
        }  # fmt: skip
        if text is None:
            today = timezone.localdate()
            meta |= {
                "language": source_language(), "version": 1, "status": "ready", "owner_role": "editor", "outcomes": [],
                "valid_as_of": page.valid_as_of or today, "review_by": page.review_by or today + timedelta(days=365),
                **{name: [] for name in LISTS},
            }  # fmt: skip
        if page.min_seconds:
            export.note(f"lesson {row.key}: the shortest reading time is not in files.")
        if page.is_delta:
            export.note(f"lesson {row.key}: that it is about a change is not in files.")
        base = head.data if head else {}
        data = writing.merged(shapes.FrontMatter, base, meta)
        if text is None:
            data = {
                name: data[name] for name in shapes.FrontMatter.__dataclass_fields__ if name in data
            }
        blocks = self._blocks(row, page, parts, artefact)
        head_text = "\n".join(text.splitlines()[1 : _end(text)]) if text else None
        if head_text is not None and writing.same(base, data) and _are_same(blocks, parts):
            return
        written = writing.lesson(head_text, data, blocks)
        found = read_lesson(written, path, Findings())
        if found is not None:
            for name, kind in LISTS.items():
                used = Unordered(used_keys(found[0], kind))
                if used or name in data:
                    data[name] = writing.merged(shapes.FrontMatter, data, {name: used}).get(
                        name, []
                    )
        export.files[path] = writing.lesson(head_text, data, blocks)

    def _blocks(
        self, row: Lesson, page: Any, parts: tuple[Part, ...], artefact: Data | None
    ) -> list[Written]:
        known = {identity.block_id(row.uuid, part.key): part for part in parts}
        skipped = str(identity.activity_uuid(row.uuid, artefact["key"])) if artefact else ""
        found: list[Written] = []
        for raw in page.body.get_prep_value():
            if raw["id"] == skipped:
                continue
            part = known.get(raw["id"])
            kind = BLOCK_OF.get(raw["type"], raw["type"])
            if part is not None and part.type != kind:
                part = None
            block = self._block(raw, kind, part, f"lesson {row.key}")
            if block is not None:
                found.append(block)
        return found

    def _block(self, raw: Data, kind: str, part: Part | None, where: str) -> Written | None:
        value, key = raw["value"], part.key if part else raw["id"]
        if kind == "text":
            return Written("text", key, {}, self._markdown(value, part, where), part)
        say = _SAY.get(raw["type"])
        if say is None:
            self.export.note(
                f"{where}: a block of type “{raw['type']}” has no place in the files; it is left out."
            )
            return None
        said = say(self, value, where)
        if said is None:
            return None
        html = said.pop("_html", None)
        text = self._markdown(html, part, where) if html is not None else part.text if part else ""
        if kind == "fact" and part is None:
            text = ""
        base = Sheet("\n".join(part.head), "", Findings()).data if part else {}
        title = BLOCK_TITLES.get(raw["type"])
        if "title" not in base and said.get("title") == title:
            said.pop("title", None)
        data = writing.merged(shapes.BLOCKS[kind], base, said)
        if part is None:
            data = {
                name: data[name]
                for name in shapes.BLOCKS[kind].__dataclass_fields__
                if name in data
            }
        return Written(kind, key, data, text, part)

    def _markdown(self, html: str, part: Part | None, where: str) -> str:
        if part is not None and rich_text.says_the_same(rich_text.to_html(part.text), html):
            return part.text
        if rich_text.has_internal_links(html):
            self.export.note(
                f"{where}: a link to a page or document of this site becomes plain words."
            )
            html = rich_text.without_internal_links(html)
        text = rich_text.to_markdown(html)
        if not rich_text.says_the_same(rich_text.to_html(text), html):
            self.export.note(f"{where}: the form of a text cannot be kept whole: “{text[:40]}…”.")
        return text

    # ------------------------------------------------------------ questions

    def _write_questions(self) -> None:
        path = self.path("questions.toml")
        data = self.export.data(path)
        rows = {
            question.key: question
            for question in Question.objects.filter(module=self.module, status=QuestionStatus.LIVE)
            .exclude(current=None).select_related("current", "outcome", "lesson").prefetch_related("facts", "guidance")
        }  # fmt: skip
        base = {one["key"]: one for one in data.get("questions", [])}
        for key in base.keys() - rows.keys():
            self.export.note(f"question {key}: it is not in use here; it is left out.")
        order = [key for key in base if key in rows] + sorted(
            rows.keys() - base.keys(), key=in_order
        )
        found = []
        for key in order:
            said = self._question(rows[key])
            if said is None:
                continue
            one = writing.merged(shapes.Question, base.get(key, {}), said)
            if key not in base:
                one = {
                    name: one[name] for name in shapes.Question.__dataclass_fields__ if name in one
                }
            found.append(one)
        if found or data:
            head = data or {"module": self.module.key, "language": source_language()}
            self.export.write(path, {**head, "questions": found})

    def _question(self, row: Question) -> Data | None:
        content = dict(row.current.content)  # type: ignore[union-attr]
        found: Data = {
            "key": row.key, "uuid": uuid_of("question", row.key or "", row.uuid), "kind": content["kind"],
            "stem": content["stem"], "explanation": content.get("explanation", ""), "difficulty": row.difficulty,
            "graded": row.is_graded, "facts": Unordered(one.key for one in row.facts.all()),
            "guidance": Unordered(one.key for one in row.guidance.all()),
        }  # fmt: skip
        if row.bloom:
            found["bloom"] = row.bloom
        if row.outcome:
            found["outcome"] = row.outcome.key
        if row.lesson and row.lesson.key:
            found["lesson"] = row.lesson.key
        if row.current and row.current.number and not row.bloom:
            found["bloom"] = row.outcome.bloom if row.outcome else "understand"
        for name in ("options", "items", "pairs", "extra", "gaps", "spots"):
            if content.get(name):
                found[name] = [_keyed(one) for one in content[name]]
        if content.get("number"):
            found["number"] = _keyed(content["number"])
        if picture := content.get("picture"):
            file = self._drawing_file(picture.get("drawing") or "")
            if not file:
                self.export.note(
                    f"question {row.key}: its picture is no drawing; the question is left out."
                )
                return None
            found["picture"] = {"file": file, "alt": picture["alt"]}
        if row.tags.exists():
            self.export.note(f"question {row.key}: its tags are not in files.")
        found["version"] = 1
        base = next(
            (
                one
                for one in self.export.data(self.path("questions.toml")).get("questions", [])
                if one["key"] == row.key
            ),
            None,
        )
        if base is not None:
            del found["version"]
        return found

    def _drawing_file(self, key: str) -> str:
        """A drawing as files of this module name it; one that lies nowhere yet is put beside them."""
        if not key:
            return ""
        path = self.path(f"figures/{key}.svg")
        if path not in self.export.files:
            drawing = Drawing.objects.filter(key=key).first()
            if drawing is None:
                return ""
            self.export.files[path] = drawing.svg
        return f"figures/{key}.svg"

    # ------------------------------------------------------------ scenarios

    def _write_scenarios(self) -> None:
        kept = {}
        for path in [p for p in self.export.files if p.startswith(f"{self.folder}/scenario-")]:
            kept[self.export.data(path).get("key")] = path
        for row in Scenario.objects.filter(module=self.module, live=True):
            path = kept.pop(row.key, None) or self.path(f"scenario-{slugify(row.key)}.toml")
            document = {
                name: value
                for name, value in row.document.items()
                if name in shapes.Scenario.__dataclass_fields__
            }
            said = {
                "version": 1, "language": source_language(), "fictional": True, "outcomes": [], **document,
                "key": row.key, "module": self.module.key, "title": row.title, "minutes": row.minutes, "sensitivity": row.sensitivity,
            }  # fmt: skip
            base = self.export.data(path)
            data = writing.merged(shapes.Scenario, base, said)
            if not base:
                data = {
                    name: data[name]
                    for name in shapes.Scenario.__dataclass_fields__
                    if name in data
                }
            self.export.write(path, data)
        for path in kept.values():
            del self.export.files[path]

    # ------------------------------------------------------------ other languages

    def _write_words(self, language: str, artefact: Data | None) -> None:
        if self.page is None:
            return
        folder = f"{language}/{self.folder}"
        page = (
            page_type(ModulePageMixin)
            .objects.live()
            .filter(
                translation_key=self.page.translation_key,
                locale__language_code=language,
                alias_of=None,
            )
            .first()
        )
        self._write_question_words(language, f"{folder}/questions.toml")
        base = self.export.data(f"{folder}/module.toml")
        if page is None or not base:
            if page is not None:
                self.export.note(
                    f"module {self.module.key} in {language}: it was translated here and has no file yet."
                )
            return
        said: Data = {"key": self.module.key, "title": page.title, "summary": page.summary}
        said["outcomes"] = [
            {"key": one.key, "text": one.words[language]}
            for one in self.module.outcomes.all() if one.words.get(language)
        ]  # fmt: skip
        pages = {
            one.translation_key: one
            for one in page_type(LessonPageMixin)
            .objects.live()
            .filter(locale__language_code=language, alias_of=None)
        }
        self._write_artefact_words(said, base, pages, artefact)
        self.export.write(f"{folder}/module.toml", writing.merged(shapes.Module, base, said))
        for row, source, file in self.lessons:
            path, translated = f"{folder}/{file}", pages.get(row.uuid)
            if translated is None:
                continue
            if path not in self.export.files:
                self.export.note(
                    f"lesson {row.key} in {language}: it was translated here and has no file yet."
                )
                continue
            self._write_lesson_words(row, source, translated, path, artefact)

    def _write_artefact_words(
        self, said: Data, base: Data, pages: Mapping[Any, Any], artefact: Data | None
    ) -> None:
        known = base.get("assessment", {}).get("artefact")
        if not known or not artefact:
            return
        for row, _page, _file in self.lessons:
            block_id = str(identity.activity_uuid(row.uuid, artefact["key"]))
            for raw in pages[row.uuid].body.get_prep_value() if row.uuid in pages else ():
                if raw["id"] == block_id and raw["type"] == "artefact":
                    words = {"title": raw["value"]["title"], "text": raw["value"]["brief"]}
                    if "fields" in known:
                        words["fields"] = [
                            _pick(one["value"], "key", "label", "help")
                            for one in _items(raw["value"]["fields"])
                        ]
                    said["assessment"] = {"artefact": words}

    def _write_lesson_words(
        self, row: Lesson, source: Any, page: Any, path: str, artefact: Data | None
    ) -> None:
        text = self.export.files[path]
        head, parts = _split(text)
        if head is None:
            return
        meta = {
            "title": page.title,
            "summary": page.summary,
            "objectives": page.objectives.splitlines(),
        }
        if "content_note" in head.data or page.content_note != source.content_note:
            meta["content_note"] = page.content_note
        data = writing.merged(shapes.FrontMatter, head.data, meta)
        skipped = str(identity.activity_uuid(row.uuid, artefact["key"])) if artefact else ""
        known = {identity.block_id(row.uuid, part.key): part for part in parts}
        said = {raw["id"]: raw for raw in page.body.get_prep_value()}
        where, blocks = f"lesson {row.key} in {page.locale.language_code}", []
        for raw in source.body.get_prep_value():
            if raw["id"] == skipped:
                continue
            part, kind = known.get(raw["id"]), BLOCK_OF.get(raw["type"], raw["type"])
            if raw["id"] not in said:
                self.export.note(
                    f"{where}: a block of the source is not translated; it stands there in the words of the source."
                )
            block = self._block(said.get(raw["id"], raw), kind, part, where)
            if block is None:
                continue
            if (
                part is not None
            ):  # words only: what the translation leaves to its source stays left out
                base = Sheet("\n".join(part.head), "", Findings()).data
                block = Written(
                    block.type,
                    block.key,
                    {n: v for n, v in block.data.items() if n in base},
                    block.text,
                    part,
                )
            else:
                key = self._source_key(raw["id"], row)
                block = Written(block.type, key, block.data, block.text)
            blocks.append(block)
        head_text = "\n".join(text.splitlines()[1 : _end(text)])
        if not (writing.same(head.data, data) and _are_same(blocks, parts)):
            self.export.files[path] = writing.lesson(head_text, data, blocks)

    def _source_key(self, block_id: str, row: Lesson) -> str:
        """The key of a block in the file of the source, which was written just before."""
        file = next(file for other, _page, file in self.lessons if other == row)
        _head, parts = _split(self.export.files[self.path(file)])
        return next(part.key for part in parts if identity.block_id(row.uuid, part.key) == block_id)

    def _write_question_words(self, language: str, path: str) -> None:
        rows = QuestionTranslation.objects.filter(
            language=language, question__module=self.module, question__status=QuestionStatus.LIVE
        ).select_related("question__current", "version")
        said = {row.question.key: _question_words(row) for row in rows}
        data = self.export.data(path)
        base = {one["key"]: one for one in data.get("questions", [])}
        source = [
            one["key"] for one in self.export.data(self.path("questions.toml")).get("questions", [])
        ]
        order = [key for key in base if key in source] + [
            key for key in source if key in said and key not in base
        ]
        found = [
            writing.merged(shapes.Question, base.get(key, {}), said[key])
            if key in said
            else base[key]
            for key in order
        ]
        if found:
            head = data or {"module": self.module.key, "language": language}
            self.export.write(path, {**head, "questions": found})


def _question_words(row: QuestionTranslation) -> Data:
    """{path: words} as the tables of a file; parts of a question whose source has changed since are left as they are."""
    content = row.question.current.content
    kind = kinds.get(content["kind"])
    found: Data = {"key": row.question.key}
    source = texts_of(kind, content)
    for name in ("options", "items", "pairs", "extra", "gaps", "spots"):
        parts = []
        for one in content.get(name) or ():
            words = {
                path.rpartition(".")[2]: value
                for path, value in row.texts.items()
                if path.rpartition(".")[0] == one["id"] and path in source
            }
            parts.append({"key": one["id"], **words})
        if parts:
            found[name] = parts
    for name in ("number", "picture"):
        one = content.get(name)
        if one:
            start = one.get("id", name)
            words = {
                p.rpartition(".")[2]: v
                for p, v in row.texts.items()
                if p.rpartition(".")[0] in (start, name)
            }
            if words:
                found[name] = words
    found |= {name: row.texts[name] for name in ("stem", "explanation") if name in row.texts}
    return found


# ---------------------------------------------------------------- blocks


def _say_figure(folder: _Folder, value: Data, where: str) -> Data | None:
    drawing = Drawing.objects.filter(pk=value["drawing"]).values_list("key", flat=True).first()
    if drawing is None:
        folder.export.note(
            f"{where}: an image of the library has no place in the files; the figure is left out."
        )
        return None
    found = {name: value[name] or "" for name in ("caption", "alt", "long_description")}
    return found | {
        "file": folder._drawing_file(drawing),
        "legend": _list(value["legend"]),
        "facts": _list(value["facts"]),
    }


def _say_fact(folder: _Folder, value: Data, where: str) -> Data:
    return {"fact": _key(Fact, value["fact"])}


def _say_case(folder: _Folder, value: Data, where: str) -> Data | None:
    if not value["case"]:
        folder.export.note(f"{where}: a case that names no case of the knowledge base is left out.")
        return None
    return {
        "case": _key(Case, value["case"]),
        "title": value["title"],
        "takeaway": value["takeaway"],
        "_html": value["text"],
    }


def _say_callout(folder: _Folder, value: Data, where: str) -> Data:
    return {"kind": value["kind"], "title": value["title"], "_html": value["text"]}


def _say_checklist(folder: _Folder, value: Data, where: str) -> Data:
    return {
        "checklist": _key(Checklist, value["checklist"]) if value["checklist"] else "", "title": value["title"],
        "intro": value["intro"] or "", "notes": value["has_notes"],
        "items": [_pick(one, "key", "text") for one in _list(value["items"])],
    }  # fmt: skip


def _say_quiz(folder: _Folder, value: Data, where: str) -> Data:
    keys = dict(Question.objects.filter(pk__in=_list(value["questions"])).values_list("pk", "key"))
    listed = [keys[pk] for pk in _list(value["questions"]) if keys.get(pk)]
    if len(listed) != len(_list(value["questions"])):
        folder.export.note(
            f"{where}: a quiz names a question that is not in use; it is left out there."
        )
    return {
        "title": value["title"], "mode": value["mode"], "questions": listed, "draw": value["draw"],
        "required": bool(value["is_required"]),
    }  # fmt: skip


def _say_scenario(folder: _Folder, value: Data, where: str) -> Data:
    return {
        "scenario": Scenario.objects.get(pk=value["scenario"]).key, "intro": value["intro"] or "",
        "required": bool(value["is_required"]),
    }  # fmt: skip


def _say_note(folder: _Folder, value: Data, where: str) -> Data:
    return _pick(value, "title", "prompt", "minutes") | {
        "note": value.get("note") or "",
        "private": True,
    }


def _say_advice(folder: _Folder, value: Data, where: str) -> Data:
    found: Data = {"title": value["title"], "note": value.get("note") or ""}
    for name, model in (("recommendations", Recommendation), ("guidance", Guidance)):
        keys = dict(model.originals.filter(pk__in=_list(value[name])).values_list("pk", "key"))
        found[name] = Unordered(keys[pk] for pk in _list(value[name]) if pk in keys)
    return found


def _say_survey(folder: _Folder, value: Data, where: str) -> Data:
    return {
        "title": value["title"], "intro": value["intro"] or "", "required": bool(value["is_required"]),
        "threshold": value["threshold"], "results": value["show_results"],
        "closes_on": _day(value["closes_on"]),
        "questions": [
            {
                "key": one["id"], "kind": one["type"], "text": one["value"]["text"],
                "required": bool(one["value"].get("is_required")), "low": one["value"].get("low") or "",
                "high": one["value"].get("high") or "",
                "options": [{"key": o["id"], "text": o["value"]} for o in _items(one["value"].get("options"))],
            }
            for one in value["questions"]
        ],
    }  # fmt: skip


def _say_artefact(folder: _Folder, value: Data, where: str) -> Data:
    folder.export.note(
        f"{where}: an artefact made here is marked by the usual rubric once it is loaded elsewhere."
    )
    files = value["files"]
    return {
        "title": value["title"], "text": value["brief"], "reminder": value["reminder"] or "",
        "fields": [_pick(one, "key", "label", "help", "rows", "least", "most") | {"required": bool(one["is_required"])} for one in _list(value["fields"])],
        "files": files["most"], "types": list(files["types"]), "megabytes": files["megabytes"],
        "files_required": bool(files["is_required"]),
        "outcomes": [one.strip() for one in (value["outcomes"] or "").split(",") if one.strip()],
        "required": bool(value["is_required"]), "tries": value["most_tries"] or 0,
    }  # fmt: skip


_SAY = {
    "figure": _say_figure, "fact": _say_fact, "case": _say_case, "callout": _say_callout, "checklist": _say_checklist,
    "quiz": _say_quiz, "scenario": _say_scenario, "note": _say_note, "advice": _say_advice, "survey": _say_survey,
    "artefact": _say_artefact,
}  # fmt: skip


# ---------------------------------------------------------------- small things


def _split(text: str | None) -> tuple[Sheet | None, tuple[Part, ...]]:
    return (text and split_lesson(text, "", Findings())) or (None, ())


def _end(text: str) -> int:
    rows = text.splitlines()
    return next(n for n in range(1, len(rows)) if rows[n].rstrip() == "+++")


def _are_same(blocks: list[Written], parts: Iterable[Part]) -> bool:
    parts = tuple(parts)
    return len(blocks) == len(parts) and all(
        block.part is part
        and block.text == part.text
        and (
            not (block.data or part.head)
            or writing.same(block.data, Sheet("\n".join(part.head), "", Findings()).data)
        )
        for block, part in zip(blocks, parts, strict=True)
    )


def _key(model: Any, pk: int) -> str:
    return model.originals.get(pk=pk).key


def _items(raw: Iterable[Any] | None) -> list[Any]:
    return list(raw or ())


def _list(raw: Iterable[Any] | None) -> list[Any]:
    return [one["value"] for one in raw or ()]


def _pick(value: Mapping[str, Any], *names: str) -> Data:
    return {
        name: value.get(name) or "" if name in ("help", "label") else value[name] for name in names
    }


def _keyed(part: Mapping[str, Any]) -> Data:
    return {"key": part["id"], **{name: value for name, value in part.items() if name != "id"}}


def _number(value: Any) -> int | float:
    return int(value) if value == int(value) else float(value)


def _day(value: Any) -> Any:
    return dt.date.fromisoformat(value) if isinstance(value, str) and value else value or None
