"""The Partnership keeps cities, posts and coordinators in the studio; a stranger does not get in."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import ModelLogEntry

from certification.models import City
from cms import roles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture
def partner(bruno):
    roles.sync_roles()
    bruno.groups.add(Group.objects.get(name=roles.PARTNERSHIP))
    return bruno


def test_the_partnership_registers_a_city(client, partner):
    client.force_login(partner)
    data = {
        "name": "Vellmark",
        "slug": "vellmark",
        "country": "DK",
        "joined_on": "2026-11-22",
        "is_fictional": "on",
    }
    assert client.post("/studio/city/new/", data).status_code == 302
    assert City.objects.get().is_fictional
    assert "Vellmark" in client.get("/studio/city/").text


@pytest.mark.parametrize("name", ["city", "post", "citycoordinator"])
def test_lists_and_forms_open_for_an_administrator_and_no_stranger(
    client, hana, chiara, delft, name
):
    client.force_login(hana)
    assert client.get(f"/studio/{name}/").status_code == 200
    assert client.get(f"/studio/{name}/new/").status_code == 200
    client.force_login(chiara)
    assert client.get(f"/studio/{name}/").status_code in (302, 403)


def test_the_audit_log_has_words_for_what_we_do(client, hana, delft):
    client.force_login(delft.coordinator)
    client.get("/cities/delft/roster.csv")
    assert ModelLogEntry.objects.get().message == "Took the roster out as a table"
