"""A school whose certificates are signed, two cities, and the people who hold their posts."""

import datetime as dt
from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import Permission

from certification import keyring, services
from certification.models import (
    Assertion,
    City,
    CityCoordinator,
    Credential,
    Membership,
    MembershipState,
    Post,
)
from cms.celery import app  # noqa: F401 - the tasks of the site, so that they run at once
from content.models import Profile
from courses.models import Course, CourseCompletion, Enrolment
from tests.conftest import person
from tests.moments import NOON

DAY = NOON.date()


@pytest.fixture(scope="session")
def key_dir(tmp_path_factory):
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def key(settings, key_dir):
    """The issuer can sign."""
    settings.STOA_CERTIFICATION_KEY_DIR = key_dir
    return keyring.make_key()[0]


@pytest.fixture
def profiles(db) -> dict[str, Profile]:
    titles = {
        "EO": "Elected officials",
        "SC": "Security coordinators",
        "UP": "Planners",
        "LP": "Local police",
        "SW": "Social workers",
        "TR": "Trainers",
    }
    return {
        key: Profile.objects.create(key=key, title=title, position=place)
        for place, (key, title) in enumerate(titles.items())
    }


@pytest.fixture
def course(db) -> Course:
    return Course.objects.create(
        title="Reading places", certificate_title="Reading places", certificate_text="The holder can read a place.",
        hours=3, is_planned=False, is_live=True, validity_months=36,
    )  # fmt: skip


@pytest.fixture
def complete():
    """Complete a course, the short way: the fact that courses would record."""

    def _complete(learner, course: Course, at: dt.datetime = NOON) -> CourseCompletion:
        enrolment = Enrolment.objects.create(learner=learner, course=course, enrolled_at=at)
        snapshot = {
            "required": 1,
            "modules": [
                {"uuid": "0", "code": "T01", "title": "Reading a square", "version": 2, "hours": 3}
            ],
            "completed": [],
        }
        return CourseCompletion.objects.create(
            enrolment=enrolment, completed_at=at, snapshot=snapshot
        )

    return _complete


@pytest.fixture
def certify(key, complete, course):
    """Award and sign."""

    def _certify(learner, *, course: Course = course, at: dt.datetime = NOON) -> Assertion:
        assertion = services.award(completion=complete(learner, course, at), at=at)
        services.sign(assertion.pk, at=at)
        assertion.refresh_from_db()
        return assertion

    return _certify


@pytest.fixture
def credential(certify, amara) -> Credential:
    """Amara's certificate."""
    return certify(amara).credentials.get()


@pytest.fixture
def revoker(bruno):
    """Bruno, with the right to revoke."""
    return allow(bruno, "revoke_assertion")


def allow(user, codename: str):
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="stoa_certification", codename=codename)
    )
    return type(user).objects.get(pk=user.pk)


@dataclass
class Town:
    """A city with a post for each role family, and its coordinator."""

    city: City
    coordinator: object
    posts: dict[str, Post] = field(default_factory=dict)

    def seat(
        self,
        person,
        role: str,
        *,
        from_on: dt.date = dt.date(2026, 1, 1),
        to_on: dt.date | None = None,
        state=MembershipState.CONFIRMED,
    ) -> Membership:
        return Membership.objects.create(
            post=self.posts[role],
            person=person,
            state=state,
            from_on=from_on,
            to_on=to_on,
            asked_at=NOON,
        )


@pytest.fixture
def found_town(profiles):
    def _found(name: str) -> Town:
        city = City.objects.create(
            name=name,
            slug=name.lower(),
            country="NL",
            is_fictional=True,
            joined_on=dt.date(2026, 1, 1),
        )
        coordinator = person(f"Coordinator.{name}")
        CityCoordinator.objects.create(city=city, user=coordinator)
        posts = {
            key: Post.objects.create(city=city, profile=profile, from_on=dt.date(2026, 1, 1))
            for key, profile in profiles.items()
        }
        return Town(city, coordinator, posts)

    return _found


@pytest.fixture
def delft(found_town) -> Town:
    return found_town("Delft")


@pytest.fixture
def elche(found_town) -> Town:
    return found_town("Elche")
