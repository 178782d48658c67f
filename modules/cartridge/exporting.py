"""What leaves as a Common Cartridge 1.3: the files of a module, of a course, and the report of what stays behind.

A cartridge holds the keys of its questions by nature, so it is made for people who may change them, and never shown
to anybody else. The same content gives the same bytes.
"""

import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser
from django.utils import translation
from wagtail.log_actions import log
from wagtail.models import AbstractPage

from content.evidence import gather
from content.references import References
from modules import harvesting
from modules.cartridge import manifest, qti_writing, vocabulary, xml
from modules.cartridge.findings import Finding, Report
from modules.cartridge.lesson_writing import LessonWriter
from modules.cartridge.lesson_writing import Page as WrittenPage
from modules.cartridge.manifest import Item, Manifest, Resource, ncname
from modules.cartridge.qti_writing import Asked
from modules.cartridge.vocabulary import Written
from modules.models import Question
from modules.models.structure import readable_by
from modules.pages_mixins import LessonPageMixin, ModulePageMixin
from modules.translating import overlay

EXPORTED = "stoa_modules.export_cartridge"
CHANGE_QUESTION = "stoa_modules.change_question"
BEGINNING = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the first moment a zip can name: no date of ours, so the bytes repeat


class ExportRefused(Exception):
    """This person may not take the page and the keys of its questions out."""


@dataclass
class Exported:
    """A cartridge: its bytes, a name for the file, and what it could not hold."""

    data: bytes
    filename: str
    report: list[Finding]


@dataclass
class Cartridge:
    """A cartridge while it is put together. `files` = {path: bytes}."""

    manifest: Manifest
    report: Report = field(default_factory=Report)
    files: dict[str, bytes] = field(default_factory=dict)
    spare: list[Asked] = field(default_factory=list)  # questions that no assessment holds

    def add(
        self, identifier: str, sort: Written, path: str, data: bytes, needs: Iterable[str] = ()
    ) -> str:
        """Put a resource with one file in; what is there already stays as it is. Returns its identifier."""
        if identifier not in self.manifest.resources:
            self.files[path] = data
            self.manifest.resources[identifier] = Resource(
                identifier, sort, path, [path], list(needs)
            )
        return identifier

    def pack(self) -> bytes:
        if self.spare:
            data = qti_writing.bank("question-bank", self.spare, self.report)
            self.add("question-bank", Written.BANK, "assessments/question-bank.xml", data)
        files = {vocabulary.MANIFEST: manifest.write(self.manifest)} | dict(
            sorted(self.files.items())
        )
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, data in files.items():
                info = zipfile.ZipInfo(name, BEGINNING)
                info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
                info.external_attr = 0o644 << 16
                archive.writestr(info, data)
        return stream.getvalue()


Exporter = Callable[[AbstractPage, AbstractBaseUser], Exported]
EXPORTERS: list[tuple[type, Exporter]] = []
"""Which kinds of pages can leave. An app above registers its own here when it starts."""


def exporter_of(page_class: type) -> Exporter | None:
    return next((write for mixin, write in EXPORTERS if issubclass(page_class, mixin)), None)


def may_export(page: AbstractPage, user) -> bool:
    """Whoever may change the page and the questions sees their keys anyway."""
    return (
        exporter_of(page.specific_class or type(page)) is not None
        and user.has_perm(CHANGE_QUESTION)
        and page.permissions_for_user(user).can_edit()
    )


def export(*, page: AbstractPage, user) -> Exported:
    """The page and what is under it as a cartridge. Raises ExportRefused."""
    if not may_export(page, user):
        raise ExportRefused
    write = exporter_of(type(page))
    assert write is not None
    with translation.override(page.locale.language_code):
        return write(page, user)


def record_export(*, page: AbstractPage, user) -> None:
    """That somebody took the keys out is in the audit log. Writes `stoa_modules.export_cartridge`."""
    log(instance=page, action=EXPORTED, user=user)


def export_module(page: ModulePageMixin, user) -> Exported:
    cartridge = begin(page, f"stoa-module-{page.translation_key}")
    cartridge.manifest.items = [add_module(cartridge, page, user)]
    return finish(cartridge, page)


EXPORTERS.append((ModulePageMixin, export_module))


def begin(page: AbstractPage, identifier: str) -> Cartridge:
    return Cartridge(
        Manifest(
            identifier=ncname(identifier),
            title=page.title,
            summary=page.summary,
            language=page.locale.language_code,
        )
    )


def finish(cartridge: Cartridge, page: AbstractPage) -> Exported:
    data = cartridge.pack()
    return Exported(data, f"{page.slug}.imscc", cartridge.report.findings)


def add_module(cartridge: Cartridge, page: ModulePageMixin, user) -> Item:
    """The lessons, quizzes and test of a module, as the folder that holds them."""
    return _ModuleWriter(cartridge, page, user).write()


