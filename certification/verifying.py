"""Can this be believed? What the signature says, together with what we know of it ourselves."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass
from typing import Any

from certification import conf, keyring, status_lists
from certification.errors import ListUnavailable
from certification.models import Assertion, AssertionState, Credential
from certification.models.award import CROCKFORD
from certification.signing.errors import KeyMissing
from certification.signing.verify import Outcome, StatusLists, Verdict, verify

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_LOOK_ALIKES = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class Answer:
    """What we say of a credential.

    outcome    a value of signing.verify.Outcome, or "unknown": signed with our key, but not in our register.
    assertion  the row it speaks of, when the signature holds and we know it.
    """

    outcome: str
    verdict: Verdict
    assertion: Assertion | None = None

    @property
    def is_valid(self) -> bool:
        return self.outcome == Outcome.VALID

    @property
    def is_erased(self) -> bool:
        """The holder had their details erased here. A file they kept still holds."""
        return self.assertion is not None and self.assertion.state == AssertionState.ERASED


def verify_upload(data: bytes, *, at: dt.datetime) -> Answer:
    """Judge a file: JSON, baked SVG or PDF. Nothing is stored, nothing is fetched; nothing in it makes this raise."""
    verdict = _judge(data, lambda url: _published(url, at), at)
    key = uuid_in(verdict.facts.id) if verdict.facts else None
    assertion = Assertion.objects.filter(uuid=key).first() if key else None
    return _answer(verdict, assertion)


def verify_credential(credential: Credential, *, at: dt.datetime) -> Answer:
    """Judge one of ours from its signed bytes. Needs `assertion` and `status_list`: no query while the list is good."""

    def published(url: str) -> dict[str, Any] | None:
        try:
            return status_lists.current_document(credential.status_list, at=at)
        except ListUnavailable:
            return None

    return _answer(_judge(credential.document.encode(), published, at), credential.assertion)


def _judge(data: bytes, lists: StatusLists, at: dt.datetime) -> Verdict:
    try:
        document = keyring.did_document()
    except KeyMissing:
        # Without our keys a good signature looks like a bad one; that must not be said of anybody's certificate.
        return Verdict(
            Outcome.UNCONFIRMED, "The keys of the issuer are not to be had.", code="no_keys"
        )
    return verify(data, issuer_did=document["id"], did_document=document, status_list=lists, at=at)


def _published(url: str, at: dt.datetime) -> dict[str, Any] | None:
    """Our own list of that address, from the database. The address is read, never opened."""
    number = url.removeprefix(f"{conf.base_url()}/status/")
    if not (number.isascii() and number.isdecimal() and len(number) < 7):
        return None
    try:
        return status_lists.status_list(int(number), at=at)
    except ListUnavailable:
        return None


def _answer(verdict: Verdict, assertion: Assertion | None) -> Answer:
    outcome: str = verdict.outcome
    if verdict.facts is not None and assertion is None:
        outcome = "unknown"
    elif assertion is not None and assertion.revoked_at:
        outcome = Outcome.REVOKED
    return Answer(outcome, verdict, assertion)


def find(key: str) -> Assertion | None:
    """By the uuid in an address. What is no uuid is looked for too, in vain, so that both answers take as long."""
    wanted = uuid.UUID(key) if UUID.fullmatch(key) else uuid.UUID(int=0)
    return Assertion.objects.select_related("version__achievement").filter(uuid=wanted).first()


def find_by_code(text: str) -> Assertion | None:
    """By the short code on paper, however it was typed. Raises ValueError if it cannot be one."""
    return Assertion.objects.filter(short_code=read_code(text)).first()


def read_code(text: str) -> str:
    """`7f3c-19d2 …` → `7F3C19D2…`; O is zero, I and L are one. Raises ValueError unless sixteen Crockford characters."""
    code = re.sub(r"[\s\-‐-―]", "", text).upper().translate(_LOOK_ALIKES)
    if len(code) != 16 or not set(code) <= set(CROCKFORD):
        raise ValueError("not a short code")
    return code


def show_code(code: str) -> str:
    """In fours, as it is printed."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def uuid_in(link: str) -> uuid.UUID | None:
    """The uuid of one of our certificates in its address. Only read: another site's address is never opened."""
    path = link.strip().removeprefix(conf.base_url())
    found = re.fullmatch(
        rf"(?:/[a-z]{{2}}(?:-[a-z]+)?)?/credentials/({UUID.pattern})(?:/|\.[a-z]+)?(?:[?#].*)?",
        path,
        re.ASCII,
    )
    return uuid.UUID(found[1]) if found else None
