"""Cartridges that no honest system writes: a clear reason each, nothing made, never a fault of ours."""

import io
import zipfile

import pytest

from modules.cartridge import importing
from modules.cartridge.findings import SENTENCES
from modules.exchange.archives import REFUSALS
from modules.pages.models import ModulePage
from tests.modules.cartridge import boxes

GOOD = boxes.manifest("", "")
LAUGHS = '<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


def bomb() -> bytes:
    return boxes.zipped({"imsmanifest.xml": GOOD, "a.html": b"\0" * 60_000_000})


def slip() -> bytes:
    return boxes.zipped({"imsmanifest.xml": GOOD, "../../etc/passwd": "x"})


CASES = {
    "no zip": (b"not a zip", "not-a-zip"),
    "empty": (b"", "not-a-zip"),
    "cut off": (boxes.box()[:200], "not-a-zip"),
    "no manifest": (boxes.zipped({"a.txt": "x"}), "no-manifest"),
    "manifest in a folder": (boxes.zipped({"x/imsmanifest.xml": GOOD}), "no-manifest"),
    "slip": (slip(), "bad-name"),
    "bomb": (bomb(), "bomb"),
    "broken": (boxes.zipped({"imsmanifest.xml": GOOD[:-20]}), "manifest-damaged"),
    "binary": (boxes.zipped({"imsmanifest.xml": b"\xff\xfe\x00\x01\x02"}), "manifest-damaged"),
    "entities": (boxes.zipped({"imsmanifest.xml": GOOD.replace("<manifest", f"{LAUGHS}<manifest")}), "manifest-damaged"),
    "outer entity": (
        boxes.zipped({"imsmanifest.xml": GOOD.replace("<manifest", '<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><manifest')}),
        "manifest-damaged",
    ),
    "wrong encoding": (
        boxes.zipped({"imsmanifest.xml": GOOD.replace("A box", "Fête").encode("latin-1")}), "manifest-damaged"),
    "unknown encoding": (boxes.zipped({"imsmanifest.xml": GOOD.replace("UTF-8", "klingon")}), "manifest-damaged"),
    "deep": (boxes.zipped({"imsmanifest.xml": "<a>" * 5000 + "</a>" * 5000}), "manifest-damaged"),
    "another root": (boxes.zipped({"imsmanifest.xml": "<html/>"}), "no-cartridge"),
    "scorm": (boxes.zipped({"imsmanifest.xml": GOOD.replace("IMS Common Cartridge", "ADL SCORM")}), "no-cartridge"),
    "version 1.0": (
        boxes.zipped({"imsmanifest.xml": GOOD.replace("imsccv1p3/imscp", "imscc/imscp").replace("1.3.0", "1.0.0")}),
        "version",
    ),
    "nothing in it": (boxes.zipped({"imsmanifest.xml": GOOD}), "nothing"),
    "empty page": (boxes.box("<script>x()</script>"), "nothing"),
    "too many lines": (boxes.box(items="<item/>" * 5001), "too-many-items"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_with_its_reason(put, name):
    data, code = CASES[name]
    before = ModulePage.objects.count()
    job = put(data)
    assert (job.state, job.problem) == ("failed", code)
    assert importing.problem_sentence(job) in {
        str(s) for s in (*SENTENCES.values(), *REFUSALS.values())
    }
    assert ModulePage.objects.count() == before and not job.file


def test_a_password_is_said(put):
    data = bytearray(boxes.box())
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        data[at + place] |= 1
    assert put(bytes(data)).problem == "encrypted"


def test_files_that_the_manifest_names_and_that_are_not_there(put):
    more = '<resource identifier="r2" type="webcontent" href="gone.html"><file href="gone.html"/></resource>'
    item = '<item identifier="i2" identifierref="r2"><title>Gone</title></item>'
    job = put(boxes.box(items=item, resources=more))
    assert job.state == "read" and {"code": "file-gone", "item": "Gone"} in job.report


@pytest.mark.parametrize("href", ["../../../etc/passwd.html", "/etc/passwd.html", "file:///etc/passwd.html", "http://x/y.html"])  # fmt: skip
def test_an_address_out_of_the_archive_leads_nowhere(put, href):
    more = f'<resource identifier="r2" type="webcontent" href="{href}"><file href="{href}"/></resource>'
    item = '<item identifier="i2" identifierref="r2"><title>Out</title></item>'
    job = put(boxes.box(items=item, resources=more))
    assert job.state == "read" and job.counts["lessons"] == 1
    assert {f["code"] for f in job.report if f["item"] == "Out"} & {"file", "file-gone"}


@pytest.mark.parametrize(
    "quiz",
    [
        "not xml",
        "<a>" * 5000 + "</a>" * 5000,
        f"{LAUGHS}<questestinterop>&b;</questestinterop>",
        b"\xff\xfe\x00",
        "<questestinterop/>",
        boxes.quiz("<item/>"),
        boxes.quiz("<item><presentation/></item>"),
        boxes.quiz(boxes.choice("x" * 100_000, options="ab" * 20)),
        boxes.quiz(boxes.choice().replace("100<", "many<")),
    ],
)
def test_a_broken_quiz_does_not_take_its_cartridge_down(put, quiz):
    data = boxes.with_quiz("")
    files = {name: zipfile.ZipFile(io.BytesIO(data)).read(name) for name in zipfile.ZipFile(io.BytesIO(data)).namelist()}  # fmt: skip
    job = put(boxes.zipped(files | {"q/quiz.xml": quiz}), yes=True)
    assert job.state == "done" and len(job.made["pages"]) == 2


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 3000 + "deep" + "</div>" * 3000,
        "\0\x01\x02<p>odd \0 bytes \ud800".encode("utf-8", "surrogatepass"),
        "<p>" + "<b>" * 400 + "x",
        "<![CDATA[x]]><!-- c --><?php x ?><p>y",
        '<p data-stoa="callout" data-kind="<b>"><h3></h3></p><section data-stoa="fact" data-key="[[x]]">t</section>',
        '<section data-stoa="note" data-minutes="999999999999999999999"><p>p</p></section>',
        '<section data-stoa="__class__">x</section>',
    ],
)  # fmt: skip
def test_an_odd_page_is_read_or_named_but_breaks_nothing(put, body):
    files = {"imsmanifest.xml": boxes.manifest(
        '<item identifier="a" identifierref="r1"><title>Odd</title></item><item identifier="b" identifierref="r2"><title>Good</title></item>',
        "".join(f'<resource identifier="r{n}" type="webcontent" href="{n}.html"><file href="{n}.html"/></resource>' for n in (1, 2)),
    ), "1.html": body, "2.html": boxes.page("<p>Words.</p>")}  # fmt: skip
    job = put(boxes.zipped(files), yes=True)
    assert job.state == "done"
    assert any(entry["title"] == "Good" for entry in job.made["pages"])
