"""How an answer is told to a person: verdict first, then what was signed, then how it was checked."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from certification.signing.document import Facts
from certification.signing.verify import Check, CheckName, Outcome
from certification.verifying import Answer

VERDICTS = {
    Outcome.VALID: (gettext_lazy("This certificate is valid"), ""),
    Outcome.ALTERED: (
        gettext_lazy("This certificate has been altered"),
        gettext_lazy(
            "Something in the file is not what was signed. Do not rely on it; ask the holder for the original."
        ),
    ),
    Outcome.REVOKED: (
        gettext_lazy("This certificate has been revoked"),
        gettext_lazy("It was issued here, and the issuer has since taken it back."),
    ),
    Outcome.EXPIRED: (
        gettext_lazy("This certificate has expired"),
        gettext_lazy("It was issued here and is genuine, but the time for which it held is over."),
    ),
    Outcome.NOT_YET_VALID: (
        gettext_lazy("This certificate is not valid yet"),
        gettext_lazy("Its time has not begun."),
    ),
    Outcome.FOREIGN: (
        gettext_lazy("This certificate is not ours"),
        gettext_lazy(
            "It names another issuer. Whether that issuer signed it can be checked with them."
        ),
    ),
    Outcome.UNREADABLE: (
        gettext_lazy("This file cannot be read"),
        gettext_lazy(
            "We looked for a certificate as signed data, badge image or PDF, and found none in it."
        ),
    ),
    Outcome.UNCONFIRMED: (
        gettext_lazy("This certificate cannot be confirmed now"),
        gettext_lazy(
            "The signature holds, but at this moment we cannot tell whether it was revoked. Please try again later."
        ),
    ),
    "unknown": (
        gettext_lazy("This certificate is not known here"),
        gettext_lazy(
            "There is nothing like it in our register. If you typed a code or a link, look at it once more."
        ),
    ),
}

# name → (title, small print) when it passed, and when it did not.
CHECKS = {
    CheckName.READABLE: (
        (gettext_lazy("The file can be read"), ""),
        (
            gettext_lazy("The file cannot be read"),
            gettext_lazy("There is no certificate in it that we understand."),
        ),
    ),
    CheckName.ISSUER: (
        (gettext_lazy("It names this issuer"), ""),
        (gettext_lazy("It names another issuer"), ""),
    ),
    CheckName.SIGNATURE: (
        (
            gettext_lazy("The signature is the issuer’s"),
            gettext_lazy("Nothing has been changed since it was signed."),
        ),
        (
            gettext_lazy("The signature does not fit"),
            gettext_lazy("What the file says is not what the issuer signed."),
        ),
    ),
    CheckName.PERIOD: (
        (gettext_lazy("It has not expired"), ""),
        (gettext_lazy("It is not in force today"), ""),
    ),
    CheckName.STATUS: (
        (gettext_lazy("It has not been revoked"), gettext_lazy("By the issuer’s list of today.")),
        (
            gettext_lazy("That it stands could not be confirmed"),
            gettext_lazy("It was revoked, or the list cannot be had."),
        ),
    ),
}


@dataclass(frozen=True)
class Line:
    """One thing that was checked."""

    passed: bool
    title: str
    small: str


@dataclass(frozen=True)
class Shown:
    """What the verification page says. `facts` are the signed ones; the holder is None where the name stays hidden."""

    outcome: str
    title: str
    text: str
    is_valid: bool
    checks: list[Line]
    facts: Facts | None
    holder: str | None
    at: dt.datetime
    key_id: str = ""
    signed_at: dt.datetime | None = None


def show(answer: Answer, *, at: dt.datetime, with_name: bool) -> Shown:
    """Tell an answer. Everything about the certificate is read from the signed bytes."""
    verdict = answer.verdict
    title, text = VERDICTS[answer.outcome]
    facts = verdict.facts
    return Shown(
        outcome=str(answer.outcome),
        title=str(title),
        text=str(text),
        is_valid=answer.is_valid,
        checks=[_line(check, facts, answer, at) for check in verdict.checks],
        facts=facts,
        holder=facts.holder_name if facts and with_name else None,
        at=at,
        key_id=verdict.signed.key_id if verdict.signed else "",
        signed_at=verdict.signed.at if verdict.signed else None,
    )


def plain(outcome: str) -> tuple[str, str]:
    """Title and text of a verdict on something that is no file of ours."""
    title, text = VERDICTS[outcome]
    return str(title), str(text)


def _line(check: Check, facts: Facts | None, answer: Answer, at: dt.datetime) -> Line:
    passed = check.passed
    if check.name == CheckName.STATUS and answer.outcome == Outcome.REVOKED:
        return Line(False, _("It has been revoked"), "")
    title, small = CHECKS[check.name][0 if passed else 1]
    if check.name == CheckName.PERIOD and passed and facts:
        small = _days_left(facts.valid_until, at)
        title = title if facts.valid_until else _("It does not expire")
    return Line(passed, str(title), str(small))


def _days_left(end: dt.datetime | None, at: dt.datetime) -> str:
    if end is None:
        return ""
    days = (end - at).days
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
