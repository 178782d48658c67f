"""That an activity is done: one row a learner and activity, the first time, never taken back."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction

from content.events import announce
from modules import statements
from modules.models import Activity, Attempt, Completion, GradedBy, Module, ModuleVersion, Verb
from modules.signals import activity_completed


def complete(
    *,
    learner: AbstractBaseUser,
    activity: Activity,
    graded_by: GradedBy,
    at: dt.datetime,
    language: str,
    attempt: Attempt | None = None,
) -> Completion:
    """Record that a learner has done an activity; the second time returns the first record.

    Callers hold a transaction and have asked the gates. Sends activity_completed, once, and once more when something
    that was self-reported is now known from the server or a person (design decision 5).
    """
    return complete_once(
        learner=learner, activity=activity, graded_by=graded_by, at=at, language=language, attempt=attempt
    )[0]  # fmt: skip


def complete_once(
    *,
    learner: AbstractBaseUser,
    activity: Activity,
    graded_by: GradedBy,
    at: dt.datetime,
    language: str,
    attempt: Attempt | None = None,
    result: dict[str, Any] | None = None,
) -> tuple[Completion, bool]:
    """As `complete`, and whether this was the first time. `result` goes into the statement (see statements.record)."""
    version = attempt.module_version_id if attempt else None
    if version is None:
        version = getattr(current_version(activity.module), "pk", None)
    is_new = True
    try:
        with transaction.atomic():
            completion = Completion.objects.create(
                learner=learner,
                activity=activity,
                graded_by=graded_by,
                completed_at=at,
                attempt=attempt,
                module_version_id=version,
            )
    except IntegrityError:  # done before, perhaps a moment ago in another tab
        completion, is_new = Completion.objects.get(learner=learner, activity=activity), False
    if not is_new and completion.graded_by == GradedBy.SELF and graded_by != GradedBy.SELF:
        # What a browser said of itself is now known better: courses that ask for that may count it from here on.
        completion.graded_by, completion.attempt = graded_by, attempt
        completion.save(update_fields=["graded_by", "attempt"])
        announce(activity_completed, completion=completion)
    if is_new:
        if attempt is None:
            statements.record(
                learner=learner, verb=Verb.COMPLETED, activity=activity, at=at, language=language, result=result
            )  # fmt: skip
        announce(activity_completed, completion=completion)
    return completion, is_new


def current_version(module: Module) -> ModuleVersion | None:
    return module.versions.order_by("-number").first()
