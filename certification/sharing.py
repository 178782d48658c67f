"""Who may see the name on a certificate? Its holder, and whoever was given the certificate (decisions/0001)."""

import base64

from django.utils.crypto import constant_time_compare, salted_hmac

from certification.issuing import credential_url
from certification.models import Assertion

LENGTH = 22  # characters of base64: 132 bits


def share_token(assertion: Assertion) -> str:
    """Follows from the assertion and the site's secret, so that nothing is stored and a PDF never changes."""
    digest = salted_hmac(
        "stoa_certification.share", f"{assertion.uuid}:{assertion.short_code}", algorithm="sha256"
    ).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii")[:LENGTH]


def share_url(assertion: Assertion) -> str:
    """The link in QR codes and PDFs, and that holders hand out."""
    return f"{credential_url(assertion.uuid)}?share={share_token(assertion)}"


def may_see_name(user, assertion: Assertion, token: str = "") -> bool:
    is_holder = user.is_authenticated and assertion.learner_id == user.pk
    return is_holder or constant_time_compare(token, share_token(assertion))
