"""A revoked credential is found revoked; a list that cannot be relied on proves nothing."""

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certification.signing.errors import StatusListRefused
from certification.signing.status import LIST_LENGTH, decode_bits, encode_bits
from certification.signing.verify import CheckName, Outcome

from .conftest import LIST_URL


def test_a_set_bit_revokes_and_its_neighbours_do_not(desk, credential):
    assert desk.verify(credential, status_list=desk.list(94_567)).outcome is Outcome.REVOKED
    near = desk.list(94_566, 94_568, 94_567 - 8, 94_567 + 8)
    assert desk.verify(credential, status_list=near).outcome is Outcome.VALID


def test_the_list_may_be_looked_up_by_its_id(desk, credential):
    lists = {LIST_URL: desk.list(94_567)}
    assert desk.verify(credential, status_list=lists.get).outcome is Outcome.REVOKED


@pytest.mark.parametrize("status_list", [None, {}, {"id": LIST_URL}, lambda url: None])
def test_without_a_list_nothing_is_called_valid(desk, credential, status_list):
    verdict = desk.verify(credential, status_list=status_list)
    assert verdict.outcome is Outcome.UNCONFIRMED
    assert verdict.facts == desk.facts


def test_a_list_of_yesterday_does_not_count(desk, credential):
    old = desk.list(at=desk.at - timedelta(hours=24, seconds=1))
    verdict = desk.verify(credential, status_list=old)
    assert verdict.outcome is Outcome.UNCONFIRMED
    assert verdict.reason == "The status list is out of date."


# Trap 8
def test_a_swapped_list_does_not_count(desk, credential):
    other = desk.list(url="https://learn.example.org/status/2")
    assert desk.verify(credential, status_list=other).reason == (
        "The status list is not the one the credential names."
    )


def test_a_list_for_another_purpose_does_not_count(desk, credential):
    assert desk.verify(credential, status_list=desk.list(purpose="suspension")).outcome is (
        Outcome.UNCONFIRMED
    )


def test_a_list_changed_after_signing_does_not_count(desk, credential):
    changed = desk.list(94_567)
    changed["credentialSubject"]["encodedList"] = desk.list()["credentialSubject"]["encodedList"]
    assert desk.verify(credential, status_list=changed).outcome is Outcome.UNCONFIRMED


def test_a_short_list_or_one_that_swells_is_refused(desk, credential):
    assert desk.verify(credential, status_list=desk.list(length=8)).outcome is Outcome.UNCONFIRMED
    for bits in (bytes(LIST_LENGTH // 8 - 1), bytes(2**21 + 1)):
        with pytest.raises(StatusListRefused):
            decode_bits(encode_bits(bits))


def test_a_credential_is_no_status_list(desk, credential):
    assert desk.verify(credential, status_list=credential).outcome is Outcome.UNCONFIRMED


def test_an_index_beyond_the_list_is_not_valid(desk):
    from certification.signing.document import StatusEntry

    signed = desk.sign(status=StatusEntry(LIST_URL, LIST_LENGTH))
    assert desk.verify(signed).outcome is Outcome.UNCONFIRMED


def test_revoked_outweighs_expired_and_expired_outweighs_no_list(desk, credential):
    late = desk.at + timedelta(days=2000)
    assert (
        desk.verify(credential, at=late, status_list=desk.list(94_567, at=late)).outcome
        is Outcome.REVOKED
    )
    assert desk.verify(credential, at=late, status_list=None).outcome is Outcome.EXPIRED


def test_the_status_is_told_in_a_sentence(desk, credential):
    checks = {check.name: check for check in desk.verify(credential).checks}
    assert list(checks) == list(CheckName)
    assert checks[CheckName.STATUS].sentence == "It has not been revoked."


def test_the_same_bits_give_the_same_text(desk):
    assert desk.list(1, 2) == desk.list(2, 1)
    assert len(json.dumps(desk.list())) < 1500


@given(st.sets(st.integers(0, LIST_LENGTH - 1), max_size=20))
@settings(max_examples=25)
def test_bits_round_trip(indices):
    bits = bytearray(LIST_LENGTH // 8)
    for index in indices:
        bits[index // 8] |= 0x80 >> index % 8
    assert decode_bits(encode_bits(bytes(bits))) == bytes(bits)


@pytest.mark.parametrize("encoded", [None, 5, "", "u", "zAAAA", "u!!!!", "uAAAA", "u\ud800"])
def test_what_is_no_list_is_refused(encoded):
    with pytest.raises(StatusListRefused):
        decode_bits(encoded)
