"""Which roles does a city cover on a day? Derived from certificates valid and memberships confirmed on that day.

Never stored, never a counter. What is public is a state per role, and no number of people (decisions/0002).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, DateField, Exists, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from certification.models import Assertion, City, Membership, Post
from content.models import Profile
from courses.models import CertificateKind, Enrolment

SMALLEST_COUNT = 5
"""Fewer people than this are not counted in front of others."""

NO_END = dt.date(9999, 12, 31)


class State:
    """How a role, or a person, stands. Also what a coordinator sees of a person, and no more."""

    CERTIFIED = "certified"
    IN_PROGRESS = "in_progress"
    NONE = "none"

    LABELS = {CERTIFIED: _("Certified"), IN_PROGRESS: _("In progress"), NONE: _("None yet")}


@dataclass(frozen=True)
class RoleCoverage:
    """A role family in a city on a day. `people` and `certified` are heads; show them only through `suppressed`."""

    profile: Profile
    state: str
    people: int = 0
    certified: int = 0

    @property
    def label(self) -> str:
        return State.LABELS[self.state]


@dataclass
class CityCoverage:
    """All role families of a city on a day, in their order."""

    on: dt.date
    roles: list[RoleCoverage] = field(default_factory=list)

    @property
    def covered(self) -> int:
        return sum(role.state == State.CERTIFIED for role in self.roles)

    @property
    def status(self) -> str:
        """all, some or none of the roles are covered. Not the city's certification, which a scheme decides."""
        return (
            "all"
            if self.roles and self.covered == len(self.roles)
            else "some"
            if self.covered
            else "none"
        )

    @property
    def certified(self) -> int:
        return sum(role.certified for role in self.roles)


def suppressed(count: int) -> int | None:
    """The count if it may be shown: nobody, or enough people that none is meant. Else None."""
    return count if count == 0 or count >= SMALLEST_COUNT else None


def coverage(cities: Iterable[City], on: dt.date) -> dict[int, CityCoverage]:
    """Coverage by primary key of the city. Two queries, however many cities and people."""
    profiles = list(Profile.originals.all())
    found: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    wanted = [city.pk for city in cities]
    rows = (
        with_state(
            Membership.objects.on(on).filter(
                post__in=Post.objects.open_on(on).filter(city__in=wanted)
            ),
            on,
        )
        .order_by()
        .values("post__city", "post__profile")
        .annotate(
            people=Count("person", distinct=True),
            certified=Count("person", distinct=True, filter=Q(is_certified=True)),
            learning=Count("person", distinct=True, filter=Q(is_learning=True)),
        )
    )
    for row in rows:
        found[row["post__city"], row["post__profile"]] = row
    return {
        city: CityCoverage(
            on, [_role(profile, found.get((city, profile.pk), {})) for profile in profiles]
        )
        for city in wanted
    }


def _role(profile: Profile, row: dict[str, int]) -> RoleCoverage:
    certified = row.get("certified", 0)
    state = (
        State.CERTIFIED
        if certified
        else State.IN_PROGRESS
        if row.get("learning", 0)
        else State.NONE
    )
    return RoleCoverage(profile, state, row.get("people", 0), certified)


def with_state(memberships: QuerySet[Membership], on: dt.date) -> QuerySet[Membership]:
    """Annotate `is_certified`, `is_learning` and `expires_on` (NO_END for never), for the role of the post, on a day.

    A certificate counts for a role if its course is aimed at that role. A badge does not count.
    """
    certificates = Assertion.objects.valid_on(on).filter(
        learner=OuterRef("person"),
        version__kind=CertificateKind.CERTIFICATE,
        version__achievement__course__profiles=OuterRef("post__profile"),
    )
    enrolments = Enrolment.objects.active().filter(
        learner=OuterRef("person"),
        enrolled_at__date__lte=on,
        completion__isnull=True,
        course__certificate_kind=CertificateKind.CERTIFICATE,
        course__profiles=OuterRef("post__profile"),
    )
    last = (
        certificates.order_by()
        .values("learner")
        .annotate(last=Max(Coalesce("expires_on", Value(NO_END), output_field=DateField())))
        .values("last")
    )
    return memberships.annotate(
        is_certified=Exists(certificates), is_learning=Exists(enrolments), expires_on=Subquery(last)
    )
