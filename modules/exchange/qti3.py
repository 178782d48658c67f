"""QTI 3.0: the reader it shares with QTI 2, and a content package of what our bank holds.

What QTI has no element for is kept where any reader passes over it: class names on interactions ("stoa-…") and an
outcome UNITS. Marking is written out, so that another system gives the same score.
"""

import io
import zipfile
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.translation import gettext as _

from modules.exchange.items import Finding, Item, NotRepresentable, Report
from modules.exchange.qti import TOOL, read
from modules.exchange.shared import PRACTICE

__all__ = ["read", "write"]

ITEM = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
ITEM_XSD = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd"
PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
PACKAGE_XSD = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd"
LOM = "http://ltsc.ieee.org/xsd/LOM"
LOM_XSD = "https://purl.imsglobal.org/spec/md/v1p3/schema/xsd/imsmd_loose_v1p3p2.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"
DIFFICULTIES = {1: "easy", 2: "medium", 3: "difficult"}
DAY_ZERO = (1980, 1, 1, 0, 0, 0)  # so that the same questions give the same bytes
FORBIDDEN = {0xFFFE: None, 0xFFFF: None}  # what XML cannot hold and clean_text lets pass


def write(items: Iterable[Item]) -> tuple[bytes, list[Finding]]:
    """A zip package: imsmanifest.xml, an item file a question, and the pictures of hotspots."""
    report = Report()
    out = io.BytesIO()
    written: list[tuple[str, Item, str]] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        known: set[str] = set()
        for place, item in enumerate(items, start=1):
            report.name(item.row, item.stem)
            try:
                root = _Writing(item, f"q{place:05}", report).root()
            except NotRepresentable as reason:
                report.error(item.row, reason.code, reason.message)
                continue
            picture = ""
            if item.picture:
                picture = item.picture.href
                if picture not in known:
                    _put(package, picture, item.picture.data)
                known.add(picture)
            _put(package, f"items/q{place:05}.xml", _document(root))
            written.append((f"q{place:05}", item, picture))
        _put(package, "imsmanifest.xml", _document(_manifest(written)))
    return out.getvalue(), report.result()[1]


def _put(package: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, DAY_ZERO)
    info.compress_type = zipfile.ZIP_DEFLATED
    package.writestr(info, data)


def _document(root: Element) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8")


def _root(tag: str, namespace: str, schemas: str, **attributes: str) -> Element:
    root = Element(tag, {"xmlns": namespace, "xmlns:xsi": XSI, "xsi:schemaLocation": schemas})
    root.attrib |= attributes
    return root


def _add(parent: Element, tag: str, text: str = "", /, **attributes: str) -> Element:
    """A child; "_" in names of attributes is "-". Line breaks in the text become <br/>."""
    element = SubElement(parent, tag, {k.replace("_", "-"): v for k, v in attributes.items()})
    lines = text.translate(FORBIDDEN).split("\n")
    element.text = lines[0] or None
    for line in lines[1:]:
        SubElement(element, "br").tail = line
    return element


def _score(parent: Element, value: str) -> None:
    setting = _add(parent, "qti-set-outcome-value", identifier="SCORE")
    _add(setting, "qti-base-value", value, base_type="float")


