"""In which forms can a certificate be taken away? Views of the signed bytes, made when asked for, the same every time."""

import datetime as dt
import json
from html import escape

from django.utils import formats, translation
from django.utils.translation import gettext as _

from certification import conf
from certification.models import Assertion, Credential
from certification.rendering.pdf import Labels, render_pdf
from certification.sharing import share_url
from certification.signing.bake import bake_svg
from certification.signing.document import Facts, read_facts
from certification.verifying import show_code

FORMS = {"json": "application/vc+ld+json", "pdf": "application/pdf", "svg": "image/svg+xml"}


def signed_facts(credential: Credential) -> Facts:
    return read_facts(json.loads(credential.document))


def take_away(credential: Credential, form: str) -> bytes:
    """The certificate as json, pdf or svg. Raises FontsMissing for a PDF without its typefaces."""
    if form == "json":
        return credential.document.encode()
    facts = signed_facts(credential)
    return _pdf(credential, facts) if form == "pdf" else _svg(credential, facts)


def _pdf(credential: Credential, facts: Facts) -> bytes:
    assertion: Assertion = credential.assertion
    with translation.override(assertion.language):
        return render_pdf(
            facts,
            credential.document.encode(),
            share_url(assertion),
            show_code(assertion.short_code),
            assertion.language,
            conf.fonts_dir(),
            credential.signed_at,
            labels=_labels(),
            format_date=_day,
        )


def _day(at: dt.datetime) -> str:
    return formats.date_format(at.astimezone(dt.UTC), "j F Y")


def _labels() -> Labels:
    return Labels(
        certificate=_("Certificate of achievement"),
        title=_("Certificate: {achievement}, {holder}"),
        earned=_("has completed"),
        outcomes=_("and has shown the ability to"),
        issued=_("Issued"),
        valid_until=_("Valid until"),
        no_end=_("Does not expire"),
        issuer=_("Issuer"),
        aligned=_("Aligned with"),
        number=_("Number"),
        check=_("Check this certificate"),
        qr=_("QR code that opens the page where this certificate can be checked: {url}"),
        disclaimer=_(
            "It states what a person has learned. It is not a licence, not a security clearance and not a statement about any "
            "place. The signed data is attached to this file."
        ),
        attachment=_("The signed credential, Open Badges 3.0"),
    )


def _svg(credential: Credential, facts: Facts) -> bytes:
    """The badge: our mark over the name of the achievement, with the credential in it."""
    lines = "".join(
        f'<text x="24" y="{172 + 26 * place}" font-size="20" font-weight="700">{escape(line)}</text>'
        for place, line in enumerate(_wrap(facts.achievement.name))
    )
    label = escape(f"{facts.achievement.name}, {facts.issuer.name}")
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320" role="img" aria-label="{label}">'
        '<path fill="#fdfbf7" stroke="#d5cdbf" d="M.5 .5h319v319H.5z"/>'
        '<path fill="none" stroke="#0b5563" stroke-width="10" d="M29 84V29h86v55"/>'
        '<path fill="#1c2325" d="M24 92h10v10H24zM52 92h10v10H52zM82 92h10v10H82zM110 92h10v10h-10z"/>'
        '<path stroke="#1c2325" d="M24 130h272"/>'
        f'<g font-family="sans-serif" fill="#1c2325">{lines}'
        f'<text x="24" y="296" font-size="13">{escape(facts.issuer.name[:44])}</text></g></svg>'
    )
    return bake_svg(drawing, credential.document.encode()).encode()


def _wrap(text: str, *, width: int = 26, most: int = 4) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:most]
