"""What can go wrong when something is awarded, revoked, or somebody takes a post in a city."""

import datetime as dt

from certification.models import Assertion, Membership, Post


class CertificationError(Exception):
    """Base of this app's errors."""


class RevocationRefused(CertificationError):
    """This person may not revoke this assertion: no permission, or it is their own."""

    def __init__(self, *, assertion: Assertion, is_own: bool) -> None:
        self.assertion, self.is_own = assertion, is_own
        super().__init__(f"Assertion {assertion.pk} may not be revoked by this person")


class ListUnavailable(CertificationError):
    """The status list cannot be signed now, so nothing can be said about revocation."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"Status list {number} cannot be signed")


class RosterError(CertificationError):
    """Something about a membership that is not allowed or not possible."""


class NotTheirs(RosterError):
    """Only a coordinator of the city, or the person who was asked, may do this."""


class OwnMembership(RosterError):
    """Nobody confirms, invites or declines their own membership for the city."""


class PostClosed(RosterError):
    """The post does not exist on that day."""

    def __init__(self, *, post: Post, on: dt.date) -> None:
        self.post, self.on = post, on
        super().__init__(f"Post {post.pk} does not exist on {on}")


class AlreadyHeld(RosterError):
    """The person holds this post already."""


class ElsewhereToo(RosterError):
    """A person counts for one city at a time, and holds a post in another one."""


class AlreadyDecided(RosterError):
    """The membership is not waiting for this decision any more."""

    def __init__(self, *, membership: Membership) -> None:
        self.membership = membership
        super().__init__(f"Membership {membership.pk} is {membership.state}")


class WrongPeriod(RosterError):
    """The end lies before the beginning, or the beginning too far away."""
