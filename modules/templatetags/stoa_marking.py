"""Tags for appeals on the page of a result."""

from django import template
from django.utils import timezone

from modules import appeals
from modules.models import Appeal, Attempt

register = template.Library()


@register.simple_tag
def appeal_of(attempt: Attempt, version: int) -> Appeal | None:
    """The appeal against one question of an attempt. One query for all questions of the page."""
    if not hasattr(attempt, "known_appeals"):
        attempt.known_appeals = appeals.of_attempt(attempt)
    return attempt.known_appeals.get(version)


@register.filter
def may_contest(attempt: Attempt) -> bool:
    return appeals.may_contest(attempt.submitted_at, timezone.now())
