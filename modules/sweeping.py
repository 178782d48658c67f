"""What waits too long in this app, and moves on. Safe to run at any time, and twice."""

import datetime as dt

from modules import checking, question_imports, regrading, services, statistics, tasks
from modules.cartridge import importing as cartridges
from modules.studio import question_status


def overdue(*, at: dt.datetime) -> dict[str, int]:
    """Redo what a fault or a killed worker left behind, and follow the facts. Returns how many of each."""
    return {
        "cartridges": cartridges.overdue(at=at),
        "question files": question_imports.overdue(at=at),
        **learning(at=at),
        **bank(at=at),
    }


def learning(*, at: dt.datetime) -> dict[str, int]:
    """Attempts whose time is over, and files whose check was lost."""
    attempts = services.overdue(at)
    for attempt in attempts:
        services.end_overdue(attempt=attempt, at=at)
    files = checking.unchecked(at)
    for pk in files:
        tasks.check_file.delay(pk)
    return {"attempts": len(attempts), "files": len(files)}


def bank(*, at: dt.datetime) -> dict[str, int]:
    """Statistics that are behind (1 if they are), regrades that stopped, questions whose fact is not sound."""
    behind = statistics.is_behind()
    if behind:
        tasks.refresh_statistics.delay()
    waiting = regrading.waiting(at)
    for pk in waiting:
        tasks.regrade.delay(pk)
    return {
        "statistics": int(behind),
        "regrades": len(waiting),
        "resting": question_status.follow_facts(at=at),
    }
