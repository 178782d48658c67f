"""Who is the issuer? A did:web made from the site's address, and the document that publishes its keys.

Source: did:web method specification (w3c-ccg), sections 3.1 and 3.2; DID Core 1.0; Controlled Identifiers 1.0.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from certification.signing.contexts import DID_V1, MULTIKEY_V1
from certification.signing.keys import PublishedKey, verification_method


def did_from_url(base_url: str) -> str:
    """`https://learn.example.org` → `did:web:learn.example.org`; a port becomes `%3A8000`, a path `:a:b`.

    Raises  ValueError for an address without a host, or one with a user, query or fragment.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{base_url!r} is not the address of a site.")
    if parts.username or parts.query or parts.fragment or ":" in parts.hostname:
        raise ValueError(f"{base_url!r} cannot be written as did:web.")
    host = parts.hostname.encode("idna").decode("ascii")
    port = f"%3A{parts.port}" if parts.port else ""
    path = [quote(unquote(part), safe="") for part in parts.path.split("/") if part]
    return ":".join([f"did:web:{host}{port}", *path])


def document_path(did: str) -> str:
    """Where on its host the DID document is looked for: `/.well-known/did.json`, or below the path of the did."""
    _, _, _, *path = did.split(":")
    return "/" + "/".join([*path, "did.json"]) if path else "/.well-known/did.json"


def did_document(did: str, keys: Iterable[PublishedKey]) -> dict[str, Any]:
    """The DID document. Hand in *every* key ever used, retired and revoked ones too.

    did:web has no history: a retired key that is left out takes all its credentials with it.
    A revoked key stays listed with its date, but no longer among those that may assert anything,
    because most verifiers look only there.
    """
    keys = list(keys)
    return {
        "@context": [DID_V1, MULTIKEY_V1],
        "id": did,
        "verificationMethod": [verification_method(key, did=did) for key in keys],
        "assertionMethod": [f"{did}#{key.name}" for key in keys if not key.revoked_at],
    }
