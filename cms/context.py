"""What every template of the site may need. No query of its own for learners."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict:
    return {
        "site_name": settings.SITE_NAME,
        "base_url": settings.BASE_URL,
        "has_mailroom": hasattr(settings, "STOA_MAILROOM_DIR"),
        "in_studio": lambda: in_studio(
            request
        ),  # asked by the header, not by a fragment or a letter
    }


def in_studio(request: HttpRequest) -> bool:
    """Whether the header offers the studio. Free of queries for everyone without a group (cms.backends)."""
    user = getattr(
        request, "user", None
    )  # missing when a request fails before the middleware that sets it
    return bool(user and user.is_authenticated and user.has_perm("wagtailadmin.access_admin"))
