"""Sources as references: on a page, as BibTeX and as CSL-JSON."""

import datetime as dt

import pytest
from django.utils import timezone, translation

from content import bibliography
from content.curriculum import shapes
from content.loading import Loader, _load_reference
from content.models import DocumentType, Source
from tests.content import factories as make
from tests.counting import at_most

ADDRESS = "/knowledge/bibliography/"


@pytest.fixture
def report(db) -> Source:
    return make.source(
        "S7", title="Bänke & <squares>", csl_type="report", authors=["Example, Ada", "Institute of Squares"],
        issued="2020-09", number="12", body="A publishing house", accessed_on=dt.date(2026, 11, 22),
        licence="CC BY 4.0", archived="A copy lies with the editors.",
    )  # fmt: skip


def test_a_reference_is_one_line_of_safe_html(report):
    line = bibliography.reference(report)
    assert line.startswith(
        "Example, A. and Institute of Squares (2020) <i>Bänke &amp; &lt;squares&gt;"
    )
    assert "A publishing house" in line


def test_a_source_that_says_little_still_has_a_reference(db):
    bare = make.source("S8", title="Nothing else", body="", year="", address="")
    assert "Nothing else" in bibliography.reference(bare)
    assert bibliography.references([]) == {}


def test_terms_follow_the_language_of_the_reader(report):
    english = bibliography.reference(report)
    with translation.override("fr"):
        assert bibliography.reference(report) != english


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("2020", [[2020]]),
        ("2020-09-30", [[2020, 9, 30]]),
        ("2019 and later", [[2019]]),
        ("n.d.", None),
    ],
)
def test_a_year_in_words_is_read_as_far_as_it_goes(words, parts):
    assert bibliography.date(words).get("date-parts") == parts


def test_the_page_is_narrowed_by_topic_and_use(client, school):
    taught, other = make.source("S1", title="Taught"), make.source("S2", title="Other")
    fact = make.fact("F8.01", sources=[taught])
    make.fact("F9.01", sources=[other], topic=make.topic("T9", "Vehicles"))
    school.lessons[0].facts.set([fact])
    for query, seen in (
        ("", {"S1", "S2"}),
        ("?topic=T8", {"S1"}),
        ("?use=taught", {"S1"}),
        ("?use=untaught", {"S2"}),
        ("?topic=T8&use=untaught", set()),
    ):
        page = client.get(ADDRESS + query)
        assert {row["source"].key for row in page.context["rows"]} == seen
    assert "Nothing here matches" in page.content.decode()


def test_the_references_are_taken_away_in_both_formats(client, report):
    bib = client.get(f"{ADDRESS}?format=bibtex").content.decode()
    assert "@techreport{S7," in bib and "author = {Example, Ada and {Institute of Squares}}" in bib
    assert 'B\\"anke' in bib
    (item,) = client.get(f"{ADDRESS}?format=csl").json()
    assert item["type"] == "report" and item["author"][1] == {"literal": "Institute of Squares"}
    assert item["issued"] == {"date-parts": [[2020, 9]]}


@pytest.mark.parametrize("number", [2, 200])
def test_the_page_asks_ten_times_for_any_size(client, school, number):
    make.whole(number)
    client.get(ADDRESS)
    with at_most(10):
        client.get(f"{ADDRESS}?use=untaught&topic=T8")


def test_the_page_of_a_source_shows_its_reference(client, report):
    page = client.get("/knowledge/sources/S7/").content.decode()
    assert "CC BY 4.0" in page and "A copy lies with the editors." in page and "(2020)" in page


def test_the_kinds_of_the_files_are_those_of_the_model():
    assert set(shapes.DOCUMENT_TYPES) == set(DocumentType.values)


def in_file(**more) -> shapes.Source:
    return shapes.Source(
        key="S1", title="T", body="", year="", address="", says="S.", secondary=False, **more
    )


def load(source) -> Loader:
    loader = Loader(at=timezone.now())
    _load_reference(source, loader)
    return loader


def test_files_fill_the_reference_and_never_overwrite_an_editor(db):
    row = make.source("S1")
    load(in_file())
    load(in_file(type="report", authors=("Example, Ada",)))
    row.refresh_from_db()
    assert (row.csl_type, row.authors) == ("report", ["Example, Ada"])
    row.licence = "CC BY 4.0"
    row.save()
    assert load(in_file(type="book")).conflicts
    row.refresh_from_db()
    assert row.csl_type == "report"
