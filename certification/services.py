"""What can happen to an award. Every change of state of achievements and assertions starts here.

Cities and memberships have their own door, `rosters`; who covers which role is asked of `coverage`.
"""

import calendar
import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import transaction
from django.db.models import prefetch_related_objects
from wagtail.log_actions import log

from certification import achievements, status_lists, tasks
from certification.errors import ListUnavailable, RevocationRefused
from certification.issuing import certificate_name, sign
from certification.models import (
    AchievementVersion,
    Assertion,
    AssertionState,
    CityCoordinator,
    Credential,
    Membership,
    StatusList,
)
from certification.signals import assertion_revoked
from certification.status_lists import status_list
from certification.telling import tell
from certification.verifying import verify_upload
from content.events import announce
from content.models.base import source_language
from courses.models import CertificateKind, CourseCompletion

__all__ = [
    "award",
    "award_all",
    "disclose",
    "forget",
    "overdue",
    "revoke",
    "sign",
    "status_list",
    "tell",
    "verify_upload",
]

PATIENCE = dt.timedelta(seconds=30)
"""How long a row may wait for its task before the sweep sends another one."""

MOST_AT_ONCE = 500
"""Rows whose relations are fetched in one query: Django names each in an OR, and SQLite takes a thousand of them."""


def award(*, completion: CourseCompletion, at: dt.datetime) -> Assertion | None:
    """Award what the course certifies, once per completion; None if it certifies nothing. See award_all."""
    award_all(completions=[completion], at=at)
    return Assertion.objects.filter(completion=completion).select_related("version").first()


def award_all(*, completions: Sequence[CourseCompletion], at: dt.datetime) -> int:
    """Award what one course certifies to all who completed it, each in their language. Returns how many are new.

    The number of queries is fixed for each language.
    Writes  assertions in state pending, and a version of the achievement if what it says has changed.
    Sends   a task that signs for each, after commit.
    """
    with transaction.atomic():
        known = set(
            Assertion.objects.filter(completion__in=completions).values_list(
                "completion_id", flat=True
            )
        )
        waiting = [completion for completion in completions if completion.pk not in known]
        for start in range(0, len(waiting), MOST_AT_ONCE):
            prefetch_related_objects(
                waiting[start : start + MOST_AT_ONCE], "enrolment__learner", "enrolment__course"
            )
        if not waiting or waiting[0].enrolment.course.certificate_kind == CertificateKind.NONE:
            return 0
        course = waiting[0].enrolment.course
        versions = {
            language: achievements.freeze(course, language=language, at=at)
            for language in sorted({_language(completion) for completion in waiting})
        }
        awarded = Assertion.objects.bulk_create(
            [_assertion(completion, versions[_language(completion)], at) for completion in waiting]
        )
        # Robust: without a broker the award stands, and the sweep sends the task again.
        for assertion in awarded:
            transaction.on_commit(partial(tasks.sign.delay, assertion.pk), robust=True)
    return len(awarded)


def _language(completion: CourseCompletion) -> str:
    return getattr(completion.enrolment.learner, "language", "") or source_language()


def _assertion(
    completion: CourseCompletion, version: AchievementVersion, at: dt.datetime
) -> Assertion:
    learner = completion.enrolment.learner
    awarded_on = at.astimezone(dt.UTC).date()
    return Assertion(
        completion=completion,
        learner=learner,
        version=version,
        holder_name=certificate_name(learner),
        language=_language(completion),
        evidence=completion.snapshot,
        awarded_at=at,
        awarded_on=awarded_on,
        expires_on=last_day(awarded_on, version.validity_months),
    )


def last_day(start: dt.date, months: int) -> dt.date | None:
    """The last day of a validity of so many months; None for no end. From 4 March, 36 months end on 3 March."""
    if not months:
        return None
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    day = min(start.day, calendar.monthrange(year, month)[1])
    return dt.date(year, month, day) - dt.timedelta(days=1)


