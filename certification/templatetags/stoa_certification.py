"""Tags for certificates on other pages."""

import datetime as dt
import re

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from certification.models import Assertion
from certification.verifying import show_code

register = template.Library()


@register.simple_tag
def my_certificates(user) -> list[Assertion]:
    """A person's certificates, newest first, each with `has_expired`. One query."""
    if not user.is_authenticated:
        return []
    today = timezone.now().astimezone(dt.UTC).date()
    found = list(Assertion.objects.filter(learner=user).select_related("version__achievement"))
    for assertion in found:
        assertion.has_expired = bool(assertion.expires_on and assertion.expires_on < today)
    return found


@register.filter
def in_fours(code: str) -> str:
    return show_code(code)


@register.filter
def breakable(text: str) -> SafeString:
    """An address or id that may be broken over lines where its parts end, so that a phone need not scroll."""
    parts = re.split(r"(?<=[/:#%-])", str(text))
    return mark_safe("<wbr>".join(conditional_escape(part) for part in parts))  # noqa: S308 - each part is escaped
