"""Which JSON-LD contexts do we sign and verify with, and are they the ones we pinned?

The files beside this module are data of standards bodies; README.md says where each came from.
Their bytes are part of what a signature means: a term that moved would change every proof. So each is checked
against its SHA-256 when first used, and no other context is ever loaded, least of all from the network.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from certification.signing.errors import ContextRefused

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"
MULTIKEY_V1 = "https://w3id.org/security/multikey/v1"
DID_V1 = "https://www.w3.org/ns/did/v1"

PINNED: dict[str, tuple[str, str]] = {
    CREDENTIALS_V2: (
        "credentials-v2.jsonld",
        "8a9f494a89ecc51db093e90e84713e07e84d6d9204364a9b3c7868b21751236f",
    ),
    OPEN_BADGES_3: (
        "open-badges-3.0.3.jsonld",
        "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761",
    ),
    OPEN_BADGES_EXTENSIONS: (
        "open-badges-extensions.jsonld",
        "2d013f981d1f4516081a6a04e55468ba2b071d4153b794f19a79715c45a89a5e",
    ),
    DATA_INTEGRITY_V2: (
        "data-integrity-v2.jsonld",
        "0f77743daf5b4e8fc067fc5ba5b21044283053aa717fc6b0219843bed3b00363",
    ),
    MULTIKEY_V1: (
        "multikey-v1.jsonld",
        "c5f3806f8286920573221938917988a18a4cc5a09e968d29649613c7a1c2b1f6",
    ),
    DID_V1: (
        "did-v1.jsonld",
        "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f",
    ),
}
"""URL → (file beside this module, SHA-256 of its bytes)."""


@cache
def load_context(url: str) -> dict[str, Any]:
    """Return the pinned context document; callers must not change it.

    Raises  ContextRefused for a URL that is not pinned, or a file that is not what was pinned.
    """
    try:
        filename, expected = PINNED[url]
    except KeyError:
        raise ContextRefused(url, "it is not among the contexts pinned here") from None
    content = (Path(__file__).parent / filename).read_bytes()
    if hashlib.sha256(content).hexdigest() != expected:
        raise ContextRefused(url, f"{filename} is not the file that was pinned")
    return json.loads(content)


def load_document(url: str, options: object = None) -> dict[str, Any]:
    """PyLD document loader: the pinned contexts and nothing else. Raises ContextRefused."""
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": load_context(url),
    }
