"""Whoever checks a certificate gets one clear answer, whatever they hand in, and nothing of it is kept."""

import copy
import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certification import keyring, printing, services, sharing, verifying
from certification.models import Assertion
from certification.signing import document, proof
from certification.signing.keys import generate_key
from certification.signing.reading import MAX_BYTES
from tests.conftest import person
from tests.moments import NOON

pytestmark = pytest.mark.django_db
VERIFY = "/verify/"


@pytest.fixture(autouse=True)
def now_is_noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def send(client, site):
    """Hand a file in."""

    def _send(data: bytes, name: str = "certificate.json"):
        return client.post(VERIFY, {"code": "", "file": SimpleUploadedFile(name, data)})

    return _send


def verdict(response) -> str:
    return response.context["shown"].outcome


def altered(credential, change) -> bytes:
    changed = copy.deepcopy(json.loads(credential.document))
    change(changed)
    return json.dumps(changed).encode()


@pytest.mark.parametrize("form", ["json", "svg", "pdf"])
def test_every_form_of_a_certificate_is_valid(send, credential, form):
    response = send(printing.take_away(credential, form), f"certificate.{form}")
    assert (response.status_code, verdict(response)) == (200, "valid")
    assert "This certificate is valid" in response.text
    assert "Amara Example" in response.text


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["credentialSubject"]["identifier"][0].update(identityHash="Chiara"),
        lambda d: d["credentialSubject"]["achievement"].update(colour="blue"),
        lambda d: d.update(validUntil="2099-01-01T00:00:00Z"),
        lambda d: d.pop("credentialStatus"),
        lambda d: d.pop("proof"),
    ],
    ids=["name", "added property", "longer validity", "no status", "no proof"],
)
def test_an_altered_certificate_is_refused_and_its_claims_are_not_shown(send, credential, change):
    response = send(altered(credential, change))
    assert (response.status_code, verdict(response)) == (200, "altered")
    assert "has been altered" in response.text
    assert "Chiara" not in response.text


def test_a_flipped_byte_is_never_valid(send, credential):
    data = bytearray(credential.document.encode())
    data[data.index(b"Amara")] ^= 1
    assert verdict(send(bytes(data))) == "altered"


def test_a_foreign_key_is_refused(send, credential, tmp_path):
    stranger = generate_key(tmp_path / "key-1.pem")
    bare = {
        name: value for name, value in json.loads(credential.document).items() if name != "proof"
    }
    forged = proof.sign(bare, key=stranger, did=keyring.issuer_did(), at=NOON)
    assert verdict(send(document.as_bytes(forged))) == "altered"
    foreign = bare | {"issuer": bare["issuer"] | {"id": "did:web:other.example"}}
    signed = proof.sign(foreign, key=stranger, did="did:web:other.example", at=NOON)
    assert verdict(send(document.as_bytes(signed))) == "foreign"


def test_signed_by_us_but_not_in_the_register_is_not_valid(send, credential, key):
    bare = {
        name: value for name, value in json.loads(credential.document).items() if name != "proof"
    }
    bare["id"] = f"http://testserver/credentials/{uuid.uuid4()}/"
    signed = proof.sign(bare, key=key, did=keyring.issuer_did(), at=NOON)
    response = send(document.as_bytes(signed))
    assert verdict(response) == "unknown"
    assert "not known here" in response.text


def test_a_revoked_certificate_says_so(send, credential, revoker):
    services.revoke(assertion=credential.assertion, by=revoker, reason="secret reason", at=NOON)
    response = send(credential.document.encode())
    assert verdict(response) == "revoked"
    assert "secret reason" not in response.text


def test_an_expired_certificate_says_so(send, credential, monkeypatch):
    later = NOON.replace(year=2030)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert verdict(send(credential.document.encode())) == "expired"


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"%PDF-1.7 no", b"<svg/>", b"{}", b"\xff\xfe\x00", b"[" * 90_000]
)
def test_what_is_no_certificate_cannot_be_read(send, key, data):
    response = send(data)
    assert (response.status_code, verdict(response)) == (200, "unreadable")