class _ModuleWriter:
    def __init__(self, cartridge: Cartridge, page: ModulePageMixin, user) -> None:
        self.cartridge, self.page, self.user = cartridge, page, user
        self.report = cartridge.report
        site = page.get_site()
        self.site = site.root_url.rstrip("/") if site else ""
        self.asked: set[int] = set()

    def write(self) -> Item:
        folder = Item(self.page.title)
        self.report.add("module-settings", self.page.title)
        lessons = self._lessons()
        evidence = gather(_everything(lessons))
        self.questions = self._questions(lessons)
        current = {q.current_id: q.current for q in self.questions.values() if q.current_id}
        self.versions = overlay(current, self.page.locale.language_code)
        if self.questions:
            self.report.add("question-settings", self.page.title)
        for place, lesson in enumerate(lessons, 1):
            writer = LessonWriter(
                lesson,
                site=self.site,
                language=self.page.locale.language_code,
                evidence=evidence,
                report=self.report,
            )
            folder.children += self._lesson(lesson, place, writer.write())
        folder.children += self._test()
        self.cartridge.spare += [
            self._as_asked(question, category=True)
            for question in self.questions.values()
            if question.module_id == self.page.module.pk
            and question.pk not in self.asked
            and _is_live(question)
        ]
        return folder

    def _lessons(self) -> list[LessonPageMixin]:
        readable = readable_by(self.user)
        found = []
        for child in self.page.get_children().order_by("path").specific().select_related("locale"):
            if not isinstance(child, LessonPageMixin):
                continue
            if not child.live:
                self.report.add("lesson-draft", child.title)
            elif child.sensitivity not in readable:
                self.report.add("lesson-closed", child.title)
            else:
                found.append(child)
        return found

    def _questions(self, lessons: Iterable[LessonPageMixin]) -> dict[int, Question]:
        """The questions of the module and of its quizzes, in a fixed order."""
        chosen = {
            question.pk
            for lesson in lessons
            for child in lesson.body
            if child.block_type == "quiz"
            for question in child.value["questions"]
            if question
        }
        known = Question.objects.filter(module=self.page.module) | Question.objects.filter(
            pk__in=chosen
        )
        rows = known.distinct().select_related("current", "module").defer("answers")
        return {question.pk: question for question in rows.order_by("uuid")}

    def _lesson(self, lesson: LessonPageMixin, place: int, written: WrittenPage) -> list[Item]:
        """The line of a lesson, and after it those of its quizzes and links."""
        name = f"lesson-{lesson.translation_key}"
        images = [
            self.cartridge.add(ncname(path), Written.PAGE, path, data)
            for path, data in written.images.items()
        ]
        path = f"lessons/{lesson.translation_key}.html"
        page = self.cartridge.add(ncname(name), Written.PAGE, path, written.html.encode(), images)
        items = [Item(lesson.title, page)]
        for number, quiz in enumerate(written.quizzes, 1):
            items += self._quiz(f"quiz-{lesson.translation_key}-{number}", lesson, quiz)
        for number, (title, address) in enumerate(written.links, 1):
            identifier = ncname(f"link-{lesson.translation_key}-{number}")
            data = _web_link(title, address)
            path = f"links/{identifier}.xml"
            items.append(Item(title, self.cartridge.add(identifier, Written.LINK, path, data)))
        return items

    def _quiz(self, name: str, lesson: LessonPageMixin, quiz) -> list[Item]:
        chosen = [self.questions[one.pk] for one in quiz["questions"] if one]
        live = [question for question in chosen if _is_live(question)]
        for question in chosen:
            if question not in live:
                self.report.add("not-in-use", str(question))
        if not live:
            self.report.add("quiz-empty", f"{lesson.title}: {quiz['title']}")
            return []
        return [self._assessment(name, quiz["title"], live)]

    def _test(self) -> list[Item]:
        """The test draws from all live questions of the module that may be graded; a cartridge holds them all."""
        if not self.page.draw:
            return []
        pool = [
            question
            for question in self.questions.values()
            if question.module_id == self.page.module.pk
            and question.is_graded
            and _is_live(question)
        ]
        if not pool:
            return []
        title = translation.gettext("Test: %(title)s") % {"title": self.page.title}
        return [self._assessment(f"test-{self.page.translation_key}", title, pool)]

    def _assessment(self, name: str, title: str, questions: list[Question]) -> Item:
        self.asked.update(question.pk for question in questions)
        identifier = ncname(name)
        asked = [self._as_asked(question) for question in questions]
        data = qti_writing.assessment(identifier, title, asked, self.report)
        path = f"assessments/{identifier}.xml"
        return Item(title, self.cartridge.add(identifier, Written.ASSESSMENT, path, data))

    def _as_asked(self, question: Question, *, category: bool = False) -> Asked:
        assert question.current_id is not None
        title = self.page.title if category else ""
        content = self.versions[question.current_id].content
        return Asked(ncname(f"question-{question.uuid}"), content, title)


def _is_live(question: Question) -> bool:
    return question.status == "live" and question.current_id is not None


def _everything(lessons: Iterable[LessonPageMixin]) -> References:
    """What all lessons rest on, so that it is fetched once."""
    found = References()
    for lesson in lessons:
        for kind, keys in harvesting.harvest(lesson).keys.items():
            for key in keys:
                found.add(kind, key)
    return found


def _web_link(title: str, address: str) -> bytes:
    space, place = vocabulary.WEB_LINK, vocabulary.SCHEMAS[vocabulary.WEB_LINK]
    return xml.write(
        xml.node(
            "webLink",
            xml.node("title", title),
            xml.node("url", href=address, target="_blank"),
            xmlns=space,
            xmlns__xsi=vocabulary.XSI,
            xsi__schemaLocation=f"{space} {place}",
        )
    )
