"""QTI 2.x and 3.0 items on their way in: one reader, since the two differ in the names of elements and little else.

Source: 1EdTech, QTI 2.2 and QTI 3.0 "Assessment, Section and Item Information Model". What an item does beyond one
interaction that our bank has, marked by its correct response or its mapping, is refused or said.
"""

import io
import posixpath
import re
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, UnidentifiedImageError

from modules.exchange.archives import Package, is_zip, open_package
from modules.exchange.errors import UnreadableFile, UnreadablePackage
from modules.exchange.items import (
    MAX_ITEMS,
    Finding,
    Item,
    NotRepresentable,
    Picture,
    Report,
    check_size,
    number,
    plain_number,
    too_many,
)
from modules.exchange.shared import check_weights, says_true_false, take_tags
from modules.exchange.texts import PLAIN, say_lost, tidy
from modules.exchange.trees import parse

TOOL = "Stoa"
MAX_PACKAGE = 100 * 1024 * 1024
MAX_MEMBERS = 2 * MAX_ITEMS + 100  # an item and its picture each
DIFFICULTIES = {"very easy": 1, "easy": 1, "medium": 2, "difficult": 3, "very difficult": 3}
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
AREA = re.compile(r"stoa-area_([\d.e-]+)_([\d.e-]+)_([\d.e-]+)_([\d.e-]+)")
OWN_PICTURE = re.compile(r"pictures/(image|drawing)-([A-Za-z0-9._-]+?)\.[a-z]+$")
HTML_BLOCKS = {"p", "div", "ul", "ol", "dl", "table", "tr", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "content-body", "prompt"}  # fmt: skip
SKIPPED = {"stylesheet", "catalog-info", "feedback-inline", "feedback-block", "companion-materials-info"}  # fmt: skip


def read(data: bytes) -> tuple[list[Item], list[Finding]]:
    """The items of one XML file, or of a content package, that our bank can hold, and what there is to say."""
    check_size(data)
    report = Report()
    if is_zip(data):
        _read_package(open_items(data), report)
    else:
        root = normal(parse(data, report))
        _check_root(root)
        report.name(1, root.get("title", ""))
        _read_item(root, 1, report, None, "")
    return report.result()


def open_items(data: bytes) -> Package:
    """Look into a content package of questions. Raises UnreadablePackage."""
    return open_package(data, max_members=MAX_MEMBERS, max_bytes=MAX_PACKAGE)


def normal(root: Element) -> Element:
    """The tree with names as QTI 3 has them, but without namespaces and "qti-": <choiceInteraction> is choice-interaction."""
    for element in root.iter():
        if not isinstance(element.tag, str):  # a processing instruction
            element.tag = "stylesheet"
            continue
        space, _brace, name = element.tag.rpartition("}")
        name = CAMEL.sub("-", name).lower().removeprefix("qti-")
        element.tag = "math" if space.endswith("MathML") else name
        attributes = dict(element.attrib)
        element.attrib.clear()
        for key, value in attributes.items():
            local = "xml:lang" if key == XML_LANG else key.rpartition("}")[2]
            element.attrib[CAMEL.sub("-", local).lower() if local != "xml:lang" else local] = value
    return root


def _check_root(root: Element) -> None:
    if root.tag == "questestinterop":
        raise UnreadableFile("qti-1", gettext_lazy("This is QTI 1.2. Questions are read from QTI 2 and QTI 3; a Common Cartridge is imported as a module."))  # fmt: skip
    if root.tag in ("assessment-test", "manifest"):
        raise UnreadableFile("test", gettext_lazy("This file names questions and holds none. Send the whole package (zip)."))  # fmt: skip
    if root.tag != "assessment-item":
        raise UnreadableFile("not-qti", gettext_lazy("This is XML, but no question in QTI."))


# Packages


@dataclass
class Resource:
    href: str
    item: Callable[[Item], None] = field(default=lambda item: None)  # what the manifest says of it


def _read_package(package: Package, report: Report) -> None:
    resources = list(_resources(package, report))
    if len(resources) > MAX_ITEMS:
        raise too_many()
    for row, resource in enumerate(resources, start=1):
        report.name(row, resource.href)
        if resource.href not in package:
            report.error(row, "missing-file", _("The package names this file and does not hold it."))  # fmt: skip
            continue
        try:
            root = normal(parse(package[resource.href], report))
            _check_root(root)
        except UnreadablePackage:
            raise
        except UnreadableFile as problem:
            report.error(row, problem.code, str(problem.sentence))
            continue
        report.name(row, root.get("title", ""), resource.href)
        _read_item(root, row, report, package, resource.href, resource.item)
    if not resources:
        report.error(0, "nothing", _("There is no QTI question in the package."))


