"""What is printed for a credential? A PDF/A-3a and PDF/UA-1 file, the same bytes for the same input.

All it says is read from the signed facts. Data reaches typst as JSON, never as source, so no name can be a command.
The claims of PDF/A and PDF/UA are typst's own; no validator was at hand.
"""

import io
import json
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst

from certification.signing.document import Facts
from content.fonts import drawable, find_fonts

TEMPLATE = Path(__file__).with_name("certificate.typ")
STANDARDS: list[Any] = ["a-3a", "ua-1"]

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)

# A compiler keeps state between calls and must not be shared by two threads at once.
_lock = threading.Lock()


@dataclass(frozen=True)
class Labels:
    """The words around the facts, in the language of the certificate. English here; hosts pass translated ones."""

    certificate: str = "Certificate of achievement"
    title: str = "Certificate: {achievement}, {holder}"
    earned: str = "has completed"
    outcomes: str = "and has shown the ability to"
    issued: str = "Issued"
    valid_until: str = "Valid until"
    no_end: str = "Does not expire"
    issuer: str = "Issuer"
    aligned: str = "Aligned with"
    number: str = "Number"
    check: str = "Check this certificate"
    qr: str = "QR code that opens the page where this certificate can be checked: {url}"
    disclaimer: str = (
        "It states what a person has learned. It is not a licence, not a security clearance and not a statement about "
        "any place. The signed data is attached to this file."
    )
    attachment: str = "The signed credential, Open Badges 3.0"


def english_date(at: datetime) -> str:
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def render_pdf(
    facts: Facts,
    credential_json: bytes,
    verify_url: str,
    short_code: str,
    language: str,
    fonts_dir: Path,
    at: datetime,
    *,
    labels: Labels = Labels(),
    format_date: Callable[[datetime], str] = english_date,
) -> bytes:
    """Render one certificate.

    facts            as read from the credential, `signing.verify` or `signing.document.read_facts`.
    credential_json  the signed bytes; attached as credential.json.
    fonts_dir        directory below which the files of `fonts.FONT_FILES` lie.
    at               the date of the file; pass the time of signing and the file never changes.
    Raises           FontsMissing.
    """
    data = _data(facts, verify_url, short_code, language, fonts_dir, at, labels, format_date)
    inputs = {
        "data": json.dumps(data, ensure_ascii=False),
        "credential": credential_json.decode(),
        "qr": _qr(verify_url),
    }
    with _lock:
        pdf = _compiler(fonts_dir).compile(
            format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=int(at.timestamp())
        )
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _compiler(fonts_dir: Path) -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=list(dict.fromkeys(str(path.parent) for path in find_fonts(fonts_dir))),
    )
    return typst.Compiler(
        str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=fonts, ignore_system_fonts=True
    )


def _qr(url: str) -> str:
    drawing = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        drawing, kind="svg", border=0, dark="#1c2325", light="#fdfbf7", xmldecl=False
    )
    return drawing.getvalue().decode()


def _data(
    facts: Facts,
    verify_url: str,
    short_code: str,
    language: str,
    fonts_dir: Path,
    at: datetime,
    labels: Labels,
    format_date: Callable[[datetime], str],
) -> dict[str, Any]:
    def plain(text: str) -> str:
        return drawable(text, fonts_dir=fonts_dir)

    achievement = facts.achievement
    holder = plain(facts.holder_name)
    words = {name: plain(word) for name, word in asdict(labels).items()}
    words["qr"] = words["qr"].replace("{url}", verify_url)
    base, _, rest = language.replace("_", "-").partition("-")
    return {
        "title": words["title"]
        .replace("{achievement}", plain(achievement.name))
        .replace("{holder}", holder),
        "summary": plain(achievement.description),
        "issuer": plain(facts.issuer.name),
        "holder": holder,
        "achievement": plain(achievement.name),
        "outcomes": [plain(outcome) for outcome in achievement.outcomes],
        "criteria": plain(achievement.criteria),
        "facts": [
            {"label": plain(label), "value": plain(value)}
            for label, value in _rows(facts, labels, format_date)
            if plain(value)
        ],
        "short-code": short_code,
        "verify-url": verify_url,
        "language": base.lower(),
        "region": rest.upper() if len(rest) == 2 else None,
        "year": at.year,
        "month": at.month,
        "day": at.day,
        "labels": words,
    }


def _rows(
    facts: Facts, labels: Labels, format_date: Callable[[datetime], str]
) -> list[tuple[str, str]]:
    achievement = facts.achievement
    rows = [(detail.label, detail.value) for detail in achievement.details]
    rows.append((labels.issued, format_date(facts.awarded_at)))
    rows.append(
        (labels.valid_until, format_date(facts.valid_until) if facts.valid_until else labels.no_end)
    )
    rows.append((labels.issuer, facts.issuer.name))
    if achievement.alignments:
        rows.append(
            (labels.aligned, ", ".join(alignment.code for alignment in achievement.alignments))
        )
    return rows
