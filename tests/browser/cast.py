"""Puts people into the served site who are in the middle of something, made by the services that people use.

Runs once, before the site is served, in the site's own environment (served.py). Writes for each person the session
cookie that a sign-in would give, and the addresses that belong to them.
"""

import datetime as dt
import json
import secrets
from pathlib import Path

from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.utils import timezone

from certification import rosters
from certification import services as certification
from certification.models import Assertion, City, Post
from cms import demo
from cms.models import User
from courses import services as courses
from courses.models import Course
from modules import services as modules
from modules.models import Activity, ActivityKind, Attempt, Module, QuestionVersion

FRESH = 16
"""Learners who have joined everything and done nothing: one for each test that needs somebody to itself."""

now = timezone.now()


def main(out: str) -> None:
    people = {role: entry(User.objects.get(email=f"{role}@stoa.example")) for role in demo.PEOPLE}
    with transaction.atomic():
        for number in range(1, FRESH + 1):
            people[f"fresh-{number}"] = entry(learner(f"fresh-{number}", f"Fresh learner {number}"))
        people["amara"] = half_way()
        people["graduate"] = graduate("graduate", "Γραμματεία Dvořák-Łukasz")
        people["nameless"] = graduate("nameless", "")
        people["revoked"] = graduate("revoked", "Somebody Revoked")
    take_back(people["revoked"])
    ask_for_post(User.objects.get(email="amara@stoa.example"))
    Path(out).write_text(json.dumps(people, indent=2))


def entry(user: User, **more: str) -> dict[str, str]:
    client = Client()
    client.force_login(user, backend="cms.backends.StaffModelBackend")
    session = client.session
    just_now = (now + dt.timedelta(days=1)).timestamp()  # nobody is asked for the password again
    session["account_authentication_methods"] = [
        {"method": "password", "at": just_now, "email": user.email}
    ]
    session.save()
    return {"email": user.email, "session": client.cookies["sessionid"].value} | more


def learner(key: str, name: str) -> User:
    user = demo.person(f"{key}@stoa.example", name, secrets.token_urlsafe(12))
    for course in Course.objects.filter(
        key__in=["first-hour", "foundations", "participation", "security-by-design"]
    ):
        courses.enrol(learner=user, course=course, at=now - dt.timedelta(days=30))
    return user


def half_way() -> dict[str, str]:
    """Amara has read two lessons, answered a quiz wrong, failed a test, begun it again, and passed another."""
    amara = learner("amara", "Amara Example")
    foundations, first_hour = Module.objects.get(key="m01"), Module.objects.get(key="h01")
    for reading in activities(foundations, ActivityKind.READING)[:2]:
        modules.complete_reading(learner=amara, activity=reading, at=now - dt.timedelta(days=3))
    quiz = activities(foundations, ActivityKind.QUIZ)[1]
    test = activities(foundations, ActivityKind.TEST)[0]
    answered, failed = sit(amara, quiz, right=False), sit(amara, test, right=False)
    running = modules.start_attempt(learner=amara, activity=test, at=now)
    passed = sit(amara, activities(first_hour, ActivityKind.TEST)[0], right=True)
    return entry(
        amara,
        test=f"/test/{test.uuid}/",
        running=f"/attempt/{running.uuid}/",
        quiz=f"/attempt/{answered.uuid}/result/",
        failed=f"/attempt/{failed.uuid}/result/",
        passed=f"/attempt/{passed.uuid}/result/",
        leave=f"/course/{Course.objects.get(key='foundations').uuid}/leave/",
    )


def activities(module: Module, kind: ActivityKind) -> list[Activity]:
    return list(
        module.activities.filter(kind=kind, is_live=True).order_by("lesson__position", "position")
    )


def sit(user: User, test: Activity, *, right: bool) -> Attempt:
    attempt = modules.start_attempt(learner=user, activity=test, at=now - dt.timedelta(hours=2))
    versions = QuestionVersion.objects.in_bulk([entry["version"] for entry in attempt.drawn])
    answer = demo.right_answer if right else wrong_answer
    answers = {pk: answer(version.content) for pk, version in versions.items()}
    return modules.record_attempt(attempt=attempt, answers=answers, at=now - dt.timedelta(hours=1))


def wrong_answer(content: dict) -> object:
    match content["kind"]:
        case "ordering":
            return [item["id"] for item in reversed(content["items"])]
        case "matching":
            pairs = [pair["id"] for pair in content["pairs"]]
            return dict(zip(pairs, pairs[1:] + pairs[:1], strict=True))
        case "multiple":
            return [option["id"] for option in content["options"] if not option["correct"]]
        case "hotspot":
            return [spot["id"] for spot in content["spots"] if not spot["correct"]]
        case "fill_in":
            return {gap["id"]: "something else" for gap in content["gaps"]}
        case "numeric":
            return {"value": "-1000000", "unit": content["number"]["unit"]}
        case _:
            return next(option["id"] for option in content["options"] if not option["correct"])


def graduate(key: str, name: str) -> dict[str, str]:
    user = learner(key, name)
    demo.learn(user, Course.objects.get(key="foundations"), "certified", now)
    assertion = Assertion.objects.get(learner=user)
    signed = certification.sign(assertion.pk, at=now)
    address = f"/credentials/{assertion.uuid}/"
    return entry(user, certificate=address, document=signed.document if signed else "")


def take_back(holder: dict[str, str]) -> None:
    office = User.objects.filter(groups=Group.objects.get(name="Partnership")).first()
    assertion = Assertion.objects.get(learner__email=holder["email"])
    certification.revoke(assertion=assertion, by=office, reason="Issued by mistake", at=now)


def ask_for_post(user: User) -> None:
    """A request on the roster of Portalba that waits for its coordinator."""
    post = Post.objects.filter(city=City.objects.get(slug="portalba")).order_by("-pk").first()
    rosters.request_membership(post=post, person=user, from_on=now.date(), at=now)
