"""What a city covers on a day is derived: certificates valid and memberships confirmed on that very day."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certification import services
from certification.coverage import SMALLEST_COUNT, State, coverage, suppressed
from certification.models import City, MembershipState
from courses.models import CertificateKind, Course, Enrolment
from tests.certification.conftest import DAY
from tests.conftest import person
from tests.moments import NOON

pytestmark = pytest.mark.django_db
MONTH = dt.timedelta(days=30)


@pytest.fixture
def path(course, profiles) -> Course:
    """A course aimed at coordinators and planners."""
    course.profiles.set([profiles["SC"], profiles["UP"]])
    return course


def state(city: City, role: str, on: dt.date = DAY) -> str:
    return {found.profile.key: found.state for found in coverage([city], on)[city.pk].roles}[role]


def test_a_role_is_covered_by_certificate_and_membership_together(
    path, certify, delft, amara, bruno
):
    certify(amara)
    assert state(delft.city, "SC") == State.NONE
    delft.seat(bruno, "SC")
    assert state(delft.city, "SC") == State.NONE
    delft.seat(amara, "SC")
    assert state(delft.city, "SC") == State.CERTIFIED


def test_each_day_is_judged_by_itself(path, certify, delft, amara):
    certify(amara)
    delft.seat(amara, "SC", to_on=DAY + MONTH)
    assert state(delft.city, "SC", DAY - dt.timedelta(days=1)) == State.NONE
    assert state(delft.city, "SC", DAY + MONTH) == State.CERTIFIED
    assert state(delft.city, "SC", DAY + MONTH + dt.timedelta(days=1)) == State.NONE


def test_an_expired_certificate_covers_nothing(path, certify, delft, amara):
    assertion = certify(amara)
    delft.seat(amara, "SC")
    assert state(delft.city, "SC", assertion.expires_on) == State.CERTIFIED
    assert state(delft.city, "SC", assertion.expires_on + dt.timedelta(days=1)) == State.NONE


def test_a_revocation_counts_from_its_day_on(path, certify, delft, amara, revoker):
    assertion = certify(amara)
    delft.seat(amara, "SC")
    services.revoke(assertion=assertion, by=revoker, reason="", at=NOON + MONTH)
    assert state(delft.city, "SC", DAY + MONTH - dt.timedelta(days=1)) == State.CERTIFIED
    assert state(delft.city, "SC", DAY + MONTH) == State.NONE


@pytest.mark.parametrize(
    "waiting", [MembershipState.REQUESTED, MembershipState.INVITED, MembershipState.DECLINED]
)
def test_what_is_not_confirmed_does_not_count(path, certify, delft, amara, waiting):
    certify(amara)
    delft.seat(amara, "SC", state=waiting)
    assert state(delft.city, "SC") == State.NONE


def test_a_certificate_counts_for_the_roles_it_is_aimed_at(path, certify, delft, amara):
    certify(amara)
    delft.seat(amara, "EO")
    assert state(delft.city, "EO") == State.NONE


def test_a_badge_does_not_count(path, certify, delft, amara):
    path.certificate_kind = CertificateKind.BADGE
    path.save()
    certify(amara, course=path)
    delft.seat(amara, "SC")
    assert state(delft.city, "SC") == State.NONE


def test_learning_shows_as_in_progress_until_one_leaves(path, delft, amara):
    enrolment = Enrolment.objects.create(learner=amara, course=path, enrolled_at=NOON)
    delft.seat(amara, "SC")
    assert state(delft.city, "SC") == State.IN_PROGRESS
    Enrolment.objects.filter(pk=enrolment.pk).update(withdrawn_at=NOON)
    assert state(delft.city, "SC") == State.NONE


def test_cities_do_not_mix(path, certify, delft, elche, amara):
    certify(amara)
    delft.seat(amara, "SC")
    found = coverage([delft.city, elche.city], DAY)
    assert [found[city.pk].covered for city in (delft.city, elche.city)] == [1, 0]
    assert found[delft.city.pk].status == "some"


def test_a_person_counts_once_however_many_certificates(
    path, certify, complete, profiles, delft, amara
):
    other = Course.objects.create(title="Another", is_planned=False, is_live=True)
    other.profiles.set([profiles["SC"]])
    certify(amara)
    certify(amara, course=other)
    delft.seat(amara, "SC")
    assert coverage([delft.city], DAY)[delft.city.pk].certified == 1


@pytest.mark.parametrize("count", [2, 20])
def test_coverage_takes_two_queries(path, certify, found_town, count):
    towns = [found_town(f"Town{n}") for n in range(count)]
    for n, town in enumerate(towns):
        learner = person(f"Learner{n}")
        town.seat(learner, "SC")
        if n % 2:
            certify(learner)
    with CaptureQueriesContext(connection) as queries:
        found = coverage([town.city for town in towns], DAY)
    assert len(queries) == 2
    assert sum(entry.covered for entry in found.values()) == count // 2


def test_small_numbers_are_not_shown():
    assert [suppressed(n) for n in (0, 1, SMALLEST_COUNT - 1, SMALLEST_COUNT)] == [
        0,
        None,
        None,
        SMALLEST_COUNT,
    ]
