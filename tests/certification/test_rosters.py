"""A post is held when both sides have said so, and nobody says it for themselves."""

import datetime as dt

import pytest
from wagtail.models import ModelLogEntry

from certification import rosters
from certification.errors import (
    AlreadyDecided,
    AlreadyHeld,
    ElsewhereToo,
    NotTheirs,
    OwnMembership,
    PostClosed,
    WrongPeriod,
)
from certification.models import CityCoordinator, Membership, MembershipState
from tests.certification.conftest import DAY
from tests.moments import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of_amara(delft, amara) -> Membership:
    return rosters.request_membership(person=amara, post=delft.posts["SC"], from_on=DAY, at=NOON)


def test_a_request_is_confirmed_by_the_coordinator_and_logged(request_of_amara, delft):
    confirmed = rosters.decide(
        membership=request_of_amara, by=delft.coordinator, accept=True, at=NOON
    )
    assert (confirmed.state, confirmed.decided_by) == (MembershipState.CONFIRMED, delft.coordinator)
    actions = set(ModelLogEntry.objects.values_list("action", flat=True))
    assert actions == {"stoa_certification.request", "stoa_certification.confirm"}


def test_asking_twice_keeps_one_request(request_of_amara, delft, amara):
    assert (
        rosters.request_membership(person=amara, post=delft.posts["SC"], from_on=DAY, at=NOON)
        == request_of_amara
    )


@pytest.mark.parametrize("who", ["amara", "chiara", "elche"])
def test_others_confirm_nothing(request_of_amara, request, who):
    found = request.getfixturevalue(who)
    with pytest.raises((OwnMembership, NotTheirs)):
        rosters.decide(
            membership=request_of_amara,
            by=getattr(found, "coordinator", found),
            accept=True,
            at=NOON,
        )
    request_of_amara.refresh_from_db()
    assert request_of_amara.state == MembershipState.REQUESTED


def test_a_coordinator_does_not_confirm_themselves(delft):
    own = rosters.request_membership(
        person=delft.coordinator, post=delft.posts["SC"], from_on=DAY, at=NOON
    )
    with pytest.raises(OwnMembership):
        rosters.decide(membership=own, by=delft.coordinator, accept=True, at=NOON)
    with pytest.raises(OwnMembership):
        rosters.invite(
            by=delft.coordinator,
            person=delft.coordinator,
            post=delft.posts["EO"],
            from_on=DAY,
            at=NOON,
        )


def test_another_coordinator_of_the_city_may(delft, bruno):
    CityCoordinator.objects.create(city=delft.city, user=bruno)
    own = rosters.request_membership(
        person=delft.coordinator, post=delft.posts["SC"], from_on=DAY, at=NOON
    )
    assert (
        rosters.decide(membership=own, by=bruno, accept=True, at=NOON).state
        == MembershipState.CONFIRMED
    )


def test_an_invitation_is_sent_and_answered_by_the_person_alone(
    delft, amara, chiara, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        asked = rosters.invite(
            by=delft.coordinator, person=amara, post=delft.posts["SC"], from_on=DAY, at=NOON
        )
    assert [letter.to for letter in mailoutbox] == [[amara.email]]
    for other in (delft.coordinator, chiara):
        with pytest.raises(NotTheirs):
            rosters.decide(membership=asked, by=other, accept=True, at=NOON)
    assert (
        rosters.decide(membership=asked, by=amara, accept=True, at=NOON).state
        == MembershipState.CONFIRMED
    )


def test_a_stranger_invites_nobody(delft, elche, amara, chiara):
    for outsider in (chiara, elche.coordinator):
        with pytest.raises(NotTheirs):
            rosters.invite(by=outsider, person=amara, post=delft.posts["SC"], from_on=DAY, at=NOON)


def test_what_is_decided_stays_decided(request_of_amara, delft):
    for _twice in range(2):
        rosters.decide(membership=request_of_amara, by=delft.coordinator, accept=False, at=NOON)
    with pytest.raises(AlreadyDecided):
        rosters.decide(membership=request_of_amara, by=delft.coordinator, accept=True, at=NOON)


def test_a_person_counts_for_one_city_at_a_time(request_of_amara, delft, elche, amara):
    elsewhere = elche.seat(amara, "SC")
    with pytest.raises(ElsewhereToo):
        rosters.decide(membership=request_of_amara, by=delft.coordinator, accept=True, at=NOON)
    rosters.end(membership=elsewhere, by=elche.coordinator, on=DAY - dt.timedelta(days=1))
    assert rosters.decide(membership=request_of_amara, by=delft.coordinator, accept=True, at=NOON)


def test_a_post_is_held_once_and_within_its_time(delft, amara):
    delft.seat(amara, "SC")
    with pytest.raises(AlreadyHeld):
        rosters.request_membership(person=amara, post=delft.posts["SC"], from_on=DAY, at=NOON)
    with pytest.raises(PostClosed):
        rosters.request_membership(
            person=amara, post=delft.posts["UP"], from_on=dt.date(2025, 1, 1), at=NOON
        )


def test_a_membership_is_ended_by_either_side_and_by_no_stranger(delft, amara, bruno, chiara):
    first, second = delft.seat(amara, "SC"), delft.seat(bruno, "UP")
    for membership in (first, second):
        with pytest.raises(NotTheirs):
            rosters.end(membership=membership, by=chiara, on=DAY)
    assert rosters.end(membership=first, by=amara, on=DAY).to_on == DAY
    assert rosters.end(membership=second, by=delft.coordinator, on=DAY).to_on == DAY
    with pytest.raises(AlreadyDecided):
        rosters.end(membership=first, by=amara, on=DAY)


def test_nothing_ends_before_it_began(delft, amara):
    with pytest.raises(WrongPeriod):
        rosters.end(membership=delft.seat(amara, "SC"), by=amara, on=dt.date(2025, 1, 1))
