"""The sweep: what waits too long in a state is sent again (design decision 11). Letters to learners."""

from celery import shared_task
from django.utils import timezone

from cms import digests, letters, sweeping


@shared_task
def sweep() -> None:
    sweeping.sweep()


@shared_task
def look_after() -> None:
    """Once a week: tasks of what has passed its date, and the letters about what waits."""
    digests.overdue(at=timezone.now())


@shared_task
def send_digest(pk: int) -> None:
    digests.send(pk, at=timezone.now())


@shared_task
def tell_marked(pk: int) -> None:
    letters.tell_marked(pk, at=timezone.now())


@shared_task
def tell_answered(pk: int) -> None:
    letters.tell_answered(pk, at=timezone.now())
