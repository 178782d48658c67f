"""Who holds which post in a city? Both sides have to say so. Every change of a membership starts here.

A person requests a post and the city confirms, or the city invites and the person accepts. Nobody confirms themselves.
Each step is logged (`stoa_certification.<request|invite|confirm|decline|end>`).
"""

import datetime as dt

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from wagtail.log_actions import log

from certification.errors import (
    AlreadyDecided,
    AlreadyHeld,
    ElsewhereToo,
    NotTheirs,
    OwnMembership,
    PostClosed,
    WrongPeriod,
)
from certification.models import City, Membership, MembershipState, Post
from certification.telling import tell_invitation

WAITING = (MembershipState.REQUESTED, MembershipState.INVITED)


def request_membership(
    *, person: AbstractBaseUser, post: Post, from_on: dt.date, at: dt.datetime
) -> Membership:
    """Say that one holds a post; the city will be asked. Asking twice returns the request that is there.

    Raises  PostClosed, AlreadyHeld.
    """
    return _ask(person, post, MembershipState.REQUESTED, by=person, from_on=from_on, at=at)


def invite(
    *, by: AbstractBaseUser, person: AbstractBaseUser, post: Post, from_on: dt.date, at: dt.datetime
) -> Membership:
    """Ask a person whether they hold a post. Inviting twice returns the invitation that is there.

    Raises  NotTheirs unless `by` coordinates the city; OwnMembership for oneself; PostClosed, AlreadyHeld.
    Sends   a letter, after commit.
    """
    _refuse_unless_coordinator(by, post.city)
    if by.pk == person.pk:
        raise OwnMembership
    return _ask(person, post, MembershipState.INVITED, by=by, from_on=from_on, at=at)


def find_person(email: str) -> AbstractBaseUser | None:
    """The account a coordinator means. They type the whole address; nothing is searched."""
    return (
        get_user_model()
        ._default_manager.filter(email__iexact=email.strip(), is_active=True)
        .first()
    )


def _ask(
    person, post: Post, state: MembershipState, *, by, from_on: dt.date, at: dt.datetime
) -> Membership:
    if from_on < post.from_on or (post.to_on and from_on > post.to_on):
        raise PostClosed(post=post, on=from_on)
    with transaction.atomic():
        held = Membership.objects.filter(post=post, person=person, state=MembershipState.CONFIRMED)
        if held.filter(Q(to_on__isnull=True) | Q(to_on__gte=from_on)).exists():
            raise AlreadyHeld
        waiting = Membership.objects.filter(post=post, person=person, state__in=WAITING).first()
        if waiting:
            return waiting
        membership = Membership.objects.create(
            post=post, person=person, state=state, from_on=from_on, asked_at=at
        )
        is_invitation = state == MembershipState.INVITED
        log(
            instance=membership,
            action=f"stoa_certification.{'invite' if is_invitation else 'request'}",
            user=by,
        )
        if is_invitation:
            transaction.on_commit(lambda: tell_invitation(membership), robust=True)
    return membership


def decide(
    *, membership: Membership, by: AbstractBaseUser, accept: bool, at: dt.datetime
) -> Membership:
    """Confirm or decline: a request by a coordinator of the city, an invitation by the person. Twice the same is once.

    Raises  NotTheirs, OwnMembership, AlreadyDecided; ElsewhereToo if the person holds a post in another city then.
    """
    outcome = MembershipState.CONFIRMED if accept else MembershipState.DECLINED
    with transaction.atomic():
        locked = (
            Membership.objects.select_for_update(of=("self",))
            .select_related("post__city")
            .get(pk=membership.pk)
        )
        if locked.state not in WAITING:
            if locked.state == outcome and locked.decided_by_id == by.pk:
                return locked
            raise AlreadyDecided(membership=locked)
        _refuse_unless_asked(locked, by)
        if accept:
            _refuse_elsewhere(locked)
        locked.state, locked.decided_at, locked.decided_by = outcome, at, by
        locked.attested_on = at.astimezone(dt.UTC).date() if accept else None
        locked.save(update_fields=["state", "decided_at", "decided_by", "attested_on"])
        log(
            instance=locked,
            action=f"stoa_certification.{'confirm' if accept else 'decline'}",
            user=by,
        )
    return locked


def end(*, membership: Membership, by: AbstractBaseUser, on: dt.date) -> Membership:
    """End a confirmed membership after `on`, its last day. By a coordinator of the city, or the person.

    Raises  NotTheirs, AlreadyDecided if it is not confirmed or has ended, WrongPeriod if `on` lies before it began.
    """
    with transaction.atomic():
        locked = (
            Membership.objects.select_for_update(of=("self",))
            .select_related("post__city")
            .get(pk=membership.pk)
        )
        if locked.person_id != by.pk:
            _refuse_unless_coordinator(by, locked.post.city)
        if locked.state != MembershipState.CONFIRMED or (locked.to_on and locked.to_on <= on):
            raise AlreadyDecided(membership=locked)
        if on < locked.from_on:
            raise WrongPeriod
        locked.to_on = on
        locked.save(update_fields=["to_on"])
        log(instance=locked, action="stoa_certification.end", user=by)
    return locked


def _refuse_unless_coordinator(user, city: City) -> None:
    if not City.objects.coordinated_by(user).filter(pk=city.pk).exists():
        raise NotTheirs


def _refuse_unless_asked(membership: Membership, by) -> None:
    is_own = membership.person_id == by.pk
    if membership.state == MembershipState.INVITED:
        if not is_own:
            raise NotTheirs
        return
    if is_own:
        raise OwnMembership
    _refuse_unless_coordinator(by, membership.post.city)


def _refuse_elsewhere(membership: Membership) -> None:
    """A person counts for one city at a time."""
    others = Membership.objects.filter(person=membership.person_id, state=MembershipState.CONFIRMED)
    others = others.exclude(post__city=membership.post.city).filter(
        Q(to_on__isnull=True) | Q(to_on__gte=membership.from_on)
    )
    if membership.to_on:
        others = others.filter(from_on__lte=membership.to_on)
    if others.exists():
        raise ElsewhereToo
