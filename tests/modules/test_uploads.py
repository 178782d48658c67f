"""Files that learners attach: what is what it says passes, everything else is refused with a sentence."""

import io
import struct
import zipfile
import zlib

import pikepdf
import pytest
from PIL import Image

from modules import uploads
from modules.activities.artefact import FILE_TYPES
from tests.factories import artefacts as make

ALL = list(uploads.TYPES)


def take(name: str, data: bytes, declared: str = "", allowed=ALL) -> bytes:
    found = uploads.type_of(name, declared, data[:8192], allowed)
    return uploads.check(data, uploads.safe_name(name, found.extension), found)


def refused(name: str, data: bytes, declared: str = "", allowed=ALL) -> str:
    with pytest.raises(uploads.Refused) as problem:
        take(name, data, declared, allowed)
    return problem.value.sentence


def test_the_block_offers_the_types_that_can_be_checked():
    assert FILE_TYPES == ALL


@pytest.mark.parametrize("kind", ["docx", "pptx", "xlsx"])
def test_an_office_document_is_kept_as_it_is(kind):
    data = make.office(kind)
    assert take(f"plan.{kind}", data, uploads.TYPES[kind].media_type) == data


def test_an_open_document_and_a_pdf_are_kept_as_they_are():
    for name, data in (("plan.odt", make.odt()), ("plan.pdf", make.pdf())):
        assert take(name, data) == data


def test_a_photograph_loses_its_place_and_stays_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif.get_ifd(0x8825)[2] = (52.0, 0.0, 22.0)
    sent = make.picture("JPEG", exif=exif, comment=b"Taken by somebody")
    kept = Image.open(io.BytesIO(take("Square.JPEG", sent, "image/jpeg")))
    assert kept.size == (8, 12)
    assert not kept.getexif() and "comment" not in kept.info


def test_what_is_hidden_behind_a_picture_is_not_kept():
    sent = make.picture() + make.archive({"evil.html": "<script>"})
    kept = take("a.png", sent, "image/png")
    assert b"evil" not in kept and Image.open(io.BytesIO(kept)).size == (12, 8)


def test_a_transparent_picture_stays_transparent():
    out = io.BytesIO()
    palette = Image.new("P", (4, 4))
    palette.save(out, "PNG", transparency=0)
    assert Image.open(io.BytesIO(take("a.png", out.getvalue()))).mode == "RGBA"


@pytest.mark.parametrize(
    ("name", "data", "declared"),
    [
        ("page.html", b"<!doctype html><script>alert(1)</script>", "text/html"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        ("picture.png", b"<!doctype html><script>alert(1)</script>", "image/png"),
        ("picture.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"),
        ("picture.png", make.picture("JPEG"), "image/png"),
        ("picture.png", make.picture(), "text/html"),
        ("plan.pdf", make.office(), "application/pdf"),
        ("plan.docx", make.pdf(), make.DOCX),
        ("plan.docx", make.office("xlsx"), make.DOCX),
        ("plan.docx", make.odt(), make.DOCX),
        ("plan.docx", make.archive({"a.txt": "a"}), make.DOCX),
        ("plan.odt", make.office(), ""),
        ("plan.docm", make.office(), ""),
        ("plan.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ""),
        ("run.exe", b"MZ" + bytes(300), ""),
        ("noending", make.pdf(), "application/pdf"),
        ("", make.pdf(), "application/pdf"),
        ("plan.pdf", b"", "application/pdf"),
        ("plan.pdf", b"%PDF-1.7\n" + b"rubbish" * 50, "application/pdf"),
        ("picture.png", make.picture()[:40], "image/png"),
        ("picture.jpg", b"\xff\xd8\xff\xe0" + bytes(200), "image/jpeg"),
        ("plan.docx", b"PK\x03\x04" + bytes(100), make.DOCX),
        ("plan.docx", make.office()[:-30], make.DOCX),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_is_refused(name, data, declared):
    assert refused(name, data, declared).endswith((".", "?"))


def test_a_type_that_is_not_asked_for_is_refused_and_the_others_named():
    assert "pdf, odt" in refused("a.png", make.picture(), allowed=["pdf", "odt"])


@pytest.mark.parametrize(
    "catalogue",
    [
        {"OpenAction": pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")},
        {"OpenAction": pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")},
        {"Names": pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["a", pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="1")])))},
        {"Names": pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=pikepdf.Array([])))},
        {"AcroForm": pikepdf.Dictionary(XFA=pikepdf.Array([]))},
        {"AA": pikepdf.Dictionary(WC=pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="x"))},
    ],
)  # fmt: skip
def test_a_pdf_that_does_something_is_refused(catalogue):
    assert refused("plan.pdf", make.pdf(**catalogue), "application/pdf")


