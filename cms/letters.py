"""The letters of this site to learners: their work was marked, their appeal has its answer. Short and plain.

They say that something is there, not what: marks are read behind the sign-in.
"""

import datetime as dt

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from modules.models import Appeal, Submission


def tell_marked(pk: int, *, at: dt.datetime) -> bool:
    """Tell a learner that an artefact was decided, once a decision. Returns whether a letter went out."""
    waiting = Submission.objects.filter(state=Submission.State.MARKED)
    found = _claim(waiting, pk, at)
    if found is None:
        return False
    url = reverse("stoa_modules:artefact-try", args=[found.uuid])
    return _send(found, "marked", found.learner, found.language, found.activity.title, url)


def tell_answered(pk: int, *, at: dt.datetime) -> bool:
    """Tell a learner that an appeal has its answer, once. Returns whether a letter went out."""
    found = _claim(Appeal.objects.filter(answered_at__isnull=False), pk, at)
    if found is None:
        return False
    of = found.attempt or found.submission
    if found.attempt_id:
        url = reverse("stoa_modules:contest-question", args=[of.uuid, found.version_id])
    else:
        url = reverse("stoa_modules:contest-mark", args=[of.uuid])
    title = of.activity.title or of.activity.module.title
    return _send(found, "appeal_answered", of.learner, of.language, title, url)


def _claim(rows, pk: int, at: dt.datetime) -> Model | None:
    """The row, for whoever comes first: a task may run twice."""
    if not rows.filter(pk=pk, told_at__isnull=True).update(told_at=at):
        return None
    return rows.get(pk=pk)


def _send(row: Model, letter: str, person, language: str, title: str, path: str) -> bool:
    with translation.override(getattr(person, "language", "") or language):
        context = {
            "person": person,
            "title": title,
            "url": settings.BASE_URL.rstrip("/") + path,
            "site_name": settings.WAGTAIL_SITE_NAME,
        }
        text = render_to_string(f"stoa_cms/mail/{letter}.txt", context).strip()
    subject, _blank, body = text.partition("\n")
    try:
        send_mail(subject.strip(), body.strip() + "\n", None, [person.email])
    except Exception:
        type(row).objects.filter(pk=row.pk).update(told_at=None)  # nobody was told
        raise
    return True
