"""A course goes out with its modules, and comes back as drafts of all of them."""

import io

import pytest
from django.contrib.auth.models import Group
from wagtail.models import Collection

from cms import roles, site_setup
from cms.celery import app  # noqa: F401 - the tasks of the site, so that they run at once
from courses.pages.models import CoursePage, CoursePageModule
from modules.cartridge import exporting, importing
from modules.models import Question
from modules.pages.models import LessonPage, ModulePage
from tests.conftest import person
from tests.factories import questions as question_factory
from tests.moments import NOON


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    place = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path},
    }
    settings.STORAGES = settings.STORAGES | {"private": place}


@pytest.fixture
def dario(school):
    Collection.get_first_root_node() or Collection.add_root(name="Root")
    roles.sync_roles()
    user = person("Dario")
    user.groups.add(Group.objects.get(name=roles.EDITORS))
    return user


@pytest.fixture
def two_modules(school):
    second = site_setup.module_index().add_child(
        instance=ModulePage(title="Reading a street", slug="street", summary="Streets.", draw=2)
    )
    lesson = second.add_child(instance=LessonPage(title="A street", slug="a", body=[{"type": "text", "value": "<p>Long.</p>"}]))  # fmt: skip
    for page in (lesson, second):
        school.publish(page)
    question_factory.bank(second.module, count=3)
    lines = [school.module, second.module]
    school.course_page.course_modules = [
        CoursePageModule(module=module, sort_order=place) for place, module in enumerate(lines)
    ]
    school.publish(school.course_page)
    return school


def export(school, user):
    return exporting.export(page=CoursePage.objects.get(pk=school.course_page.pk), user=user)


def put(data: bytes, user, capture):
    with capture(execute=True):
        job = importing.receive(
            by=user, parent=site_setup.catalogue(), kind="course", modules_parent=site_setup.module_index(),
            file=io.BytesIO(data), name="course.imscc", at=NOON,
        )  # fmt: skip
    with capture(execute=True):
        importing.confirm(job=job, by=user, again=True, at=NOON)
    job.refresh_from_db()
    return job


def test_modules_lessons_and_questions_come_back_in_order(two_modules, dario, django_capture_on_commit_callbacks):  # fmt: skip
    job = put(export(two_modules, dario).data, dario, django_capture_on_commit_callbacks)
    assert job.state == "done", job.problem
    page = CoursePage.objects.order_by("pk").last()
    assert (page.title, page.summary, page.live) == ("Reading places", "Read a place.", False)
    modules = [
        ModulePage.objects.get(translation_key=line.module.uuid)
        for line in page.course_modules.all()
    ]
    assert [module.title for module in modules] == ["Reading a square", "Reading a street"]
    assert [[lesson.title for lesson in module.get_children()] for module in modules] == [
        ["Lesson 1", "Lesson 2"],
        ["A street"],
    ]
    assert [Question.objects.filter(module=m.module, status="draft").count() for m in modules] == [
        6,
        3,
    ]
    assert not any(module.live for module in modules)


def test_the_course_page_is_told_first_and_opens_in_the_editor(two_modules, dario, client, django_capture_on_commit_callbacks):  # fmt: skip
    job = put(export(two_modules, dario).data, dario, django_capture_on_commit_callbacks)
    client.force_login(dario)
    top = [entry for entry in job.made["pages"] if entry["depth"] == 0]
    assert [entry["title"] for entry in top] == ["Reading places"]
    assert client.get(f"/studio/pages/{top[0]['page']}/edit/").status_code == 200


def test_the_same_course_gives_the_same_bytes(two_modules, dario):
    assert export(two_modules, dario).data == export(two_modules, dario).data


def test_a_module_without_a_published_page_is_named(two_modules, dario):
    ModulePage.objects.get(slug="street").unpublish()
    report = export(two_modules, dario).report
    assert {"code": "module-gone", "item": "Reading a street"} in report
    assert any(finding["code"] == "course-settings" for finding in report)


def test_a_trainer_without_questions_may_not_take_a_course_out(two_modules, amara):
    with pytest.raises(exporting.ExportRefused):
        export(two_modules, amara)
