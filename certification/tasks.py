"""Background work: rows that wait for a signature, or for a letter. Every task may run twice."""

import logging

from celery import shared_task
from django.utils import timezone

from certification import issuing, telling
from certification.signing.errors import SigningError

log = logging.getLogger(__name__)


@shared_task(name="stoa_certification.sign")
def sign(assertion_id: int) -> None:
    """Sign, then tell the learner. What cannot be signed now stays pending, and the sweep comes back."""
    try:
        credential = issuing.sign(assertion_id, at=timezone.now())
    except SigningError as problem:
        log.error("Assertion %s waits to be signed: %s", assertion_id, type(problem).__name__)
        return
    if credential:
        telling.tell(assertion_id, at=timezone.now())


@shared_task(name="stoa_certification.tell")
def tell(assertion_id: int) -> None:
    telling.tell(assertion_id, at=timezone.now())
