"""Statements as we write them: xAPI 1.0.3 shape, actor and authority set by the server."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from modules import conf
from modules.identity import learner_uuid
from modules.models import Activity, Attempt, Statement, Verb


def record(
    *,
    learner,
    verb: Verb,
    activity: Activity,
    at: dt.datetime,
    language: str,
    attempt: Attempt | None = None,
    result: dict[str, Any] | None = None,
) -> Statement:
    """Write one statement. The actor is account homepage + learner uuid, never a name or an e-mail address.

    result   what to say of the outcome where there is no attempt that says it
    """
    statement_uuid = uuid.uuid4()
    return Statement.objects.create(
        uuid=statement_uuid,
        learner=learner,
        verb=verb,
        activity=activity,
        registration=attempt.uuid if attempt else None,
        happened_at=at,
        stored_at=at,
        document=document(statement_uuid, learner, verb, activity, at, language, attempt)
        | ({"result": result} if result else {}),
    )


def restate(attempts: Iterable[Attempt], at: dt.datetime) -> None:
    """Results were corrected: void what was stated of these attempts and state what holds now. Two queries for any number.

    The new statement happened when the attempt was handed in and is stored `at`. Attempts come with learner and activity.
    """
    rows = list(attempts)
    old = Statement.objects.filter(registration__in=[row.uuid for row in rows], is_voided=False)
    old.filter(verb__in=[Verb.PASSED, Verb.FAILED]).update(is_voided=True)
    Statement.objects.bulk_create([_of_result(row, at) for row in rows])


def _of_result(attempt: Attempt, at: dt.datetime) -> Statement:
    statement_uuid = uuid.uuid4()
    verb = Verb.PASSED if attempt.is_passed else Verb.FAILED
    happened_at = attempt.submitted_at or at
    found = document(
        statement_uuid,
        attempt.learner,
        verb,
        attempt.activity,
        happened_at,
        attempt.language,
        attempt,
    )
    return Statement(
        uuid=statement_uuid, learner=attempt.learner, verb=verb, activity=attempt.activity,
        registration=attempt.uuid, happened_at=happened_at, stored_at=at,
        document=found | {"stored": at.isoformat()},
    )  # fmt: skip


def document(statement_uuid, learner, verb, activity, at, language, attempt) -> dict[str, Any]:
    account = {"homePage": conf.ACTOR_HOMEPAGE, "name": str(learner_uuid(learner))}
    found: dict[str, Any] = {
        "id": str(statement_uuid),
        "version": "1.0.3",
        "actor": {"objectType": "Agent", "account": account},
        "verb": {"id": str(verb), "display": {"en": verb.rpartition("/")[2]}},
        "object": {
            "objectType": "Activity",
            "id": f"{conf.ACTOR_HOMEPAGE}/xapi/activities/{activity.uuid}",
            "definition": {"name": {language: activity.title or activity.get_kind_display()}},
        },
        "context": {"language": language},
        "timestamp": at.isoformat(),
        "stored": at.isoformat(),
    }
    if attempt and attempt.score_raw is not None:
        found["context"]["registration"] = str(attempt.uuid)
        found["result"] = {
            "completion": True,
            "success": bool(attempt.is_passed),
            "score": {
                "raw": attempt.score_raw,
                "min": 0,
                "max": attempt.score_max,
                "scaled": attempt.score_raw / attempt.score_max if attempt.score_max else 0,
            },
        }
    return found
