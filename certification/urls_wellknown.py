"""Addresses that verifiers know by standard. At the root of the host, in no language."""

from django.urls import path, register_converter

from certification.views import wellknown


class ListNumber:
    """Short enough for any database's integers."""

    regex = "[0-9]{1,6}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(ListNumber, "list_number")

urlpatterns = [
    path(".well-known/did.json", wellknown.did, name="stoa_certification_did"),
    path(".well-known/jwks.json", wellknown.jwks, name="stoa_certification_jwks"),
    path("status/<list_number:number>", wellknown.status, name="stoa_certification_status"),
]