def test_fifty_megabytes_are_refused_before_they_are_read(client, site, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    response = client.post(VERIFY, {"file": SimpleUploadedFile("big.pdf", b"0" * 50_000_000)})
    assert response.status_code == 413
    assert "larger than 1 MB" in response.text
    assert list(tmp_path.iterdir()) == []


def test_just_over_the_limit_is_refused_with_a_sentence(send, key, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    response = send(b" " * (MAX_BYTES + 1))
    assert response.status_code == 413
    assert "larger than 1 MB" in response.text
    assert list(tmp_path.iterdir()) == []


def test_the_form_is_protected_against_other_sites(site):
    assert Client(enforce_csrf_checks=True).post(VERIFY, {"code": "x"}).status_code == 403


def test_nothing_to_check_asks_again(client, site, key):
    response = client.post(VERIFY, {"code": ""})
    assert response.status_code == 422
    assert "Give a number" in response.text


@pytest.mark.parametrize(
    "typed",
    [
        str,
        str.lower,
        verifying.show_code,
        lambda c: verifying.show_code(c).lower().replace("-", " "),
    ],
)
def test_a_number_is_found_however_it_is_typed(client, site, credential, typed):
    assertion = credential.assertion
    response = client.post(VERIFY, {"code": typed(assertion.short_code)})
    assert response.status_code == 302
    assert response.url == f"/credentials/{assertion.uuid}/?share={sharing.share_token(assertion)}"


def test_letters_that_look_alike_are_read_alike():
    assert verifying.read_code("oO0i-Il1L-abcd-wxyz") == "00011111ABCDWXYZ"
    with pytest.raises(ValueError):
        verifying.read_code("UUUU-UUUU-UUUU-UUUU")


def test_a_link_is_read_and_never_opened(client, site, credential):
    assertion = credential.assertion
    page = f"/credentials/{assertion.uuid}/"
    for link in (
        f"http://testserver{page}",
        f"http://testserver/credentials/{assertion.uuid}.pdf?share=x",
        page,
    ):
        assert client.post(VERIFY, {"code": link}).url == page
    response = client.post(VERIFY, {"code": f"http://elsewhere.example{page}"})
    assert response.status_code == 422
    assert "not opened" in response.text


@pytest.mark.parametrize(
    "code", ["0000-0000-0000-0000", "/credentials/5202fe5d-b51e-45b3-bb19-83e8fe78625d/"]
)
def test_an_unknown_number_or_link_is_unknown(client, site, key, code):
    response = client.post(VERIFY, {"code": code})
    assert response.status_code == 200
    assert "not known here" in response.text


def test_too_many_checks_are_put_off(client, site, key, settings):
    settings.STOA_CERTIFICATION_REQUESTS_PER_MINUTE = 3
    statuses = [
        client.post(VERIFY, {"code": "0000-0000-0000-0000"}).status_code for _try in range(4)
    ]
    assert statuses == [200, 200, 200, 429]
    response = client.post(VERIFY, {"code": "x"})
    assert 0 < int(response["Retry-After"]) <= 60
    assert client.post(VERIFY, {"code": "x"}, REMOTE_ADDR="192.0.2.1").status_code == 422


def test_a_header_does_not_make_another_address_unless_a_proxy_is_trusted(
    client, site, key, settings
):
    settings.STOA_CERTIFICATION_REQUESTS_PER_MINUTE = 1
    statuses = [
        client.post(VERIFY, {"code": "x"}, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code
        for n in range(2)
    ]
    assert statuses == [422, 429]
    settings.STOA_CERTIFICATION_TRUSTED_PROXIES = 1
    statuses = [
        client.post(
            VERIFY, {"code": "x"}, headers={"X-Forwarded-For": f"9.9.9.9, 192.0.2.{n}"}
        ).status_code
        for n in range(2)
    ]
    assert statuses == [422, 422]


@pytest.mark.parametrize("count", [2, 20])
def test_the_page_of_a_certificate_takes_few_queries(client, site, certify, course, count):
    assertions = [certify(person(f"Learner{n}")) for n in range(count)]
    address = f"/credentials/{assertions[0].uuid}/"
    client.get(address)  # signs the list once
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= 6
    with CaptureQueriesContext(connection) as queries:
        client.post(
            VERIFY,
            {
                "file": SimpleUploadedFile(
                    "a.json", assertions[0].credentials.get().document.encode()
                )
            },
        )
    assert len(queries) <= 6 + 1  # one to read the credential for the test


def test_an_unknown_page_and_a_malformed_one_answer_alike(client, site, credential):
    pages = [
        client.get(f"/credentials/{key}/")
        for key in (uuid.uuid4(), "not-a-uuid", str(credential.assertion.uuid).upper())
    ]
    assert [page.status_code for page in pages] == [404, 404, 404]
    assert len({tuple(template.name for template in page.templates) for page in pages}) == 1


def test_the_register_of_assertions_is_not_changed_by_checks(send, credential):
    before = Assertion.objects.values().get()
    send(credential.document.encode())
    assert Assertion.objects.values().get() == before
