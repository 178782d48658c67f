"""The way through the studio: buttons, reports, upload, yes or no, and who is let in."""

import io
import zipfile

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cms import roles, site_setup
from modules import conf
from modules.models import CartridgeImport
from modules.pages.models import ModulePage
from tests.conftest import person
from tests.counting import at_most
from tests.modules.cartridge import boxes


@pytest.fixture
def editor(dario) -> Client:
    return signed_in(dario)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def upload(client: Client, data: bytes, parent=None, **fields):
    address = reverse(
        "stoa_modules_import_cartridge", args=[(parent or site_setup.module_index()).pk]
    )
    return client.post(address, {"file": SimpleUploadedFile("box.imscc", data), **fields})


@pytest.fixture
def uploaded(editor, django_capture_on_commit_callbacks) -> CartridgeImport:
    with django_capture_on_commit_callbacks(execute=True):
        upload(editor, boxes.with_quiz(boxes.choice()))
    return CartridgeImport.objects.get()


def address(job) -> str:
    return reverse("stoa_modules_cartridge", args=[job.uuid])


def test_a_module_offers_to_leave_and_the_index_to_take_in(editor, school):
    index = editor.get(
        reverse("wagtailadmin_explore", args=[site_setup.module_index().pk])
    ).content.decode()
    assert reverse("stoa_modules_import_cartridge", args=[site_setup.module_index().pk]) in index
    assert reverse("stoa_modules_export_cartridge", args=[school.module_page.pk]) in index
    page = editor.get(
        reverse("wagtailadmin_pages:edit", args=[school.module_page.pk])
    ).content.decode()
    assert reverse("stoa_modules_export_cartridge", args=[school.module_page.pk]) in page
    lesson = editor.get(
        reverse("wagtailadmin_pages:edit", args=[school.lesson_pages[0].pk])
    ).content.decode()
    assert "Common Cartridge" not in lesson


def test_the_report_comes_first_then_the_file_and_a_line_in_the_history(editor, school):
    link = reverse("stoa_modules_export_cartridge", args=[school.module_page.pk])
    with at_most(45):
        report = editor.get(link)
    assert "Set them in the other system" in report.content.decode().replace("set them", "Set them")
    answer = editor.post(link)
    assert answer["Content-Disposition"] == 'attachment; filename="reading-a-square.imscc"'
    assert "imsmanifest.xml" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    history = editor.get(reverse("wagtailadmin_pages:history", args=[school.module_page.pk]))
    assert "Taken out as a Common Cartridge" in history.content.decode()


def test_a_cartridge_is_read_reported_and_put_in(
    editor, uploaded, django_capture_on_commit_callbacks
):
    with at_most(30):
        report = editor.get(address(uploaded)).content.decode()
    assert "lessons 1, questions 1" in report and "Make the drafts" in report
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(address(uploaded), {"confirm": "1"})
        editor.post(address(uploaded), {"confirm": "1"})
    done = editor.get(address(uploaded)).content.decode()
    module = ModulePage.objects.get(title="A box")
    assert reverse("wagtailadmin_pages:edit", args=[module.pk]) in done
    assert "Refresh" not in editor.get(address(uploaded)).headers


def test_while_it_is_worked_on_the_page_looks_again_by_itself(editor, uploaded):
    CartridgeImport.objects.update(state="confirmed", step=1, step_count=3)
    answer = editor.get(address(uploaded))
    assert answer["Refresh"] == "3" and '<progress max="3" value="1">' in answer.content.decode()


def test_the_drafts_open_in_the_editor(editor, uploaded, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(address(uploaded), {"confirm": "1"})
    uploaded.refresh_from_db()
    for entry in uploaded.made["pages"]:
        assert (
            editor.get(reverse("wagtailadmin_pages:edit", args=[entry["page"]])).status_code == 200
        )


def test_what_is_here_already_needs_a_tick(editor, uploaded, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(address(uploaded), {"confirm": "1"})
        upload(editor, boxes.box("<p>Again.</p>"))
    again = CartridgeImport.objects.get(state="read")
    assert "is here already" in editor.get(address(again)).content.decode()
    assert editor.post(address(again), {"confirm": "1"}).status_code == 409
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(address(again), {"confirm": "1", "again": "1"})
    assert ModulePage.objects.filter(title="A box").count() == 2


def test_no_is_no(editor, uploaded):
    assert (
        "Nothing was made"
        in editor.post(address(uploaded), {"drop": "1"}, follow=True).content.decode()
    )
    editor.post(address(uploaded), {"confirm": "1"})
    uploaded.refresh_from_db()
    assert uploaded.state == "dropped" and not ModulePage.objects.filter(title="A box").exists()


def test_a_broken_file_is_explained(editor, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        upload(editor, b"no zip at all")
    assert "no zip archive" in editor.get(address(CartridgeImport.objects.get())).content.decode()


def test_no_file_and_too_large_a_file_are_said_beside_the_field(editor, school, monkeypatch):
    empty = editor.post(
        reverse("stoa_modules_import_cartridge", args=[site_setup.module_index().pk])
    )
    assert empty.status_code == 422 and "This field is required" in empty.content.decode()
    monkeypatch.setattr(conf, "CARTRIDGE_MAX_BYTES", 10)
    large = upload(editor, boxes.box())
    assert large.status_code == 422 and "larger than" in large.content.decode()
    assert not CartridgeImport.objects.exists()


def test_an_import_is_seen_by_its_own_person_alone(uploaded, hana):
    assert signed_in(hana).get(address(uploaded)).status_code == 404


def test_a_course_asks_where_its_modules_go(editor, school, django_capture_on_commit_callbacks):
    catalogue = site_setup.catalogue()
    form = editor.get(
        reverse("stoa_modules_import_cartridge", args=[catalogue.pk])
    ).content.decode()
    assert "Where its modules go" in form
    assert upload(editor, boxes.box(), catalogue).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(editor, boxes.box(), catalogue, modules_parent=site_setup.module_index().pk)
    assert answer.status_code == 302 and CartridgeImport.objects.get().kind == "course"


def test_pages_that_hold_no_modules_take_none(editor, school):
    for page in (
        school.module_page,
        school.lesson_pages[0],
        site_setup.module_index().get_parent(),
    ):
        assert (
            editor.get(reverse("stoa_modules_import_cartridge", args=[page.pk])).status_code == 302
        )
    assert editor.get(reverse("stoa_modules_import_cartridge", args=[999_999])).status_code == 404


@pytest.mark.parametrize("group", [roles.REVIEWERS, roles.PARTNERSHIP])
def test_others_of_the_studio_are_turned_back(dario, school, group):
    user = person("Elif")
    user.groups.add(Group.objects.get(name=group))
    client = signed_in(user)
    for name, page in (("export", school.module_page), ("import", site_setup.module_index())):
        link = reverse(f"stoa_modules_{name}_cartridge", args=[page.pk])
        assert client.get(link).status_code == 302
        assert client.post(link).status_code == 302
    assert not CartridgeImport.objects.exists()


def test_nobody_takes_keys_out_without_the_studio(school, amara):
    link = reverse("stoa_modules_export_cartridge", args=[school.module_page.pk])
    assert Client().get(link).status_code == 302
    assert signed_in(amara).post(link).status_code in (302, 403)
