"""A small invented population, made by the same services that people use. Names are roles, cities are fictional."""

import datetime as dt
import json
import secrets
from pathlib import Path
from typing import TypedDict

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from certification.models import City, CityCoordinator, Membership, MembershipState, Post
from cms.models import User
from content.models import Profile
from courses import services as courses
from courses.models import Cohort, Course, Enrolment
from modules import artefacts, kinds, rubrics
from modules import services as modules
from modules.models import Activity, ActivityKind, Lesson, QuestionVersion
from modules.pages_lookup import lesson_page

# role → (name, group or None)
PEOPLE = {
    "trainee": ("Trainee of Portalba", None),
    "trainer": ("Trainer", "Trainers"),
    "editor": ("Editor", "Editors"),
    "reviewer": ("Reviewer", "Reviewers"),
    "coordinator": ("Coordinator of Portalba", None),
    "partnership": ("Partnership office", "Partnership"),
    "administrator": ("Administrator", None),
}
CITIES = [
    ("portalba", "Portalba", "PT", 84_000, False),
    ("vellmark", "Vellmark", "DK", 310_000, False),
    ("lagomura", "Union of Lagomura", "IT", 19_000, True),
]
# city, profile key, how far: "certified", "progress" or "none"
ROSTER = [
    ("portalba", "EO", "certified"), ("portalba", "SC", "certified"), ("portalba", "UP", "certified"),
    ("portalba", "LP", "progress"), ("portalba", "SW", "none"),
    ("vellmark", "SC", "progress"), ("vellmark", "UP", "certified"), ("vellmark", "EO", "none"),
    ("lagomura", "SC", "none"),
]  # fmt: skip
ROLE_WORDS = {
    "EO": "Councillor",
    "SC": "Security coordinator",
    "UP": "Planner",
    "LP": "Local police officer",
    "SW": "Social worker",
    "TR": "Trainer",
}
ARTEFACT = {
    "title": "Three measures for one square",
    "brief": "Take an invented square: a market in the morning, a way home at night. Propose three measures: one of prevention, one of protection, one of cohesion. Say what each rests on, whom it serves and whom it may leave out.",
    "reminder": "Your trainers read this. Please write about the invented square, not about weaknesses of a real place.",
    "fields": [
        {"key": "measures", "label": "Which three measures, and what do they rest on?", "help": "", "rows": 8, "least": 30, "most": 300, "is_required": True},
        {"key": "people", "label": "Whom do they serve, and whom may they leave out?", "help": "", "rows": 6, "least": 15, "most": 200, "is_required": True},
        {"key": "steps", "label": "Who does what first, and how will you know?", "help": "", "rows": 6, "least": 15, "most": 200, "is_required": True},
    ],
    "files": {"most": 2, "types": ["pdf", "docx", "odt", "png", "jpg"], "megabytes": 5, "is_required": False},
    "outcomes": "", "is_required": False, "most_tries": 0,
}  # fmt: skip
WORK = {
    "measures": "First, traders and the school agree on who keeps an eye on the way home in winter. Second, two lamps are moved to where people cross, after a count on three evenings. Third, one market day a month belongs to the clubs of the quarter, so that people meet who do not buy there.",
    "people": "They serve those who cross the square late and the children of the school. People who sleep there may be driven away by the light, so the outreach team is asked first.",
    "steps": "The coordinator counts again in March and asks the same questions on the same evenings. If fewer people say that they take a detour, it has helped; if not, the lamps go back.",
}  # fmt: skip


class Account(TypedDict):
    email: str
    password: str


def populate(path: Path) -> dict[str, Account]:
    """Make what is missing and write the log-ins to `path`. The second time it changes nothing."""
    known: dict[str, Account] = json.loads(path.read_text()) if path.exists() else {}
    accounts: dict[str, Account] = {}
    with transaction.atomic():
        people = {}
        for role, (name, group) in PEOPLE.items():
            password = known.get(role, {}).get("password") or secrets.token_urlsafe(12)
            people[role] = person(f"{role}@stoa.example", name, password)
            accounts[role] = {"email": f"{role}@stoa.example", "password": password}
            if group:
                people[role].groups.set(Group.objects.filter(name=group))
        User.objects.filter(pk=people["administrator"].pk).update(is_superuser=True, is_staff=True)
        if not City.objects.exists():
            make_cities(people)
            make_cohort(people)
            make_work()
    path.write_text(json.dumps(accounts, indent=2) + "\n")
    path.chmod(0o600)
    return accounts


