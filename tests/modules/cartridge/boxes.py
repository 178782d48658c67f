"""Cartridges for the tests: made by hand, so that each says one thing."""

import io
import zipfile
from collections.abc import Mapping

from modules import kinds, services
from modules.models import Module, Question, QuestionStatus
from tests.moments import NOON

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c636060f8cf"
    "c000000301010018dd8db00000000049454e44ae426082"
)
SPACES = {
    v: f"http://www.imsglobal.org/xsd/imsccv1p{v[-1]}/imscp_v1p1" for v in ("1.1", "1.2", "1.3")
}


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            # An entry made so has a fixed date: the same box twice is the same.
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def manifest(items: str, resources: str, *, version: str = "1.3", identifier: str = "box-1", title: str = "A box") -> str:  # fmt: skip
    lom = f"http://ltsc.ieee.org/xsd/imsccv1p{version[-1]}/LOM/manifest"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="{identifier}" xmlns="{SPACES[version]}" xmlns:m="{lom}">
<metadata><schema>IMS Common Cartridge</schema><schemaversion>{version}.0</schemaversion>
<m:lom><m:general><m:title><m:string language="en">{title}</m:string></m:title></m:general></m:lom></metadata>
<organizations><organization identifier="o" structure="rooted-hierarchy"><item identifier="root">{items}</item></organization></organizations>
<resources>{resources}</resources></manifest>"""


def page(body: str, *, title: str = "A page") -> str:
    return f"<html><head><title>{title}</title></head><body>{body}</body></html>"


def box(body: str = "<p>Words.</p>", *, more: Mapping[str, bytes | str] | None = None, items: str = "", resources: str = "", **about) -> bytes:  # fmt: skip
    """A cartridge of one page and what else is given."""
    first = '<item identifier="i1" identifierref="r1"><title>A page</title></item>'
    own = '<resource identifier="r1" type="webcontent" href="a/page.html"><file href="a/page.html"/></resource>'
    files = {
        "imsmanifest.xml": manifest(first + items, own + resources, **about),
        "a/page.html": page(body),
    }
    return zipped(files | dict(more or {}))


def quiz(items: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="a1" title="A quiz">
<section ident="s">{items}</section></assessment></questestinterop>"""


def with_quiz(items: str, **about) -> bytes:
    kind = "imsqti_xmlv1p2/imscc_xmlv1p1/assessment"
    return box(
        items='<item identifier="i2" identifierref="q1"><title>A quiz</title></item>',
        resources=f'<resource identifier="q1" type="{kind}"><file href="q/quiz.xml"/></resource>',
        more={"q/quiz.xml": quiz(items)},
        **about,
    )


def choice(stem: str = "Which?", *, ident: str = "q", right: str = "a", profile: str = "cc.multiple_choice.v0p1", options: str = "ab") -> str:  # fmt: skip
    labels = "".join(
        f'<response_label ident="{o}"><material><mattext>Option {o}</mattext></material></response_label>'
        for o in options
    )
    return f"""<item ident="{ident}"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>cc_profile</fieldlabel>
<fieldentry>{profile}</fieldentry></qtimetadatafield></qtimetadata></itemmetadata><presentation><material>
<mattext texttype="text/html">&lt;p&gt;{stem}&lt;/p&gt;</mattext></material><response_lid ident="r" rcardinality="Single">
<render_choice>{labels}</render_choice></response_lid></presentation><resprocessing><outcomes/><respcondition>
<conditionvar><varequal respident="r">{right}</varequal></conditionvar><setvar varname="SCORE" action="Set">100</setvar>
</respcondition></resprocessing></item>"""


CONTENTS = [
    {"kind": "multiple", "stem": "Which two <b> & more?", "explanation": "Because.", "options": [
        {"id": "a", "text": "One", "correct": True, "feedback": "Yes."}, {"id": "b", "text": "Two", "correct": True, "feedback": ""},
        {"id": "c", "text": "Three", "correct": False, "feedback": "No."}]},
    {"kind": "true_false", "stem": "Is it so?", "explanation": "", "options": [
        {"id": "t", "text": "True", "correct": True, "feedback": ""}, {"id": "f", "text": "False", "correct": False, "feedback": "Not so."}]},
    {"kind": "ordering", "stem": "In which order?", "explanation": "So.", "items": [
        {"id": "1", "text": "First", "feedback": ""}, {"id": "2", "text": "Second", "feedback": ""}, {"id": "3", "text": "Third", "feedback": ""}]},
    {"kind": "matching", "stem": "What belongs?", "explanation": "", "pairs": [
        {"id": "1", "left": "Dog", "right": "Kennel", "feedback": ""}, {"id": "2", "left": "Bird", "right": "Nest", "feedback": ""}],
        "extra": [{"id": "3", "right": "Garage", "feedback": ""}]},
    {"kind": "fill_in", "stem": "What is it called?", "explanation": "A name.", "gaps": [
        {"id": "gap", "before": "", "after": "", "accepted": ["Plaza", "square"], "case": True, "accents": True, "feedback": "Think."}]},
    {"kind": "numeric", "stem": "How far?", "explanation": "", "number": {
        "id": "n", "value": "2.5", "tolerance": "0.1", "unit": "m", "units": [], "feedback": ""}},
    {"kind": "hotspot", "stem": "Where?", "explanation": "", "picture": {"drawing": "t-square", "image": None, "alt": "A square."}, "spots": [
        {"id": "x", "label": "The gate", "x": 1, "y": 1, "width": 9, "height": 9, "correct": True, "feedback": ""},
        {"id": "y", "label": "The wall", "x": 30, "y": 1, "width": 9, "height": 9, "correct": False, "feedback": ""}]},
]  # fmt: skip


def more_questions(module: Module) -> list[Question]:
    """One question in use of every other kind that this installation has."""
    return [question(module, content) for content in CONTENTS if content["kind"] in kinds.KINDS]


def question(module: Module, content: dict) -> Question:
    row = Question(
        module=module, kind=content["kind"], stem=content["stem"], explanation=content["explanation"],
        answers=kinds.get(content["kind"]).answers(content), status=QuestionStatus.LIVE,
    )  # fmt: skip
    row.save()
    services.keep_question_version(question=row, at=NOON)
    return row