class _Writing:
    """One question on its way out."""

    def __init__(self, item: Item, identifier: str, report: Report) -> None:
        self.item, self.report, self.content = item, report, item.content
        self.element = _root(
            "qti-assessment-item",
            ITEM,
            f"{ITEM} {ITEM_XSD}",
            identifier=identifier,
            title=(item.title or item.stem[:80].replace("\n", " ")).translate(FORBIDDEN),
            label="titled" if item.title else "untitled",
            adaptive="false",
        )
        self.element.set("time-dependent", "false")
        self.element.set("tool-name", TOOL)
        if item.language:
            self.element.set("xml:lang", item.language)

    def root(self) -> Element:
        if any(mark in str(self.content) for mark in map(chr, FORBIDDEN)):
            self.report.warn(self.item.row, "control-characters", _("Characters that XML cannot hold were left out."))  # fmt: skip
        # In the order of the specification: what is declared, what is shown, how it is marked.
        self.responses = Element("responses")
        self.body = Element("qti-item-body")
        self.processing = Element("qti-response-processing")
        self.shown_feedback: list[tuple[Element | None, str]] = []
        self.has_feedback = False
        WRITERS[self.item.kind](self)
        self.element.extend(self.responses)
        score = _add(self.element, "qti-outcome-declaration", identifier="SCORE", cardinality="single", base_type="float")  # fmt: skip
        _add(_add(score, "qti-default-value"), "qti-value", "0")
        self.declare_feedback()
        self.element.append(self.body)
        self.element.append(self.processing)
        if self.content["explanation"]:
            shown = _add(self.element, "qti-modal-feedback", outcome_identifier="EXPLANATION", identifier="explanation", show_hide="show")  # fmt: skip
            _add(_add(shown, "qti-content-body"), "p", self.content["explanation"])
        return self.element

    def declare_feedback(self) -> None:
        """The outcomes that show feedback, and the rules that set them."""
        if not self.has_feedback and not self.content["explanation"]:
            return
        if template := self.processing.attrib.pop("template", ""):
            self.write_out(template)
        if self.has_feedback:
            _add(self.element, "qti-outcome-declaration", identifier="FEEDBACK", cardinality=self.feedback_cardinality, base_type="identifier")  # fmt: skip
            self.show_feedback()
        if self.content["explanation"]:
            _add(self.element, "qti-outcome-declaration", identifier="EXPLANATION", cardinality="single", base_type="identifier")  # fmt: skip
            setting = _add(self.processing, "qti-set-outcome-value", identifier="EXPLANATION")
            _add(setting, "qti-base-value", "explanation", base_type="identifier")

    def write_out(self, template: str) -> None:
        """The rules of a template, for a question that has further rules."""
        condition = Element("qti-response-condition")
        self.processing.insert(0, condition)
        then = _add(condition, "qti-response-if")
        if template.endswith("match_correct.xml"):
            match = _add(then, "qti-match")
            _add(match, "qti-variable", identifier="RESPONSE")
            _add(match, "qti-correct", identifier="RESPONSE")
            _score(then, "1")
            _score(_add(condition, "qti-response-else"), "0")
        else:
            _add(_add(then, "qti-is-null"), "qti-variable", identifier="RESPONSE")
            _score(then, "0")
            setting = _add(_add(condition, "qti-response-else"), "qti-set-outcome-value", identifier="SCORE")  # fmt: skip
            _add(setting, "qti-map-response", identifier="RESPONSE")

    feedback_cardinality = "multiple"

    def show_feedback(self) -> None:
        """Feedback of choices follows what was chosen; that of other parts has a condition of its own."""
        if not self.shown_feedback:
            setting = _add(self.processing, "qti-set-outcome-value", identifier="FEEDBACK")
            _add(setting, "qti-variable", identifier="RESPONSE")
            return
        for condition, name in self.shown_feedback:
            place = self.processing
            if condition is not None:
                place = _add(_add(self.processing, "qti-response-condition"), "qti-response-if")
                place.append(condition)
            setting = _add(place, "qti-set-outcome-value", identifier="FEEDBACK")
            both = _add(setting, "qti-multiple")
            _add(both, "qti-variable", identifier="FEEDBACK")
            _add(both, "qti-base-value", name, base_type="identifier")

    # Parts

    def respond(self, cardinality: str, base_type: str, correct: Iterable[str], name: str = "RESPONSE") -> Element:  # fmt: skip
        response = _add(self.responses, "qti-response-declaration", identifier=name, cardinality=cardinality, base_type=base_type)  # fmt: skip
        right = _add(response, "qti-correct-response")
        for value in correct:
            _add(right, "qti-value", value)
        return response

    def use(self, template: str) -> None:
        self.processing.set("template", f"{TEMPLATES}{template}.xml")

    def ask(self, interaction: Element) -> Element:
        _add(interaction, "qti-prompt", self.item.stem)
        return interaction

    def say(self, place: Element, name: str, feedback: str) -> None:
        if feedback:
            self.has_feedback = True
            _add(place, "qti-feedback-inline", feedback, outcome_identifier="FEEDBACK", identifier=name, show_hide="show")  # fmt: skip

    def tick(self, parts: list[dict]) -> list[str]:
        """Declare a choice of parts, marked by our rule. Returns their identifiers."""
        names = [f"id-{part['id']}" for part in parts]
        right = [name for name, part in zip(names, parts, strict=True) if part["correct"]]
        if self.item.kind in ("single", "true_false"):
            self.feedback_cardinality = "single"
            self.respond("single", "identifier", right)
            self.use("match_correct")
        else:
            mapping = _add(self.respond("multiple", "identifier", right), "qti-mapping", lower_bound="0", upper_bound="1", default_value="0")  # fmt: skip
            share = repr(1 / len(right))
            for name, part in zip(names, parts, strict=True):
                worth = share if part["correct"] else f"-{share}"
                _add(mapping, "qti-map-entry", map_key=name, mapped_value=worth)
            self.use("map_response")
        return names

    # Kinds

    def choice(self) -> None:
        options = self.content["options"]
        names = self.tick(options)
        most = "0" if self.item.kind == "multiple" else "1"
        interaction = _add(self.body, "qti-choice-interaction", response_identifier="RESPONSE", shuffle="true", max_choices=most)  # fmt: skip
        if self.item.kind == "true_false":
            interaction.set("class", "stoa-true-false")
            interaction.set("shuffle", "false")
        self.ask(interaction)
        for name, option in zip(names, options, strict=True):
            choice = _add(interaction, "qti-simple-choice", option["text"], identifier=name)
            self.say(choice, name, option["feedback"])

    def ordering(self) -> None:
        items = self.content["items"]
        names = [f"id-{item['id']}" for item in items]
        self.respond("ordered", "identifier", names)
        interaction = self.ask(_add(self.body, "qti-order-interaction", response_identifier="RESPONSE", shuffle="true"))  # fmt: skip
        for place, (name, item) in enumerate(zip(names, items, strict=True), start=1):
            choice = _add(interaction, "qti-simple-choice", item["text"], identifier=name)
            self.say(choice, name, item["feedback"])
            then = _add(_add(self.processing, "qti-response-condition"), "qti-response-if")
            then.append(_at_place(place, name))
            both = _add(_add(then, "qti-set-outcome-value", identifier="SCORE"), "qti-sum")
            _add(both, "qti-variable", identifier="SCORE")
            _add(both, "qti-base-value", repr(1 / len(items)), base_type="float")
            if item["feedback"]:
                self.shown_feedback.append((_at_place(place, name), name))

    def matching(self) -> None:
        pairs, extra = self.content["pairs"], self.content["extra"]
        rights: dict[str, str] = {}  # words: identifier; several lines may share a partner
        for pair in pairs:
            rights.setdefault(pair["right"], f"right-{pair['id']}")
        keys = {pair["id"]: f"id-{pair['id']} {rights[pair['right']]}" for pair in pairs}
        mapping = _add(self.respond("multiple", "directedPair", keys.values()), "qti-mapping", lower_bound="0", upper_bound="1", default_value="0")  # fmt: skip
        for key in keys.values():
            _add(mapping, "qti-map-entry", map_key=key, mapped_value=repr(1 / len(pairs)))
        self.use("map_response")
        interaction = self.ask(_add(self.body, "qti-match-interaction", response_identifier="RESPONSE", shuffle="true", max_associations="0"))  # fmt: skip
        left, right = (_add(interaction, "qti-simple-match-set") for _side in range(2))
        for pair in pairs:
            line = _add(left, "qti-simple-associable-choice", pair["left"], identifier=f"id-{pair['id']}", match_max="1")  # fmt: skip
            self.say(line, f"id-{pair['id']}", pair["feedback"])
            if pair["feedback"]:
                member = Element("qti-member")
                _add(member, "qti-base-value", keys[pair["id"]], base_type="directedPair")
                _add(member, "qti-variable", identifier="RESPONSE")
                self.shown_feedback.append((member, f"id-{pair['id']}"))
        for words, name in rights.items():
            _add(right, "qti-simple-associable-choice", words, identifier=name, match_max="0")
        for part in extra:
            name = f"id-{part['id']}"
            line = _add(right, "qti-simple-associable-choice", part["right"], identifier=name, match_max="0")  # fmt: skip
            if part["feedback"]:
                self.say(line, name, part["feedback"])
                self.shown_feedback.append((None, name))

    def fill_in(self) -> None:
        gaps = self.content["gaps"]
        _add(self.body, "p", self.item.stem)
        setting = Element("qti-set-outcome-value", {"identifier": "SCORE"})
        total = _add(setting, "qti-sum")
        for gap in gaps:
            name = f"id-{gap['id']}"
            mapping = _add(self.respond("single", "string", gap["accepted"][:1], name), "qti-mapping", default_value="0")  # fmt: skip
            for form in gap["accepted"]:
                _add(mapping, "qti-map-entry", map_key=form, mapped_value=repr(1 / len(gaps)), case_sensitive=str(gap["case"]).lower())  # fmt: skip
            _add(total, "qti-map-response", identifier=name)
            line = _add(self.body, "p")
            _add(line, "span", gap["before"])
            entry = _add(line, "qti-text-entry-interaction", response_identifier=name)
            if not gap["accents"]:
                entry.set("class", "stoa-any-accents")
                self.report.warn(self.item.row, "accents", _("Accents do not matter here; QTI cannot say so, and other systems will mark by the letter."))  # fmt: skip
            _add(line, "span", gap["after"])
            self.say(line, name, gap["feedback"])
            if gap["feedback"]:
                self.shown_feedback.append((None, name))
        self.processing.append(setting)

    def numeric(self) -> None:
        given = self.content["number"]
        name = f"id-{given['id']}"
        self.respond("single", "float", [given["value"]], name)
        _add(self.body, "p", self.item.stem)
        line = _add(self.body, "p")
        _add(line, "qti-text-entry-interaction", response_identifier=name)
        if given["unit"]:
            _add(line, "span", f" {given['unit']}").set("class", "stoa-unit")
        self.say(line, name, given["feedback"])
        if given["feedback"]:
            self.shown_feedback.append((None, name))
        condition = _add(self.processing, "qti-response-condition")
        then = _add(condition, "qti-response-if")
        equal = _add(then, "qti-equal", tolerance_mode="absolute", tolerance=f"{given['tolerance']} {given['tolerance']}")  # fmt: skip
        _add(equal, "qti-variable", identifier=name)
        _add(equal, "qti-correct", identifier=name)
        _score(then, "1")
        _score(_add(condition, "qti-response-else"), "0")
        if given["unit"] or given["units"]:
            outcome = _add(self.responses, "qti-outcome-declaration", identifier="UNITS", cardinality="ordered", base_type="string")  # fmt: skip
            values = _add(outcome, "qti-default-value")
            _add(values, "qti-value", given["unit"])
            for other in given["units"]:
                _add(values, "qti-value", f"{other['factor']} {other['unit']}")
            self.report.warn(self.item.row, "unit", _("Other systems take the number without the choice of a unit."))  # fmt: skip

    def hotspot(self) -> None:
        picture = self.item.picture
        if picture is None or not picture.data or not picture.width or not picture.height:
            raise NotRepresentable("no-picture", _("The picture is not there, or its size is not known."))  # fmt: skip
        spots = self.content["spots"]
        names = self.tick(spots)
        interaction = self.ask(_add(self.body, "qti-hotspot-interaction", response_identifier="RESPONSE", max_choices="0"))  # fmt: skip
        _add(
            interaction, "img", src=f"../{picture.href}", alt=self.content["picture"]["alt"],
            width=str(picture.width), height=str(picture.height),
        )  # fmt: skip
        for name, spot in zip(names, spots, strict=True):
            left, right = (spot["x"], spot["x"] + spot["width"])
            top, bottom = (spot["y"], spot["y"] + spot["height"])
            coords = [
                round(side / 100 * size)
                for side, size in zip((left, top, right, bottom), (picture.width, picture.height) * 2, strict=True)
            ]  # fmt: skip
            exact = "_".join(repr(spot[side]) for side in ("x", "y", "width", "height"))
            choice = _add(
                interaction, "qti-hotspot-choice", identifier=name, shape="rect",
                coords=",".join(map(str, coords)), hotspot_label=spot["label"],
            )  # fmt: skip
            choice.set("class", f"stoa-area_{exact}")
            if spot["feedback"]:
                self.has_feedback = True
                shown = _add(self.body, "qti-feedback-block", outcome_identifier="FEEDBACK", identifier=name, show_hide="show")  # fmt: skip
                _add(_add(shown, "qti-content-body"), "p", spot["feedback"])


