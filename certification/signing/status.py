"""Has a credential been revoked? A bit in a signed list that tells nobody whose bit it is.

Bitstring Status List v1.0 (W3C Recommendation, May 2025): 131 072 bits or more, GZIP, multibase base64url without padding.
Bit 0 is the most significant bit of the first byte.
"""

import base64
import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from certification.signing.errors import NotPlain, ProofRefused, StatusListRefused
from certification.signing.keys import SigningKey
from certification.signing.moments import CLOCK_SKEW, read_timestamp, timestamp
from certification.signing.proof import LIST_CONTEXT, check_proof, sign

LIST_LENGTH = 131_072
"""Bits in a list: the least the specification allows, so that one bit says little about one person."""

LIST_LIFETIME = timedelta(hours=24)

_MAX_BYTES = 2**21
_TYPES = ["VerifiableCredential", "BitstringStatusListCredential"]


@dataclass(frozen=True)
class StatusList:
    """A list that was checked: its bits, and until when they may be relied on."""

    url: str
    bits: bytes
    signed_at: datetime
    valid_until: datetime

    def is_set(self, index: int) -> bool:
        """Raises StatusListRefused for an index beyond the list."""
        if not 0 <= index < len(self.bits) * 8:
            raise StatusListRefused("The credential points beyond the end of the status list.")
        return bool(self.bits[index // 8] & (0x80 >> index % 8))


def build_status_list(
    *,
    url: str,
    revoked: Iterable[int],
    key: SigningKey,
    did: str,
    at: datetime,
    purpose: str = "revocation",
    length: int = LIST_LENGTH,
    lifetime: timedelta = LIST_LIFETIME,
) -> dict[str, Any]:
    """The signed list credential, to be published at `url` until it is built anew.

    revoked  indices of the bits to set.
    Raises   IndexError for an index beyond `length`.
    """
    bits = bytearray(length // 8)
    for index in revoked:
        if not 0 <= index < length:
            raise IndexError(f"There is no bit {index} in a list of {length}.")
        bits[index // 8] |= 0x80 >> index % 8
    document = {
        "@context": list(LIST_CONTEXT),
        "id": url,
        "type": _TYPES,
        "issuer": did,
        "validFrom": timestamp(at),
        "validUntil": timestamp(at + lifetime),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode_bits(bytes(bits)),
        },
    }
    return sign(document, key=key, did=did, at=at, context=LIST_CONTEXT)


def read_status_list(
    document: object,
    *,
    url: str,
    purpose: str,
    issuer_did: str,
    did_document: dict[str, Any],
    at: datetime,
) -> StatusList:
    """Check a list and return its bits. `url` and `purpose` are those the credential names.

    Raises  StatusListRefused if it is not signed by the issuer, carries another id (a swapped list),
            serves another purpose, is too short, or is not of today.
    """
    if not isinstance(document, dict):
        raise StatusListRefused("The status list is not to be had.")
    try:
        signed = check_proof(
            document, issuer_did=issuer_did, did_document=did_document, at=at, context=LIST_CONTEXT
        )
    except (ProofRefused, NotPlain):
        raise StatusListRefused("The status list is not signed by the issuer.") from None
    subject = document.get("credentialSubject")
    if (
        document.get("type") != _TYPES
        or not isinstance(subject, dict)
        or subject.get("type") != "BitstringStatusList"
    ):
        raise StatusListRefused("What stands in for the status list is another kind of document.")
    if document.get("id") != url:
        raise StatusListRefused("The status list is not the one the credential names.")
    if subject.get("statusPurpose") != purpose:
        raise StatusListRefused("The status list serves another purpose.")
    valid_until = _refuse_unless_fresh(document, at=at)
    return StatusList(
        url=url,
        bits=decode_bits(subject.get("encodedList")),
        signed_at=signed.at,
        valid_until=valid_until,
    )


def encode_bits(bits: bytes) -> str:
    # mtime=0: the same bits give the same text.
    return "u" + base64.urlsafe_b64encode(gzip.compress(bits, mtime=0)).rstrip(b"=").decode("ascii")


def decode_bits(encoded: object) -> bytes:
    """Raises StatusListRefused if it is not a compressed list of at least LIST_LENGTH bits and at most 2 MiB."""
    if not isinstance(encoded, str) or not encoded.startswith("u"):
        raise StatusListRefused("The status list cannot be read.")
    try:
        packed = base64.b64decode(
            encoded[1:] + "=" * (-len(encoded[1:]) % 4), altchars=b"-_", validate=True
        )
        unpacker = zlib.decompressobj(wbits=31)
        bits = unpacker.decompress(packed, _MAX_BYTES)
    except (ValueError, zlib.error):
        raise StatusListRefused("The status list cannot be read.") from None
    if not unpacker.eof or unpacker.unused_data or len(bits) * 8 < LIST_LENGTH:
        raise StatusListRefused("The status list is too short, too long or cut off.")
    return bits


def _refuse_unless_fresh(document: dict[str, Any], *, at: datetime) -> datetime:
    try:
        valid_from, valid_until = (
            read_timestamp(document.get("validFrom")),
            read_timestamp(document.get("validUntil")),
        )
    except ValueError:
        raise StatusListRefused("The status list does not say until when it holds.") from None
    if not valid_from - CLOCK_SKEW <= at <= valid_until:
        raise StatusListRefused("The status list is out of date.")
    return valid_until
