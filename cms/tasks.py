"""The sweep: what waits too long in a state is sent again (design decision 11). Letters to learners."""

from celery import shared_task
from django.utils import timezone

from cms import letters, sweeping


@shared_task
def sweep() -> None:
    sweeping.sweep()


@shared_task
def tell_marked(pk: int) -> None:
    letters.tell_marked(pk, at=timezone.now())


@shared_task
def tell_answered(pk: int) -> None:
    letters.tell_answered(pk, at=timezone.now())
