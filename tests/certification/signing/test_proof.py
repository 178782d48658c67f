"""Only what the issuer signed, with a key of its own, at a time that can be. The traps of our groundwork, one by one."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from certification.signing import proof
from certification.signing.did import did_document
from certification.signing.document import build_document
from certification.signing.errors import ContextRefused, Fault, NotPlain, ProofRefused
from certification.signing.graph import canonical_bytes
from certification.signing.keys import PublishedKey, generate_key
from certification.signing.proof import BADGE_CONTEXT, check_proof
from certification.signing.verify import Outcome


def fault_of(document, desk, **changes):
    wanted = {"issuer_did": desk.did, "did_document": desk.did_document, "at": desk.at}
    with pytest.raises(ProofRefused) as refusal:
        check_proof(document, **(wanted | changes))
    return refusal.value.fault


def test_what_was_signed_verifies(desk, credential):
    signed = check_proof(
        credential, issuer_did=desk.did, did_document=desk.did_document, at=desk.at
    )
    assert (signed.key_id, signed.at) == (f"{desk.did}#key-1", desk.at)


def test_signing_leaves_the_document_alone(desk):
    document = build_document(desk.facts)
    desk.sign()
    assert "proof" not in document
    with pytest.raises(NotPlain):
        proof.sign(desk.sign(), key=desk.key, did=desk.did, at=desk.at)


def test_nobody_signs_for_another_issuer(desk):
    with pytest.raises(ValueError, match="cannot sign for"):
        proof.sign(
            build_document(desk.facts), key=desk.key, did="did:web:other.example", at=desk.at
        )


def test_a_naive_time_is_not_signed(desk):
    with pytest.raises(ValueError, match="time zone"):
        proof.sign(build_document(desk.facts), key=desk.key, did=desk.did, at=datetime(2026, 1, 1))


# Trap 1: PyLD drops what no context defines.
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("colour", "blue"),
        ("credentialSubject.achievement.colour", "blue"),
        ("credentialSubject.colour", {"nested": "blue"}),
        ("issuer.honours", "all"),
        ("credentialSubject.achievement.type", ["Achievement", "Masterpiece"]),
        ("type", ["VerifiableCredential", "OpenBadgeCredential", "Extra"]),
    ],
)
def test_an_undefined_term_is_neither_signed_nor_believed(desk, change, path, value):
    smuggled = change(path, value)
    with pytest.raises(NotPlain):
        check_proof(smuggled, issuer_did=desk.did, did_document=desk.did_document, at=desk.at)
    bare = {name: value for name, value in smuggled.items() if name != "proof"}
    with pytest.raises(NotPlain):
        proof.sign(bare, key=desk.key, did=desk.did, at=desk.at)


# The same graph in other words: the signature would hold, so the text has to be refused.
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("description", None),
        ("evidence", []),
        ("https://schema.org/name", "Cohesion and presence"),
        ("@included", []),
        ("credentialSubject.achievement.criteria.id", "_:b0"),
        ("credentialSubject.identifier.0.hashed", "false"),
        ("credentialSubject.identifier.0.identityHash", ["Amara Okafor-Żółć"]),
        ("credentialSubject.achievement.name", ["Cohesion and presence"]),
        ("name", {"@value": "Cohesion and presence"}),
        ("type", ["VerifiableCredential", "AchievementCredential"]),
        ("type", ["VerifiableCredential", "OpenBadgeCredential", "OpenBadgeCredential"]),
    ],
)
def test_another_text_of_the_same_graph_is_refused(desk, change, path, value):
    assert desk.verify(change(path, value)).outcome is Outcome.ALTERED


@pytest.mark.parametrize(
    "context",
    [
        [*BADGE_CONTEXT, {"colour": None}],
        [*BADGE_CONTEXT, {"name": "https://schema.org/alternateName"}],
        list(reversed(BADGE_CONTEXT)),
        [BADGE_CONTEXT[0]],
        "https://evil.example/context.json",
        [*BADGE_CONTEXT, "https://evil.example/context.json"],
        None,
    ],
)
def test_only_the_contexts_we_issue_with_are_read(desk, change, context):
    assert desk.verify(change("@context", context)).outcome is Outcome.ALTERED


def test_no_context_is_fetched():
    from certification.signing.contexts import load_document

    with pytest.raises(ContextRefused):
        load_document("https://example.org/context.json")


def test_a_changed_context_file_is_refused(monkeypatch):
    from certification.signing import contexts

    monkeypatch.setitem(contexts.PINNED, contexts.DID_V1, ("did-v1.jsonld", "0" * 64))
    contexts.load_context.cache_clear()
    with pytest.raises(ContextRefused, match="not the file that was pinned"):
        contexts.load_context(contexts.DID_V1)
    contexts.load_context.cache_clear()


# Trap 2: control characters are written as RDFC-1.0 says (npm verifiers agree: test_independent).
def test_control_characters_stand_in_canonical_form(desk):
    document = build_document(desk.facts)
    document["name"] = "bell \x07 feed \x0c del \x7f"
    written = canonical_bytes(document, context=BADGE_CONTEXT)
    assert rb"bell \u0007 feed \f del \u007F" in written


@pytest.mark.parametrize("character", ["\ufffe", "\uffff"])
def test_noncharacters_that_verifiers_write_differently_are_not_signed(desk, character):
    document = build_document(desk.facts) | {"name": f"a{character}"}
    with pytest.raises(NotPlain):
        proof.sign(document, key=desk.key, did=desk.did, at=desk.at)


# Trap 3: the shapes other people's verifiers want.
def test_a_bare_proof_object_or_two_proofs_are_refused(desk, credential):
    one = credential["proof"][0]
    assert fault_of(credential | {"proof": one}, desk) is Fault.MALFORMED
    assert fault_of(credential | {"proof": [one, one]}, desk) is Fault.MALFORMED
    assert fault_of(credential | {"proof": []}, desk) is Fault.MISSING


# Trap 4
def test_a_credential_whose_status_was_taken_off_is_refused(desk, credential):
    del credential["credentialStatus"]
    assert desk.verify(credential).outcome is Outcome.ALTERED


def test_a_credential_signed_without_status_is_refused_too(desk):
    document = build_document(desk.facts)
    del document["credentialStatus"]
    signed = proof.sign(document, key=desk.key, did=desk.did, at=desk.at)
    assert desk.verify(signed).outcome is Outcome.ALTERED


# Trap 5
def test_a_stranger_s_key_is_refused_whatever_it_calls_itself(desk, tmp_path):
    theirs = generate_key(tmp_path / "key.pem")
    forged = proof.sign(build_document(desk.facts), key=theirs, did=desk.did, at=desk.at)
    assert fault_of(forged, desk) is Fault.WRONG_SIGNATURE
    forged = proof.sign(
        build_document(desk.facts), key=replace(theirs, name="key-9"), did=desk.did, at=desk.at
    )
    assert fault_of(forged, desk) is Fault.KEY_UNKNOWN


def test_a_proof_of_another_controller_is_refused(desk, change):
    assert fault_of(change("proof.0.verificationMethod", "did:web:other.example#key-1"), desk) is (
        Fault.OTHER_CONTROLLER
    )


def test_a_published_key_controlled_by_another_is_refused(desk, credential):
    method = desk.did_document["verificationMethod"][0] | {"controller": "did:web:other.example"}
    lent = desk.did_document | {"verificationMethod": [method]}
    assert fault_of(credential, desk, did_document=lent) is Fault.OTHER_CONTROLLER


# Trap 6
def test_clocks_may_differ_by_five_minutes_and_no_more(desk, credential):
    early = desk.at - timedelta(seconds=300)
    check_proof(credential, issuer_did=desk.did, did_document=desk.did_document, at=early)
    assert fault_of(credential, desk, at=early - timedelta(seconds=1)) is Fault.IN_THE_FUTURE


# Trap 7
def test_a_retired_key_still_vouches_for_what_it_signed(desk, credential, tmp_path):
    new = generate_key(tmp_path / "key-2.pem", name="key-2")
    later = desk.at + timedelta(days=30)
    keys = [
        PublishedKey("key-1", desk.key.public_multibase, retired_at=later),
        PublishedKey("key-2", new.public_multibase),
    ]
    published = did_document(desk.did, keys)
    signed = check_proof(credential, issuer_did=desk.did, did_document=published, at=later)
    assert signed.key_id.endswith("#key-1")
    late = proof.sign(
        build_document(desk.facts), key=desk.key, did=desk.did, at=later + timedelta(days=1)
    )
    assert (
        fault_of(late, desk, did_document=published, at=later + timedelta(days=2))
        is Fault.KEY_EXPIRED
    )


def test_a_withdrawn_key_takes_its_credentials_along(desk, credential):
    key = PublishedKey("key-1", desk.key.public_multibase, revoked_at=desk.at)
    published = did_document(desk.did, [key])
    assert published["assertionMethod"] == []
    assert fault_of(credential, desk, did_document=published) is Fault.KEY_REVOKED
    verdict = desk.verify(credential, did_document=published)
    assert (verdict.outcome, verdict.facts) == (Outcome.REVOKED, None)


def test_a_key_that_may_not_assert_is_refused(desk, credential):
    published = desk.did_document | {"assertionMethod": []}
    assert fault_of(credential, desk, did_document=published) is Fault.KEY_UNKNOWN


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("proof.0.proofValue", "z" + "1" * 90),
        ("proof.0.proofValue", "uAAAA"),
        ("proof.0.proofValue", "z0OIl"),
        ("proof.0.cryptosuite", "eddsa-jcs-2022"),
        ("proof.0.cryptosuite", "none"),
        ("proof.0.type", "Ed25519Signature2020"),
        ("proof.0.proofPurpose", "authentication"),
        ("proof.0.created", "yesterday"),
        ("proof.0.created", "2026-11-22T10:00:01Z"),
        ("proof.0.domain", "example.org"),
        ("proof.0.verificationMethod", {"id": "did:web:learn.example.org#key-1"}),
        ("proof", "none"),
    ],
)
def test_a_proof_that_was_tampered_with_is_refused(desk, change, path, value):
    assert fault_of(change(path, value), desk) in {
        Fault.MALFORMED,
        Fault.WRONG_SIGNATURE,
        Fault.KEY_UNKNOWN,
    }
