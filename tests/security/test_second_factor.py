"""The studio has one door, and in production it asks for a second factor in this very session."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import Group
from django.test import Client

from cms import roles

PASSWORD = "a long quiet sentence"


@pytest.fixture
def editor(school, bruno):
    from allauth.account.models import EmailAddress

    roles.sync_roles()
    bruno.groups.set(Group.objects.filter(name=roles.EDITORS))
    EmailAddress.objects.create(user=bruno, email=bruno.email, verified=True, primary=True)
    return type(bruno).objects.get(pk=bruno.pk)


@pytest.fixture
def strict(settings):
    settings.STOA_STAFF_NEED_SECOND_FACTOR = True


def sign_in(client: Client, user):
    return client.post("/account/login/", {"login": user.email, "password": PASSWORD})


def code_for(secret: str) -> str:
    return totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )


def test_wagtails_own_sign_in_is_closed(client, editor):
    """It would know neither the rate limits nor the second factor of the real one."""
    for answer in (
        client.get("/studio/login/?next=/studio/pages/"),
        client.post("/studio/login/", {"username": editor.email, "password": PASSWORD}),
    ):
        assert answer.status_code == 302 and answer.url.startswith("/account/login/")
    assert "_auth_user_id" not in client.session


def test_staff_without_a_second_factor_are_led_to_set_one_up(client, editor, strict):
    sign_in(client, editor)
    assert client.get("/studio/").url == "/account/2fa/"


def test_a_session_without_the_second_factor_does_not_open_the_studio(client, editor, strict):
    """However it came about: a factor added after sign-in, or a sign-in that did not ask."""
    totp.TOTP.activate(editor, totp.generate_totp_secret())
    client.force_login(editor)
    answer = client.get("/studio/pages/")
    assert answer.url == "/account/2fa/reauthenticate/?next=%2Fstudio%2Fpages%2F"
    assert client.get(answer.url).status_code == 200


def test_a_password_alone_gets_no_further_than_the_question_for_the_code(client, editor, strict):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(editor, secret)
    assert sign_in(client, editor).url == "/account/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post("/account/2fa/authenticate/", {"code": code_for(secret)}).status_code == 302
    assert client.get("/studio/").status_code == 200


def test_trainees_are_never_asked_for_one(client, school, amara, strict):
    client.force_login(amara)
    assert client.get("/learn/").status_code == 200
