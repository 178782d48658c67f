"""Whatever is handed in gets a verdict, and only what was issued gets a good one."""

import copy
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certification.signing.bake import bake_svg, unbake_svg
from certification.signing.document import as_bytes
from certification.signing.errors import Unreadable
from certification.signing.plain import walk
from certification.signing.verify import CheckName, Outcome, verify

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'


@pytest.mark.parametrize(
    "form", [lambda d: d, as_bytes, json.dumps, lambda d: b"\xef\xbb\xbf" + as_bytes(d)]
)
def test_a_credential_is_valid_as_object_text_or_bytes(desk, credential, form):
    verdict = desk.verify(form(credential))
    assert verdict.is_valid
    assert verdict.facts == desk.facts


def test_the_order_of_members_does_not_matter(desk, credential):
    assert desk.verify(json.dumps(credential, sort_keys=True, indent=4)).is_valid


def test_a_baked_badge_is_valid(desk):
    signed = desk.sign(holder_name="Amara ]]> <script>&amp;")
    baked = bake_svg(DRAWING, as_bytes(signed))
    assert unbake_svg(baked.encode()) == as_bytes(signed)
    assert desk.verify(baked).facts.holder_name == "Amara ]]> <script>&amp;"


@pytest.mark.parametrize(
    "drawing",
    [
        '<?xml version="1.0"?><!-- <svg> -->' + DRAWING,
        '<svg xmlns="http://www.w3.org/2000/svg" aria-label="a > b"/>',
        '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:g/></s:svg>',
    ],
)
def test_baking_finds_its_place(desk, credential, drawing):
    assert desk.verify(bake_svg(drawing, as_bytes(credential))).is_valid


def test_a_badge_is_baked_once(credential):
    baked = bake_svg(DRAWING, as_bytes(credential))
    with pytest.raises(Unreadable):
        bake_svg(baked, as_bytes(credential))


def test_validity_begins_and_ends(desk, credential):
    def outcome(at):
        return desk.verify(credential, at=at, status_list=desk.list(at=at)).outcome

    assert outcome(desk.facts.valid_until) is Outcome.VALID
    assert outcome(desk.facts.valid_until + timedelta(seconds=1)) is Outcome.EXPIRED
    later = desk.sign(valid_from=desk.at + timedelta(days=3))
    assert desk.verify(later).outcome is Outcome.NOT_YET_VALID
    assert desk.verify(desk.sign(valid_until=None), at=desk.at).is_valid


def test_another_issuer_is_foreign_and_tells_nothing(desk, change):
    verdict = desk.verify(change("issuer.id", "did:web:other.example"))
    assert (verdict.outcome, verdict.facts) == (Outcome.FOREIGN, None)
    assert verdict.checks[-1].name is CheckName.ISSUER


def test_an_altered_credential_tells_nothing(desk, change):
    verdict = desk.verify(change("name", "Something grander"))
    assert (verdict.outcome, verdict.facts) == (Outcome.ALTERED, None)


def leaves(document):
    return [(path, value) for path, value in walk(document) if not isinstance(value, (dict, list))]


def test_changing_any_value_spoils_it(desk, credential):
    for path, value in leaves(credential):
        changed = copy.deepcopy(credential)
        _set(changed, path, (not value) if isinstance(value, bool) else value + "x")
        assert not desk.verify(changed).is_valid, path


def test_removing_any_member_spoils_it(desk, credential):
    for path, _ in walk(credential):
        if path:
            changed = copy.deepcopy(credential)
            _remove(changed, path)
            assert not desk.verify(changed).is_valid, path


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_putting_anything_in_the_place_of_anything_spoils_it(desk, credential, data):
    path, value = data.draw(st.sampled_from([entry for entry in walk(credential) if entry[0]]))
    put = data.draw(JSON)
    changed = copy.deepcopy(credential)
    _set(changed, path, put)
    verdict = desk.verify(changed)
    assert verdict.is_valid == (put == value and type(put) is type(value))


