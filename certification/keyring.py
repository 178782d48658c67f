"""Which key signs, and which keys do we publish?

STOA_CERTIFICATION_KEY_DIR holds `key-<n>.pem`, of which the highest number signs, and `retired/key-<n>.json` for keys that
sign no more: {"publicKeyMultibase", "retired_at", "revoked_at"} (the last may be missing; moments as RFC 3339).
"""

import json
from pathlib import Path
from typing import Any

from certification import conf
from certification.signing import did
from certification.signing.errors import KeyExists, KeyMissing
from certification.signing.keys import (
    PublishedKey,
    SigningKey,
    decode_public,
    generate_key,
    load_key,
)
from certification.signing.moments import read_timestamp


class RetiredKeyUnreadable(KeyMissing):
    """A file of a retired key is not as it should be; leaving it out would end all it has signed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "it is not as a retired key is written")


def make_key() -> tuple[SigningKey, bool]:
    """The key that signs, made if there is none; and whether it is new. Raises KeyMissing if there is one we cannot use."""
    folder = conf.key_dir()
    if _private_files():
        return current_key(), False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = 1 + max((_number(path) for path in (folder / "retired").glob("key-*.json")), default=0)
    path = folder / f"key-{number}.pem"
    try:
        return generate_key(path, name=path.stem), True
    except KeyExists:  # made by another process in this moment
        return current_key(), False


def current_key() -> SigningKey:
    """Raises KeyMissing, or KeyTooOpen if others may read the file."""
    files = _private_files()
    if not files:
        raise KeyMissing(conf.key_dir() / "key-1.pem", "there is none")
    return load_key(files[-1], name=files[-1].stem)


def published_keys() -> list[PublishedKey]:
    """Every key ever used. Raises KeyMissing if there is none, or one cannot be read."""
    keys = [load_key(path, name=path.stem) for path in _private_files()]
    retired = sorted((conf.key_dir() / "retired").glob("key-*.json"), key=_number)
    if not keys and not retired:
        raise KeyMissing(conf.key_dir() / "key-1.pem", "there is none")
    return [
        *(_read_retired(path) for path in retired),
        *(PublishedKey(key.name, key.public_multibase) for key in keys),
    ]


def issuer_did() -> str:
    return did.did_from_url(conf.base_url())


def did_document() -> dict[str, Any]:
    return did.did_document(issuer_did(), published_keys())


def _private_files() -> list[Path]:
    return sorted(conf.key_dir().glob("key-*.pem"), key=_number)


def _number(path: Path) -> int:
    digits = path.stem.removeprefix("key-")
    return int(digits) if digits.isdecimal() else 0


def _read_retired(path: Path) -> PublishedKey:
    try:
        found = json.loads(path.read_text())
        decode_public(found["publicKeyMultibase"])
        return PublishedKey(
            name=path.stem,
            public_multibase=found["publicKeyMultibase"],
            retired_at=read_timestamp(found["retired_at"]),
            revoked_at=read_timestamp(found["revoked_at"]) if found.get("revoked_at") else None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise RetiredKeyUnreadable(path) from None
