"""Can this file be believed? One function, one verdict, for whatever a stranger hands in.

No URL is ever loaded: the issuer's keys and the status list are given by the caller.
Nothing in the file can make it raise; what cannot be understood is `unreadable`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from certification.signing.document import Facts, read_facts
from certification.signing.errors import (
    Fault,
    NotPlain,
    ProofRefused,
    StatusListRefused,
    Unreadable,
)
from certification.signing.moments import CLOCK_SKEW
from certification.signing.proof import Signed, check_proof, issuer_of
from certification.signing.reading import read_credential
from certification.signing.status import read_status_list

logger = logging.getLogger(__name__)

StatusLists = dict[str, Any] | Callable[[str], dict[str, Any] | None] | None
"""The list itself, or a function that gives the one published at an id, or None for there is none."""


class Outcome(StrEnum):
    """What we say of a file. Only VALID means that it may be relied on today.

    UNCONFIRMED   the signature holds, but whether it was revoked cannot be told: the status list is missing,
                  stale or not the issuer's. Never shown as valid.
    """

    VALID = "valid"
    ALTERED = "altered"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    FOREIGN = "foreign"
    UNREADABLE = "unreadable"
    UNCONFIRMED = "unconfirmed"


class CheckName(StrEnum):
    """What is looked at, in this order. A later check is not made when an earlier one leaves nothing to check."""

    READABLE = "readable"
    ISSUER = "issuer"
    SIGNATURE = "signature"
    PERIOD = "period"
    STATUS = "status"


@dataclass(frozen=True)
class Check:
    """One thing looked at. `sentence` is English; translate by `name` and `passed`."""

    name: CheckName
    passed: bool
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """The answer.

    facts   what the issuer signed; None unless the signature holds. PII: holder name.
    signed  key and time of signing; None unless the signature holds.
    code    why, for machines: the outcome, or the Fault of the proof.
    """

    outcome: Outcome
    reason: str
    checks: list[Check] = field(default_factory=list)
    facts: Facts | None = None
    signed: Signed | None = None
    code: str = ""

    @property
    def is_valid(self) -> bool:
        return self.outcome is Outcome.VALID


_OUTCOME_OF_FAULT = {
    Fault.IN_THE_FUTURE: Outcome.NOT_YET_VALID,
    # Withdrawing a key withdraws what it signed; the holder may have been sent a newer copy.
    Fault.KEY_REVOKED: Outcome.REVOKED,
}


def verify(
    data: bytes | str | dict[str, Any],
    *,
    issuer_did: str,
    did_document: dict[str, Any],
    status_list: StatusLists,
    at: datetime,
) -> Verdict:
    """Judge a credential: JSON, baked SVG or PDF, as bytes or text, or parsed JSON.

    status_list   the list credential, or a function from its id to it; it is checked here, every time.
    Never raises on account of `data`.
    """
    checks: list[Check] = []
    try:
        return _judge(data, issuer_did, did_document, status_list, at, checks)
    except Unreadable as error:
        return _unreadable(error.reason)
    except Exception as error:  # the last resort: a stranger's file must not stop the page
        # Type only: a traceback or message could carry what was in the file.
        logger.error("A file could not be verified: %s", type(error).__name__)
        return _unreadable("The file cannot be understood.")


def _judge(
    data: bytes | str | dict[str, Any],
    issuer_did: str,
    did_document: dict[str, Any],
    status_list: StatusLists,
    at: datetime,
    checks: list[Check],
) -> Verdict:
    document = read_credential(data)
    if "credentialSubject" not in document:
        raise Unreadable("The file holds no credential.")
    checks.append(Check(CheckName.READABLE, True, "The file holds a credential."))

    if issuer_of(document) != issuer_did:
        reason = "It names another issuer than this one."
        checks.append(Check(CheckName.ISSUER, False, reason))
        return Verdict(Outcome.FOREIGN, reason, checks, code=Outcome.FOREIGN)
    checks.append(Check(CheckName.ISSUER, True, "It names this issuer."))

    try:
        signed = check_proof(document, issuer_did=issuer_did, did_document=did_document, at=at)
    except ProofRefused as error:
        checks.append(Check(CheckName.SIGNATURE, False, error.reason))
        outcome = _OUTCOME_OF_FAULT.get(error.fault, Outcome.ALTERED)
        return Verdict(outcome, error.reason, checks, code=error.fault)
    except NotPlain:
        reason = "It has a part that the issuer did not sign."
        checks.append(Check(CheckName.SIGNATURE, False, reason))
        return Verdict(Outcome.ALTERED, reason, checks, code="not_plain")
    try:
        facts = read_facts(document)
    except NotPlain:
        # Same graph, other text, such as a list of one name; or an issuer's document that is no badge of ours.
        reason = "It is not in the form in which this issuer writes credentials."
        checks.append(Check(CheckName.SIGNATURE, False, reason))
        return Verdict(Outcome.ALTERED, reason, checks, code="other_form")
    checks.append(
        Check(CheckName.SIGNATURE, True, "The issuer signed it, and nothing was changed since.")
    )

    period = _check_period(facts, at)
    status, is_revoked = _check_status(facts, issuer_did, did_document, status_list, at)
    checks += [period, status]
    outcome = _outcome(facts, period, status, is_revoked, at)
    failed = {Outcome.VALID: None, Outcome.REVOKED: status, Outcome.UNCONFIRMED: status}.get(
        outcome, period
    )
    reason = (
        failed.sentence
        if failed
        else "The issuer signed it, it is in force, and it was not revoked."
    )
    return Verdict(outcome, reason, checks, facts=facts, signed=signed, code=outcome)


def _check_period(facts: Facts, at: datetime) -> Check:
    if at < facts.valid_from - CLOCK_SKEW:
        return Check(CheckName.PERIOD, False, "It is not valid yet.")
    if facts.valid_until and at > facts.valid_until:
        return Check(CheckName.PERIOD, False, "It has expired.")
    return Check(
        CheckName.PERIOD,
        True,
        "It has not expired." if facts.valid_until else "It does not expire.",
    )


def _check_status(
    facts: Facts,
    issuer_did: str,
    did_document: dict[str, Any],
    status_list: StatusLists,
    at: datetime,
) -> tuple[Check, bool]:
    entry = facts.status
    try:
        document = status_list(entry.list_url) if callable(status_list) else status_list
        bits = read_status_list(
            document,
            url=entry.list_url,
            purpose=entry.purpose,
            issuer_did=issuer_did,
            did_document=did_document,
            at=at,
        )
        is_revoked = bits.is_set(entry.index)
    except StatusListRefused as error:
        return Check(CheckName.STATUS, False, error.reason), False
    sentence = "The issuer has revoked it." if is_revoked else "It has not been revoked."
    return Check(CheckName.STATUS, not is_revoked, sentence), is_revoked


def _outcome(facts: Facts, period: Check, status: Check, is_revoked: bool, at: datetime) -> Outcome:
    if is_revoked:
        return Outcome.REVOKED
    if not period.passed:
        return Outcome.NOT_YET_VALID if at < facts.valid_from else Outcome.EXPIRED
    return Outcome.VALID if status.passed else Outcome.UNCONFIRMED


def _unreadable(reason: str) -> Verdict:
    return Verdict(
        Outcome.UNREADABLE,
        reason,
        [Check(CheckName.READABLE, False, reason)],
        code=Outcome.UNREADABLE,
    )
