"""What does a credential say? Facts in, an unsigned OpenBadgeCredential out; and a signed one back into facts.

Open Badges 3.0 on the Verifiable Credentials Data Model 2.0, in stock terms only. What the EU recommendation on
micro-credentials asks for beyond them (workload, assessment, form; 2022/C 243/02, Annex I) stands as pairs of
`resultDescription` and `result`: a wallet shows them with their label, and no context of our own is needed.
`creditsAvailable` is not used for hours: a reader would take 24 hours for 24 credits.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certification.signing.errors import Incomplete, NotPlain
from certification.signing.moments import read_timestamp, timestamp
from certification.signing.proof import BADGE_CONTEXT
from certification.signing.text import clean, is_visible

WORKLOAD = "WorkloadHours"

_TOKEN = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


@dataclass(frozen=True)
class Issuer:
    did: str
    name: str
    url: str


@dataclass(frozen=True)
class Alignment:
    """A recommendation or guidance the achievement answers to.

    kind    such as "Recommendation" or "Guidance"; written as `ext:<kind>`.
    """

    code: str
    name: str
    url: str
    framework: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Detail:
    """One more signed fact, with its label in the language of the credential.

    kind    a word for machines, such as "Assessment", "Participation", "Level"; written as `ext:<kind>`.
    """

    kind: str
    label: str
    value: str


@dataclass(frozen=True)
class Achievement:
    """What was earned.

    criteria    one paragraph or more of Markdown; `outcomes` follow it as a list.
    type        an Open Badges AchievementType, such as "MicroCredential" or "Certification".
    language    BCP 47, of all texts.
    """

    id: str
    name: str
    description: str
    criteria: str
    type: str = "MicroCredential"
    outcomes: tuple[str, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    details: tuple[Detail, ...] = ()
    language: str = "en"
    version: str = "1"


@dataclass(frozen=True)
class StatusEntry:
    """Where to look whether it was revoked: bit `index` of the list at `list_url`."""

    list_url: str
    index: int
    purpose: str = "revocation"


@dataclass(frozen=True)
class Facts:
    """All a credential says, in the order it is told. PII: holder name."""

    id: str
    issuer: Issuer
    subject_id: str
    holder_name: str
    achievement: Achievement
    awarded_at: datetime
    valid_from: datetime
    valid_until: datetime | None
    status: StatusEntry
    identifiers: tuple[tuple[str, str], ...] = ()
    """Further (kind, value) identifiers of the subject, such as ("LAUCode", "…") of a city."""
    image_url: str | None = None


def workload(hours: int | str, *, label: str = "Workload (hours)") -> Detail:
    return Detail(kind=WORKLOAD, label=label, value=str(hours))


def build_document(facts: Facts) -> dict[str, Any]:
    """The unsigned credential, its texts cleaned (see `text`).

    Raises  Incomplete if there is no holder name or another text is empty, or the end lies before the start.
    """
    if facts.valid_until and facts.valid_until <= facts.valid_from:
        raise Incomplete("valid_until", "it lies before valid_from")
    document: dict[str, Any] = {
        "@context": list(BADGE_CONTEXT),
        "id": facts.id,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _said("achievement.name", facts.achievement.name),
        "issuer": {
            "id": facts.issuer.did,
            "type": ["Profile"],
            "name": _said("issuer.name", facts.issuer.name),
            "url": facts.issuer.url,
        },
        "awardedDate": timestamp(facts.awarded_at),
        "validFrom": timestamp(facts.valid_from),
        "credentialStatus": _status(facts.status),
        "credentialSubject": _subject(facts),
    }
    if facts.valid_until:
        document["validUntil"] = timestamp(facts.valid_until)
    return document


def as_bytes(document: dict[str, Any]) -> bytes:
    """The file as it is stored, attached and handed out: UTF-8, one line, members in the order built."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def read_facts(document: dict[str, Any]) -> Facts:
    """Read a credential back; the inverse of `build_document`.

    Believe the result only after `proof.check_proof`.
    Raises  NotPlain where a fact is missing or has not the shape in which we issue it.
    """
    if document.get("type") != ["VerifiableCredential", "OpenBadgeCredential"]:
        raise NotPlain("type", "not a credential as issued here")
    reader = _Reader(document)
    subject = reader.node("credentialSubject", "AchievementSubject")
    names, identifiers = _read_identifiers(subject)
    if len(names) != 1:
        raise NotPlain("credentialSubject.identifier", "not exactly one name")
    issuer = reader.node("issuer", "Profile")
    return Facts(
        id=reader.text("id"),
        issuer=Issuer(did=issuer.text("id"), name=issuer.text("name"), url=issuer.text("url")),
        subject_id=subject.text("id"),
        holder_name=names[0],
        identifiers=tuple(identifiers),
        achievement=_read_achievement(subject),
        awarded_at=reader.moment("awardedDate"),
        valid_from=reader.moment("validFrom"),
        valid_until=reader.moment("validUntil") if "validUntil" in document else None,
        status=_read_status(reader),
        image_url=subject.node("image", "Image").text("id") if "image" in subject.value else None,
    )


