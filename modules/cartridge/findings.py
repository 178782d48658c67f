"""What a cartridge cannot hold, or we cannot take, in words: one sentence a code, told on the way out and in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Finding(TypedDict):
    """One line of a report: about what (`item`), and a key of SENTENCES."""

    code: str
    item: str


SENTENCES = {
    # On the way out
    "module-settings": _(
        "The code, the hours, how the test draws its questions, the pass mark, the attempts, the pause, the time limit "
        "and when feedback is shown stay here. In their place: nothing; set them in the other system."
    ),
    "course-settings": _(
        "Whom it is for, the longer text about it, the level, the dates, what it earns, and which modules are required "
        "or open when stay here. In their place: the modules in order."
    ),
    "question-settings": _(
        "Difficulty, outcomes, facts, guidance and tags of the questions stay here. In their place: nothing."
    ),
    "module-gone": _("This module has no published page in this language, so it was left out."),
    "lesson-draft": _("This lesson is not published, so it was left out."),
    "lesson-closed": _("You may not read this lesson, so it was left out."),
    "quiz-after": _("The quiz stands after its lesson instead of in the middle, with all its questions."),
    "quiz-empty": _("None of the questions of this quiz is in use, so it was left out."),
    "not-in-use": _("This question is not in use, so it was left out."),
    "all-or-nothing": _(
        "Some of the right answers earn part of the point here. In its place: the point for all of them or nothing."
    ),
    "as-essay": _(
        "A cartridge has no such kind of question. In its place: an open question with the parts listed, and the key as "
        "its model answer. Somebody has to mark it."
    ),
    "as-labels": _(
        "A cartridge has no spots on a picture. In their place: several choices by the words for the spots."
    ),
    "as-typed": _(
        "A cartridge has no tolerance and no units. In their place: the number typed exactly."
    ),
    "accents": _(
        "A cartridge cannot say that accents do not matter. In its place: the forms without accents are accepted too."
    ),
    "ticks": _("Ticks are not kept in a cartridge. In their place: the points as a list."),
    "private-note": _("A private note cannot be kept in a cartridge. In its place: its prompt as text."),
    "scenario": _("A scenario cannot be played in a cartridge. In its place: a web link to it on this site."),
    "video": _("The video file is not in the cartridge. In its place: a link to it, and all that is said as text."),
    "survey": _("A survey cannot be taken in a cartridge. In its place: its title and words as text."),
    "artefact": _("Handing in and the rubric stay here. In their place: the task as text."),
    "block": _("A cartridge has nothing like this part of the lesson. In its place: its words as text."),
    "image-gone": _("The file of this image is missing. In its place: its text alternative."),
    # On the way in
    "no-manifest": _("There is no imsmanifest.xml in the archive, so this is no Common Cartridge."),
    "manifest-damaged": _("The table of contents (imsmanifest.xml) is damaged or in a wrong encoding."),
    "no-cartridge": _("The table of contents is not that of a Common Cartridge."),
    "version": _("This version of Common Cartridge is not read. Versions 1.1, 1.2 and 1.3 are."),
    "too-many-items": _("The table of contents has more lines than a course can have."),
    "nothing": _("There is no page, web link or question in this cartridge that could be imported."),
    "parent-gone": _("The page it was to be put under is no longer there, or you may not add to it any more."),
    "fault": _("Something went wrong on our side while it was put in. What is listed below was made and is a draft."),
    "discussion": _("Discussions are not imported: there is no forum here."),
    "tool": _("Links to outside tools (LTI) are not imported: such a tool has to be agreed with first."),
    "assignment": _("Assignments are not imported. Write them as an artefact with its rubric."),
    "attached": _("This part is meant for the system that wrote the cartridge and is not imported."),
    "file": _("Files of this type are not imported. Put it among the documents and link to it."),
    "other": _("This type of resource is not known here and is not imported."),
    "resource-gone": _("The table of contents names a resource that is not there."),
    "file-gone": _("A file of this resource is not in the archive."),
    "unreadable": _("This file is damaged or in an encoding that cannot be read."),
    "empty": _("There is nothing in it."),
    "not-placed": _("This page does not stand in the table of contents, so it was not imported."),
    "link-dropped": _("Links to other files of the cartridge were taken out; their words stayed."),
    "link-bad": _("The address of this web link is none that we link to."),
    "frame-dropped": _("Frames, videos, forms or programs inside the page were taken out."),
    "table-flat": _("A table became lines of text."),
    "image-missing": _("An image of this page is not in the cartridge, or lies elsewhere; it was left out."),
    "image-refused": _("A file is no image of a type that is shown here (PNG, JPEG, GIF, WebP, or a plain SVG drawing)."),
    "image-not-allowed": _("You may not add images, so the images were left out."),
    "image-alt": _("An image has no text alternative. Write it before you publish the lesson."),
    "question-kind": _("This kind of question is not known here."),
    "essay": _("Open questions are not asked in a test here. Make it an artefact or a private note."),
    "question-broken": _("The question has no stem or no right answer that can be read, or its answers are not complete."),
    "question-again": _("This question stands in the cartridge more than once; it was imported once."),
    "question-image": _("A picture or formatting in this question was left out; its words stayed."),
    "question-pattern": _("A pattern became a word to be typed exactly."),
    "question-single": _("Several answers could be ticked and one was right. It became a question with one right answer."),
    "question-long": _("An answer is longer than 400 characters. Shorten it before you put the question into use."),
    "test": _("This is the test of the module: its questions wait in the bank. Say in the module how many are drawn."),
    "bank": _("These questions stand in no lesson: they wait in the bank as drafts."),
    "summary-wanted": _("The cartridge has no summary. One was put in its place for you to write."),
    "parts": _("The parts of the cartridge became the first words of the titles of the lessons."),
}  # fmt: skip


def sentence(code: str) -> str:
    return str(SENTENCES.get(code) or gettext("This was not imported."))


class Report:
    """Findings in the order in which they were met, each once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Finding] = {}

    def add(self, code: str, item: str = "") -> None:
        if code not in SENTENCES:
            raise KeyError(code)
        self._found.setdefault((code, item), Finding(code=code, item=item[:200]))

    @property
    def findings(self) -> list[Finding]:
        return list(self._found.values())

    @property
    def codes(self) -> set[str]:
        return {finding["code"] for finding in self.findings}


@dataclass(frozen=True)
class Told:
    """A sentence and everything it was said of."""

    code: str
    sentence: str
    items: list[str]

    @property
    def is_short(self) -> bool:
        return 0 < len(self.items) < 4

    @property
    def first(self) -> list[str]:
        return self.items[:20]

    @property
    def more(self) -> int:
        return max(len(self.items) - 20, 0)


def told(findings: Iterable[Finding]) -> list[Told]:
    """A report to read: each sentence once, with what it is about."""
    by_code: dict[str, list[str]] = {}
    for finding in findings:
        by_code.setdefault(finding["code"], []).append(finding["item"])
    return [
        Told(code, sentence(code), [item for item in items if item])
        for code, items in by_code.items()
    ]
