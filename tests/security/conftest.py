"""One small site with something of every kind on it, and everybody who may come by."""

import datetime as dt
from dataclasses import dataclass, field

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from wagtail.models import Collection

from certification import keyring, rosters, services
from certification.models import Assertion, City, CityCoordinator, Membership, Post
from cms import roles
from cms.celery import app  # noqa: F401 - the tasks of the site, so that they run at once
from cms.models import TextPage, User
from cms.site_setup import module_index
from content.models import Area, Level, Profile, ReviewTask
from courses import services as courses_services
from courses.models import Cohort, CourseCompletion, Enrolment
from modules import appeals, artefacts, marking
from modules import services as modules_services
from modules.models import (
    Activity,
    Attempt,
    CartridgeImport,
    Question,
    QuestionImport,
    QuestionStatus,
    Scenario,
)
from tests.conftest import School, person
from tests.factories import artefacts as artefact_factory
from tests.factories import blocks
from tests.factories import questions as question_factory

STRANGER = "stranger"
PEOPLE = {
    "trainee": (),
    "visitor": (),
    "trainer": (roles.TRAINERS,),
    "other trainer": (roles.TRAINERS,),
    "editor": (roles.EDITORS,),
    "reviewer": (roles.REVIEWERS,),
    "coordinator": (roles.COORDINATORS,),
    "other coordinator": (roles.COORDINATORS,),
    "partnership": (roles.PARTNERSHIP,),
    "administrator": (),
}
ROLES = (STRANGER, *PEOPLE)
SCENARIO = {
    "intro": "A market square at noon.",
    "start": "a",
    "nodes": [
        {
            "key": "a",
            "kind": "scene",
            "text": "What first?",
            "choices": [{"key": "x", "text": "Walk", "next": "b"}],
        },
        {"key": "b", "kind": "ending", "text": "Well walked.", "choices": []},
    ],
}


@dataclass
class World:
    """What stands on the site. The trainee is enrolled, in the trainer's cohort, certified, and sits in the city."""

    school: School
    people: dict[str, User] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    things: dict = field(default_factory=dict)

    def __getattr__(self, name):
        try:
            return self.__dict__["things"][name]
        except KeyError:
            raise AttributeError(name) from None

    def client(self, role: str) -> Client:
        """A client that is signed in as this role, without what an earlier request left behind."""
        client = Client()
        if role != STRANGER:
            client.cookies.update(self.clients[role].cookies)
        return client


@pytest.fixture(scope="session")
def signing_keys(tmp_path_factory):
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def world(school, settings, signing_keys) -> World:
    settings.STOA_CERTIFICATION_KEY_DIR = signing_keys
    keyring.make_key()
    Collection.get_first_root_node() or Collection.add_root(name="Root")
    roles.sync_roles()
    found = World(school)
    for role, groups in PEOPLE.items():
        user = person(
            role.replace(" ", "-"),
            is_superuser=role == "administrator",
            is_staff=role == "administrator",
        )
        user.groups.set(Group.objects.filter(name__in=groups))
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        found.people[role] = User.objects.get(pk=user.pk)
        found.clients[role] = Client()
        found.clients[role].force_login(found.people[role])
    now = timezone.now()
    found.things |= _taught(school, found.people)
    found.things |= _learned(found, now)
    found.things |= _cities(found, now)
    return found


def _taught(school: School, people: dict[str, User]) -> dict:
    """Lessons of every label, a draft, knowledge, a scenario, a question that is not in use yet."""
    knowledge = blocks.knowledge()
    full = school.add_lesson("Everything in it", "everything", body=blocks.full_body(school))
    text = [{"type": "text", "value": "<p>We walk [[F1.01]]. See [[GR-01]].</p>"}]
    registered = school.add_lesson(
        "Quiet registered words", "for-registered", sensitivity="registered", body=text
    )
    verified = school.add_lesson(
        "Hidden verified words", "for-verified", sensitivity="verified", body=text
    )
    draft = school.module_page.add_child(
        instance=type(verified)(
            title="Unborn draft words",
            slug="unborn",
            minutes=12,
            live=False,
            owner=people["trainer"],
        )
    )
    draft.save_revision()
    gone = school.add_lesson("Withdrawn page words", "withdrawn", body=text)
    gone.unpublish()
    Level.objects.create(level=1, title="Aware")
    Area.objects.create(key="A1", title="Reading places")
    unused = question_factory.single(school.module, "A drafted question?")
    Question.objects.filter(pk=unused.pk).update(status=QuestionStatus.DRAFT)
    for key in ("open", "registered", "verified"):
        Scenario.objects.create(
            key=f"s-{key}",
            module=school.module,
            title=f"Scenario {key}",
            sensitivity=key,
            document=SCENARIO,
        )
    lesson = full.lesson
    scenario = Scenario.objects.get(key="s-open")
    kinds = {activity.kind: activity for activity in Activity.objects.filter(lesson=lesson)}
    return {
        "knowledge": knowledge, "full": full, "registered": registered, "verified": verified, "draft": draft,
        "withdrawn": gone, "draft_question": unused, "kinds": kinds, "scenario": scenario,
        "text_page": TextPage.objects.first(), "module_index": module_index(), "task": _task(),
        "question_import": QuestionImport.objects.create(
            by=people["trainer"], module=school.module, name="questions.txt", sha256="0" * 64, state="failed",
            problem="It could not be read.", uploaded_at=timezone.now(), moved_at=timezone.now(),
        ),
        "cartridge": CartridgeImport.objects.create(
            by=people["trainer"], kind="module", parent_pk=module_index().pk, name="box.imscc", size=1, sha256="0" * 64,
            state="failed", problem="not-a-zip", uploaded_at=timezone.now(), moved_at=timezone.now(),
        ),
    }  # fmt: skip


