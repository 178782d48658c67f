"""The weekly letter to those who look after the knowledge base and the lessons: what waits for them. One a person."""

import datetime as dt

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from content import reviewing
from content.models import Digest

NAMED = 20
"""So many tasks are named; the letter counts the rest."""


def overdue(*, at: dt.datetime) -> dict[str, int]:
    """Open the tasks of what has passed its date, and find the letters of this week. Safe to run at any time."""
    from cms import tasks  # Celery's registry is complete only after start

    opened = reviewing.open_overdue(at=at)
    due = reviewing.digests_due(at=at)
    for pk in due:
        tasks.send_digest.delay(pk)
    return {"review tasks": opened, "digests": len(due)}


def send_again(*, at: dt.datetime) -> int:
    """Letters of this week that were made and did not leave. Returns how many."""
    from cms import tasks

    found = Digest.objects.filter(week_of=reviewing.week_of(at.date()), sent_at=None)
    pks = list(found.values_list("pk", flat=True))
    for pk in pks:
        tasks.send_digest.delay(pk)
    return len(pks)


def send(pk: int, *, at: dt.datetime) -> bool:
    """Send a person the letter of a week, once. Returns whether one went out: none if nothing waits any more."""
    if not Digest.objects.filter(pk=pk, sent_at=None).update(sent_at=at):
        return False
    digest = Digest.objects.select_related("person").get(pk=pk)
    tasks = reviewing.waiting_by_person(at.date()).get(digest.person_id, [])
    if not tasks:
        return False
    try:
        _send(digest.person, tasks, at.date())
    except Exception:
        Digest.objects.filter(pk=pk).update(sent_at=None)  # nobody was told
        raise
    return True


def _send(person, tasks, today: dt.date) -> None:
    with translation.override(getattr(person, "language", "") or settings.LANGUAGE_CODE):
        for task in tasks:
            task.late = task.is_late(today)
        context = {
            "person": person,
            "tasks": tasks[:NAMED],
            "number": len(tasks),
            "more": max(0, len(tasks) - NAMED),
            "late": sum(task.late for task in tasks),
            "url": settings.BASE_URL.rstrip("/") + reverse("stoa_content_tasks"),
            "site_name": settings.WAGTAIL_SITE_NAME,
        }
        text = render_to_string("stoa_cms/mail/digest.txt", context).strip()
    subject, _blank, body = text.partition("\n")
    send_mail(subject.strip(), body.strip() + "\n", None, [person.email])