def revoke(*, assertion: Assertion, by: PermissionsMixin, reason: str, at: dt.datetime) -> None:
    """Take an assertion back. What was revoked or erased before stays so; the first revocation counts.

    Raises  RevocationRefused without the permission stoa_certification.revoke_assertion, and for one's own.
    Writes  the log action stoa_certification.revoke. The reason stays in the row: it may name somebody.
    Sends   assertion_revoked, once.
    """
    is_own = assertion.learner_id == by.pk
    if is_own or not by.has_perm("stoa_certification.revoke_assertion"):
        raise RevocationRefused(assertion=assertion, is_own=is_own)
    with transaction.atomic():
        locked = Assertion.objects.select_for_update().get(pk=assertion.pk)
        if locked.revoked_at:
            return
        if locked.state != AssertionState.ERASED:
            locked.state = AssertionState.REVOKED
        locked.revoked_at, locked.revocation_reason = at, reason[:300]
        locked.save(update_fields=["state", "revoked_at", "revocation_reason"])
        StatusList.objects.filter(credentials__assertion=locked).update(is_stale=True)
        log(instance=locked, action="stoa_certification.revoke", user=by)
        announce(assertion_revoked, assertion=locked)
    assertion.refresh_from_db()


def overdue(*, at: dt.datetime) -> dict[str, int]:
    """For the sweep: award what was missed, send again what waits, sign the lists that are due. Returns how many of each."""
    missed = _award_missed(at)
    pending = list(
        Assertion.objects.pending()
        .filter(awarded_at__lt=at - PATIENCE)
        .values_list("pk", flat=True)[:500]
    )
    for pk in pending:
        tasks.sign.delay(pk)
    untold = Assertion.objects.filter(
        state=AssertionState.ACTIVE,
        told_at__isnull=True,
        credentials__is_current=True,
        credentials__signed_at__lt=at - PATIENCE,
    )
    letters = list(untold.values_list("pk", flat=True)[:500])
    for pk in letters:
        tasks.tell.delay(pk)
    return {
        "missed": missed,
        "pending": len(pending),
        "letters": len(letters),
        "lists": _sign_lists(at),
    }


def _award_missed(at: dt.datetime) -> int:
    """Award completions whose award failed when they were announced, as of the moment they were completed."""
    missed = CourseCompletion.objects.filter(
        assertion__isnull=True, completed_at__lt=at - PATIENCE
    ).exclude(enrolment__course__certificate_kind=CertificateKind.NONE)
    return sum(
        award_all(completions=[completion], at=completion.completed_at)
        for completion in missed[:500]
    )


def _sign_lists(at: dt.datetime) -> int:
    done = 0
    for row in status_lists.due(at):
        try:
            status_lists.current_document(row, at=at)
        except ListUnavailable:
            continue  # the system check and the pending assertions say so already
        done += 1
    return done


def disclose(*, learner: AbstractBaseUser) -> dict[str, Any]:
    """Everything this app holds about a learner, as plain data."""
    assertions = Assertion.objects.filter(learner=learner)
    memberships = Membership.objects.filter(person=learner)
    return {
        "certificates": list(
            assertions.values(
                "uuid", "short_code", "holder_name", "language", "evidence", "state", "awarded_at", "expires_on",
                "revoked_at", "revocation_reason", "told_at",
            )
        ),
        "credentials": list(Credential.objects.filter(assertion__in=assertions).values_list("document", flat=True)),
        "memberships": list(
            memberships.values("post__city__name", "post__profile__title", "post__title", "state", "from_on", "to_on", "asked_at", "decided_at")
        ),
        "coordinates": list(CityCoordinator.objects.filter(user=learner).values_list("city__name", flat=True)),
    }  # fmt: skip


def forget(*, learner: AbstractBaseUser) -> None:
    """Erase what this app holds about a learner.

    Of each certificate a tombstone stays: id, achievement, days, place in the status list, digest. The file the holder
    has kept can still be checked, and revoked.
    """
    with transaction.atomic():
        assertions = Assertion.objects.filter(learner=learner)
        Credential.objects.filter(assertion__in=list(assertions)).update(document="")
        assertions.update(
            state=AssertionState.ERASED,
            learner=None,
            holder_name="",
            evidence={},
            revocation_reason="",
        )
        Membership.objects.filter(person=learner).delete()
        Membership.objects.filter(decided_by=learner).update(decided_by=None)
        CityCoordinator.objects.filter(user=learner).delete()
