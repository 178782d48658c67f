"""A material change with its update lesson: from a disputed fact in the studio to a learner who has caught up."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from certification.models import Assertion
from cms import roles
from content.models import ReviewTask
from courses import services as courses
from courses.models import Progress
from modules import drawing, updates
from modules.models import ModuleVersion, VersionSeen
from tests.conftest import person
from tests.content import factories as make
from tests.counting import at_most
from tests.courses.test_progress import finish

NOTE = "The directive of 2027 replaces that of 2008."
TITLE = "The new directive in ten minutes"


@pytest.fixture
def taught(school):
    """Lesson 1 and a question rest on F1.01; there is an update lesson; an editor sits in the studio."""
    roles.sync_roles()
    school.fact = make.fact("F1.01", sources=[make.source("S1")])
    school.lesson_pages[0].body = [("text", "<p>Light helps [[F1.01]].</p>")]
    school.publish(school.lesson_pages[0])
    school.questions[0].facts = [school.fact]
    school.questions[0].save()
    school.delta_page = school.add_lesson(TITLE, "delta", is_delta=True)
    school.delta = school.delta_page.lesson
    editor = person("Dario")
    editor.groups.add(Group.objects.get(name=roles.EDITORS))
    school.editor = Client()
    school.editor.force_login(editor)
    return school


@pytest.fixture
def done(taught, amara, client):
    """Amara has completed the course before the change, and is signed in."""
    now = timezone.now()
    taught.enrolment = courses.enrol(learner=amara, course=taught.course, at=now)
    finish(amara, taught, now)
    client.force_login(amara)
    taught.client = client
    return taught


def save_fact(school, **more):
    fact = school.fact
    data = {
        "topic": fact.topic_id, "title": fact.title, "text": fact.text, "certainty": "seen", "sources": "S1",
        "valid_as_of": "2026-11-22", "review_by": "2099-01-01", "standing": "sound",
    }  # fmt: skip
    page = reverse("wagtailsnippets_stoa_content_fact:edit", args=[fact.pk])
    answer = school.editor.post(page, data | more)
    assert answer.status_code == 302, answer.context["form"].errors


def material(school, page=None):
    page = page or school.lesson_pages[0]
    page.change_class, page.change_note, page.delta_lesson = "material", NOTE, school.delta
    school.publish(page)


def asked(school) -> int:
    return drawing.pool(school.test, timezone.localdate()).count()


def text_of(school, address: str) -> str:
    return school.client.get(address).content.decode()


def test_the_whole_chain_from_a_disputed_fact_to_a_learner_who_has_caught_up(done, amara):
    lesson = done.lesson_pages[0].url
    save_fact(done, standing="disputed", standing_note="Two studies disagree.")
    assert asked(done) == 5
    assert "Two studies disagree." in text_of(done, lesson)
    assert {task.thing_kind for task in ReviewTask.objects.open()} == {"lessons", "questions"}
    assert TITLE not in text_of(done, "/")

    material(done)
    for address in ("/", "/learn/", done.course_page.url, lesson):
        text = text_of(done, address)
        assert TITLE in text and NOTE in text
    due_by = updates.deadline(timezone.localdate())
    assert f"by {due_by.day} {due_by:%B %Y}" in text_of(done, "/")
    progress = Progress.objects.get(enrolment=done.enrolment)
    assert progress.done == progress.required == 3  # an update takes nothing away

    text = text_of(done, done.delta_page.url)
    assert "I have read what changed" in text
    done.client.post(f"/lesson/{done.delta.uuid}/done/")
    assert VersionSeen.objects.get(learner=amara).version.delta == done.delta
    assert TITLE not in text_of(done, "/") and NOTE not in text_of(done, "/learn/")

    save_fact(done, standing="sound")
    assert asked(done) == 6
    assert "Not certain today" not in text_of(done, lesson)
    assert not ReviewTask.objects.open().exists()


def test_a_certificate_stays_valid_while_an_update_is_due(done, settings, tmp_path):
    from certification import keyring, services

    settings.STOA_CERTIFICATION_KEY_DIR = tmp_path
    keyring.make_key()
    assertion = Assertion.objects.get()
    services.sign(assertion.pk, at=timezone.now())
    material(done)
    assert TITLE in text_of(done, "/")
    assert Assertion.objects.valid_on(timezone.localdate()).get() == assertion


def test_nobody_else_finds_the_update_lesson(taught, chiara, client):
    courses.enrol(learner=chiara, course=taught.course, at=timezone.now())
    client.force_login(chiara)
    taught.client = client
    material(taught)
    assert TITLE not in text_of(taught, "/") + text_of(taught, taught.module_page.url)
    progress = Progress.objects.get(enrolment__learner=chiara)
    assert progress.required == 3


def test_reading_the_changed_lesson_again_does_not_stand_for_the_update_lesson(done):
    material(done)
    assert "I have read what changed" not in text_of(done, done.lesson_pages[0].url)
    done.client.post(f"/lesson/{done.lessons[0].uuid}/done/")
    assert TITLE in text_of(done, "/")


def test_a_material_change_of_a_fact_may_carry_the_lesson(done):
    save_fact(done, change_class="material", change_note=NOTE)
    assert TITLE not in text_of(done, "/")  # the texts are as they were; the editors have tasks
    save_fact(done, change_class="material", change_note=NOTE, delta_lesson=str(done.delta.uuid))
    version = ModuleVersion.objects.get(delta=done.delta)
    assert version.structure["changed"] == [str(done.lessons[0].uuid)]
    assert TITLE in text_of(done, "/")
    done.client.post(f"/lesson/{done.delta.uuid}/done/")
    assert TITLE not in text_of(done, "/")


def test_only_a_material_change_carries_a_lesson(taught):
    page = reverse("wagtailsnippets_stoa_content_fact:edit", args=[taught.fact.pk])
    data = {"change_class": "minor", "change_note": "x", "delta_lesson": str(taught.delta.uuid)}
    answer = taught.editor.post(page, data)
    assert "delta_lesson" in answer.context["form"].errors


@pytest.mark.parametrize(
    ("day", "by"),
    [((2026, 11, 22), (2027, 5, 22)), ((2026, 8, 31), (2027, 2, 28)), ((2027, 8, 31), (2028, 2, 29))],
)  # fmt: skip
def test_an_update_should_be_caught_up_with_in_six_months(day, by):
    assert updates.deadline(dt.date(*day)) == dt.date(*by)


def test_the_home_page_with_updates_keeps_its_budget(done):
    material(done)
    done.client.get("/")
    with at_most(20):
        done.client.get("/")
