"""What verifiers fetch: the issuer's keys and its status lists. Public, small, and open to pages of other sites."""

import base64

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from certification import keyring, status_lists
from certification.errors import ListUnavailable
from certification.signing.errors import KeyMissing
from certification.signing.keys import PublishedKey, decode_public


def public(response: HttpResponse, *, seconds: int) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={seconds}"
    return response


@require_safe
def did(request: HttpRequest) -> HttpResponse:
    try:
        document = keyring.did_document()
    except KeyMissing:
        raise Http404 from None
    return public(JsonResponse(document, content_type="application/did+json"), seconds=300)


@require_safe
def jwks(request: HttpRequest) -> HttpResponse:
    try:
        keys = keyring.published_keys()
    except KeyMissing:
        keys = []
    return public(
        JsonResponse({"keys": [_jwk(key) for key in keys if not key.revoked_at]}), seconds=300
    )


def _jwk(key: PublishedKey) -> dict[str, str]:
    """RFC 8037. The id is that of the verification method."""
    raw = decode_public(key.public_multibase).public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "kid": f"{keyring.issuer_did()}#{key.name}",
        "use": "sig",
        "x": base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii"),
    }


@require_safe
def status(request: HttpRequest, number: int) -> HttpResponse:
    try:
        document = status_lists.status_list(number, at=timezone.now())
    except ListUnavailable:
        response = JsonResponse({"error": "The list cannot be signed now."}, status=503)
        response["Retry-After"] = "60"
        return response
    if document is None:
        raise Http404
    return public(JsonResponse(document, content_type="application/vc+ld+json"), seconds=60)
