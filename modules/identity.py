"""Stable names of things: how an activity and a learner are known to other systems."""

import uuid
from typing import Any

from modules import conf

TEST = "test"
SHORT_TEST = "short-test"


def activity_uuid(owner: uuid.UUID, block_id: str) -> uuid.UUID:
    """uuid5(lesson or module uuid, block id): survives revisions and translations, not copying (decision 2)."""
    return uuid.uuid5(owner, str(block_id))


def learner_uuid(learner) -> uuid.UUID:
    """The account's own uuid, or, on a host whose users have none, one derived from its primary key."""
    known = getattr(learner, "uuid", None)
    return known or uuid.uuid5(uuid.NAMESPACE_URL, f"{conf.ACTOR_HOMEPAGE}/learners/{learner.pk}")


def from_key(kind: str, key: str) -> uuid.UUID:
    """The uuid of a thing of the curriculum files: the same on every installation."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"urn:stoa:{kind}:{key}")


def uuid_of_files(kind: str, thing: Any) -> uuid.UUID:
    """The uuid of a thing of the curriculum files: its own if it was made in a studio, else that of its key."""
    return uuid.UUID(thing.uuid) if thing.uuid else from_key(kind, thing.key)


def block_id(lesson: uuid.UUID, key: str) -> str:
    """The id of a block of the curriculum files. A block made in a studio has its id for a key, and keeps it."""
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return str(activity_uuid(lesson, key))
