"""Sign-up and log-in as people do them, with what they mistype."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail

from cms.models import User

PASSWORD = "a long quiet sentence"  # noqa: S105


def sign_up(client, **fields):
    data = {
        "display_name": "Ilse Maar",
        "email": "ilse@example.org",
        "password1": PASSWORD,
    } | fields
    return client.post("/account/signup/", data, follow=True)


@pytest.mark.django_db
def test_sign_up_with_the_code_of_the_letter_leads_to_my_learning(client, site):
    sign_up(client)
    code = re.search(r"^[A-Z0-9]{3,}-?[A-Z0-9]*$", mail.outbox[0].body, re.MULTILINE)[0]
    response = client.post("/account/confirm-email/", {"code": code})
    assert (response.status_code, response.url) == (302, "/learn/")
    assert User.objects.get().certificate_name == "Ilse Maar"


@pytest.mark.parametrize("name", ["Ελένη Παπαδοπούλου", "Иван Вазов", "Łucja 🌿", "Ø" + "x" * 299])
def test_names_of_any_script_and_300_characters(client, site, name):
    sign_up(client, display_name=name)
    user = User.objects.get()
    assert (user.certificate_name, user.display_name) == (name, name[:100])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", "x" * 400),
        ("display_name", "12 🌿"),
        ("display_name", ""),
        ("email", "odd@@example"),
        ("email", "a b@example.org"),
        ("password1", "123"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_the_rest_is_kept(client, site, field, value):
    response = sign_up(client, **{field: value})
    page = response.content.decode()
    assert User.objects.count() == 0
    assert f'id="id_{field}_error"' in page and 'aria-invalid="true"' in page
    if field != "email":
        assert 'value="ilse@example.org"' in page
    if field == "email":
        assert 'value="Ilse Maar"' in page


def test_a_taken_address_is_told_by_letter_only(client, site, amara):
    free = sign_up(client).request["PATH_INFO"]
    client.logout()
    taken = sign_up(client, email=amara.email.upper()).request["PATH_INFO"]
    assert free == taken
    assert mail.outbox[-1].to == [amara.email] and "already" in mail.outbox[-1].subject
    assert User.objects.filter(email__iexact=amara.email).count() == 1


def test_sign_up_says_what_is_stored(client, site):
    page = client.get("/account/signup/").content.decode()
    assert "We store your name" in page and 'href="/mail/"' in page


def test_letters_have_a_plain_subject_and_name_no_domain_we_do_not_have(client, site):
    sign_up(client)
    letter = mail.outbox[0]
    assert letter.subject == "Your code to confirm your address"
    assert "example.com" not in letter.body and "testserver" in letter.body


def test_wrong_passwords_many_times_get_a_pause(client, site, amara):
    answers = [
        client.post("/account/login/", {"login": amara.email, "password": f"wrong {n}"})
        for n in range(7)
    ]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert "Please wait a little" in answers[-1].content.decode()


def test_a_wrong_password_does_not_say_whether_the_account_exists(client, site, amara):
    known = client.post(
        "/account/login/", {"login": amara.email, "password": "wrong"}
    ).content.decode()
    unknown = client.post(
        "/account/login/", {"login": "nobody@example.org", "password": "wrong"}
    ).content.decode()
    for page in (known, unknown):
        assert "not correct" in page


@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "signup/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/1-bad/",
        "logout/",
        "confirm-email/",
    ],
)
def test_pages_at_the_door_wear_our_look(client, site, amara, path):
    if path == "logout/":
        client.force_login(amara)
    response = client.get(f"/account/{path}", follow=True)
    assert response.status_code == 200
    assert 'class="skip"' in response.content.decode()
    assert "style=" not in response.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "profile/",
        "delete/",
        "email/",
        "password/change/",
        "2fa/",
        "2fa/totp/activate/",
        "2fa/webauthn/add/",
        "2fa/webauthn/",
        "reauthenticate/",
    ],
)
def test_pages_of_the_account_wear_our_look(client, site, amara, path):
    EmailAddress.objects.create(user=amara, email=amara.email, verified=True, primary=True)
    client.post("/account/login/", {"login": amara.email, "password": PASSWORD})
    if path != "reauthenticate/":
        client.post("/account/reauthenticate/", {"password": PASSWORD})
    response = client.get(f"/account/{path}")
    assert response.status_code == 200
    page = response.content.decode()
    assert 'class="skip"' in page and "style=" not in page and "data:image" not in page
