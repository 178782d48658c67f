"""When two ways of writing are the same word, and what a typed number is."""

from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from modules import kinds
from modules.errors import UnreadableAnswer
from modules.kinds.base import Arranged, Shown
from modules.kinds.fill_in import grading
from modules.kinds.numeric import numbers
from tests.factories import kinds as factory


def accepts(form: str, typed: str, *, case: bool = False, accents: bool = True) -> bool:
    return grading.is_accepted({"accepted": [form], "case": case, "accents": accents}, typed)


@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("stand-off", "Stand–Off"), ("stand-off", " stand‑off "), ("stand off", "stand\u00a0  off"),
        ("l'État", "L’ÉTAT"), ("l'État", "lʼétat"), ("m²", "m2"), ("café", "cafe\u0301"), ("ﬁle", "file"),
        ("Straße", "STRASSE"), ("straße", "STRAẞE"), ("οδός", "ΟΔΌΣ"), ("οδός", "ΟΔΟΣ"), ("İstanbul", "istanbul"),
        ("ısı", "ISI"), ("izmir", "İZMİR"), ("soft\u00adhyphen", "softhyphen"), ("a", "\u200ba"),
    ],
)  # fmt: skip
def test_ways_of_writing_that_are_the_same(form, typed):
    assert accepts(form, typed)


@pytest.mark.parametrize(
    ("form", "typed"),
    [("café", "cafe"), ("stand-off", "stand off"), ("a", "b"), ("", ""), ("a", ""), ("οδός", "οδος"), ("мой", "мои")],
)  # fmt: skip
def test_ways_of_writing_that_differ(form, typed):
    assert not accepts(form, typed)


@pytest.mark.parametrize(
    ("form", "typed"),
    [("café", "CAFE"), ("Łódź", "lodz"), ("Ørsted", "orsted"), ("ёлка", "елка"), ("naïve", "naive"), ("Çeşme", "cesme")],
)  # fmt: skip
def test_accents_may_be_left_out_where_the_author_says_so(form, typed):
    assert accepts(form, typed, accents=False)


def test_letters_that_only_look_like_accents_stay():
    assert not accepts("мой", "мои", accents=False)
    assert not accepts("किताब", "कतब", accents=False)


def test_capitals_matter_where_the_author_says_so():
    assert accepts("EU", "EU", case=True) and not accepts("EU", "eu", case=True)
    assert not accepts("οδός", "ΟΔΟΣ", case=True)


@given(st.text(max_size=30), st.booleans(), st.booleans())
def test_writing_plainly_twice_changes_nothing_more(text, case, accents):
    once = grading.plain(text, case=case, accents=accents)
    assert grading.plain(once, case=case, accents=accents) == once


ENGLISH, GERMAN, FRENCH = (
    {"decimal": ".", "thousands": ","},
    {"decimal": ",", "thousands": "."},
    {"decimal": ",", "thousands": "\u00a0"},
)