def test_a_pdf_with_a_password_is_refused_in_words():
    with pikepdf.new() as document:
        document.add_blank_page()
        out = io.BytesIO()
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    assert "password" in refused("plan.pdf", out.getvalue())


def test_two_things_at_once_are_refused():
    both = make.pdf() + make.archive({"a.txt": "a"})
    assert "two things" in refused("plan.pdf", both)
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as packed:
        packed.writestr("%PDF-1.7.txt", "a")
        packed.writestr("[Content_Types].xml", make.content_types(*make.MAIN["docx"]))
        packed.writestr("word/document.xml", "<document/>")
    assert "two things" in refused("plan.docx", document.getvalue())


def bomb() -> bytes:
    """A docx whose text unpacks to 200 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("[Content_Types].xml", make.content_types(*make.MAIN["docx"]))
        with packed.open("word/document.xml", "w", force_zip64=True) as part:
            for _n in range(200):
                part.write(bytes(1024 * 1024))
    return out.getvalue()


def test_a_zip_bomb_is_not_opened():
    data = bomb()
    assert len(data) < 1024 * 1024
    assert refused("plan.docx", data)


MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
REMOTE = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" TargetMode="External" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="https://evil.example/a"/></Relationships>'
)


@pytest.mark.parametrize(
    "more",
    [
        {"word/vbaProject.bin": b"macro"},
        {"word/activeX/activeX1.xml": b"<a/>"},
        {"[Content_Types].xml": make.content_types("word/document.xml", MACRO)},
        {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"},
        {"word/embeddings/table.xlsx": make.office("xlsx", **{"xl/vbaProject.bin": b"macro"})},
        {"word/_rels/settings.xml.rels": REMOTE.format("attachedTemplate")},
        {"word/_rels/document.xml.rels": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
        {"word/_rels/document.xml.rels": "<a"},
        {"../../evil.sh": b"a"},
    ],
)
def test_a_document_with_macros_or_files_inside_is_refused(more):
    assert refused("plan.docx", make.office(**more), make.DOCX)


def test_a_document_with_a_link_and_a_table_is_taken():
    more = {
        "word/_rels/document.xml.rels": REMOTE.format("hyperlink"),
        "word/embeddings/table.xlsx": make.office("xlsx"),
        "word/media/image1.png": make.picture(),
    }
    assert take("plan.docx", make.office(**more), make.DOCX)


@pytest.mark.parametrize(
    "more",
    [
        {"Basic/Standard/Module1.xml": b"Sub Main"},
        {"Scripts/python/a.py": b"import os"},
        {"content.xml": b'<script:event-listener script:event-name="dom:load"/>'},
        {"META-INF/manifest.xml": b"<manifest:encryption-data/>"},
        {"mimetype": b"application/zip"},
    ],
)
def test_an_open_document_with_macros_is_refused(more):
    assert refused("plan.odt", make.odt(**more))


def test_a_picture_of_too_many_points_is_not_unpacked():
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    data = (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )
    body = zlib.compress(bytes(1000))
    for kind, part in ((b"IDAT", body), (b"IEND", b"")):
        data += (
            struct.pack(">I", len(part)) + kind + part + struct.pack(">I", zlib.crc32(kind + part))
        )
    assert "too large" in refused("a.png", data)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\amara\\plan.PDF", "plan.pdf"),
        ("a\0b\r\nSet-Cookie: x.pdf", "ab Set-Cookie_ x.pdf"),
        ("\u202efdp.exe.pdf", "fdp.exe.pdf"),
        ("x" * 900 + ".pdf", "x" * uploads.MAX_NAME + ".pdf"),
        ("Σχέδιο πλατείας.pdf", "Σχέδιο πλατείας.pdf"),
        (".pdf", "File.pdf"),
    ],
)
def test_a_name_is_shown_and_never_a_path(sent, kept):
    assert uploads.safe_name(sent, "pdf") == kept


def suspicious(data: bytes, name: str) -> str:
    return "found something" if b"EICAR" in data else ""


def test_the_scanner_of_the_site_has_the_last_word(monkeypatch):
    monkeypatch.setattr("modules.conf.UPLOAD_SCANNER", "tests.modules.test_uploads.suspicious")
    assert take("plan.docx", make.office(**{"word/a.xml": "fine"}))
    with zipfile.ZipFile(out := io.BytesIO(), "w") as packed:
        packed.writestr("[Content_Types].xml", make.content_types(*make.MAIN["docx"]))
        packed.writestr("word/document.xml", "EICAR")
    assert "scanner" in refused("plan.docx", out.getvalue())
