"""Questions out of QTI 1.2 as other systems write it into their cartridges. Every question comes out or is named."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from bs4 import BeautifulSoup

from content.text import clean_text
from modules import kinds
from modules.cartridge import xml
from modules.cartridge.findings import Report
from modules.cartridge.vocabulary import Profile
from modules.models import Question

Content = dict[str, Any]
MAX_OPTION = 400
KNOWN = {profile.value for profile in Profile}


@dataclass
class Found:
    """A question that was read: `content` as in QuestionVersion, `category` as its system filed it."""

    ident: str
    content: Content
    category: str = ""


@dataclass
class Questions:
    """What one file held: an assessment with a title, or a bank."""

    title: str = ""
    ident: str = ""
    total: int = 0  # with those that could not be taken
    questions: list[Found] = field(default_factory=list)


class Refused(Exception):
    """This question cannot be taken. `code` says why."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def read(data: bytes, report: Report) -> Questions:
    """All questions of an assessment or a bank; those that cannot be taken are in the report. Raises xml.Unreadable."""
    root = xml.read(data)
    holder = root.find(".//assessment")
    if holder is None:
        holder = root.find(".//objectbank")
    if holder is None:
        holder = root
    found = Questions(title=holder.get("title", "").strip(), ident=holder.get("ident", ""))
    for place, item in enumerate(root.iter("item"), 1):
        found.total = place
        fields = dict(_fields(item))
        name = _name(item, place)
        try:
            content = _content(item, fields, report, name)
        except Refused as refused:
            report.add(refused.code, name)
            continue
        ident = item.get("ident") or f"{found.ident}-{place}"
        found.questions.append(Found(ident, content, fields.get("cc_question_category", "")))
    return found


def _name(item: Element, place: int) -> str:
    stem = _words(item.find("presentation"))[0] if item.find("presentation") is not None else ""
    return (" ".join(stem.split()) or item.get("title") or f"{place}")[:100]


def _fields(item: Element) -> Iterator[tuple[str, str]]:
    for entry in item.iterfind("itemmetadata//qtimetadatafield"):
        yield xml.text_at(entry, "fieldlabel"), xml.text_at(entry, "fieldentry")


def _content(item: Element, fields: dict[str, str], report: Report, name: str) -> Content:
    profile = fields.get("cc_profile", "")
    presentation = item.find("presentation")
    if presentation is None:
        raise Refused("question-broken")
    if profile == Profile.ESSAY:
        raise Refused("essay")
    if profile not in KNOWN and (profile or fields.get("question_type") or _is_odd(presentation)):
        raise Refused("question-kind")
    stem, lost = _words(presentation)
    content: Content = {"stem": stem}
    choice = presentation.find(".//response_lid")
    if choice is not None:
        content |= _options(item, choice, profile, report, name)
    elif presentation.find(".//response_str") is not None:
        content |= _gap(item, profile, report, name)
    else:
        raise Refused("question-kind")
    content["explanation"] = _explanation(item)
    if lost:
        report.add("question-image", name)
    if not stem or _problem(content):
        raise Refused("question-broken")
    return content


def _is_odd(presentation: Element) -> bool:
    """Without a profile we go by the shape, and that must be one of ours."""
    shapes = [*presentation.iter("response_lid"), *presentation.iter("response_str")]
    strange = [*presentation.iter("render_hotspot"), *presentation.iter("response_grp")]
    return len(shapes) != 1 or bool(strange)


def _problem(content: Content) -> str | None:
    """What the studio would say to an author of this question."""
    answers = kinds.get(content["kind"]).answers(content)
    return kinds.problem_of(Question(kind=content["kind"], answers=answers))


# Options


def _options(
    item: Element, choice: Element, profile: str, report: Report, name: str
) -> dict[str, Any]:
    told = _feedback_by_answer(item)
    options, right = [], _right(item)
    for label in choice.iterfind(".//response_label"):
        ident = label.get("ident", "")
        text, lost = _words(label)
        text = " ".join(text.split())
        if lost:
            report.add("question-image", name)
        if len(text) > MAX_OPTION:
            report.add("question-long", name)
        options.append(
            {
                "id": _answer_id(item, ident),
                "text": text,
                "correct": ident in right,
                "feedback": told.get(ident, ""),
            }
        )
    if not all(option["text"] for option in options):
        raise Refused("question-broken")
    kind = "multiple" if choice.get("rcardinality", "").lower() == "multiple" else "single"
    if profile == Profile.TRUE_FALSE and len(options) == 2:
        kind = "true_false"
    if kind == "multiple" and sum(option["correct"] for option in options) == 1:
        report.add("question-single", name)
        kind = "single"
    return {"kind": kind, "options": options}


def _answer_id(item: Element, ident: str) -> str:
    """Ids of answers are short and plain; another system's may be anything."""
    if re.fullmatch(r"[A-Za-z0-9-]{1,36}", ident):
        return ident
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{item.get('ident', '')}/{ident}"))