def person(email: str, name: str, password: str) -> User:
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, password, display_name=name, certificate_name=name)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    elif not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def make_cities(people: dict[str, User]) -> None:
    now = timezone.now()
    profiles = {profile.key: profile for profile in Profile.originals.all()}
    cities = {}
    for slug, name, country, population, is_union in CITIES:
        cities[slug] = City.objects.create(
            slug=slug, name=name, country=country, population=population, population_year=2025,
            population_source="Invented for the demonstration", is_union=is_union, is_fictional=True, joined_on=now.date() - dt.timedelta(days=200),
        )  # fmt: skip
    CityCoordinator.objects.create(city=cities["portalba"], user=people["coordinator"])
    for slug, key, how_far in ROSTER:
        name = f"{ROLE_WORDS[key]} of {cities[slug].name}"
        learner = person(f"{key.lower()}.{slug}@stoa.example", name, secrets.token_urlsafe(12))
        since = now.date() - dt.timedelta(days=150)
        post = Post.objects.create(city=cities[slug], profile=profiles[key], from_on=since)
        Membership.objects.create(
            post=post,
            person=learner,
            state=MembershipState.CONFIRMED,
            from_on=since,
            asked_at=now,
            decided_at=now,
            attested_on=since,
        )
        learn(learner, Course.objects.get(key="foundations"), how_far, now)


def make_cohort(people: dict[str, User]) -> None:
    """The trainer's group: everybody who takes Foundations, the trainee not yet among them."""
    course = Course.objects.get(key="foundations")
    cohort = Cohort.objects.create(
        course=course, name="Autumn group", starts_on=timezone.localdate() - dt.timedelta(days=60)
    )
    cohort.trainers.add(people["trainer"])
    Enrolment.objects.filter(course=course).update(cohort=cohort)


def make_work() -> None:
    """An artefact at the end of the last lesson of M01, and one that waits for the trainer since two days."""
    lesson = Lesson.objects.filter(module__key="m01", is_live=True).last()
    page = lesson_page(lesson)
    block = page.body.stream_block.child_blocks["artefact"]
    rubric = rubrics.newest(rubrics.DEFAULT_KEY)
    page.body.append(("artefact", block.to_python(ARTEFACT | {"rubric": rubric.pk})))
    page.save_revision().publish()
    activity = Activity.objects.get(lesson=lesson, kind=ActivityKind.ARTEFACT)
    since = timezone.now() - dt.timedelta(days=2)
    learner = User.objects.get(email="lp.portalba@stoa.example")
    draft = artefacts.save_fields(learner=learner, activity=activity, fields=WORK, at=since)
    artefacts.hand_in(submission=draft, at=since)


def learn(learner: User, course: Course, how_far: str, now: dt.datetime) -> None:
    """Enrol, read, and pass the test like a person: same services, right answers."""
    if how_far == "none":
        return
    start = now - dt.timedelta(days=40)
    courses.enrol(learner=learner, course=course, at=start)
    readings = Activity.objects.filter(
        module__courses=course, kind=ActivityKind.READING, is_live=True
    ).order_by("position")
    for day, activity in enumerate(readings if how_far == "certified" else readings[:2]):
        modules.complete_reading(
            learner=learner, activity=activity, at=start + dt.timedelta(days=day)
        )
    if how_far == "certified":
        for test in Activity.objects.filter(
            module__courses=course, kind=ActivityKind.TEST, is_live=True
        ):
            at = start + dt.timedelta(days=20)
            attempt = modules.start_attempt(learner=learner, activity=test, at=at)
            modules.record_attempt(
                attempt=attempt, answers=right_answers(attempt), at=at + dt.timedelta(minutes=15)
            )


def right_answers(attempt) -> dict[int, object]:
    versions = QuestionVersion.objects.in_bulk([entry["version"] for entry in attempt.drawn])
    return {pk: right_answer(version.content) for pk, version in versions.items()}


def right_answer(content: dict) -> object:
    return kinds.get(content["kind"]).right_answer(content)
