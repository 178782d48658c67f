"""The letters this app writes: short, plain, in the language of the person."""

import datetime as dt

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from certification import conf
from certification.models import Assertion, AssertionState, Membership
from certification.sharing import share_url


def tell(assertion_id: int, *, at: dt.datetime) -> bool:
    """Tell a learner that their certificate is there, once. Returns whether a letter went out."""
    untold = Assertion.objects.filter(
        pk=assertion_id, state=AssertionState.ACTIVE, told_at__isnull=True
    )
    if not untold.update(told_at=at):
        return False
    assertion = Assertion.objects.select_related("learner", "version").get(pk=assertion_id)
    context = {
        "assertion": assertion,
        "url": share_url(assertion),
        "title": assertion.version.texts["title"],
    }
    try:
        _send("issued", assertion.learner, assertion.language, context)
    except Exception:
        # Nobody was told; the sweep will try again.
        Assertion.objects.filter(pk=assertion_id).update(told_at=None)
        raise
    return True


def tell_invitation(membership: Membership) -> None:
    """Tell a person that a city asks whether they hold a post."""
    person = membership.person
    language = getattr(person, "language", "") or settings.LANGUAGE_CODE
    context = {
        "membership": membership,
        "post": membership.post,
        "city": membership.post.city,
        "url": f"{conf.base_url()}/cities/join/",
    }
    _send("invited", person, language, context)


def _send(letter: str, person, language: str, context: dict) -> None:
    with translation.override(language):
        context = context | {"person": person, "site_name": settings.WAGTAIL_SITE_NAME}
        text = render_to_string(f"stoa_certification/mail/{letter}.txt", context).strip()
    subject, _blank, body = text.partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [person.email])
