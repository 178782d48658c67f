"""Background work: rows that wait to be read, checked, counted or marked again. Every task may run twice."""

from celery import shared_task
from django.utils import timezone

from modules import checking, question_import_work, regrading, statistics
from modules.cartridge import working


@shared_task(name="stoa_modules.read_cartridge")
def read_cartridge(pk: int) -> None:
    working.read(pk, at=timezone.now())


@shared_task(name="stoa_modules.put_cartridge_in")
def put_cartridge_in(pk: int) -> None:
    working.put_in(pk, at=timezone.now())


@shared_task(name="stoa_modules.check_file")
def check_file(pk: int) -> None:
    checking.check_file(pk=pk)


@shared_task(name="stoa_modules.refresh_statistics")
def refresh_statistics() -> None:
    statistics.refresh(timezone.now())


@shared_task(name="stoa_modules.regrade")
def regrade(pk: int) -> None:
    regrading.run(pk, at=timezone.now())


@shared_task(name="stoa_modules.read_questions")
def read_questions(pk: int) -> None:
    question_import_work.read(pk, at=timezone.now())


@shared_task(name="stoa_modules.put_questions_in")
def put_questions_in(pk: int) -> None:
    question_import_work.put_in(pk, at=timezone.now())
