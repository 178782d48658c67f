"""Celery for the whole site: one app, the tasks of each app, and the worker inside the web process."""

import logging
import os
import threading

from celery import Celery
from celery.schedules import crontab
from django.conf import settings
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.production")

app = Celery("stoa")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

log = logging.getLogger(__name__)


@app.on_after_finalize.connect
def schedule(sender: Celery, **_) -> None:
    """The sweep re-sends every row that has waited too long (design decision 11)."""
    sender.conf.beat_schedule = {
        "stoa-sweep": {"task": "cms.tasks.sweep", "schedule": float(settings.STOA_SWEEP_SECONDS)},
        "stoa-digest": {
            "task": "cms.tasks.look_after",
            "schedule": crontab(minute=0, hour=6, day_of_week="mon"),
        },
    }


def start_embedded_worker() -> None:
    """Run worker and sweep in threads of this process when STOA_EMBEDDED_WORKER is on; else do nothing.

    The memory transport lives in one process, so the embedded worker is for one web process only.
    """
    if not settings.STOA_EMBEDDED_WORKER:
        return
    threading.Thread(target=_work, name="stoa-worker", daemon=True).start()
    threading.Thread(target=_sweep_at_intervals, name="stoa-sweep", daemon=True).start()


def _work() -> None:
    worker = app.Worker(
        pool="solo",
        loglevel="WARNING",
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
        redirect_stdouts=False,
        quiet=True,
    )
    worker.start()


def _sweep_at_intervals() -> None:
    from cms.tasks import look_after, sweep  # Celery's registry is complete only after start

    pause = threading.Event()
    looked_after = None
    while True:
        try:
            sweep.delay()
            today = timezone.localdate()
            if (
                looked_after != today
            ):  # a week's letter is sent once, so looking daily costs nobody a second one
                look_after.delay()
                looked_after = today
        except Exception:
            log.exception("The sweep could not be sent.")
        pause.wait(settings.STOA_SWEEP_SECONDS)