def _at_place(place: int, name: str) -> Element:
    match = Element("qti-match")
    _add(_add(match, "qti-index", n=str(place)), "qti-variable", identifier="RESPONSE")
    _add(match, "qti-base-value", name, base_type="identifier")
    return match


WRITERS = {
    "single": _Writing.choice,
    "multiple": _Writing.choice,
    "true_false": _Writing.choice,
    "ordering": _Writing.ordering,
    "matching": _Writing.matching,
    "fill_in": _Writing.fill_in,
    "numeric": _Writing.numeric,
    "hotspot": _Writing.hotspot,
}


def _manifest(written: list[tuple[str, Item, str]]) -> Element:
    root = _root(
        "manifest", PACKAGE, f"{PACKAGE} {PACKAGE_XSD} {LOM} {LOM_XSD}", identifier="stoa-questions"
    )
    root.set("xmlns:imsmd", LOM)
    metadata = _add(root, "metadata")
    _add(metadata, "schema", "QTI Package")
    _add(metadata, "schemaversion", "3.0.0")
    _add(root, "organizations")
    resources = _add(root, "resources")
    pictures: dict[str, str] = {}
    for name, item, picture in written:
        href = f"items/{name}.xml"
        resource = _add(resources, "resource", identifier=f"r-{name}", type="imsqti_item_xmlv3p0", href=href)  # fmt: skip
        _lom(_add(resource, "metadata"), item)
        _add(resource, "file", href=href)
        if picture:
            known = pictures.setdefault(picture, f"p-{len(pictures) + 1}")
            _add(resource, "dependency", identifierref=known)
    for href, name in pictures.items():
        resource = _add(resources, "resource", identifier=name, type="webcontent", href=href)
        _add(resource, "file", href=href)
    return root


def _lom(metadata: Element, item: Item) -> None:
    general = _add(_add(metadata, "imsmd:lom"), "imsmd:general")
    if item.key:
        identifier = _add(general, "imsmd:identifier")
        _add(identifier, "imsmd:catalog", TOOL)
        _add(identifier, "imsmd:entry", item.key)
    _add(_add(general, "imsmd:title"), "imsmd:string", item.title or item.stem[:80])
    if item.language:
        _add(general, "imsmd:language", item.language)
    for tag in (*item.tags, *(() if item.is_graded else (PRACTICE,))):
        _add(_add(general, "imsmd:keyword"), "imsmd:string", tag)
    difficulty = _add(_add(metadata[0], "imsmd:educational"), "imsmd:difficulty")
    _add(difficulty, "imsmd:source", "LOMv1.0")
    _add(difficulty, "imsmd:value", DIFFICULTIES[item.difficulty])
