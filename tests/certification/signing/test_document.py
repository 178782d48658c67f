"""What a credential says, and that it says it in a form other people's schema accepts."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft201909Validator

from certification.signing.document import Detail, as_bytes, build_document, read_facts
from certification.signing.errors import Incomplete
from certification.signing.text import clean, is_visible

SCHEMA = json.loads(
    (Path(__file__).parent / "data/ob_v3p0_achievementcredential_schema.json").read_text()
)


def errors(document):
    return [error.message for error in Draft201909Validator(SCHEMA).iter_errors(document)]


def test_a_signed_credential_satisfies_the_open_badges_schema(credential):
    assert errors(credential) == []


def test_a_credential_without_end_alignments_or_details_satisfies_it_too(desk):
    bare = replace(desk.facts.achievement, alignments=(), details=(), outcomes=())
    assert errors(desk.sign(achievement=bare, valid_until=None)) == []


def test_the_schema_refuses_what_trap_three_names(credential):
    assert errors(credential | {"proof": credential["proof"][0]})
    assert credential["credentialStatus"]["statusListIndex"] == "94567"


def test_facts_read_back_are_the_facts_built_from(desk, credential):
    assert read_facts(credential) == desk.facts


def test_a_city_can_be_the_subject(desk):
    signed = desk.sign(
        subject_id="https://learn.example.org/cities/delft",
        holder_name="Delft",
        identifiers=(("LAUCode", "GM0503"),),
        achievement=replace(desk.facts.achievement, type="Certification"),
    )
    assert errors(signed) == []
    assert desk.verify(signed).facts.identifiers == (("LAUCode", "GM0503"),)


@pytest.mark.parametrize("name", ["", "   ", "\u200d\u200b", "\x00\x07", "\ud800"])
def test_no_credential_without_a_name(desk, name):
    with pytest.raises(Incomplete) as refusal:
        build_document(replace(desk.facts, holder_name=name))
    assert refusal.value.field == "holder_name"


def test_no_credential_that_ends_before_it_begins(desk):
    with pytest.raises(Incomplete):
        build_document(replace(desk.facts, valid_until=desk.facts.valid_from))


def test_one_detail_of_a_kind(desk):
    twice = (Detail("Level", "Level", "EQF 5"), Detail("Level", "Niveau", "EQF 6"))
    with pytest.raises(Incomplete):
        build_document(
            replace(desk.facts, achievement=replace(desk.facts.achievement, details=twice))
        )


def test_names_lose_control_and_direction_characters_and_are_composed():
    assert clean("Z\u0307o\x07e\u202e \t\n Łuc") == "Żoe Łuc"
    assert clean("a\r\n\x0bb", lines=True) == "a\nb"


@given(st.text())
def test_any_unicode_name_round_trips(desk, name):
    cleaned = clean(name)
    if is_visible(cleaned):
        document = build_document(replace(desk.facts, holder_name=name))
        assert read_facts(json.loads(as_bytes(document))).holder_name == cleaned
    assert clean(cleaned) == cleaned
