"""People of the studio, each in their group, with a client that is signed in."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from cms import roles


@pytest.fixture
def studio(school):
    """The small school with roles and review in place."""
    roles.sync_roles()
    return school


@pytest.fixture
def as_person(studio):
    """`as_person(user, "Trainers")` puts a person into a group and returns their client."""

    def sign_in(user, *groups: str) -> Client:
        user.groups.add(*Group.objects.filter(name__in=groups))
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def trainer(as_person, bruno):
    return as_person(bruno, roles.TRAINERS)
