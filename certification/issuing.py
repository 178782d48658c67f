"""How does an award become a signed credential? One row at a time, safe to repeat, never half done."""

import datetime as dt
import hashlib
import logging
import random
import uuid

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from certification import conf, keyring
from certification.models import Assertion, AssertionState, Credential, StatusList
from certification.signals import assertion_issued
from certification.signing import document, proof
from certification.signing.text import clean
from content.events import announce

log = logging.getLogger(__name__)

SUBJECTS = uuid.UUID("7a0f5b5e-54a2-4a9c-8d0e-3f1d9b0c6e21")
"""Namespace of the ids of holders: one per person, from which the account cannot be told."""

PLACES_TRIED = 8


def certificate_name(learner) -> str:
    """The name as it goes on certificates, cleaned; empty if the person has given none with a letter in it."""
    given = (
        getattr(learner, "certificate_name", ""),
        getattr(learner, "display_name", ""),
        _full_name(learner),
    )
    names = (clean(name)[:300].strip() for name in given if name)
    return next((name for name in names if any(character.isalpha() for character in name)), "")


def _full_name(learner) -> str:
    """For other people's user models. Ours would fall back to the e-mail, which is nobody's name."""
    return "" if hasattr(learner, "display_name") else learner.get_full_name()


def sign(assertion_id: int, *, at: dt.datetime) -> Credential | None:
    """Sign a pending assertion. Done before, it returns what is there; without a name to print, it waits (None).

    Raises  KeyMissing; Incomplete if a text of the achievement is empty. The assertion then stays pending.
    Sends   assertion_issued, once.
    """
    key = keyring.current_key()
    with transaction.atomic():
        assertion = (
            Assertion.objects.select_for_update(of=("self",))
            .select_related("version__achievement", "learner")
            .get(pk=assertion_id)
        )
        if assertion.state != AssertionState.PENDING:
            return assertion.credentials.filter(is_current=True).first()
        assertion.holder_name = assertion.holder_name or certificate_name(assertion.learner)
        if not assertion.holder_name:
            return None
        status_list, index = _free_place()
        facts = facts_of(assertion, document.StatusEntry(list_url(status_list.number), index))
        did = keyring.issuer_did()
        signed = document.as_bytes(
            proof.sign(document.build_document(facts), key=key, did=did, at=at)
        )
        credential = Credential.objects.create(
            assertion=assertion,
            status_list=status_list,
            status_index=index,
            document=signed.decode(),
            sha256=hashlib.sha256(signed).hexdigest(),
            key_id=f"{did}#{key.name}",
            signed_at=at,
        )
        assertion.state = AssertionState.ACTIVE
        assertion.save(update_fields=["state", "holder_name"])
        announce(assertion_issued, assertion=assertion)
    return credential


def _free_place() -> tuple[StatusList, int]:
    """A random place nobody has, in the newest list; in a new list when the newest is so full that none is found."""
    newest = StatusList.objects.order_by("-number").first()
    if newest:
        places = random.SystemRandom().sample(range(StatusList.LENGTH), PLACES_TRIED)
        taken = set(
            newest.credentials.filter(status_index__in=places).values_list(
                "status_index", flat=True
            )
        )
        free = next((place for place in places if place not in taken), None)
        if free is not None:
            return newest, free
    created, _is_new = StatusList.objects.get_or_create(number=newest.number + 1 if newest else 1)
    return created, random.SystemRandom().randrange(StatusList.LENGTH)


def list_url(number: int) -> str:
    return f"{conf.base_url()}/status/{number}"


def credential_url(key: uuid.UUID) -> str:
    """The id of the credential, which is the address of its page. Signed, so it never changes."""
    return f"{conf.base_url()}/credentials/{key}/"


def facts_of(assertion: Assertion, status: document.StatusEntry) -> document.Facts:
    """All the credential will say, labels in the language of the learner."""
    with translation.override(assertion.language):
        return document.Facts(
            id=credential_url(assertion.uuid),
            issuer=document.Issuer(
                did=keyring.issuer_did(), name=conf.issuer_name(), url=conf.base_url()
            ),
            subject_id=f"urn:uuid:{subject_id(assertion.learner)}",
            holder_name=assertion.holder_name,
            achievement=_achievement(assertion),
            awarded_at=assertion.awarded_at,
            valid_from=assertion.awarded_at,
            valid_until=_end_of(assertion.expires_on) if assertion.expires_on else None,
            status=status,
        )


def subject_id(learner) -> uuid.UUID:
    return uuid.uuid5(SUBJECTS, str(getattr(learner, "uuid", learner.pk)))


def _end_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(23, 59, 59), dt.UTC)


def _achievement(assertion: Assertion) -> document.Achievement:
    version = assertion.version
    texts, facts = version.texts, version.facts
    return document.Achievement(
        id=f"{conf.base_url()}/achievements/{version.achievement.uuid}/{version.number}/",
        name=texts["title"],
        description=texts["description"],
        criteria=texts["criteria"],
        type="MicroCredential" if version.kind == "certificate" else "Badge",
        outcomes=tuple(outcome["text"] for outcome in facts["outcomes"]),
        alignments=tuple(_alignment(found) for found in facts["alignments"]),
        details=tuple(_details(assertion)),
        language=texts["language"],
        version=str(version.number),
    )


def _alignment(found: dict[str, str]) -> document.Alignment:
    frameworks = {
        "Recommendation": _("Governance recommendations"),
        "Guidance": _("Design guidance"),
    }
    return document.Alignment(
        code=found["code"],
        name=found["title"],
        url=conf.base_url() + found["path"],
        framework=frameworks.get(found["kind"], ""),
        kind=found["kind"],
    )


def _details(assertion: Assertion) -> list[document.Detail]:
    """What the EU recommendation on micro-credentials asks for beyond a title (2022/C 243/02, Annex I)."""
    facts = assertion.version.facts
    level = (
        f"{facts['level']}, {facts['level_title']}" if facts["level_title"] else str(facts["level"])
    )
    modules = ", ".join(
        _("%(module)s version %(number)s")
        % {"module": row["code"] or row["title"], "number": row["version"]}
        for row in assertion.evidence.get("modules", [])
    )
    details = [
        document.workload(facts["hours"], label=_("Workload (hours)")),
        document.Detail("Level", _("Level"), level),
        document.Detail("Assessment", _("Assessment"), facts["assessment"]),
        document.Detail("Participation", _("Form"), facts["mode"]),
    ]
    return [*details, document.Detail("Modules", _("Modules"), modules)] if modules else details
