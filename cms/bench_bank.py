"""Item statistics of a hundred thousand responses, as a worker counts them. Budget: 2 s by the clock."""

import random
import time
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from cms.models import User
from courses.models import Course
from modules import statistics
from modules.models import Activity, ActivityKind, Attempt, QuestionVersion

ATTEMPTS, ASKED, TRIES = 10_000, 10, 10


def rows(course: Course, once: Callable) -> list:
    """Counted for the first time, then a hundred more, then all again."""
    test = Activity.objects.filter(module__courses=course, kind=ActivityKind.TEST).first()
    seed(test, "first", ATTEMPTS)
    responses = Attempt.objects.submitted().filter(is_counted=False).count() * ASKED
    found = [clocked(once, f"item statistics: refresh {responses} responses", statistics.refresh)]
    seed(test, "more", 100)
    found.append(clocked(once, "item statistics: refresh 1000 more", statistics.refresh))
    found.append(clocked(once, "item statistics: rebuild all", statistics.rebuild))
    return found


def clocked(once: Callable, operation: str, act: Callable):
    began = time.perf_counter()
    row = once(operation, lambda: act(timezone.now()))
    row.note = f"{time.perf_counter() - began:.2f} s by the clock on {connection.vendor}"
    return row


def seed(test: Activity, name: str, count: int) -> None:
    """Submitted attempts at a test, as the server would have marked them, with a time for each answer."""
    dice = random.Random(count)  # noqa: S311 - the same bench every time
    questions = test.module.questions.filter(current__isnull=False)[:ASKED]
    versions = list(QuestionVersion.objects.filter(pk__in=[q.current_id for q in questions]))
    people = User.objects.bulk_create(
        User(email=f"bench-{name}-{n}@example.org", password="!") for n in range(-(-count // TRIES))
    )
    made = [_attempt(test, people[n // TRIES], n % TRIES + 1, versions, dice) for n in range(count)]
    Attempt.objects.bulk_create(made, batch_size=1000)


def _attempt(test, learner, number, versions, dice) -> Attempt:
    now, answers, result = timezone.now(), {}, []
    for version in versions:
        order = [option["id"] for option in version.content["options"]]
        chosen = dice.choice(order)
        answers[str(version.pk)] = chosen
        result.append(
            {
                "version": version.pk, "max": 1.0, "score": float(chosen == "a"), "correct": chosen == "a",
                "parts": {key: (key == chosen) == (key == "a") for key in order}, "seconds": dice.randint(4, 90),
            }
        )  # fmt: skip
    points = sum(mark["score"] for mark in result)
    return Attempt(
        learner=learner, activity=test, number=number, answers=answers, result=result,
        drawn=[{"version": version.pk, "order": list("abcd"), "left": []} for version in versions],
        score_raw=points, score_max=len(result), is_passed=False, started_at=now, submitted_at=now,
    )  # fmt: skip