def _said(field: str, text: str, *, lines: bool = False) -> str:
    cleaned = clean(text, lines=lines)
    if not is_visible(cleaned):
        raise Incomplete(field, "it is empty")
    return cleaned


def _extension(field: str, kind: str) -> str:
    if not _TOKEN.fullmatch(kind):
        raise Incomplete(field, f"{kind!r} is not a plain word")
    return f"ext:{kind}"


def _subject(facts: Facts) -> dict[str, Any]:
    subject: dict[str, Any] = {
        "id": facts.subject_id,
        "type": ["AchievementSubject"],
        "identifier": [_identity("name", _said("holder_name", facts.holder_name))]
        + [
            _identity(_extension("identifiers", kind), _said(kind, value))
            for kind, value in facts.identifiers
        ],
        "achievement": _achievement(facts.achievement),
    }
    if facts.image_url:
        subject["image"] = {"id": facts.image_url, "type": "Image"}
    if facts.achievement.details:
        subject["result"] = [
            {
                "type": ["Result"],
                "resultDescription": _detail_id(facts.achievement, detail),
                "value": _said(detail.kind, detail.value),
            }
            for detail in facts.achievement.details
        ]
    return subject


def _identity(kind: str, value: str) -> dict[str, Any]:
    return {"type": "IdentityObject", "hashed": False, "identityType": kind, "identityHash": value}


def _achievement(achievement: Achievement) -> dict[str, Any]:
    built: dict[str, Any] = {
        "id": achievement.id,
        "type": ["Achievement"],
        "achievementType": achievement.type,
        "name": _said("achievement.name", achievement.name),
        "description": _said("achievement.description", achievement.description),
        "criteria": {"narrative": _narrative(achievement)},
        "inLanguage": _language(achievement.language),
        "version": _said("achievement.version", achievement.version),
    }
    if achievement.alignments:
        built["alignment"] = [_alignment(alignment) for alignment in achievement.alignments]
    if achievement.details:
        if len({detail.kind for detail in achievement.details}) < len(achievement.details):
            raise Incomplete("achievement.details", "two of the same kind")
        built["resultDescription"] = [
            {
                "id": _detail_id(achievement, detail),
                "type": ["ResultDescription"],
                "name": _said(detail.kind, detail.label),
                "resultType": _extension("achievement.details", detail.kind),
            }
            for detail in achievement.details
        ]
    return built


def _narrative(achievement: Achievement) -> str:
    # A line of the criteria that starts with a dash would read as an outcome.
    criteria = "\n".join(
        line if not line.startswith("- ") else f"– {line[2:]}"
        for line in _said("achievement.criteria", achievement.criteria, lines=True).split("\n")
    )
    outcomes = "\n".join(
        f"- {_said('achievement.outcomes', outcome)}" for outcome in achievement.outcomes
    )
    return f"{criteria}\n\n{outcomes}" if outcomes else criteria


def _alignment(alignment: Alignment) -> dict[str, Any]:
    built = {
        "type": ["Alignment"],
        "targetCode": _said("alignment.code", alignment.code),
        "targetName": _said("alignment.name", alignment.name),
        "targetUrl": alignment.url,
    }
    if alignment.framework:
        built["targetFramework"] = _said("alignment.framework", alignment.framework)
    if alignment.kind:
        built["targetType"] = _extension("alignment.kind", alignment.kind)
    return built


def _detail_id(achievement: Achievement, detail: Detail) -> str:
    return f"{achievement.id}#{detail.kind}"


def _language(tag: str) -> str:
    """The schema wants BCP 47 in its usual case: `pt-br` → `pt-BR`, `sr-latn` → `sr-Latn`."""
    language, *rest = tag.replace("_", "-").split("-")
    return "-".join(
        [language.lower(), *(part.title() if len(part) == 4 else part.upper() for part in rest)]
    )