@pytest.mark.parametrize(
    ("text", "signs", "value"),
    [
        ("2.5", ENGLISH, "2.5"), ("2,5", ENGLISH, "2.5"), ("2.5", GERMAN, "2.5"), ("2,5", GERMAN, "2.5"), ("1 000", ENGLISH, "1000"),
        ("1\u202f000,5", FRENCH, "1000.5"), ("1.000,5", ENGLISH, "1000.5"), ("1,000.5", GERMAN, "1000.5"), ("1.000", ENGLISH, "1.000"),
        ("1,000", ENGLISH, "1000"), ("1.000", GERMAN, "1000"), ("1,000", GERMAN, "1.000"), ("1,000", FRENCH, "1.000"),
        ("1.000.000", ENGLISH, "1000000"), ("0.125", GERMAN, "0.125"), ("1234.567", GERMAN, "1234.567"), (".5", ENGLISH, "0.5"), ("5.", ENGLISH, "5"),
        ("−3", ENGLISH, "-3"), ("+3", ENGLISH, "3"), ("1'000.5", ENGLISH, "1000.5"), ("٢٫٥", ENGLISH, "2.5"), ("２．５", ENGLISH, "2.5"), ("-0", ENGLISH, "0"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_their_writer_meant_them(text, signs, value):
    assert numbers.read(text, **signs) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", "two", "1.2.3,4,5", "NaN", "inf", "-Infinity", "1e9", "1e999999999", "1,2,3", "12 34", "1 00", "1.000,50,0", "--1", "1-2",
     "1 000 00", "9" * 31, ".", ",", "-", "½", "2.5 m", "1.00.000", "1,000 000"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text):
    with pytest.raises(numbers.UnreadableNumber):
        numbers.read(text, **ENGLISH)


def test_a_sign_that_means_nothing_in_a_language_is_not_guessed():
    with pytest.raises(numbers.UnreadableNumber) as refused:
        numbers.read("1.000", **FRENCH)
    assert refused.value.is_ambiguous


@given(st.text("0123456789.,' -+eE∞NaN٣", max_size=40))
def test_reading_gives_a_finite_number_or_refuses(text):
    try:
        value = numbers.read(text, **ENGLISH)
    except numbers.UnreadableNumber:
        return
    assert value.is_finite() and numbers.exact(numbers.plain(value)) == value


@given(st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False, places=4))
def test_a_plain_number_is_read_as_itself(value):
    assert numbers.read(f"{value:f}", **ENGLISH) == value


def numeric(**number) -> dict:
    content = factory.content("numeric")
    return content | {"number": content["number"] | number}


def asked(content, language="en", **fields):
    """What the server reads from a form that was shown in a language."""
    kind = kinds.get("numeric")
    post = QueryDict(mutable=True)
    post.update({f"q0{name}": value for name, value in fields.items()})
    with translation.override(language):
        return kind.read(post, "q0", kind.arrange(content, None), content)


@pytest.mark.parametrize(
    ("value", "unit", "is_right"),
    [("1.2", "m", True), ("1.25", "m", True), ("1.2501", "m", False), ("1.15", "m", True), ("120", "cm", True), ("125.1", "cm", False),
     ("1.2", "cm", False), ("1.2", "km", False), ("1.2", None, False), (1.2, "m", False), ("1e400", "m", False), ("NaN", "m", False)],
)  # fmt: skip
def test_a_number_is_right_within_its_tolerance_in_any_unit(value, unit, is_right):
    assert kinds.mark(numeric(), {"value": value, "unit": unit})["correct"] is is_right


def test_no_digit_is_lost_on_the_way():
    """0.1 + 0.2 is no sum of floats here."""
    exact = numeric(value="0.3", tolerance="0", units=[{"unit": "step", "factor": "0.1"}])
    assert kinds.mark(exact, {"value": "3", "unit": "step"})["correct"]
    assert not kinds.mark(exact, {"value": "0.30000000000000000000000000001", "unit": "m"})[
        "correct"
    ]


def test_a_saved_number_is_read_by_the_language_it_was_typed_in():
    """A worker that hands in what was saved speaks another language than the learner."""
    content = numeric(units=[])
    assert asked(content, **{"": "1.000", "-language": "de"}) == (
        {"value": "1000", "unit": "m"},
        "",
    )
    assert asked(content, "de", **{"": "1.000", "-language": "en"})[0]["value"] == "1.000"
    with pytest.raises(UnreadableAnswer):
        asked(content, **{"": "1", "-language": "xx"})


def test_a_number_that_cannot_be_read_is_kept_beside_what_is_wrong():
    content = numeric()
    answer, problem = asked(content, **{"": "about one", "-unit": "1"})
    assert answer is None and "cannot be read as a number" in problem
    kind, post = kinds.get("numeric"), QueryDict("q0=about+one&q0-unit=1")
    question = Shown("q0", "numeric", "?")
    kind.show(question, Arranged(["m", "cm"]), content)
    kind.put_back(question, post)
    assert question.extra["value"] == "about one"
    assert [choice["chosen"] for choice in question.choices] == [False, True]


def test_a_unit_that_was_never_offered_is_refused():
    with pytest.raises(UnreadableAnswer):
        asked(numeric(), **{"": "1", "-unit": "7"})
