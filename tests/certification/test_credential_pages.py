"""What the page of a certificate shows, to whom; and what can be taken away."""

import json

import pytest
from django.utils import timezone

from certification import keyring, services, sharing
from certification.models import Assertion
from certification.signing.status import read_status_list
from tests.certification.conftest import allow
from tests.moments import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture(autouse=True)
def now_is_noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def address(credential) -> str:
    return f"/credentials/{credential.assertion.uuid}/"


def test_a_stranger_sees_what_was_signed_but_not_the_name(client, address, credential, chiara):
    for _visit in range(2):
        page = client.get(address)
        assert page.status_code == 200
        assert "This certificate is valid" in page.text
        assert "21 November 2029" in page.text
        assert "Amara" not in page.text
        assert credential.assertion.short_code[:4] not in page.text.replace(
            str(credential.assertion.uuid), ""
        )
        client.force_login(chiara)


def test_the_holder_and_whoever_has_the_link_see_the_name(client, address, credential, amara):
    assert (
        "Amara Example"
        in client.get(f"{address}?share={sharing.share_token(credential.assertion)}").text
    )
    assert "Amara" not in client.get(f"{address}?share=wrong").text
    client.force_login(amara)
    assert "Amara Example" in client.get(address).text


def test_the_page_shows_the_signed_facts_not_the_present_ones(client, address, credential, course):
    Assertion.objects.update(holder_name="Somebody Else")
    course.title = course.certificate_title = "Renamed"
    course.save()
    page = client.get(f"{address}?share={sharing.share_token(credential.assertion)}").text
    assert "Amara Example" in page
    assert "Somebody Else" not in page and "Renamed" not in page


def test_a_changed_row_is_not_shown_as_valid(client, address, credential):
    credential.document = credential.document.replace("Reading places", "Reading palaces")
    credential.save()
    page = client.get(address).text
    assert "has been altered" in page
    assert "palaces" not in page


def test_the_page_stays_out_of_search_and_its_address_on_the_site(client, address):
    page = client.get(address)
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]


def test_a_pending_certificate_looks_again_by_itself(client, complete, course, amara):
    assertion = services.award(completion=complete(amara, course), at=NOON)
    page = client.get(f"/credentials/{assertion.uuid}/")
    assert (page.status_code, page["Refresh"]) == (200, "4")
    assert "being signed" in page.text


def test_a_holder_without_a_name_is_asked_for_it(client, complete, course, amara, chiara):
    amara.certificate_name = amara.display_name = ""
    amara.save()
    assertion = services.award(completion=complete(amara, course), at=NOON)
    client.force_login(amara)
    page = client.get(f"/credentials/{assertion.uuid}/")
    assert "Which name" in page.text and "Refresh" not in page
    client.force_login(chiara)
    assert "Which name" not in client.get(f"/credentials/{assertion.uuid}/").text


def test_an_erased_certificate_leaves_a_tombstone(client, address, amara):
    services.forget(learner=amara)
    page = client.get(address)
    assert page.status_code == 200
    assert "details erased" in page.text and "Reading places" in page.text
    assert "Amara" not in page.text


def test_a_name_cannot_be_markup(client, certify, bruno):
    bruno.certificate_name = "<script>alert(1)</script> Bruno"
    assertion = certify(bruno)
    page = client.get(f"/credentials/{assertion.uuid}/?share={sharing.share_token(assertion)}")
    assert "<script>alert" not in page.text
    badge = client.get(f"/credentials/{assertion.uuid}.svg?share={sharing.share_token(assertion)}")
    assert b"<script>alert" not in badge.content.split(b"<![CDATA[")[0]


@pytest.mark.parametrize(
    ("form", "kind", "start"),
    [
        ("json", "application/vc+ld+json", b"{"),
        ("pdf", "application/pdf", b"%PDF-"),
        ("svg", "image/svg+xml", b"<svg"),
    ],
)
def test_files_are_for_the_holder_and_those_with_the_link(
    client, credential, amara, chiara, form, kind, start
):
    address = f"/credentials/{credential.assertion.uuid}.{form}"
    assert client.get(address).status_code == 403
    client.force_login(chiara)
    assert client.get(address).status_code == 403
    shared = client.get(f"{address}?share={sharing.share_token(credential.assertion)}")
    client.force_login(amara)
    own = client.get(address)
    assert (own["Content-Type"], own.content) == (kind, shared.content)
    assert own.content.startswith(start)


def test_software_gets_the_signed_data_from_the_page(client, credential, address):
    link = f"{address}?share={sharing.share_token(credential.assertion)}"
    assert (
        client.get(link, headers={"Accept": "application/vc+ld+json"}).content
        == credential.document.encode()
    )
    assert b"Amara" not in client.get(address, headers={"Accept": "application/vc+ld+json"}).content


def test_a_share_token_opens_one_certificate_only(credential, certify, chiara):
    other = certify(chiara)
    assert sharing.share_token(other) != sharing.share_token(credential.assertion)


def test_revoking_needs_the_right_and_is_hidden_without_it(client, address, revoker, amara, chiara):
    assert client.get(f"{address}revoke/").status_code == 302
    for stranger in (chiara, amara):
        client.force_login(stranger)
        assert client.post(f"{address}revoke/", {"reason": "x"}).status_code == 404
    client.force_login(revoker)
    assert "revoke/" in client.get(address).text
    assert client.post(f"{address}revoke/", {"reason": ""}).status_code == 422
    assert client.post(f"{address}revoke/", {"reason": "A mistake."}).status_code == 302
    assert "has been revoked" in client.get(address).text


def test_a_holder_with_the_right_is_told_why_not(client, address, amara):
    client.force_login(allow(amara, "revoke_assertion"))
    page = client.post(f"{address}revoke/", {"reason": "x"})
    assert page.status_code == 422 and "their own" in page.text


def test_the_keys_and_lists_are_public(client, credential):
    did = client.get("/.well-known/did.json")
    assert json.loads(did.content) == keyring.did_document()
    [jwk] = client.get("/.well-known/jwks.json").json()["keys"]
    assert (jwk["kty"], jwk["crv"], "d" in jwk) == ("OKP", "Ed25519", False)
    listed = client.get("/status/1")
    assert listed["Access-Control-Allow-Origin"] == "*"
    bits = read_status_list(
        listed.json(),
        url="http://testserver/status/1",
        purpose="revocation",
        issuer_did=keyring.issuer_did(),
        did_document=keyring.did_document(),
        at=NOON,
    )
    assert not bits.is_set(credential.status_index)
    assert client.get("/status/2").status_code == 404


def test_without_a_key_nothing_is_published_and_nothing_called_altered(
    client, address, settings, tmp_path
):
    settings.STOA_CERTIFICATION_KEY_DIR = tmp_path
    assert "cannot be confirmed now" in client.get(address).text
    assert client.get("/.well-known/did.json").status_code == 404
    assert client.get("/.well-known/jwks.json").json() == {"keys": []}


def test_the_achievement_leads_to_its_course(client, school, certify, amara):
    assertion = certify(amara, course=school.course)
    achievement = json.loads(assertion.credentials.get().document)["credentialSubject"][
        "achievement"
    ]
    response = client.get(achievement["id"].removeprefix("http://testserver"))
    assert response.status_code == 302
    assert response.url == school.course_page.url
    assert "T01 Reading a square" in achievement["criteria"]["narrative"]