def _task() -> ReviewTask:
    return ReviewTask.objects.create(
        thing_kind="facts", thing_key="F1.01", title="F1.01", cause_kind="sources", cause_key="S1", why="S1: newer.",
        group=Group.objects.get(name=roles.EDITORS), opened_at=timezone.now(), due_on=timezone.localdate(),
    )  # fmt: skip


def _learned(found: World, now: dt.datetime) -> dict:
    school, people = found.school, found.people
    cohort = Cohort.objects.create(course=school.course, name="Autumn")
    cohort.trainers.add(people["trainer"])
    enrolment = courses_services.join_cohort(learner=people["trainee"], cohort=cohort, at=now)
    attempts = {}
    for name in ("submitted", "open"):
        attempt = modules_services.start_attempt(
            learner=people["trainee"], activity=school.test, at=now
        )
        if name == "submitted":
            modules_services.record_attempt(
                attempt=attempt, answers=school.right_answers(attempt, wrong=3), at=now
            )
        attempts[name] = Attempt.objects.get(pk=attempt.pk)
    modules_services.save_note(
        learner=people["trainee"],
        activity=found.things["kinds"]["note"],
        data={"text": "My private thought."},
        at=now,
    )
    work = _work(found, now, attempts["submitted"])
    enrolment = Enrolment.objects.get(learner=people["trainee"])
    completion = CourseCompletion.objects.create(
        enrolment=enrolment,
        completed_at=now,
        snapshot={"required": 1, "modules": [], "completed": []},
    )
    assertion = services.award(completion=completion, at=now)
    services.sign(assertion.pk, at=now)
    assertion = Assertion.objects.select_related("version__achievement").get(pk=assertion.pk)
    return {
        "cohort": cohort, "enrolment": enrolment, "submitted": attempts["submitted"], "open": attempts["open"], "assertion": assertion,
        "achievement": assertion.version.achievement, "credential": assertion.credentials.get(),
    } | work  # fmt: skip


def _work(found: World, now: dt.datetime, attempt: Attempt) -> dict:
    """An artefact: one try that was marked and contested, one that waits with a file; and a contested question."""
    trainee = found.people["trainee"]
    activity = artefact_factory.lesson(found.school)
    marked = artefact_factory.handed_in(trainee, activity, at=now)
    marking.conclude(submission=marked, points=artefact_factory.FAILING, at=now)
    appeal = appeals.contest_mark(submission=marked, text="My private appeal.", at=now)
    upload = artefact_factory.upload("plan.pdf", artefact_factory.pdf())
    kept = artefacts.attach(learner=trainee, activity=activity, upload=upload, at=now)
    waiting = artefact_factory.handed_in(trainee, activity, at=now)
    wrong = next(mark["version"] for mark in attempt.result if not mark["correct"])
    return {
        "work": activity, "marked_work": marked, "waiting_work": waiting, "kept_file": kept,
        "appeal": appeal, "wrong_version": wrong, "rubric": marked.rubric,
    }  # fmt: skip


def _cities(found: World, now: dt.datetime) -> dict:
    people, start = found.people, dt.date(2020, 1, 1)
    profile = Profile.objects.create(key="UP", title="Planners")
    found.school.course.profiles.add(profile)
    cities, posts = {}, {}
    for name, role in (("Delft", "coordinator"), ("Elche", "other coordinator")):
        cities[name] = City.objects.create(
            name=name, slug=name.lower(), country="NL", is_fictional=True, joined_on=start
        )
        CityCoordinator.objects.create(city=cities[name], user=people[role])
        posts[name] = Post.objects.create(city=cities[name], profile=profile, from_on=start)
    asked = rosters.request_membership(
        person=people["trainee"], post=posts["Delft"], from_on=now.date(), at=now
    )
    held = rosters.decide(membership=asked, by=people["coordinator"], accept=True, at=now)
    waiting = rosters.request_membership(
        person=people["visitor"], post=posts["Delft"], from_on=now.date(), at=now
    )
    other = Post.objects.create(
        city=cities["Delft"], profile=profile, title="Deputy", from_on=start
    )
    invited = rosters.invite(
        by=people["coordinator"], person=people["trainee"], post=other, from_on=now.date(), at=now
    )
    return {
        "post_of": CityCoordinator.objects.get(city=cities["Delft"]), "delft": cities["Delft"], "elche": cities["Elche"], "posts": posts,
        "held": Membership.objects.get(pk=held.pk), "waiting": waiting, "invited": invited,
    }  # fmt: skip
