"""Finds rows that have waited too long, in every app, and moves them on."""

import logging

from django.utils import timezone

from certification import services as certification
from cms import digests
from courses import services as courses
from modules import sweeping as modules

log = logging.getLogger(__name__)


def sweep() -> dict[str, int]:
    """Redo what a fault or a killed worker left behind. Safe to run at any time, and twice."""
    now = timezone.now()
    behind = courses.behind()
    courses.recalculate(behind, at=now)
    return (
        {"progress": len(behind), "digests": digests.send_again(at=now)}
        | modules.overdue(at=now)
        | certification.overdue(at=now)
    )
