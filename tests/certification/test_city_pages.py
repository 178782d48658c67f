"""What is public of a city, what its coordinator sees, and what nobody else learns."""

import csv
import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certification.models import Membership, MembershipState
from tests.certification.conftest import allow
from tests.conftest import person
from tests.moments import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.fixture(autouse=True)
def now_is_noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@pytest.fixture
def path(course, profiles):
    course.profiles.set(profiles.values())
    return course


def fill(town, certify, count: int, *, certified: int) -> None:
    for n in range(count):
        learner = person(f"{town.city.name}{n}")
        town.seat(learner, "SC")
        if n < certified:
            certify(learner)


def test_the_register_and_the_page_name_nobody(client, path, certify, delft, amara):
    certify(amara)
    delft.seat(amara, "SC")
    for address in ("/cities/", "/cities/delft/", "/cities.json"):
        page = client.get(address)
        assert page.status_code == 200
        assert "Delft" in page.text and "Amara" not in page.text
        assert "not a statement about crime" in page.text.lower()
    assert "Certified holder" in client.get("/cities/delft/").text
    assert "ictional" in client.get("/cities/").text


def test_the_register_for_machines_says_states_only(client, path, certify, delft):
    fill(delft, certify, 2, certified=1)
    [city] = client.get("/cities.json").json()["cities"]
    assert city["roles"] == {
        "EO": "none",
        "SC": "certified",
        "UP": "none",
        "LP": "none",
        "SW": "none",
        "TR": "none",
    }


def test_a_roster_is_for_the_coordinator_of_that_city(client, delft, elche, amara, chiara):
    delft.seat(amara, "SC")
    assert client.get("/cities/delft/roster/").status_code == 302
    for outsider in (amara, chiara, elche.coordinator):
        client.force_login(outsider)
        assert client.get("/cities/delft/roster/").status_code == 404
        assert client.get("/cities/delft/roster.csv").status_code == 404
        assert "roster" not in client.get("/cities/delft/").text
    client.force_login(delft.coordinator)
    assert "Amara" in client.get("/cities/delft/roster/").text


def test_others_change_nothing_on_a_roster(client, delft, elche, amara, chiara):
    membership = delft.seat(amara, "SC", state=MembershipState.REQUESTED)
    posts = [
        (f"/cities/delft/roster/{membership.pk}/decide/", {"decision": "accept"}),
        (f"/cities/delft/roster/{membership.pk}/end/", {"on": "2026-12-01"}),
        (
            "/cities/delft/roster/invite/",
            {"email": chiara.email, "post": delft.posts["UP"].pk, "from_on": "2026-11-22"},
        ),
    ]
    for address, data in posts:
        assert client.post(address, data).status_code == 302
        for outsider in (chiara, elche.coordinator):
            client.force_login(outsider)
            assert client.post(address, data).status_code == 404
        client.logout()
    assert list(Membership.objects.values_list("state", flat=True)) == ["requested"]


def test_a_roster_of_one_city_does_not_open_memberships_of_another(client, delft, elche, amara):
    membership = delft.seat(amara, "SC", state=MembershipState.REQUESTED)
    client.force_login(elche.coordinator)
    assert (
        client.post(
            f"/cities/elche/roster/{membership.pk}/decide/", {"decision": "accept"}
        ).status_code
        == 404
    )


def test_the_roster_shows_status_and_no_more_than_both_sides_agreed(
    client, path, certify, delft, amara, bruno, chiara
):
    for learner in (amara, bruno, chiara):
        certify(learner)
    delft.seat(amara, "SC")
    delft.seat(bruno, "UP", state=MembershipState.REQUESTED)
    delft.seat(chiara, "LP", state=MembershipState.INVITED)
    client.force_login(delft.coordinator)
    page = client.get("/cities/delft/roster/")
    rows = {row.name: row.state for row in page.context["page_obj"].object_list}
    assert rows == {"Amara": "certified", "Bruno": "", chiara.email: ""}
    assert "Chiara" not in page.text and "score" not in page.text.replace(
        "Scores and attempts stay", ""
    )


def test_what_expires_within_ninety_days_stands_out(client, path, certify, delft, amara, bruno):
    path.validity_months = 2
    path.save()
    certify(amara, course=path)
    path.validity_months = 36
    path.save()
    certify(bruno, course=path)
    delft.seat(amara, "SC")
    delft.seat(bruno, "UP")
    client.force_login(delft.coordinator)
    page = client.get("/cities/delft/roster/")
    assert [(row.name, row.expires_soon) for row in page.context["page_obj"].object_list] == [
        ("Amara", True),
        ("Bruno", False),
    ]