def _resources(package: Package, report: Report) -> Iterator[Resource]:
    manifests = sorted((name for name in package if posixpath.basename(name) == "imsmanifest.xml"), key=len)  # fmt: skip
    if not manifests:
        yield from (Resource(name) for name in package if _is_item(name, package))
        return
    base = posixpath.dirname(manifests[0])
    root = normal(parse(package[manifests[0]], report))
    others = set()
    for resource in root.iter("resource"):
        kind, href = resource.get("type", ""), resource.get("href", "")
        if re.match(r"imsqti_(apip)?item_xml", kind):
            yield Resource(_path(base, href), _lom(resource))
        elif kind.startswith("imsqti_test"):
            others.add(_("Tests and their rules are not taken over, only their questions."))
        elif kind.startswith(("imsqti_xmlv1", "imsqti_assessment", "imsqti_asi")):
            others.add(_("Questions in QTI 1.2 are not read from this package."))
        elif kind.startswith("imsqti_stimulus"):
            others.add(_("Shared texts (stimuli) are not taken over."))
    for message in sorted(others):
        report.warn(0, "resource", message)


def _path(base: str, href: str) -> str:
    plain = urllib.parse.unquote(href.partition("#")[0].partition("?")[0]).replace("\\", "/")
    return posixpath.normpath(posixpath.join(base, plain))


def _is_item(name: str, package: Package) -> bool:
    if not name.lower().endswith(".xml"):
        return False
    return re.search(rb"<(\w+:)?(qti-assessment-item|assessmentItem)[\s>]", package[name][:4000]) is not None  # fmt: skip


def _lom(resource: Element) -> Callable[[Item], None]:
    """What the learning object metadata of a resource adds to its item."""

    def add(item: Item) -> None:
        lom = next(resource.iter("lom"), None)
        if lom is None:
            return
        for entry in lom.iterfind("general/identifier/entry"):
            item.key = item.key or _line(entry)
        take_tags(item, [_line(keyword) for keyword in lom.iterfind("general/keyword")])
        rank = " ".join(_line(value) for value in lom.iterfind("educational/difficulty/value"))
        item.difficulty = DIFFICULTIES.get(rank.lower(), item.difficulty)

    return add


