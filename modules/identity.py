"""Stable names of things: how an activity and a learner are known to other systems."""

import uuid

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