def _status(entry: StatusEntry) -> dict[str, str]:
    return {
        "id": f"{entry.list_url}#{entry.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": entry.purpose,
        # A string: the status list specification says so, and strict verifiers refuse a number.
        "statusListIndex": str(entry.index),
        "statusListCredential": entry.list_url,
    }


@dataclass(frozen=True)
class _Reader:
    """Reads one node and insists on shapes; `path` is for the error."""

    value: dict[str, Any]
    path: str = ""

    def text(self, key: str) -> str:
        found = self.value.get(key)
        if not isinstance(found, str):
            raise NotPlain(self.at(key), "not a text")
        return found

    def moment(self, key: str) -> datetime:
        try:
            return read_timestamp(self.value.get(key))
        except ValueError as error:
            raise NotPlain(self.at(key), str(error)) from None

    def node(self, key: str, *types: str) -> "_Reader":
        found = self.value.get(key)
        if not isinstance(found, dict):
            raise NotPlain(self.at(key), "not an object")
        return _Reader(found, self.at(key)).typed(*types)

    def nodes(self, key: str, *types: str) -> "list[_Reader]":
        found = self.value.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise NotPlain(self.at(key), "not a list of objects")
        return [
            _Reader(item, f"{self.at(key)}[{index}]").typed(*types)
            for index, item in enumerate(found)
        ]

    def typed(self, *types: str) -> "_Reader":
        if types and self.value.get("type") not in (list(types), types[0]):
            raise NotPlain(self.at("type"), f"not {types[0]}")
        return self

    def at(self, key: str) -> str:
        return f"{self.path}.{key}".lstrip(".")


def _read_identifiers(subject: _Reader) -> tuple[list[str], list[tuple[str, str]]]:
    names, others = [], []
    for identity in subject.nodes("identifier", "IdentityObject"):
        if identity.value.get("hashed") is not False:
            raise NotPlain(identity.at("hashed"), "not an open name")
        kind, value = identity.text("identityType"), identity.text("identityHash")
        if kind == "name":
            names.append(value)
        else:
            others.append((kind.removeprefix("ext:"), value))
    return names, others


def _read_achievement(subject: _Reader) -> Achievement:
    achievement = subject.node("achievement", "Achievement")
    criteria, outcomes = _split_narrative(achievement.node("criteria").text("narrative"))
    return Achievement(
        id=achievement.text("id"),
        name=achievement.text("name"),
        description=achievement.text("description"),
        criteria=criteria,
        type=achievement.text("achievementType"),
        outcomes=outcomes,
        alignments=tuple(
            _read_alignment(item) for item in achievement.nodes("alignment", "Alignment")
        ),
        details=_read_details(achievement, subject),
        language=achievement.text("inLanguage"),
        version=achievement.text("version"),
    )


def _split_narrative(narrative: str) -> tuple[str, tuple[str, ...]]:
    lines = narrative.split("\n")
    outcomes = tuple(line[2:] for line in lines if line.startswith("- "))
    return "\n".join(line for line in lines if not line.startswith("- ")).strip(), outcomes


def _read_alignment(alignment: _Reader) -> Alignment:
    has = alignment.value
    return Alignment(
        code=alignment.text("targetCode"),
        name=alignment.text("targetName"),
        url=alignment.text("targetUrl"),
        framework=alignment.text("targetFramework") if "targetFramework" in has else "",
        kind=alignment.text("targetType").removeprefix("ext:") if "targetType" in has else "",
    )


def _read_details(achievement: _Reader, subject: _Reader) -> tuple[Detail, ...]:
    results = {
        result.text("resultDescription"): result.text("value")
        for result in subject.nodes("result", "Result")
    }
    descriptions = achievement.nodes("resultDescription", "ResultDescription")
    if set(results) != {description.text("id") for description in descriptions}:
        raise NotPlain("credentialSubject.result", "results and their descriptions do not match")
    return tuple(
        Detail(
            kind=description.text("resultType").removeprefix("ext:"),
            label=description.text("name"),
            value=results[description.text("id")],
        )
        for description in descriptions
    )


def _read_status(reader: _Reader) -> StatusEntry:
    entry = reader.node("credentialStatus", "BitstringStatusListEntry")
    index = entry.text("statusListIndex")
    if not _INDEX.fullmatch(index):
        raise NotPlain(entry.at("statusListIndex"), "not a number written as text")
    return StatusEntry(
        list_url=entry.text("statusListCredential"),
        index=int(index),
        purpose=entry.text("statusPurpose"),
    )