def _line(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


# Items


def _read_item(
    root: Element,
    row: int,
    report: Report,
    package: Package | None,
    href: str,
    add: Callable[[Item], None] = lambda item: None,
) -> None:
    try:
        item = _Reading(root, row, report, package, href).item()
        add(item)
        report.add(item)
    except NotRepresentable as reason:
        report.error(row, reason.code, reason.message)


@dataclass
class Declaration:
    """A response declaration: what is right, and what is worth how much."""

    cardinality: str
    base_type: str
    correct: list[str]
    mapped: dict[str, Decimal]
    case: dict[str, bool]
    lower: Decimal | None
    default: Decimal


@dataclass
class Rule:
    """How SCORE comes about: "match", "map", "place", "equal" (with a tolerance), "none", or "other"."""

    name: str
    tolerance: Element | None = None
    case: bool = True


class _Reading:
    """One item on its way in."""

    def __init__(self, root: Element, row: int, report: Report, package: Package | None, href: str) -> None:  # fmt: skip
        self.root, self.row, self.report, self.package, self.href = root, row, report, package, href
        self.is_own = root.get("tool-name") == TOOL
        self.feedback: dict[str, str] = {}
        self.declared = {
            response.get("identifier", ""): _declaration(response)
            for response in root.findall("response-declaration")
        }
        self.rule = _rule(root.find("response-processing"))

    def warn(self, code: str, message: str) -> None:
        self.report.warn(self.row, code, message)

    def item(self) -> Item:
        root = self.root
        if root.get("adaptive", "false") == "true":
            raise NotRepresentable("adaptive", _("The question goes on after an answer (adaptive); here it ends with it."))  # fmt: skip
        if root.find("template-declaration") is not None or next(root.iter("printed-variable"), None) is not None:  # fmt: skip
            raise NotRepresentable("template", _("The question is made anew for everybody (template); here a question is fixed."))  # fmt: skip
        body = root.find("item-body")
        if body is None:
            raise NotRepresentable("no-stem", _("There is no question text."))
        interactions = [element for element in body.iter() if _is_interaction(element)]
        names = [element.tag for element in interactions]
        if not names:
            raise NotRepresentable("description", _("This is a text without a question in it."))
        unknown = sorted({name for name in names if name not in READERS})
        if unknown:
            raise NotRepresentable("interaction", _("There is no kind of question here for %(names)s.") % {"names": ", ".join(unknown)})  # fmt: skip
        if len(names) > 1 and set(names) != {"text-entry-interaction"}:
            raise NotRepresentable("several", _("There are %(count)d interactions in the question; here it has one.") % {"count": len(names)})  # fmt: skip
        self.look_around(body)
        self.feedback = self.inline_feedback(body)
        content = READERS[names[0]](self, body, interactions)
        self.say_rule(content["kind"])
        content["explanation"] = self.explanation()
        return Item(
            content,
            title=root.get("title", "") if not self.is_own or root.get("label") != "untitled" else "",
            language=root.get("xml:lang", ""),
            row=self.row,
            picture=content.pop("file", None),
        )  # fmt: skip

    def look_around(self, body: Element) -> None:
        if next(body.iter("rubric-block"), None) is not None:
            self.warn("rubric", _("A note for candidates or markers (rubric) is left out."))
        if self.root.find("assessment-stimulus-ref") is not None:
            self.warn("stimulus", _("The question rests on a shared text (stimulus) that is not taken over."))  # fmt: skip
        if self.root.get("time-dependent") == "true":
            self.warn("time", _("There the time decides with the answer; here it does not."))

    # Words

    def words(self, *elements: Element | str) -> str:
        """Plain text of elements; what is lost is said."""
        out: list[str] = []
        lost: set[str] = set()
        for element in elements:
            if isinstance(element, str):
                out.append(element)
            else:
                for piece in self.pieces(element, lost):
                    out.append(piece if isinstance(piece, str) else " ")
        say_lost(lost, self.report, self.row)
        return self.trimmed("".join(out))

    def trimmed(self, text: str) -> str:
        return text.strip("\n") if self.is_own else tidy(text)

    def pieces(self, element: Element, lost: set[str]) -> Iterator[str | Element]:
        """The text of an element in order, with the interactions that stand in it."""
        tag = element.tag
        if _is_interaction(element):
            yield element
            return
        if tag in SKIPPED or tag == "rubric-block":
            return
        if self.is_own and element.get("class") == "stoa-unit":
            return
        if tag not in PLAIN | {"item-body", "prompt", "content-body", "simple-choice", "simple-associable-choice", "hottext", "feedback"}:  # fmt: skip
            lost.add(tag)
        around = "\n\n" if tag == "p" else "\n" if tag in HTML_BLOCKS else ""
        if tag == "br":
            yield "\n"
        elif tag == "li":
            yield "\n- "
        elif tag in ("td", "th"):
            yield " | "
        yield around
        if element.text:
            yield self.spaced(element.text)
        for child in element:
            yield from self.pieces(child, lost)
            if child.tail:
                yield self.spaced(child.tail)
        yield around

    def spaced(self, text: str) -> str:
        return text if self.is_own else re.sub(r"\s+", " ", text)

    def stem(self, body: Element, interaction: Element) -> str:
        """The text around the interaction, with its prompt."""
        lost: set[str] = set()
        texts = [piece if isinstance(piece, str) else "\n\n" for piece in self.pieces(body, lost)]
        say_lost(lost, self.report, self.row)
        prompt = interaction.find("prompt")
        asked = self.words(prompt) if prompt is not None else ""
        around = self.trimmed("".join(texts))
        return "\n\n".join(text for text in (around, asked) if text)

    # Feedback

    def inline_feedback(self, body: Element) -> dict[str, str]:
        """Feedback that is shown with one answer, by the answer's identifier. Other feedback is said to be lost."""
        known = {element.get("identifier") for element in body.iter() if element.get("identifier") and element.tag not in ("feedback-inline", "feedback-block")}  # fmt: skip
        known |= {interaction.get("response-identifier") for interaction in body.iter() if _is_interaction(interaction)}  # fmt: skip
        found: dict[str, str] = {}
        for element in [*body.iter("feedback-inline"), *body.iter("feedback-block"), *self.root.findall("modal-feedback")]:  # fmt: skip
            name = element.get("identifier", "")
            if element.get("outcome-identifier") == "EXPLANATION":
                continue
            if name in known and name not in found and element.get("show-hide", "show") == "show":
                inner = Element("feedback")
                inner.text = element.text
                inner.extend(list(element))
                found[name] = self.words(inner)
            else:
                self.warn("feedback", _("Feedback that depends on more than one answer is left out."))  # fmt: skip
        return found

    def said(self, name: str) -> str:
        return self.feedback.get(name, "")

    def explanation(self) -> str:
        for element in self.root.findall("modal-feedback"):
            if element.get("outcome-identifier") == "EXPLANATION":
                inner = Element("feedback")
                inner.text, inner[:] = element.text, list(element)
                return self.words(inner)
        return ""

    # Marking

    def say_rule(self, kind: str) -> None:
        """Warn where SCORE comes about in another way than ours."""
        by_parts = kind in ("multiple", "ordering", "matching", "fill_in", "hotspot")
        if self.rule.name == "other":
            self.warn("processing", _("The mark is calculated there by a rule of its own; here the rule of this kind of question holds."))  # fmt: skip
        elif self.rule.name == "none":
            self.warn("processing", _("There is no rule for the mark there; here the rule of this kind of question holds."))  # fmt: skip
        elif self.rule.name == "match" and by_parts:
            parts = max(len(d.correct) for d in self.declared.values()) if self.declared else 0
            if kind != "fill_in" and (parts > 1 or kind == "multiple"):
                ticks = kind in ("multiple", "hotspot")
                self.warn("all-or-nothing", _("There it is all or nothing; here every right tick counts, and every wrong one takes one off.") if ticks else _("There it is all or nothing; here every right part counts."))  # fmt: skip

    def declaration(self, interaction: Element) -> Declaration:
        name = interaction.get("response-identifier", "")
        if name not in self.declared:
            raise NotRepresentable("no-key", _("The file does not say what is right."))
        return self.declared[name]

    def right(self, declared: Declaration, names: list[str]) -> list[bool]:
        """Which of these choices are right. Raises NotRepresentable where the file does not say."""
        right = set(declared.correct)
        if not right and declared.mapped:
            best = max(declared.mapped.values())
            many = declared.cardinality != "single"
            right = {n for n, value in declared.mapped.items() if value > 0 and (many or value == best)}  # fmt: skip
        if not right & set(names):
            raise NotRepresentable("no-key", _("The file does not say what is right."))
        return [name in right for name in names]

    def check_mapping(self, declared: Declaration, names: list[str], right: list[bool]) -> None:
        if self.rule.name != "map" or not declared.mapped:
            return
        worth = [declared.mapped.get(name, declared.default) for name in names]
        full = sum(value for value in worth if value > 0)
        if declared.cardinality == "single":
            best = max(worth)
            if any(v != (best if is_right else 0) for v, is_right in zip(worth, right, strict=True)):  # fmt: skip
                shown = ", ".join(plain_number(value) for value in worth)
                self.warn("weights", _("The answers are worth %(weights)s there. Here one answer is right, and the others score nothing.") % {"weights": shown})  # fmt: skip
        elif full:
            floor = declared.lower is not None and declared.lower >= 0
            check_weights([float(value / full) for value in worth], right, self.report, self.row, floor=floor)  # fmt: skip

    # Kinds

    def choice(self, body: Element, interactions: list[Element]) -> dict[str, Any]:
        interaction = interactions[0]
        declared = self.declaration(interaction)
        choices = interaction.findall("simple-choice")
        names = [choice.get("identifier", "") for choice in choices]
        right = self.right(declared, names)
        self.check_mapping(declared, names, right)
        self.say_fixed(choices)
        texts = [self.words(choice) for choice in choices]
        kind = "multiple" if declared.cardinality != "single" else "single"
        if kind == "single" and len(texts) == 2:
            is_truth = says_true_false(*texts) or says_true_false(*reversed(texts))
            if "stoa-true-false" in interaction.get("class", "").split() or (is_truth and not self.is_own):  # fmt: skip
                kind = "true_false"
        listed = [
            {"id": _id(name), "text": text, "correct": is_right, "feedback": self.said(name)}
            for name, text, is_right in zip(names, texts, right, strict=True)
        ]
        return {"kind": kind, "stem": self.stem(body, interaction), "options": listed}

    def say_fixed(self, choices: list[Element]) -> None:
        if any(choice.get("fixed") == "true" for choice in choices):
            self.report.share(self.row, "shuffle", _("Answers stand in a fixed order there; here they are shuffled. Look for answers like “all of these”."))  # fmt: skip

    def order(self, body: Element, interactions: list[Element]) -> dict[str, Any]:
        interaction = interactions[0]
        declared = self.declaration(interaction)
        choices = {choice.get("identifier", ""): choice for choice in interaction.findall("simple-choice")}  # fmt: skip
        if set(declared.correct) != set(choices) or len(declared.correct) != len(choices):
            raise NotRepresentable("no-key", _("The right order does not name every item once."))
        items = [
            {"id": _id(name), "text": self.words(choices[name]), "feedback": self.said(name)}
            for name in declared.correct
        ]
        return {"kind": "ordering", "stem": self.stem(body, interaction), "items": items}

    def match(self, body: Element, interactions: list[Element]) -> dict[str, Any]:
        interaction = interactions[0]
        declared = self.declaration(interaction)
        sets = interaction.findall("simple-match-set")
        if len(sets) != 2:
            raise NotRepresentable("no-key", _("Matching has two sides."))
        left, right = (
            {choice.get("identifier", ""): choice for choice in side.iter("simple-associable-choice")}
            for side in sets
        )  # fmt: skip
        keys = declared.correct or [pair for pair, value in declared.mapped.items() if value > 0]
        pairs = [tuple(key.split()) for key in keys]
        if not all(len(pair) == 2 and pair[0] in left and pair[1] in right for pair in pairs):
            raise NotRepresentable("no-key", _("A right pair names a side that is not there."))
        if _once(pairs, 1, right) and not _once(pairs, 0, left):
            left, right, pairs = right, left, [(two, one) for one, two in pairs]
        if not _once(pairs, 0, left):
            raise NotRepresentable("many-to-many", _("A line has no partner, or several; here each line has one."))  # fmt: skip
        self.check_pairs(declared, keys)
        partner = dict(pairs)
        written = [
            {"id": _id(name), "left": self.words(left[name]), "right": self.words(right[partner[name]]), "feedback": self.said(name)}
            for name in left
        ]  # fmt: skip
        extra = [
            {"id": _id(name), "right": self.words(choice), "feedback": self.said(name)}
            for name, choice in right.items()
            if name not in partner.values()
        ]
        return {"kind": "matching", "stem": self.stem(body, interaction), "pairs": written, "extra": extra}  # fmt: skip

    def check_pairs(self, declared: Declaration, keys: list[str]) -> None:
        if self.rule.name != "map":
            return
        worth = {declared.mapped.get(" ".join(key.split()), declared.default) for key in keys}
        others = {value for key, value in declared.mapped.items() if key not in keys}
        if len(worth) > 1 or any(others) or declared.default:
            self.warn("weights", _("The pairs are not worth the same there; here every right pair counts the same."))  # fmt: skip

    def text_entry(self, body: Element, interactions: list[Element]) -> dict[str, Any]:
        kinds = {self.declaration(interaction).base_type for interaction in interactions}
        if len(interactions) == 1 and kinds <= {"float", "integer"}:
            return self.numeric(body, interactions[0])
        if kinds - {"string", "identifier"}:
            raise NotRepresentable("several", _("Numbers among several gaps are not marked here. Split the question."))  # fmt: skip
        stem, around = self.gap_texts(body)
        if len(around) != len(interactions):
            raise NotRepresentable("not-understood", _("The text around the gaps cannot be read."))
        gaps = [
            {"before": before, "after": after, **self.gap(interaction)}
            for interaction, (before, after) in zip(interactions, around, strict=True)
        ]
        return {"kind": "fill_in", "stem": stem, "gaps": gaps}

    def gap_texts(self, body: Element) -> tuple[str, list[tuple[str, str]]]:
        """The question, and the text before and after each gap: a paragraph with gaps is not part of the question."""
        lost: set[str] = set()
        stem: list[str] = []
        texts: list[str] = [""]
        seen = False
        for block in _blocks(body):
            pieces = list(self.pieces(block, lost))
            if not seen and not any(isinstance(piece, Element) for piece in pieces):
                stem += [piece for piece in pieces if isinstance(piece, str)]
                continue
            seen = True
            for piece in pieces:
                if isinstance(piece, str):
                    texts[-1] += piece
                else:
                    prompt = piece.find("prompt")
                    stem += [self.words(prompt)] if prompt is not None else []
                    texts.append("")
        say_lost(lost, self.report, self.row)
        asked = self.trimmed("".join(stem))
        texts = [text if self.is_own else tidy(text) for text in texts]
        if self.is_own:
            return asked, _own_gap_texts(body)
        if not asked:
            if len(texts) == 2:
                joined = [part for part in (texts[0], "_____", texts[1]) if part]
                return " ".join(joined), [("", "")]
            asked = _("Fill in the gaps.")
            self.warn("stem", _("There is no question besides the text with gaps; “%(stem)s” was put in front.") % {"stem": asked})  # fmt: skip
        return asked, [
            (text, texts[-1] if n == len(texts) - 2 else "") for n, text in enumerate(texts[:-1])
        ]

    def gap(self, interaction: Element) -> dict[str, Any]:
        declared = self.declaration(interaction)
        name = interaction.get("response-identifier", "")
        accepted = list(declared.correct)
        case = self.rule.case
        if self.rule.name in ("map", "other", "none") and declared.mapped:
            best = max(declared.mapped.values())
            accepted += [form for form, value in declared.mapped.items() if value == best > 0]
            if any(0 < value < best for value in declared.mapped.values()):
                self.warn("weights", _("Some answers give part of the mark there; here they are not accepted."))  # fmt: skip
            rules = {declared.case.get(form, True) for form in accepted if form in declared.mapped}
            case = all(rules) if rules else True
            if len(rules) > 1:
                self.warn("case", _("Capitals matter for some of the accepted answers there; here they do not."))  # fmt: skip
                case = False
        classes = interaction.get("class", "").split()
        return {
            "id": _id(name), "accepted": list(dict.fromkeys(accepted)), "case": case,
            "accents": "stoa-any-accents" not in classes, "feedback": self.said(name),
        }  # fmt: skip

    def numeric(self, body: Element, interaction: Element) -> dict[str, Any]:
        declared = self.declaration(interaction)
        name = interaction.get("response-identifier", "")
        values = declared.correct
        if not values and declared.mapped:
            best = max(declared.mapped.values())
            values = [key for key, value in declared.mapped.items() if value == best > 0]
        if len(values) != 1:
            raise NotRepresentable("several-numbers", _("There is not exactly one number, or range, that gives the full mark."))  # fmt: skip
        units = self.units()
        given = {
            "id": _id(name), "value": values[0], "tolerance": self.tolerance(values[0]), "unit": units[0],
            "units": units[1], "feedback": self.said(name),
        }  # fmt: skip
        return {"kind": "numeric", "stem": self.stem(body, interaction), "number": given}

    def tolerance(self, value: str) -> str:
        """The absolute tolerance that the rule says. Raises NotRepresentable if it differs up and down."""
        equal = self.rule.tolerance
        if equal is None or equal.get("tolerance-mode", "exact") == "exact":
            return "0"
        parts = equal.get("tolerance", "").split()
        around = {number(part) for part in parts}
        if len(around) != 1 or None in around:
            raise NotRepresentable("tolerance", _("The tolerance is not the same up and down, or no number."))  # fmt: skip
        only = around.pop()
        middle = number(value)
        if equal.get("tolerance-mode") == "relative" and only is not None and middle is not None:
            return plain_number(abs(middle) * only / 100)
        return parts[0]

    def units(self) -> tuple[str, list[dict[str, str]]]:
        """The units that our own files keep beside the question."""
        for outcome in self.root.findall("outcome-declaration"):
            if self.is_own and outcome.get("identifier") == "UNITS":
                values = [value.text or "" for value in outcome.iter("value")]
                others = [value.partition(" ") for value in values[1:]]
                return (values or [""])[0], [{"unit": unit, "factor": f} for f, _s, unit in others]
        return "", []

    def hotspot(self, body: Element, interactions: list[Element]) -> dict[str, Any]:
        interaction = interactions[0]
        declared = self.declaration(interaction)
        choices = interaction.findall("hotspot-choice")
        names = [choice.get("identifier", "") for choice in choices]
        right = self.right(declared, names)
        self.check_mapping(declared, names, right)
        picture, shown, alt = self.picture(interaction)
        spots = [
            {
                "id": _id(name), "label": self.label(choice, n), **self.area(choice, picture),
                "correct": is_right, "feedback": self.said(name),
            }
            for n, (name, choice, is_right) in enumerate(zip(names, choices, right, strict=True))
        ]  # fmt: skip
        return {
            "kind": "hotspot", "stem": self.stem(body, interaction),
            "picture": shown | {"alt": alt}, "spots": spots, "file": picture,
        }  # fmt: skip

    def label(self, choice: Element, place: int) -> str:
        label = choice.get("hotspot-label") or choice.get("aria-label") or ""
        if label.strip():
            return label
        self.warn("labels", _("The places in the picture have no names there; they are called by letters here. Name them for people who do not see the picture."))  # fmt: skip
        return _("Place %(letter)s") % {"letter": chr(ord("A") + place % 26)}

    def picture(self, interaction: Element) -> tuple[Picture, dict[str, Any], str]:
        """The file, which picture of ours it is if we wrote the package, and what it shows in words."""
        element = next((e for e in interaction.iter() if e.tag in ("object", "img")), None)
        if element is None:
            raise NotRepresentable("no-picture", _("There is no picture."))
        source = element.get("data") or element.get("src") or ""
        path = _path(posixpath.dirname(self.href), source)
        if self.package is None or path not in self.package:
            raise NotRepresentable("no-picture", _("The picture “%(name)s” is not in the file. Send the package (zip).") % {"name": source[:80]})  # fmt: skip
        alt = element.get("alt") or _line(element)
        if not alt:
            self.warn("alt", _("The picture has no description in words. Add one."))
        width, height = (number(element.get(side, "").removesuffix("px")) for side in ("width", "height"))  # fmt: skip
        if not width or not height:
            width, height = _pixels(self.package[path])
        shown: dict[str, Any] = {"drawing": "", "image": None}
        if self.is_own and (match := OWN_PICTURE.search(path)):
            shown[match[1]] = int(match[2]) if match[1] == "image" else match[2]
        return Picture(href=path, width=int(width), height=int(height)), shown, alt

    def area(self, choice: Element, picture: Picture) -> dict[str, int | float]:
        """A rectangle in per cent of the picture."""
        if self.is_own and (match := AREA.search(choice.get("class", ""))):
            sides = [float(side) for side in match.groups()]
            return dict(zip(("x", "y", "width", "height"), map(_figure, sides), strict=True))
        given = [number(part) for part in choice.get("coords", "").replace(" ", ",").split(",") if part]  # fmt: skip
        if None in given:
            raise NotRepresentable("area", _("The shape of a place cannot be read."))
        points = [float(part) for part in given if part is not None]
        match choice.get("shape", ""), len(points):
            case "rect", 4:
                box = points
            case "circle", 3:
                x, y, radius = points
                box = [x - radius, y - radius, x + radius, y + radius]
            case "ellipse", 4:
                x, y, across, down = points
                box = [x - across, y - down, x + across, y + down]
            case "poly", count if count >= 6 and count % 2 == 0:
                box = [min(points[0::2]), min(points[1::2]), max(points[0::2]), max(points[1::2])]
            case _:
                raise NotRepresentable("area", _("The shape of a place cannot be read."))
        if choice.get("shape") != "rect":
            self.warn("shape", _("Round and many-sided places became the rectangle around them."))
        left, right = (_clamped(side / picture.width * 100) for side in sorted(box[0::2]))
        top, bottom = (_clamped(side / picture.height * 100) for side in sorted(box[1::2]))
        return {"x": left, "y": top, "width": round(right - left, 3), "height": round(bottom - top, 3)}  # fmt: skip


def _clamped(side: float) -> float:
    return round(min(max(side, 0.0), 100.0), 3)


def _figure(side: float) -> int | float:
    return int(side) if side == int(side) else side


def _pixels(data: bytes) -> tuple[Decimal, Decimal]:
    """Width and height of a raster image. Raises NotRepresentable."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return Decimal(image.width), Decimal(image.height)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        raise NotRepresentable("no-picture", _("The file does not say how large the picture is.")) from None  # fmt: skip


def _is_interaction(element: Element) -> bool:
    return element.tag.endswith("-interaction")


def _id(name: str) -> str:
    return name.removeprefix("id-") or name


def _once(pairs: list, side: int, names: dict[str, Element]) -> bool:
    used = [pair[side] for pair in pairs]
    return len(used) == len(set(used)) == len(names)


def _blocks(body: Element) -> list[Element]:
    """The paragraphs of a body; a wrapper around all of it is opened."""
    children = list(body)
    while len(children) == 1 and children[0].tag in ("div", "section", "article") and len(children[0]):  # fmt: skip
        children = list(children[0])
    return children


def _own_gap_texts(body: Element) -> list[tuple[str, str]]:
    """Our own files have a paragraph a gap: <p><span>before</span><text-entry/><span>after</span></p>."""
    found = []
    for paragraph in body.findall("p"):
        if paragraph.find("text-entry-interaction") is not None:
            spans = [span.text or "" for span in paragraph.findall("span")]
            found.append((*spans, "", "")[:2])
    return found


def _declaration(element: Element) -> Declaration:
    mapping = element.find("mapping")
    entries = mapping.findall("map-entry") if mapping is not None else []
    keys = [" ".join(entry.get("map-key", "").split()) for entry in entries]
    worth = [number(entry.get("mapped-value", "")) or Decimal(0) for entry in entries]
    case = [entry.get("case-sensitive", "true") == "true" for entry in entries]
    lower, default = (
        number(mapping.get(name, "")) if mapping is not None else None
        for name in ("lower-bound", "default-value")
    )
    return Declaration(
        cardinality=element.get("cardinality", "single"),
        base_type=element.get("base-type", ""),
        correct=[
            (value.text or "").strip() for value in element.iterfind("correct-response/value")
        ],
        mapped=dict(zip(keys, worth, strict=True)),
        case=dict(zip(keys, case, strict=True)),
        lower=lower,
        default=default or Decimal(0),
    )


def _rule(processing: Element | None) -> Rule:
    """What the response processing does to SCORE, if it is one of the forms that are known."""
    if processing is None:
        return Rule("none")
    template = posixpath.basename(processing.get("template", "")).removesuffix(".xml").lower()
    if template and not len(processing):
        known = {"match_correct": "match", "map_response": "map"}
        return Rule(known.get(template, "other"))
    if not len(processing):
        return Rule("none")
    found: list[Rule] = []
    _walk(processing, None, found)
    names = {rule.name for rule in found}
    if len(names) == 1:
        return next((rule for rule in found if rule.tolerance is not None), found[0])
    return Rule("other" if names else "none")


def _walk(element: Element, condition: Element | None, found: list[Rule]) -> None:
    """Collect how SCORE is set, in each branch that gives something."""
    for child in element:
        if child.tag == "set-outcome-value":
            if child.get("identifier") == "SCORE" and len(child):
                rule = _setting(child[0], condition)
                found.extend([rule] if rule else [])
        elif child.tag in ("response-if", "response-else-if"):
            _walk(child, child[0] if len(child) else None, found)
        elif child.tag == "response-else":
            _walk(child, None, found)
        elif child.tag in ("response-condition", "response-processing-fragment"):
            _walk(child, condition, found)
        elif child.tag not in _CONDITIONS:
            found.append(Rule("other"))


_CONDITIONS = {"match", "equal", "string-match", "is-null", "not", "and", "or", "member", "variable", "stylesheet"}  # fmt: skip


def _setting(expression: Element, condition: Element | None) -> Rule | None:
    """One way to set SCORE. None where it is set to 0."""
    if expression.tag == "base-value":
        if number(expression.text or "") == 0:
            return None
        return _condition(condition)
    inside = {element.tag for element in expression.iter()}
    if "map-response" in inside and inside <= {"map-response", "sum", "variable"}:
        return Rule("map")
    if inside <= {"sum", "variable", "base-value"} and condition is not None:
        return _condition(condition)
    return Rule("other")


def _condition(condition: Element | None) -> Rule:
    if condition is None:
        return Rule("other")
    inside = [element.tag for element in condition]
    match condition.tag:
        case "match" if sorted(inside) == ["correct", "variable"]:
            return Rule("match")
        case "match" if sorted(inside) == ["base-value", "index"]:
            return Rule("place")
        case "equal" if sorted(inside) == ["correct", "variable"]:
            return Rule("equal", tolerance=condition)
        case "string-match" if sorted(inside) == ["correct", "variable"] and condition.get("substring", "false") == "false":  # fmt: skip
            return Rule("match", case=condition.get("case-sensitive", "true") == "true")
    return Rule("other")


READERS: dict[str, Callable[[_Reading, Element, list[Element]], dict[str, Any]]] = {
    "choice-interaction": _Reading.choice,
    "order-interaction": _Reading.order,
    "match-interaction": _Reading.match,
    "text-entry-interaction": _Reading.text_entry,
    "hotspot-interaction": _Reading.hotspot,
}