@given(st.text(min_size=1), JSON)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_adding_anything_spoils_it(desk, credential, key, value):
    if key not in credential:
        assert not desk.verify(credential | {key: value}).is_valid


@given(st.binary(max_size=300) | st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_noise_is_unreadable(desk, data):
    assert desk.verify(data).outcome is Outcome.UNREADABLE


def _bomb(tag: str) -> str:
    return f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><{tag}>&b;</{tag}>'


OB = 'xmlns="https://purl.imsglobal.org/ob/v3p0"'
HOSTILE = {
    "nothing": b"",
    "a number": b"42",
    "a list": b"[]",
    "an empty object": b"{}",
    "null": b"null",
    "NaN": b'{"credentialSubject": NaN}',
    "infinity by exponent": b'{"credentialSubject": 1e999}',
    "a very long number": b'{"credentialSubject": ' + b"9" * 10_000 + b"}",
    "a member twice": b'{"credentialSubject": {}, "credentialSubject": {}}',
    "a lone surrogate": b'{"credentialSubject": "\\ud800"}',
    "a lone surrogate as a key": b'{"credentialSubject": {"\\ud800": 1}}',
    "not UTF-8": b'{"credentialSubject": "\xff"}',
    "UTF-16": '{"credentialSubject": {}}'.encode("utf-16"),
    "nested lists": b'{"credentialSubject": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested objects": b'{"a":' * 100_000,
    "fifty levels": b'{"credentialSubject":' + b'{"a":' * 50 + b"1" + b"}" * 51,
    "many values": b'{"credentialSubject": [' + b"1," * 30_000 + b"1]}",
    "too large": b'{"credentialSubject": "' + b"x" * 1_100_000 + b'"}',
    "entity bomb": _bomb("svg").encode(),
    "an external entity": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    "an unknown encoding": b'<?xml version="1.0" encoding="klingon"?><svg/>',
    "SVG without credential": DRAWING.encode(),
    "two credentials": f"<svg {OB}><credential>{{}}</credential><credential>{{}}</credential></svg>".encode(),
    "markup in the credential": f"<svg {OB}><credential>{{<b/>}}</credential></svg>".encode(),
    "deep XML": b"<a>" * 100_000 + b"</a>" * 100_000,
    "a PDF by name": b"%PDF-1.7 and nothing else",
    "a PDF in ruins": b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj trailer<</Root 1 0 R>>",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_unreadable_and_raises_nothing(desk, data, caplog):
    assert desk.verify(data).outcome is Outcome.UNREADABLE
    assert not caplog.records, "caught by name, not by the last resort"


@pytest.mark.parametrize(
    "data", [None, 5, object(), {"a": {1, 2}}, {1: float("nan")}, ["x"], "\ud800"]
)
def test_what_is_no_file_at_all_is_unreadable(desk, data):
    assert desk.verify(data).outcome is Outcome.UNREADABLE


def test_an_object_that_holds_itself_is_unreadable(desk, credential):
    credential["credentialSubject"]["achievement"]["criteria"] = credential
    assert desk.verify(credential).outcome is Outcome.UNREADABLE


def test_the_last_resort_logs_no_content(desk, credential, caplog):
    def fails(url):
        raise RuntimeError(url + desk.facts.holder_name)

    assert desk.verify(credential, status_list=fails).outcome is Outcome.UNREADABLE
    assert desk.facts.holder_name not in caplog.text


def test_a_broken_did_document_makes_nothing_valid(desk, credential):
    for broken in ({}, {"id": desk.did}, {"id": desk.did, "verificationMethod": ["x", None]}):
        assert not verify(
            credential, issuer_did=desk.did, did_document=broken, status_list=None, at=desk.at
        ).is_valid


def _steps(path):
    return [
        int(step) if step.isdigit() else step
        for step in path.replace("[", ".").replace("]", "").split(".")
    ]


def _parent(document, path):
    *parents, last = _steps(path)
    for step in parents:
        document = document[step]
    return document, last


def _set(document, path, value):
    parent, last = _parent(document, path)
    parent[last] = value


def _remove(document, path):
    parent, last = _parent(document, path)
    del parent[last]
