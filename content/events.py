"""How an app tells the apps above what has happened."""

import logging
from collections.abc import Callable
from functools import wraps

from django.db import transaction
from django.dispatch import Signal

log = logging.getLogger(__name__)


def announce(signal: Signal, **facts) -> None:
    """Tell the apps above a fact, inside the transaction that records it.

    Receivers run in a savepoint (`@in_savepoint`); one that fails is rolled back alone and logged, it never
    undoes the fact it was told about. What leaves the database (mail, tasks) waits for commit.
    """
    for receiver, outcome in signal.send_robust(sender=None, **facts):
        if isinstance(outcome, Exception):
            log.error(
                "Receiver %s failed.", getattr(receiver, "__qualname__", receiver), exc_info=outcome
            )


def in_savepoint(receiver: Callable) -> Callable:
    @wraps(receiver)
    def run(**facts):
        with transaction.atomic():
            return receiver(**facts)

    return run
