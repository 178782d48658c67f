"""Files of artefacts that wait to be checked: each is looked through once, by a worker, and then clean or refused."""

import datetime as dt

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from modules import uploads
from modules.models import SubmissionFile

AGAIN = dt.timedelta(minutes=10)  # after which a check counts as lost
GIVE_UP = dt.timedelta(days=1)
FileState = SubmissionFile.State


def check_file(*, pk: int) -> None:
    """Check a file that waits, once; a second run finds nothing to do. A scanner's own fault is raised."""
    row = SubmissionFile.objects.filter(pk=pk, state=FileState.WAITING).first()
    if row is None:
        return
    found = next(one for one in uploads.TYPES.values() if one.media_type == row.media_type)
    try:
        with row.file.open() as stored:
            data = stored.read()
        kept = uploads.check(data, row.name, found)
    except uploads.Refused as problem:
        _refuse(row, problem.sentence)
        return
    except FileNotFoundError:
        _refuse(row, _("This file was lost. Please attach it again."))
        return
    storage, name = row.file.storage, row.file.name
    if kept != data:
        row.file.save("file", ContentFile(kept), save=False)
    changed = SubmissionFile.objects.filter(pk=pk, state=FileState.WAITING).update(
        state=FileState.CLEAN, file=row.file.name, size=len(kept)
    )
    if kept != data:
        storage.delete(name if changed else row.file.name)


def _refuse(row: SubmissionFile, sentence: str) -> None:
    SubmissionFile.objects.filter(pk=row.pk, state=FileState.WAITING).update(
        state=FileState.REFUSED, problem=str(sentence)[:200]
    )
    row.file.storage.delete(row.file.name)


def unchecked(at: dt.datetime) -> list[int]:
    """Ids of files whose check seems to be lost. Those that waited GIVE_UP are refused, with a sentence."""
    waiting = SubmissionFile.objects.filter(state=FileState.WAITING, uploaded_at__lt=at - AGAIN)
    for row in waiting.filter(uploaded_at__lt=at - GIVE_UP):
        _refuse(row, _("This file could not be checked. Please attach it again."))
    return list(waiting.values_list("pk", flat=True))
