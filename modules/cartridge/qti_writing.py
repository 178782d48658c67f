"""Questions as QTI 1.2 in the profile of Common Cartridge. What the profile cannot ask is asked in another way, and said."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from modules.cartridge import xml
from modules.cartridge.findings import Report
from modules.cartridge.vocabulary import QTI, SCHEMAS, XSI, Profile

Content = dict[str, Any]
node = xml.node


@dataclass(frozen=True)
class Asked:
    """A question as it goes out: `content` as in QuestionVersion, `category` the title of its module."""

    ident: str
    content: Content
    category: str = ""


def assessment(ident: str, title: str, questions: Iterable[Asked], report: Report) -> bytes:
    about = {"cc_profile": "cc.exam.v0p1", "qmd_assessmenttype": "Examination"}
    section = node("section", *(item(one, report) for one in questions), ident="root_section")
    return _document(node("assessment", _metadata(about), section, ident=ident, title=title))


def bank(ident: str, questions: Iterable[Asked], report: Report) -> bytes:
    return _document(node("objectbank", *(item(one, report) for one in questions), ident=ident))


def _document(child: Element) -> bytes:
    place = f"{QTI} {SCHEMAS[QTI]}"
    return xml.write(
        node("questestinterop", child, xmlns=QTI, xmlns__xsi=XSI, xsi__schemaLocation=place)
    )


def item(asked: Asked, report: Report) -> Element:
    """One question. What it loses is added to the report under its stem."""
    name = Truncator(asked.content["stem"]).chars(100)
    writer = WRITERS.get(asked.content["kind"], _essay)
    profile, presentation, processing, feedback = writer(asked.content, report, name)
    about = {"cc_profile": profile}
    if asked.category:
        about["cc_question_category"] = asked.category
    return node(
        "item",
        node("itemmetadata", _metadata(about)),
        presentation,
        processing,
        *feedback,
        ident=asked.ident,
        title=name,
    )


def _metadata(fields: dict[str, str]) -> Element:
    return node(
        "qtimetadata",
        *(
            node("qtimetadatafield", node("fieldlabel", label), node("fieldentry", entry))
            for label, entry in fields.items()
        ),
    )


# Choices


def _choice(content: Content, report: Report, name: str):
    profile = Profile.TRUE_FALSE if content["kind"] == "true_false" else Profile.CHOICE
    right = next(option for option in content["options"] if option["correct"])
    condition = node("varequal", right["id"], respident="response1")
    return _of_options(profile, "Single", content["stem"], content["options"], condition, content)


def _responses(content: Content, report: Report, name: str):
    report.add("all-or-nothing", name)
    return _several(content, content["stem"], content["options"])


def _hotspot(content: Content, report: Report, name: str):
    report.add("as-labels", name)
    report.add("all-or-nothing", name)
    stem = "\n\n".join(filter(None, (content["stem"], content["picture"].get("alt", ""))))
    options = [spot | {"text": spot["label"]} for spot in content["spots"]]
    return _several(content, stem, options)


def _several(content: Content, stem: str, options: list[Content]):
    tests = []
    for option in options:
        equal = node("varequal", option["id"], respident="response1")
        tests.append(equal if option["correct"] else node("not", equal))
    return _of_options(Profile.RESPONSES, "Multiple", stem, options, node("and", *tests), content)


def _of_options(profile, cardinality: str, stem: str, options, condition: Element, content):
    labels = (
        node("response_label", _material(option["text"]), ident=option["id"]) for option in options
    )
    presentation = node(
        "presentation",
        _material(stem),
        node(
            "response_lid",
            node("render_choice", *labels),
            ident="response1",
            rcardinality=cardinality,
        ),
    )
    told = [option for option in options if option.get("feedback")]
    conditions = [
        _tells(node("varequal", option["id"], respident="response1"), f"{option['id']}_fb")
        for option in told
    ]
    feedback = [_feedback(f"{option['id']}_fb", option["feedback"]) for option in told]
    return profile, presentation, *_processed(content, conditions, condition, feedback)


# What is typed


def _fill_in(content: Content, report: Report, name: str):
    gaps = content["gaps"]
    if len(gaps) > 1:
        return _essay(content, report, name)
    gap = gaps[0]
    accepted = list(gap["accepted"])
    if not gap.get("accents", True):
        report.add("accents", name)
        accepted += [plain for word in accepted if (plain := _plain(word)) not in accepted]
    sentence = f"{gap.get('before', '')} ____ {gap.get('after', '')}".strip()
    stem = content["stem"] if sentence == "____" else f"{content['stem']}\n\n{sentence}"
    return _typed(
        content, stem, list(dict.fromkeys(accepted)), case=bool(gap.get("case")), part=gap
    )


def _plain(word: str) -> str:
    parts = unicodedata.normalize("NFD", word)
    return "".join(c for c in parts if not unicodedata.combining(c))


def _numeric(content: Content, report: Report, name: str):
    number = content["number"]
    if Decimal(number.get("tolerance") or "0") or number.get("unit") or number.get("units"):
        report.add("as-typed", name)
    value, unit = str(number["value"]), number.get("unit") or ""
    accepted = [value, value.replace(".", ",")]
    accepted += [f"{form} {unit}" for form in accepted if unit]
    return _typed(content, content["stem"], list(dict.fromkeys(accepted)), case=False, part=number)


def _typed(content: Content, stem: str, accepted: list[str], *, case: bool, part: Content):
    presentation = node(
        "presentation",
        _material(stem),
        node(
            "response_str",
            node("render_fib", prompt="Dashline"),
            ident="response1",
            rcardinality="Single",
        ),
    )
    tests = [
        node("varequal", word, respident="response1", case="Yes" if case else "No")
        for word in accepted
    ]
    feedback = [_feedback("part_fb", part["feedback"])] if part.get("feedback") else []
    conditions = [_tells(node("other"), "part_fb")] if feedback else []
    return Profile.FILL_IN, presentation, *_processed(content, conditions, tests, feedback)


# Everything else: somebody has to mark it


def _essay(content: Content, report: Report, name: str):
    report.add("as-essay", name)
    question, key = PARTS.get(content["kind"], lambda content: ("", ""))(content)
    presentation = node(
        "presentation",
        _material("\n\n".join(filter(None, (content["stem"], question)))),
        node("response_str", node("render_fib"), ident="response1", rcardinality="Single"),
    )
    solution = "\n\n".join(filter(None, (key, content.get("explanation", ""))))
    processing = node(
        "resprocessing",
        node("outcomes", _score()),
        node("respcondition", node("conditionvar", node("other")), continue_="No"),
    )
    feedback = []
    if solution:
        model = node("solution", node("solutionmaterial", _material(solution)))
        feedback = [node("itemfeedback", model, ident="solution")]
    return Profile.ESSAY, presentation, processing, feedback


def _ordering(content: Content) -> tuple[str, str]:
    words = [part["text"] for part in content["items"]]
    asked = "\n".join(f"– {word}" for word in sorted(words))
    right = "\n".join(f"{place}. {word}" for place, word in enumerate(words, 1))
    return _("Put in order:") + f"\n{asked}", right


def _matching(content: Content) -> tuple[str, str]:
    rights = sorted({part["right"] for part in (*content["pairs"], *content.get("extra", []))})
    lefts = "\n".join(f"– {pair['left']}" for pair in content["pairs"])
    key = "\n".join(f"{pair['left']} → {pair['right']}" for pair in content["pairs"])
    choices = "\n".join(f"– {right}" for right in rights)
    asked = (_("Match each of these:"), lefts, "", _("with one of these:"), choices)
    return "\n".join(asked), key


def _gaps(content: Content) -> tuple[str, str]:
    blanks = " ".join(f"{g.get('before', '')} ____ {g.get('after', '')}" for g in content["gaps"])
    key = "\n".join(
        f"{place}. {' / '.join(gap['accepted'])}" for place, gap in enumerate(content["gaps"], 1)
    )
    return " ".join(blanks.split()), key


PARTS = {"ordering": _ordering, "matching": _matching, "fill_in": _gaps}
WRITERS = {
    "single": _choice,
    "true_false": _choice,
    "multiple": _responses,
    "hotspot": _hotspot,
    "fill_in": _fill_in,
    "numeric": _numeric,
}


# What all share


def _material(text: str) -> Element:
    return node("material", node("mattext", text, texttype="text/plain"))


def _processed(content: Content, conditions, right, feedback) -> tuple[Element, list[Element]]:
    """Feedback first, then the point; the explanation is told whatever was answered."""
    if content.get("explanation"):
        conditions = [_tells(node("other"), "general_fb"), *conditions]
        feedback = [_feedback("general_fb", content["explanation"]), *feedback]
    tests = right if isinstance(right, list) else [right]
    scored = node(
        "respcondition",
        node("conditionvar", *tests),
        node("setvar", "100", varname="SCORE", action="Set"),
        continue_="No",
    )
    return node("resprocessing", node("outcomes", _score()), *conditions, scored), feedback


def _score() -> Element:
    return node("decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")


def _tells(condition: Element, feedback: str) -> Element:
    shown = node("displayfeedback", feedbacktype="Response", linkrefid=feedback)
    return node("respcondition", node("conditionvar", condition), shown, continue_="Yes")


def _feedback(ident: str, text: str) -> Element:
    return node("itemfeedback", node("flow_mat", _material(text)), ident=ident)
