"""What an import would make of a cartridge: a plan to carry out, and a report of what stays behind. Nothing is made here."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, TypedDict

from django.utils.html import format_html
from django.utils.translation import gettext as _

from content.evidence import gather
from content.models import Drawing
from content.references import References, kind_of
from content.text import clean_line
from modules.cartridge import html_reading, manifest, pictures, qti_reading, vocabulary, xml
from modules.cartridge.findings import Report
from modules.cartridge.manifest import Item, Manifest, NoCartridge, Resource
from modules.exchange.archives import Package

MAX_TITLE = 250
MAX_PAGE = 3_000_000  # bytes of one page: more is no lesson
PAGES = (".html", ".htm", ".xhtml")
TEST = "itest-"  # how our own export begins the name of a module's test
MARK = re.compile(rb'data-stoa-(?:ref)="([^"<>]{1,80})"|data-key="([^"<>]{1,80})"')


class QuizPlan(TypedDict):
    title: str
    questions: list[int]  # places in ModulePlan["questions"]


class LessonPlan(TypedDict):
    title: str
    summary: str
    minutes: int
    sensitivity: str
    content_note: str
    objectives: str
    blocks: list[dict[str, Any]]
    quizzes: list[QuizPlan]


class ModulePlan(TypedDict):
    title: str
    summary: str
    lessons: list[LessonPlan]
    questions: list[dict[str, Any]]  # contents as in QuestionVersion


class Plan(TypedDict):
    identifier: str
    title: str
    summary: str
    language: str
    version: str
    modules: list[ModulePlan]


@dataclass
class _Module:
    """A module while it is read: its questions are told apart by what they ask."""

    title: str
    summary: str = ""
    lessons: list[LessonPlan] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    known: dict[str, tuple[int, str]] = field(default_factory=dict)  # content → its place and name

    def add(self, question: qti_reading.Found) -> tuple[int, bool]:
        """The place of a question, and whether it was met before under another name."""
        key = json.dumps(question.content, sort_keys=True)
        if key not in self.known:
            self.known[key] = len(self.questions), question.ident
            self.questions.append(question.content)
        place, ident = self.known[key]
        return place, ident != question.ident

    def plan(self) -> ModulePlan:
        return ModulePlan(
            title=self.title, summary=self.summary, lessons=self.lessons,
            questions=self.questions,
        )  # fmt: skip


def read(
    package: Package,
    report: Report,
    *,
    divided: bool,
    may_add: Collection[str] = ("image", "drawing"),
) -> Plan:
    """Read a cartridge. With `divided`, its top folders are modules (a course); without, it is one module.

    may_add  which pictures the person may add

    Raises  NoCartridge for what is none, or has nothing for us; UnreadablePackage for a damaged file in it.
    """
    if vocabulary.MANIFEST not in package:
        raise NoCartridge("no-manifest")
    contents = manifest.read(package[vocabulary.MANIFEST])
    reader = _Reader(package, contents, report, divided=divided, may_add=may_add)
    modules = [module.plan() for module in reader.read()]
    if not any(module["lessons"] or module["questions"] for module in modules):
        raise NoCartridge("nothing")
    if not contents.summary:
        report.add("summary-wanted")
    return Plan(
        identifier=contents.identifier,
        title=contents.title[:MAX_TITLE] or _("Untitled cartridge"),
        summary=contents.summary,
        language=contents.language,
        version=contents.version,
        modules=modules,
    )


class _Reader:
    def __init__(
        self,
        package: Package,
        contents: Manifest,
        report: Report,
        *,
        divided: bool,
        may_add: Collection[str],
    ) -> None:
        self.package, self.contents, self.report, self.divided = package, contents, report, divided
        self.may_add = may_add
        self.pictures: dict[str, str] = {}  # path → why it is refused, "" if it is not
        self.names = frozenset(package)
        self.used: set[str] = set()
        self.known = self._known()

    def read(self) -> list[_Module]:
        items = self._items()
        whole = _Module(self.contents.title or _("Untitled cartridge"), self.contents.summary)
        if not self.divided:
            while len(items) == 1 and items[0].children and not items[0].resource:
                items = items[0].children  # one folder around everything is the module
            if any(item.children for item in items):
                self.report.add("parts", self.contents.title)
            self._walk(whole, items, title=whole.title, prefix="")
            self._unplaced([whole])
            return [whole]
        self._walk(
            whole, [item for item in items if not item.children], title=whole.title, prefix=""
        )
        parts = [
            _Module(item.title[:MAX_TITLE] or _("Untitled")) for item in items if item.children
        ]
        for part, item in zip(parts, (item for item in items if item.children), strict=True):
            self._walk(part, item.children, title=part.title, prefix="")
        self._unplaced([*parts, whole])
        return [module for module in (whole, *parts) if module.lessons or module.questions]

    # The table of contents

    def _items(self) -> list[Item]:
        """The lines of the table of contents; where it is empty, the pages as the files list them."""
        if any(item.resource or item.children for item in self.contents.items):
            return self.contents.items
        pages = [
            resource
            for resource in self.contents.resources.values()
            if resource.sort == "page" and resource.file.lower().endswith(PAGES)
        ]
        return [Item("", page.identifier) for page in pages]

    def _walk(self, module: _Module, items: list[Item], *, title: str, prefix: str) -> None:
        """Pages become lessons; quizzes and web links join the lesson before them in the same folder.

        title   of the folder, for a lesson made of links alone
        prefix  the titles of the folders above, which stand before those of their lessons
        """
        lesson: LessonPlan | None = None
        for item in items:
            lesson = self._leaf(module, item, lesson, title=title, prefix=prefix)
            if item.children:
                self._walk(
                    module, item.children, title=item.title, prefix=f"{prefix}{item.title} – "
                )
                lesson = None

    def _leaf(self, module: _Module, item: Item, lesson: LessonPlan | None, *, title: str, prefix: str) -> LessonPlan | None:  # fmt: skip
        """Take one line. Returns the lesson that what follows in this folder joins."""
        if not item.resource:
            return lesson  # a heading without anything under it
        resource = self.contents.resources.get(item.resource)
        name = item.title or item.resource
        if resource is None:
            self.report.add("resource-gone", name)
            return lesson
        self.used.add(resource.identifier)
        match resource.sort:
            case "page":
                return self._page(module, resource, item, prefix) or lesson
            case "link":
                return self._link(
                    module, resource, name, lesson, prefix.removesuffix(" – ") or title
                )
            case "assessment" | "bank":
                return self._assessment(module, resource, name, lesson, prefix)
            case sort:
                self.report.add(sort, name)
                return lesson

    # Pages

    def _page(
        self, module: _Module, resource: Resource, item: Item, prefix: str
    ) -> LessonPlan | None:
        name = item.title or resource.file
        if not resource.file.lower().endswith(PAGES):
            self._file(resource, name)
            return None
        data = self._bytes(resource.file, name)
        if data is None:
            return None
        if len(data) > MAX_PAGE:
            self.report.add("unreadable", name)
            return None
        try:
            found = html_reading.read(
                data, path=resource.file, name=name, report=self.report, known=self.known, files=self.names
            )  # fmt: skip
        except (
            RecursionError,
            AssertionError,
            ValueError,
        ):  # nested without end, or no HTML at all
            self.report.add("unreadable", name)
            return None
        found.blocks = [block for block in found.blocks if self._is_shown(block, name)]
        if not found.blocks:
            self.report.add("empty", name)
            return None
        title = item.title or found.title or resource.file
        lesson = _lesson(f"{prefix}{title}", found)
        module.lessons.append(lesson)
        return lesson

    def _is_shown(self, block: dict[str, Any], name: str) -> bool:
        """Whether a block comes along; a picture may be none, or not this person's to add."""
        if block["type"] != "figure":
            return True
        path = block["path"]
        if path not in self.pictures:
            self.pictures[path] = self._refusal(path)
        if self.pictures[path]:
            self.report.add(self.pictures[path], name)
        return not self.pictures[path]

    def _refusal(self, path: str) -> str:
        try:
            if not pictures.is_drawing(path):
                pictures.extension(self.package[path])
                return "" if "image" in self.may_add else "image-not-allowed"
            text = pictures.drawing(self.package[path])
        except pictures.NoPicture:
            return "image-refused"
        is_here = "drawing" in self.may_add or Drawing.objects.filter(svg=text).exists()
        return "" if is_here else "image-not-allowed"

    def _file(self, resource: Resource, name: str) -> None:
        is_image = resource.file.lower().endswith(
            (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
        )
        if not is_image or resource.file not in self.names:
            self.report.add("file" if resource.file in self.names else "file-gone", name)
        # An image comes with the page that shows it; alone it is no lesson.

    def _bytes(self, path: str, name: str) -> bytes | None:
        if path not in self.names:
            self.report.add("file-gone", name)
            return None
        return self.package[path]

    # Web links

    def _link(self, module: _Module, resource: Resource, name: str, lesson: LessonPlan | None, title: str) -> LessonPlan | None:  # fmt: skip
        data = self._bytes(resource.file, name)
        if data is None:
            return lesson
        try:
            root = xml.read(data)
        except xml.Unreadable:
            self.report.add("unreadable", name)
            return lesson
        url = root.find("url")
        address = "" if url is None else clean_line(url.get("href", ""))
        if not re.match(r"https?://[^\s]+$", address, re.IGNORECASE):
            self.report.add("link-bad", name)
            return lesson
        words = clean_line(xml.text_at(root, "title")) or name
        if lesson is None:
            lesson = _lesson(title or _("Links"), html_reading.Lesson())
            module.lessons.append(lesson)
        _add_link(lesson, format_html('<li><a href="{}">{}</a></li>', address, words))
        return lesson

    # Questions

    def _assessment(self, module: _Module, resource: Resource, name: str, lesson: LessonPlan | None, prefix: str) -> LessonPlan | None:  # fmt: skip
        places = self._questions(module, resource, name)
        if not places:
            return lesson
        if resource.sort == "bank":
            self.report.add("bank", name)
            return lesson
        if resource.identifier.startswith(TEST):
            self.report.add("test", name)
            return lesson
        if lesson is None:
            lesson = _lesson(f"{prefix}{name}", html_reading.Lesson())
            module.lessons.append(lesson)
        lesson["quizzes"].append(QuizPlan(title=name[:200], questions=places))
        return lesson

    def _questions(self, module: _Module, resource: Resource, name: str) -> list[int]:
        path = next(
            (n for n in (resource.file, *resource.files) if n.endswith(".xml")), resource.file
        )
        data = self._bytes(path, name)
        if data is None:
            return []
        try:
            found = qti_reading.read(data, self.report)
        except xml.Unreadable:
            self.report.add("unreadable", name)
            return []
        if not found.total:
            self.report.add("empty", name)
        places = []
        for question in found.questions:
            place, is_double = module.add(question)
            if is_double:
                self.report.add("question-again", question.content["stem"][:100])
            places.append(place)
        return list(dict.fromkeys(places))

    # What the table of contents does not name

    def _unplaced(self, modules: list[_Module]) -> None:
        needed = {need for resource in self.contents.resources.values() for need in resource.needs}
        for resource in self.contents.resources.values():
            if resource.identifier in self.used or resource.identifier in needed:
                continue
            name = resource.file or resource.identifier
            match resource.sort:
                case "bank" | "assessment":
                    self._bank(modules, resource, name)
                case "page" if resource.file.lower().endswith(PAGES):
                    self.report.add("not-placed", name)
                case "page":
                    self._file(resource, name)
                case "link":
                    self.report.add("not-placed", name)
                case sort:
                    self.report.add(sort, name)

    def _bank(self, modules: list[_Module], resource: Resource, name: str) -> None:
        """A bank's questions go to the module they name, or to the first."""
        data = self._bytes(resource.file, name)
        try:
            found = qti_reading.read(data, self.report) if data else qti_reading.Questions()
        except xml.Unreadable:
            self.report.add("unreadable", name)
            return
        by_title = {module.title: module for module in reversed(modules)}
        for question in found.questions:
            by_title.get(question.category, modules[0]).add(question)
        if found.questions:
            self.report.add("bank", name)

    def _known(self) -> set[str]:
        """Keys of our own knowledge base that pages of the cartridge name and that are here."""
        named = References()
        for key in self._named():
            kind = kind_of(key)
            if kind:
                named.add(kind, key.removeprefix("term:"))
        found = gather(named)
        return {
            *found.facts,
            *found.terms,
            *found.recommendations,
            *found.guidance,
            *found.cases,
        }

    def _named(self) -> Iterator[str]:
        for resource in self.contents.resources.values():
            name = resource.file
            if not name.lower().endswith(PAGES) or name not in self.names:
                continue
            if self.package.size(name) <= MAX_PAGE:
                for match in MARK.finditer(self.package[name]):
                    yield (match[1] or match[2]).decode(errors="replace")


def _lesson(title: str, found: html_reading.Lesson) -> LessonPlan:
    return LessonPlan(
        title=clean_line(title)[:MAX_TITLE], summary=found.summary, minutes=found.minutes,
        sensitivity=found.sensitivity, content_note=found.content_note, objectives=found.objectives,
        blocks=found.blocks, quizzes=[],
    )  # fmt: skip


def _add_link(lesson: LessonPlan, line: str) -> None:
    """Web links in a row stand in one list."""
    blocks = lesson["blocks"]
    if blocks and blocks[-1].get("links"):
        blocks[-1]["text"] = blocks[-1]["text"].removesuffix("</ul>") + line + "</ul>"
    else:
        blocks.append({"type": "text", "text": f"<ul>{line}</ul>", "links": True})
