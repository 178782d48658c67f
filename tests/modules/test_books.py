"""A module as PDF and EPUB: everything is in both, for its readers only, and an independent checker agrees."""

import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pikepdf
import pytest
from django.contrib.auth.models import Permission
from django.core.cache import caches
from wagtail.models import PageViewRestriction

from cms import site_setup
from content.models import Drawing, Fact, Source, Topic
from modules import conf, reckoning
from modules.studio import findings
from tests.counting import at_most
from tests.moments import NOON

ROOT = Path(__file__).parents[2]
NODE_MODULES = Path(os.environ.get("STOA_NODE_MODULES", ROOT / "node_modules"))
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50" fill="none" stroke="currentColor"><title>No</title>'
    '<defs><pattern id="p" width="4" height="4" patternUnits="userSpaceOnUse"><path d="M0 0H4"/></pattern></defs>'
    '<rect x="5" y="5" width="90" height="40" fill="url(#p)"/><text x="9" y="30" font-family="inherit">7</text></svg>'
)
FIGURE = {
    "alt": "A square with <seven> trees & a bench.", "caption": "The square", "legend": ["7 trees"],
    "long_description": "Seven trees stand in a row along the north side.", "facts": [], "image": None,
}  # fmt: skip
POINTS = [{"key": "a", "text": "We walked it at night."}]


def figure(drawing: Drawing) -> dict:
    return {"type": "figure", "value": FIGURE | {"drawing": drawing.pk}}


@pytest.fixture
def full(school):
    """A third lesson with what a book has to keep."""
    topic = Topic.objects.create(key="T98", title="Trees")
    fact = Fact.objects.create(
        key="F98.01", topic=topic, title="Trees", text="Trees give shade.", certainty="seen",
        valid_as_of=NOON.date(), review_by=NOON.date(),
    )  # fmt: skip
    fact.sources.add(
        Source.objects.create(
            key="S98", title="On shade", address="https://example.org/shade?a=1&b=2"
        )
    )
    drawing = Drawing.objects.create(key="seven", title="Seven", svg=SVG)
    school.add_lesson("Shade & light", "shade", body=[
        {"type": "text", "value": '<p>Shade <b>helps</b> [[F98.01]].<br/>So <a href="/about/">look</a>.</p><h2>Trees</h2><ul><li>Lime</li></ul>'},
        figure(drawing), figure(drawing),
        {"type": "callout", "value": {"kind": "unknown", "title": "Wind", "text": "<p>How much wind?</p>"}},
        {"type": "checklist", "value": {"checklist": None, "title": "Before noon", "intro": "", "items": POINTS, "has_notes": True}},
        {"type": "note", "value": {"title": "In your city", "prompt": "Which square?", "minutes": 2, "note": "Only you."}},
        {"type": "quiz", "value": {"title": "Check it", "mode": "graded", "questions": [q.pk for q in school.questions], "draw": 2, "is_required": False}},
    ])  # fmt: skip
    return school


def book(client, school, form: str = "epub", prefix: str = "") -> bytes:
    answer = client.get(f"{prefix}/module/{school.module.uuid}/book.{form}")
    assert answer.status_code == 200, answer.status_code
    return answer.content


