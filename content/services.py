"""What this app holds about a person: who changed records, and who looked at what."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q

from content.models import Change, Digest, ReviewTask


def disclose(*, learner: AbstractBaseUser) -> dict[str, Any]:
    """Everything this app holds about a person, as plain data."""
    tasks = ReviewTask.objects.filter(Q(owner=learner) | Q(done_by=learner))
    return {
        "changes": list(
            Change.objects.filter(changed_by=learner).values("key", "note", "changed_at")
        ),
        "review_tasks": list(tasks.values("title", "why", "opened_at", "done_at", "done_note")),
        "letters": list(Digest.objects.filter(person=learner).values("week_of", "sent_at")),
    }


def forget(*, learner: AbstractBaseUser) -> None:
    """Take a person out of what this app holds. What was changed, and what was looked at, stays on record."""
    Change.objects.filter(changed_by=learner).update(changed_by=None)
    ReviewTask.objects.filter(owner=learner).update(owner=None)
    ReviewTask.objects.filter(done_by=learner).update(done_by=None)
    Digest.objects.filter(person=learner).delete()
