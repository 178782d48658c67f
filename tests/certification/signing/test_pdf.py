"""The PDF is a view of the signed credential, carries it, and can be read by everybody."""

import io
import json
import subprocess
import zlib
from dataclasses import replace

import pikepdf
import pytest

from certification.rendering.pdf import Labels, render_pdf
from certification.signing.document import as_bytes
from certification.signing.verify import Outcome
from content.fonts import FontsMissing, drawable, missing_letters

URL = "https://learn.example.org/c/2f0c9d0a-7c1c-4a0e-9d1e-0e4d5b6a7c8d"


@pytest.fixture
def render(desk, fonts_dir):
    def _render(facts=None, *, language="en", **changes):
        facts = replace(facts or desk.facts, **changes)
        credential = as_bytes(desk.sign(facts))
        return render_pdf(facts, credential, URL, "7F3C-19D2-A04E", language, fonts_dir, desk.at)

    return _render


def text_of(pdf: bytes, tmp_path) -> str:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(pdf)
    try:
        done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("no pdftotext on this machine")
    return done.stdout.decode()


def pages_of(pdf: bytes) -> int:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def test_the_attached_credential_is_valid(desk, render):
    verdict = desk.verify(render())
    assert verdict.is_valid
    assert verdict.facts == desk.facts


def test_the_attachment_is_byte_for_byte_what_was_signed(desk, render):
    with pikepdf.open(io.BytesIO(render())) as pdf:
        attached = pdf.attachments["credential.json"].get_file()
        assert attached.read_bytes() == as_bytes(desk.sign())
        assert pdf.Root.AF[0].AFRelationship == "/Data"


def test_it_claims_archive_and_accessibility_and_is_tagged(render):
    with pikepdf.open(io.BytesIO(render(language="pt-BR"))) as pdf:
        with pdf.open_metadata() as metadata:
            claims = [
                metadata.get(name) for name in ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")
            ]
        assert claims == ["3", "A", "1"]
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.Lang == "pt-BR"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle


def _alt_texts(pdf):
    return [
        str(thing.Alt)
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Dictionary) and "/Alt" in thing
    ]


def test_the_qr_code_has_words_for_it(render):
    with pikepdf.open(io.BytesIO(render())) as pdf:
        assert any(URL in words for words in _alt_texts(pdf))


def test_every_font_is_embedded(render):
    with pikepdf.open(io.BytesIO(render(holder_name="Amara Ελένη"))) as pdf:
        descriptors = [
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
        ]
        assert descriptors
        assert all("/FontFile2" in font or "/FontFile3" in font for font in descriptors)


def test_the_same_input_gives_the_same_bytes(render):
    assert render() == render()


@pytest.mark.parametrize(
    "name", ["Łucja Żółć", "İpek Ağaoğlu", "Ελένη Παπαδοπούλου", "Љубица Ђорђевић", "Ștefan Țară"]
)
def test_names_of_europe_are_set_as_written(render, tmp_path, name):
    assert name in text_of(render(holder_name=name), tmp_path)


def test_the_facts_are_in_the_text(desk, render, tmp_path):
    text = text_of(render(), tmp_path)
    for said in (
        "Cohesion and presence",
        "24",
        "R4, GR-10",
        "20 November 2026",
        "7F3C-19D2-A04E",
        URL,
    ):
        assert said in text


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd")',
        "$x$ *b* _i_ @x <a> // /* ] [ ${}",
        "\\u{41} \\",
        '"} , {"holder": "x',
        "]]> <script>",
        "=1+1",
        "- item",
        "#" * 300,
    ],
)
def test_a_name_is_never_a_command(render, tmp_path, name):
    assert "".join(name.split()) in "".join(
        text_of(render(holder_name=name), tmp_path).split()
    ).replace("\u200b", "")


@pytest.mark.parametrize("name", ["W" * 300, ("Maximiliane " * 25).strip(), "Ж" * 300])
def test_a_name_of_300_letters_fits_on_one_page(render, tmp_path, name):
    pdf = render(holder_name=name)
    assert pages_of(pdf) == 1
    found = "".join(text_of(pdf, tmp_path).split()).replace("\u200b", "")
    assert "".join(name.split()) in found


def test_what_no_font_has_goes_or_is_marked_and_nothing_fails(render, fonts_dir):
    assert drawable("Amara 👩‍🚒🎉", fonts_dir=fonts_dir) == "Amara"
    assert drawable("王 Li", fonts_dir=fonts_dir) == "\ufffd Li"
    assert missing_letters("王 Li 🎉", fonts_dir=fonts_dir) == ["王"]
    assert pages_of(render(holder_name="王 👩‍🚒 𝒜 \U000e0041")) == 1


def test_many_outcomes_flow_to_a_second_page(desk, render):
    many = tuple(
        f"outcome number {number} which wraps on to another line of the page"
        for number in range(40)
    )
    assert pages_of(render(achievement=replace(desk.facts.achievement, outcomes=many))) > 1


def test_without_fonts_there_is_no_certificate(desk, tmp_path):
    with pytest.raises(FontsMissing, match="NotoSans_400Regular"):
        render_pdf(desk.facts, b"{}", URL, "7F3C", "en", tmp_path, desk.at)


def test_labels_are_translatable(desk, fonts_dir, tmp_path):
    pdf = render_pdf(
        desk.facts,
        b"{}",
        URL,
        "7F3C",
        "fr",
        fonts_dir,
        desk.at,
        labels=Labels(earned="a suivi", issued="Délivré"),
        format_date=lambda at: at.strftime("%d/%m/%Y"),
    )
    text = text_of(pdf, tmp_path)
    assert "a suivi" in text
    assert "20/11/2026" in text


def _pdf_with(content: bytes, name="credential.json") -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.attachments[name] = content
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_an_edited_pdf_shows_what_was_signed_and_not_what_is_printed(desk, credential):
    assert desk.verify(_pdf_with(as_bytes(credential))).facts == desk.facts
    changed = credential | {"name": "Something grander"}
    assert desk.verify(_pdf_with(json.dumps(changed).encode())).outcome is Outcome.ALTERED


@pytest.mark.parametrize(
    "pdf",
    [
        _pdf_with(b"{}", name="other.json"),
        _pdf_with(b"x" * 1_000_001),
        _pdf_with(b" " * 50_000_000),
    ],
    ids=["no credential", "too large", "swells"],
)
def test_a_pdf_that_carries_no_credential_is_unreadable(desk, pdf):
    assert desk.verify(pdf).outcome is Outcome.UNREADABLE


@pytest.mark.slow
def test_a_pdf_bomb_ends_in_its_own_process(desk):
    packer = zlib.compressobj(9)
    layer = b"".join(packer.compress(bytes(10**7)) for _ in range(90)) + packer.flush()
    assert len(layer) < 1_000_000
    pdf = pikepdf.new()
    pdf.add_blank_page()
    stream = pdf.make_stream(b"")
    stream.write(layer, filter=pikepdf.Name.FlateDecode)
    embedded = pikepdf.AttachedFileSpec(pdf, b"{}", filename="credential.json")
    embedded.obj.EF.F = pdf.make_indirect(stream)
    embedded.obj.EF.UF = embedded.obj.EF.F
    pdf.attachments["credential.json"] = embedded
    out = io.BytesIO()
    pdf.save(out, compress_streams=False)
    assert len(out.getvalue()) < 1_000_000
    assert desk.verify(out.getvalue()).outcome is Outcome.UNREADABLE