def words(data: bytes) -> str:
    """Everything an EPUB says, file after file."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    return "\n".join(
        archive.read(name).decode()
        for name in archive.namelist()
        if name.endswith(("xhtml", "opf"))
    )


def tags(data: bytes) -> list[tuple[str, str]]:
    """The structure of a PDF, in order: (tag, its alternative text)."""
    found: list[tuple[str, str]] = []

    def walk(node) -> None:
        if isinstance(node, pikepdf.Array):
            for part in node:
                walk(part)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append((str(node.S), str(node.get("/Alt", ""))))
            walk(node.get("/K"))

    with pikepdf.open(io.BytesIO(data)) as pdf:
        walk(pdf.Root.StructTreeRoot)
    return found


def test_the_epub_says_everything_and_no_question(full, client):
    said = words(book(client, full))
    for part in (
        "<title id=\"l3-figure-1-alt\">A square with &lt;seven&gt; trees &amp; a bench.</title>", "Seven trees stand in a row",
        "url(#l3-figure-2-p)", "Trees give shade.", "Read in the source", "https://example.org/shade?a=1&amp;b=2",
        'href="#l3-f98-01"', 'id="l3-f98-01"', "http://testserver/about/", "What we do not know", "We walked it at night.",
        "Which square?", "Check it", "schema:accessModeSufficient", 'epub:type="landmarks"',
    ):  # fmt: skip
        assert part in said, part
    assert "Only you." not in said  # paper is not private
    for question in full.questions:
        assert question.current.content["stem"] not in said


def test_the_pdf_is_tagged_with_titles_languages_and_alternatives(full, client):
    data = book(client, full, "pdf")
    found = tags(data)
    assert [alt for tag, alt in found if tag == "/Figure"] == [FIGURE["alt"]] * 2
    assert {"/Title", "/TOC", "/H1", "/H2", "/L", "/P", "/Link", "/Caption"} <= {
        t for t, _alt in found
    }
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as meta:
        assert str(pdf.Root.Lang) == "en" and pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle and pdf.Root.Outlines.Count
        assert meta["dc:title"] == "T01 Reading a square" and meta["pdfuaid:part"] == "1"


def test_a_file_repeats_byte_for_byte(full, client):
    first = [book(client, full, form) for form in ("pdf", "epub")]
    caches[conf.FILES_CACHE].clear()
    assert [book(client, full, form) for form in ("pdf", "epub")] == first


def test_a_hostile_drawing_reads_no_file_and_its_words_stay(full, client):
    Drawing.objects.update(
        svg='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="/etc/passwd"/></svg>'
    )
    said = words(book(client, full))
    assert "/etc/passwd" not in said and "Seven trees stand in a row" in said
    assert "A square with &lt;seven&gt; trees" in said
    assert "/Figure" not in {tag for tag, _alt in tags(book(client, full, "pdf"))}


def test_words_are_no_commands(school, client):
    text = '<h3>First</h3><p>#read("/etc/passwd") \\u{1F6D1} $x$ ]] &lt;script&gt;alert(1)&lt;/script&gt;</p>'
    school.add_lesson("#import *", "hostile", body=[{"type": "text", "value": text}])
    assert "&lt;script&gt;" in words(book(client, school))
    assert book(client, school, "pdf")[:4] == b"%PDF"


def test_each_reader_gets_their_lessons_and_never_anothers_file(school, client, amara, hana):
    school.add_lesson("For members", "members", sensitivity="registered")
    school.add_lesson("For the verified", "verified", sensitivity="verified")
    client.force_login(hana)
    assert {"For members", "For the verified"} <= _titles(book(client, school))
    client.force_login(amara)
    assert _titles(book(client, school)) == {"Lesson 1", "Lesson 2", "For members"}
    client.logout()
    assert _titles(book(client, school)) == {"Lesson 1", "Lesson 2"}
    assert "Signed-in people find more" in words(book(client, school))
    amara.user_permissions.add(Permission.objects.get(codename="read_verified"))
    client.force_login(amara)
    assert "For the verified" in _titles(book(client, school))


def _titles(data: bytes) -> set[str]:
    names = ("Lesson 1", "Lesson 2", "For members", "For the verified")
    said = words(data)
    return {name for name in names if f">{name}<" in said}


def test_drafts_withdrawn_and_shut_pages_stay_out(school, client, amara):
    first, second = school.lesson_pages
    first.title = "A secret draft"
    first.save_revision()
    second.unpublish()
    assert _titles(book(client, school)) == {"Lesson 1"}
    PageViewRestriction.objects.create(page=first, restriction_type="login")
    client.get("/")
    assert client.get(f"/module/{school.module.uuid}/book.pdf").status_code == 404
    client.force_login(amara)
    assert _titles(book(client, school)) == {"Lesson 1"}
    PageViewRestriction.objects.create(page=school.module_page, restriction_type="password")
    assert client.get(f"/module/{school.module.uuid}/book.epub").status_code == 404


def test_a_module_of_lessons_for_members_leads_strangers_to_sign_in(school, client):
    for page in school.lesson_pages:
        page.sensitivity = "registered"
        school.publish(page)
    answer = client.get(f"/module/{school.module.uuid}/book.pdf")
    assert answer.status_code == 302 and "/account/login/" in answer.url


def test_a_kept_file_costs_few_queries_and_is_never_refused(school, client, monkeypatch):
    kept = book(client, school)
    monkeypatch.setattr(conf, "BOOKS_A_MINUTE", 1)
    with at_most(9):
        assert book(client, school) == kept
    answer = client.get(f"/module/{school.module.uuid}/book.pdf")
    assert answer.status_code == 429 and answer["Retry-After"] == "60"
    assert school.module_page.url in answer.content.decode()
    page = client.get(school.module_page.url).content.decode()
    assert f"/module/{school.module.uuid}/book.pdf" in page and "EPUB (" in page


def test_a_change_makes_another_file(school, client):
    before = book(client, school)
    school.lesson_pages[0].body = [("text", "<p>A square is heard, too.</p>")]
    school.publish(school.lesson_pages[0])
    assert "heard, too" in words(book(client, school)) and "heard" not in words(before)


def test_a_french_reader_gets_french_words_around_what_is_not_translated(school, client):
    site_setup.ensure_languages()
    said = words(book(client, school, prefix="/fr"))
    assert 'xml:lang="fr"' in said and "<dc:language>fr</dc:language>" in said
    assert '<h1 id="l1-title" lang="en" xml:lang="en">Lesson 1</h1>' in said
    assert '<div class="body" lang="en" xml:lang="en">' in said
    assert "http://testserver/fr/modules/" in said


@pytest.mark.slow
def test_an_independent_checker_finds_nothing_in_the_epub(full, client, tmp_path):
    tool = NODE_MODULES / "@likecoin" / "epubcheck-ts"
    node = shutil.which("node")
    if not node or not tool.is_dir():
        pytest.skip(f"no node, or no EPUB checker in {NODE_MODULES}; install the npm packages")
    file = tmp_path / "module.epub"
    file.write_bytes(book(client, full))
    done = subprocess.run(
        [node, tool / "bin" / "epubcheck.js", file], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout
    # And it is one that finds things.
    file.write_bytes(book(client, full).replace(b"EPUB/nav.xhtml", b"EPUB/nap.xhtml"))
    done = subprocess.run(
        [node, tool / "bin" / "epubcheck.js", file], capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0


# Minutes


def test_minutes_are_counted_from_words_and_exercises(full):
    page = full.module_page.get_children().get(slug="shade").specific
    assert reckoning.count_words("<p>It’s <b>one</b> day [[F98.01]] [[term:x|of two]].</p>") == 5
    # Two drawings, a checklist, a reflection of two minutes, two questions drawn; a few words are one more.
    assert reckoning.minutes_of(page) == 2 + 3 + 2 + 2 + 1


def test_a_lesson_without_minutes_shows_what_is_counted(full, client):
    page = full.module_page.get_children().get(slug="shade").specific
    page.minutes = None
    full.publish(page)
    assert page.lesson.minutes == 10
    assert "10 min" in client.get(page.url).content.decode()
    assert "34 min" in client.get(full.module_page.url).content.decode()  # 12 + 12 + 10
    page.minutes = 14
    assert any("10 are counted" in one.text for one in findings.of_lesson(page))
    page.minutes = 13
    assert not any("are counted" in one.text for one in findings.of_lesson(page))
