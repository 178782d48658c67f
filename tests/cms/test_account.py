"""One's own account: profile, a copy of the data, leaving."""

import json

import pytest
from django.contrib.auth.models import Group

from cms import roles
from cms.models import User
from courses import services
from modules.models import Attempt, PersonalNote

PASSWORD = "a long quiet sentence"  # noqa: S105


@pytest.mark.parametrize("path", ["profile/", "data/", "delete/"])
def test_a_stranger_is_asked_to_sign_in(client, site, path):
    response = client.get(f"/account/{path}")
    assert response.status_code == 302 and response.url.startswith("/account/login/")


def test_profile_is_changed(client, site, amara):
    client.force_login(amara)
    data = {
        "display_name": "Amara  N.",
        "certificate_name": "Ἀμάρα Νικολάου",
        "language": "en",
        "time_zone": "Europe/Athens",
    }
    assert client.post("/account/profile/", data).status_code == 302
    amara.refresh_from_db()
    assert (amara.display_name, amara.certificate_name, amara.time_zone) == (
        "Amara N.",
        "Ἀμάρα Νικολάου",
        "Europe/Athens",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("display_name", "y" * 101),
        ("certificate_name", "x" * 301),
        ("certificate_name", " "),
        ("time_zone", "Mars/Olympus"),
        ("language", "xx"),
    ],
)
def test_an_odd_profile_is_refused_beside_the_field(client, site, amara, field, value):
    client.force_login(amara)
    data = {
        "display_name": "New",
        "certificate_name": "New Name",
        "language": "en",
        "time_zone": "Europe/Athens",
    } | {field: value}
    page = client.post("/account/profile/", data).content.decode()
    assert f'id="id_{field}_error"' in page
    assert User.objects.get(pk=amara.pk).display_name == "Amara"


def test_the_data_of_all_apps_can_be_taken_out(client, school, amara, now):
    services.enrol(learner=amara, course=school.course, at=now)
    client.force_login(amara)
    response = client.get("/account/data/")
    held = json.loads(response.content)
    assert response["Content-Disposition"].startswith("attachment")
    assert held["account"]["email"] == amara.email
    assert held["courses"]["enrolments"][0]["course__title"] == "Reading places"
    assert {"account", "certification", "courses", "modules"} <= set(held)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"email": "amara@example.org", "password": "wrong"},
        {"email": "someone@example.org", "password": PASSWORD},
    ],
)
def test_deleting_asks_for_password_and_address(client, site, amara, given):
    client.force_login(amara)
    assert client.get("/account/delete/").status_code == 200
    response = client.post("/account/delete/", given)
    assert response.status_code == 200
    assert User.objects.filter(pk=amara.pk).exists()


def test_deleting_erases_everything_and_signs_out(client, school, amara, chiara, now):
    for learner in (amara, chiara):
        services.enrol(learner=learner, course=school.course, at=now)
    client.force_login(amara)
    response = client.post(
        "/account/delete/", {"email": "Amara@example.org ", "password": PASSWORD}, follow=True
    )
    assert "Your account is deleted" in response.content.decode()
    assert list(User.objects.all()) == [chiara]
    assert (
        chiara.enrolments.count() == 1
        and not Attempt.objects.exists()
        and not PersonalNote.objects.exists()
    )
    assert client.get("/account/profile/").status_code == 302


def test_the_studio_is_offered_only_to_those_it_is_for(client, site, amara, bruno, hana):
    roles.sync_roles()
    bruno.groups.add(
        Group.objects.get(permissions__codename="access_admin", name__icontains="editor")
    )
    for person, is_offered in ((amara, False), (bruno, True), (hana, True)):
        client.force_login(person)
        assert ('href="/studio/"' in client.get("/").content.decode()) is is_offered
