"""How is a document signed, and did this issuer sign this one?

Embedded Data Integrity proof, cryptosuite eddsa-rdfc-2022: SHA-256 of the canonical proof options, then of the canonical
document, signed with Ed25519. Source: W3C Data Integrity EdDSA Cryptosuites v1.0, section 3.2.
`proof` is a list of one, because the Open Badges 3.0 schema wants a list.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import base58

from certification.signing.contexts import CREDENTIALS_V2, OPEN_BADGES_3
from certification.signing.errors import Fault, NotPlain, ProofRefused
from certification.signing.graph import canonical_bytes
from certification.signing.keys import SigningKey, decode_public, is_signed_by
from certification.signing.moments import CLOCK_SKEW, read_timestamp, timestamp

BADGE_CONTEXT = (CREDENTIALS_V2, OPEN_BADGES_3)
LIST_CONTEXT = (CREDENTIALS_V2,)

_TYPE, _SUITE, _PURPOSE = "DataIntegrityProof", "eddsa-rdfc-2022", "assertionMethod"
_MEMBERS = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}


@dataclass(frozen=True)
class Signed:
    """What a proof that holds tells: with which key (its full id) and when."""

    key_id: str
    at: datetime


def sign(
    document: dict[str, Any],
    *,
    key: SigningKey,
    did: str,
    at: datetime,
    context: tuple[str, ...] = BADGE_CONTEXT,
) -> dict[str, Any]:
    """Return the document with its proof; the one handed in is left as it is.

    Raises  NotPlain if it has a part the signature would not cover, or carries a proof already.
            ValueError if the issuer in the document is another than `did`, or `at` is naive.
    """
    if "proof" in document:
        raise NotPlain("proof", "signed already")
    if issuer_of(document) != did:
        raise ValueError(f"{did} cannot sign for {issuer_of(document)!r}.")
    options = {
        "type": _TYPE,
        "cryptosuite": _SUITE,
        "created": timestamp(at),
        "verificationMethod": f"{did}#{key.name}",
        "proofPurpose": _PURPOSE,
    }
    signature = key.sign(_message(document, options, context))
    proof = options | {"proofValue": "z" + base58.b58encode(signature).decode("ascii")}
    return document | {"proof": [proof]}


def check_proof(
    document: dict[str, Any],
    *,
    issuer_did: str,
    did_document: dict[str, Any],
    at: datetime,
    context: tuple[str, ...] = BADGE_CONTEXT,
) -> Signed:
    """Return who signed and when, if the issuer's own published key signed exactly this document.

    Raises  ProofRefused with its Fault; NotPlain if the document has a part that no signature covers.
    """
    proof = _only_proof(document)
    created = _created(proof, at=at)
    method = _method(
        proof["verificationMethod"],
        issuer_did=issuer_did,
        did_document=did_document,
        created=created,
    )
    if issuer_of(document) != issuer_did:
        raise ProofRefused(
            Fault.OTHER_CONTROLLER, "The key belongs to another issuer than the one named."
        )
    try:
        public = decode_public(method.get("publicKeyMultibase"))
        signature = _decode_signature(proof["proofValue"])
    except ValueError:
        raise ProofRefused(Fault.MALFORMED, "The signature cannot be read.") from None
    bare = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if not is_signed_by(public, signature, _message(bare, options, context)):
        raise ProofRefused(Fault.WRONG_SIGNATURE, "The content is not what the issuer signed.")
    return Signed(key_id=proof["verificationMethod"], at=created)


def issuer_of(document: dict[str, Any]) -> str | None:
    """The id of the issuer, written as an object or as a string."""
    issuer = document.get("issuer")
    found = issuer.get("id") if isinstance(issuer, dict) else issuer
    return found if isinstance(found, str) else None


def _message(document: dict[str, Any], options: dict[str, Any], context: tuple[str, ...]) -> bytes:
    # The options are hashed under the document's contexts but do not carry them.
    options = {"@context": list(context), **options}
    return b"".join(
        hashlib.sha256(canonical_bytes(part, context=context)).digest()
        for part in (options, document)
    )


def _only_proof(document: dict[str, Any]) -> dict[str, Any]:
    proofs = document.get("proof")
    if not proofs:
        raise ProofRefused(Fault.MISSING, "It carries no signature.")
    if not (isinstance(proofs, list) and len(proofs) == 1 and isinstance(proofs[0], dict)):
        raise ProofRefused(Fault.MALFORMED, "The signature is not where Open Badges 3.0 puts it.")
    proof = proofs[0]
    fits = (
        set(proof) == _MEMBERS
        and all(isinstance(value, str) for value in proof.values())
        and (proof["type"], proof["cryptosuite"], proof["proofPurpose"])
        == (_TYPE, _SUITE, _PURPOSE)
    )
    if not fits:
        raise ProofRefused(Fault.MALFORMED, "The signature is not of the kind this issuer uses.")
    return proof


def _created(proof: dict[str, Any], *, at: datetime) -> datetime:
    try:
        created = read_timestamp(proof["created"])
    except ValueError:
        raise ProofRefused(Fault.MALFORMED, "The time of signing cannot be read.") from None
    if created > at + CLOCK_SKEW:
        raise ProofRefused(Fault.IN_THE_FUTURE, "It claims to be signed in the future.")
    return created


def _method(
    key_id: str, *, issuer_did: str, did_document: dict[str, Any], created: datetime
) -> dict[str, Any]:
    """The published key of that id, if the issuer controls it and lets it assert. Never one the document brings along."""
    if key_id.partition("#")[0] != issuer_did or did_document.get("id") != issuer_did:
        raise ProofRefused(
            Fault.OTHER_CONTROLLER, "It is signed with a key that is not the issuer's."
        )
    found = [
        method
        for method in did_document.get("verificationMethod", [])
        if isinstance(method, dict) and method.get("id") == key_id
    ]
    if len(found) != 1 or found[0].get("type") != "Multikey":
        raise ProofRefused(
            Fault.KEY_UNKNOWN, "It is signed with a key the issuer does not publish."
        )
    method = found[0]
    if method.get("controller") != issuer_did:
        raise ProofRefused(
            Fault.OTHER_CONTROLLER, "It is signed with a key that is not the issuer's."
        )
    if method.get("revoked") is not None:
        raise ProofRefused(Fault.KEY_REVOKED, "It is signed with a key the issuer has withdrawn.")
    if key_id not in did_document.get("assertionMethod", []):
        raise ProofRefused(
            Fault.KEY_UNKNOWN, "It is signed with a key that may not sign credentials."
        )
    if "expires" in method and created > read_timestamp(method["expires"]) + CLOCK_SKEW:
        raise ProofRefused(Fault.KEY_EXPIRED, "It claims to be signed after its key was retired.")
    return method


def _decode_signature(value: str) -> bytes:
    if not value.startswith("z") or len(value) > 100:
        raise ValueError("not a base58btc signature")
    signature = base58.b58decode(value[1:])
    if len(signature) != 64:
        raise ValueError("not an Ed25519 signature")
    return signature