def _right(item: Element) -> set[str]:
    """The answers that earn the most: those named in its condition outside of a `not`."""
    best, found = 0.0, set()
    for condition in item.iterfind("resprocessing/respcondition"):
        points = _points(condition)
        if points > best:
            best, found = points, set()
        if points and points == best:
            found |= {(equal.text or "").strip() for equal in _asked(condition)}
    return found


def _points(condition: Element) -> float:
    total = 0.0
    for setvar in condition.iterfind("setvar"):
        try:
            total += float((setvar.text or "").strip())
        except ValueError:
            continue
    return total


def _asked(condition: Element) -> Iterator[Element]:
    """The tests of a condition that must hold, those under a `not` left out."""
    waiting = list(condition.iterfind("conditionvar"))
    while waiting:
        node = waiting.pop()
        if node.tag in ("varequal", "varsubstring"):
            yield node
        elif node.tag != "not":
            waiting.extend(reversed(list(node)))


# What is typed


def _gap(item: Element, profile: str, report: Report, name: str) -> dict[str, Any]:
    accepted: list[str] = []
    case = False
    for condition in item.iterfind("resprocessing/respcondition"):
        if not _points(condition):
            continue
        for test in _asked(condition):
            word = " ".join((test.text or "").split())
            case = case or test.get("case", "").lower() == "yes"
            if test.tag == "varsubstring" or profile == Profile.PATTERN:
                report.add("question-pattern", name)
            if word and word not in accepted:
                accepted.append(word)
    if not accepted:
        raise Refused("essay" if profile not in KNOWN else "question-broken")
    gap = {
        "id": _answer_id(item, "gap"),
        "before": "",
        "after": "",
        "accepted": accepted,
        "case": case,
        "accents": True,
        "feedback": _all_feedback(item).get("part_fb", ""),
    }
    if "fill_in" not in kinds.KINDS:
        raise Refused("question-kind")
    return {"kind": "fill_in", "gaps": [gap]}


# Feedback


def _all_feedback(item: Element) -> dict[str, str]:
    return {
        feedback.get("ident", ""): _words(feedback)[0] for feedback in item.iterfind("itemfeedback")
    }


def _feedback_by_answer(item: Element) -> dict[str, str]:
    """What is told of each answer, {its ident: words}."""
    words = _all_feedback(item)
    told: dict[str, list[str]] = {}
    for condition in item.iterfind("resprocessing/respcondition"):
        asked = list(_asked(condition))
        if len(asked) != 1:
            continue
        for shown in condition.iterfind("displayfeedback"):
            text = words.get(shown.get("linkrefid", ""), "")
            lines = told.setdefault((asked[0].text or "").strip(), [])
            if text and text not in lines:
                lines.append(text)
    return {ident: "\n".join(lines) for ident, lines in told.items()}


def _explanation(item: Element) -> str:
    """What is told whatever was answered, and the model answer."""
    words = _all_feedback(item)
    shown: list[str] = []
    for condition in item.iterfind("resprocessing/respcondition"):
        if condition.find("conditionvar/other") is not None:
            for tells in condition.iterfind("displayfeedback"):
                shown.append(tells.get("linkrefid", ""))
    idents = dict.fromkeys([*shown, *(i for i in ("general_fb", "solution") if i in words)])
    return "\n\n".join(words[i] for i in idents if words.get(i) and i != "part_fb")


# Words


def _words(node: Element) -> tuple[str, bool]:
    """The text of a presentation, a label or a feedback, and whether it had a picture. Answers are not part of it."""
    texts: list[str] = []
    lost = False
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if part.tag in ("response_lid", "response_str", "response_num", "response_grp"):
            continue
        if part.tag in ("matimage", "matvideo", "mataudio", "matapplet", "matapplication"):
            lost = True
        if part.tag == "mattext":
            text, had_more = _plain("".join(part.itertext()), part.get("texttype", ""))
            lost = lost or had_more
            if text:
                texts.append(text)
            continue
        waiting.extend(reversed(list(part)))
    return clean_text("\n\n".join(texts)).strip(), lost


def _plain(text: str, texttype: str) -> tuple[str, bool]:
    if "html" not in texttype.lower():
        return text.strip(), False
    soup = BeautifulSoup(text, "html.parser")
    lost = bool(soup.find(["img", "table", "iframe", "object", "video", "audio"]))
    for tag in soup.find_all(["script", "style"]):
        tag.decompose()
    for tag in soup.find_all(["p", "div", "li", "tr", "h1", "h2", "h3", "h4", "pre"]):
        tag.append("\n")
    for tag in soup.find_all("br"):
        tag.replace_with("\n")
    lines = (" ".join(line.split()) for line in soup.get_text().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip(), lost
