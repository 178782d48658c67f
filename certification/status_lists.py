"""Who has been revoked? The signed list behind every credential, kept in its row and signed anew when it has to be."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from certification import keyring
from certification.errors import ListUnavailable
from certification.issuing import list_url
from certification.models import Credential, StatusList
from certification.signing.errors import SigningError
from certification.signing.status import LIST_LIFETIME, build_status_list


def status_list(number: int, *, at: dt.datetime) -> dict[str, Any] | None:
    """The list as it is published; None if there is none of that number.

    Writes  the list, signed anew, when somebody was revoked since or half its life is over.
    Raises  ListUnavailable if it has to be signed anew and cannot be: an old list would hide a revocation.
    """
    row = StatusList.objects.filter(number=number).first()
    return current_document(row, at=at) if row else None


def current_document(row: StatusList, *, at: dt.datetime) -> dict[str, Any]:
    """The same for a row at hand: no query while the list is good."""
    if is_due(row, at):
        row = _sign_anew(row.pk, at)
    assert row.document is not None
    return row.document


def is_due(row: StatusList, at: dt.datetime) -> bool:
    return (
        row.is_stale
        or row.document is None
        or row.signed_at is None
        or at >= row.signed_at + LIST_LIFETIME / 2
    )


def due(at: dt.datetime) -> QuerySet[StatusList]:
    return StatusList.objects.filter(
        Q(is_stale=True) | Q(signed_at__isnull=True) | Q(signed_at__lte=at - LIST_LIFETIME / 2)
    )


def _sign_anew(pk: int, at: dt.datetime) -> StatusList:
    with transaction.atomic():
        # The lock makes a revocation either part of this list, or mark it stale after we are done.
        row = StatusList.objects.select_for_update().get(pk=pk)
        if not is_due(row, at):
            return row
        try:
            row.document = build_status_list(
                url=list_url(row.number),
                revoked=_revoked(row),
                key=keyring.current_key(),
                did=keyring.issuer_did(),
                at=at,
            )
        except SigningError as problem:
            raise ListUnavailable(row.number) from problem
        row.signed_at, row.is_stale = at, False
        row.save(update_fields=["document", "signed_at", "is_stale"])
    return row


def _revoked(row: StatusList) -> list[int]:
    withdrawn = Credential.objects.filter(
        Q(assertion__revoked_at__isnull=False) | Q(is_current=False), status_list=row
    )
    return list(withdrawn.values_list("status_index", flat=True))
