"""Where do the issuer's keys live, and how are they published?

Private keys are PEM files readable by their owner alone, outside the database. The public half is written as Multikey
(Controlled Identifiers 1.0, section 2.2.2): multicodec ed25519-pub 0xed 0x01, base58btc, prefix "z".
"""

import os
import stat
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import base58
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from certification.signing.errors import KeyExists, KeyMissing, KeyTooOpen
from certification.signing.moments import timestamp

ED25519_PUBLIC = b"\xed\x01"


@dataclass(frozen=True)
class SigningKey:
    """A private key in memory. Its name is the fragment of its verification method, such as "key-1"."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public_multibase(self) -> str:
        return encode_public(self.private.public_key())

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


@dataclass(frozen=True)
class PublishedKey:
    """The public half as the DID document shows it.

    retired_at  from then on nothing is signed with it; what was signed before stays valid, so it stays published.
    revoked_at  it may be in wrong hands; nothing signed with it is believed any more, whenever it was signed.
    """

    name: str
    public_multibase: str
    retired_at: datetime | None = None
    revoked_at: datetime | None = None


def generate_key(path: Path, *, name: str = "key-1") -> SigningKey:
    """Make a key and write it to `path` with permissions 0600.

    Raises  KeyExists if there is a file already, whatever is in it.
    """
    private = Ed25519PrivateKey.generate()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyExists(path) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    return SigningKey(name=name, private=private)


def load_key(path: Path, *, name: str = "key-1", password: bytes | None = None) -> SigningKey:
    """Read a key.

    Raises  KeyMissing if there is none, or it is no Ed25519 key; KeyTooOpen if others may read the file.
    """
    try:
        with open(path, "rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(10_000)
    except OSError as error:
        raise KeyMissing(path, error.strerror or type(error).__name__) from None
    if mode & 0o077:
        raise KeyTooOpen(path, mode)
    try:
        private = load_pem_private_key(content, password=password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # `from None`: the library's message may quote the file.
        raise KeyMissing(path, "it is not a PEM file we can open") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyMissing(path, "it does not hold an Ed25519 key")
    return SigningKey(name=name, private=private)


def encode_public(public: Ed25519PublicKey) -> str:
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return "z" + base58.b58encode(ED25519_PUBLIC + raw).decode("ascii")


def decode_public(multibase: object) -> Ed25519PublicKey:
    """Raises ValueError unless it is an Ed25519 public key as Multikey."""
    if not isinstance(multibase, str) or not multibase.startswith("z") or len(multibase) > 64:
        raise ValueError("not a base58btc multibase key")
    raw = base58.b58decode(multibase[1:])
    if len(raw) != 34 or not raw.startswith(ED25519_PUBLIC):
        raise ValueError("not an Ed25519 key")
    return Ed25519PublicKey.from_public_bytes(raw[2:])


def is_signed_by(public: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        public.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def verification_method(key: PublishedKey, *, did: str) -> dict[str, Any]:
    """One entry of `verificationMethod` in a DID document."""
    method = {
        "id": f"{did}#{key.name}",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": key.public_multibase,
    }
    if key.retired_at:
        method["expires"] = timestamp(key.retired_at)
    if key.revoked_at:
        method["revoked"] = timestamp(key.revoked_at)
    return method