def test_a_coordinator_invites_confirms_and_ends(client, delft, amara, bruno):
    client.force_login(delft.coordinator)
    data = {"email": "nobody@example.org", "post": delft.posts["SC"].pk, "from_on": "2026-11-22"}
    assert client.post("/cities/delft/roster/invite/", data).status_code == 422
    assert (
        client.post(
            "/cities/delft/roster/invite/", data | {"email": amara.email.upper()}
        ).status_code
        == 302
    )
    assert Membership.objects.get().state == MembershipState.INVITED
    asked = delft.seat(bruno, "UP", state=MembershipState.REQUESTED)
    client.post(f"/cities/delft/roster/{asked.pk}/decide/", {"decision": "accept"})
    assert "stay theirs" in client.get(f"/cities/delft/roster/{asked.pk}/end/").text
    client.post(f"/cities/delft/roster/{asked.pk}/end/", {"on": "2026-11-30"})
    asked.refresh_from_db()
    assert (asked.state, asked.to_on) == (MembershipState.CONFIRMED, dt.date(2026, 11, 30))


def test_a_learner_asks_for_a_post_and_answers_an_invitation(client, delft, amara, bruno):
    assert client.get("/cities/join/").status_code == 302
    client.force_login(amara)
    assert client.get("/cities/join/?city=nowhere").status_code == 404
    assert "Ask Delft" in client.get("/cities/join/?city=delft").text
    data = {"post": delft.posts["SC"].pk, "from_on": "2026-11-22"}
    assert client.post("/cities/join/?city=delft", data).status_code == 302
    assert Membership.objects.get(person=amara).state == MembershipState.REQUESTED
    invited = delft.seat(bruno, "UP", state=MembershipState.INVITED)
    assert (
        client.post(f"/cities/join/{invited.pk}/decide/", {"decision": "accept"}).status_code == 404
    )
    client.force_login(bruno)
    client.post(f"/cities/join/{invited.pk}/decide/", {"decision": "accept"})
    invited.refresh_from_db()
    assert invited.state == MembershipState.CONFIRMED


def test_a_post_of_another_city_is_refused(client, delft, elche, amara):
    client.force_login(amara)
    data = {"post": elche.posts["SC"].pk, "from_on": "2026-11-22"}
    assert client.post("/cities/join/?city=delft", data).status_code == 422
    assert not Membership.objects.exists()


def test_a_name_is_no_formula_in_the_table(client, delft, amara):
    type(amara).objects.filter(pk=amara.pk).update(display_name="=cmd|' /C calc'!A0")
    delft.seat(amara, "SC")
    client.force_login(delft.coordinator)
    rows = list(csv.reader(io.StringIO(client.get("/cities/delft/roster.csv").text)))
    assert rows[1][0].startswith("'=")


def test_the_partnership_page_is_for_the_partnership(client, delft, chiara, bruno):
    for address in ("/partnership/", "/partnership.csv"):
        client.logout()
        assert client.get(address).status_code == 302
        client.force_login(chiara)
        assert client.get(address).status_code == 403
        client.force_login(delft.coordinator)
        assert client.get(address).status_code == 403
        client.force_login(allow(bruno, "view_partnership"))
        assert client.get(address).status_code == 200


def test_the_partnership_sees_no_small_numbers_and_none_by_difference(
    client, path, certify, delft, elche, bruno
):
    fill(delft, certify, 6, certified=5)
    fill(elche, certify, 4, certified=4)
    client.force_login(allow(bruno, "view_partnership"))
    page = client.get("/partnership/")
    assert [entry.certified for entry in page.context["page_obj"].object_list] == [5, None]
    assert (page.context["certified"], page.context["hidden_count"]) == (5, 1)
    assert "fewer than 5" in client.get("/partnership.csv").text


def test_the_partnership_filters_by_country_and_coverage(
    client, path, certify, delft, elche, bruno
):
    type(elche.city).objects.filter(pk=elche.city.pk).update(country="ES")
    fill(elche, certify, 1, certified=1)
    client.force_login(allow(bruno, "view_partnership"))

    def names(query):
        return [
            entry.city.name
            for entry in client.get(f"/partnership/?{query}").context["page_obj"].object_list
        ]

    assert names("country=ES") == names("status=some") == ["Elche"]
    assert names("country=NL") == names("status=none") == ["Delft"]
    assert names("country=ES&status=all") == []
    assert names("country=nonsense") == ["Delft", "Elche"]


@pytest.mark.parametrize("count", [2, 20])
def test_pages_over_cities_take_the_same_queries(client, path, certify, found_town, bruno, count):
    towns = [found_town(f"Town{n}") for n in range(count)]
    for n in range(count):
        learner = person(f"Learner{n}")
        towns[n].seat(learner, "SC")
        towns[0].seat(learner, "UP")
        certify(learner)
    partner = allow(bruno, "view_partnership")
    budgets = {
        "/cities/": (None, 8),
        "/cities.json": (None, 3),
        "/cities/town0/": (None, 8),
        "/partnership/": (partner, 10),
        "/cities/town0/roster/": (towns[0].coordinator, 15),
        "/cities/join/": (bruno, 10),
    }
    for address, (user, most) in budgets.items():
        if user:
            client.force_login(user)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= most, f"{address}: {len(queries)}"
