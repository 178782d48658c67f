"""Everything the site holds about one person: told to them, or erased. Asks each app, from the top down."""

import logging
from typing import Any

from django.db import transaction

from certification import services as certification_services
from cms.models import User
from content import services as content_services
from courses import services as courses_services
from modules import services as modules_services

# From the top down: what was decided upon facts goes before the facts.
APPS = {
    "certification": certification_services,
    "courses": courses_services,
    "modules": modules_services,
    "content": content_services,
}

log = logging.getLogger(__name__)


def disclose(*, learner: User) -> dict[str, Any]:
    """What we hold about a person, as plain data, by app."""
    account = {
        name: getattr(learner, name)
        for name in (
            "uuid",
            "email",
            "display_name",
            "certificate_name",
            "language",
            "time_zone",
            "date_joined",
        )
    }
    return {"account": account} | {
        name: app.disclose(learner=learner) for name, app in APPS.items()
    }


def forget(*, learner: User) -> None:
    """Erase a person: what they earned, joined and did, then the account itself. All of it or nothing.

    Raises  ProtectedError if an app still holds something that must not vanish with a person.
    """
    with transaction.atomic():
        for app in APPS.values():
            app.forget(learner=learner)
        pk = learner.pk
        learner.delete()
    log.info("An account was erased: %s", pk)
