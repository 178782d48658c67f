"""An editor takes a module out as a cartridge and puts it in again, by clicks alone."""

import os

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect
from wagtail.models import Collection

from cms import roles, site_setup
from cms.celery import app  # noqa: F401 - the tasks of the site, so that they run at once
from modules.pages.models import ModulePage
from tests.conftest import School, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long quiet sentence"  # noqa: S105 - of invented people


@pytest.fixture
def editor(browser, live_server, transactional_db):
    site_setup.ensure_site()
    School()
    Collection.get_first_root_node() or Collection.add_root(name="Root")
    roles.sync_roles()
    user = person("Dario")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    user.groups.add(Group.objects.get(name=roles.EDITORS))
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 1360, "height": 950}, accept_downloads=True
    )
    page = context.new_page()
    page.goto("/account/login/?next=/studio/")
    page.locator("[name=login]").fill("dario@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form").first.get_by_role("button").first.click()
    page.wait_for_load_state()
    yield page
    context.close()


def test_a_module_goes_out_and_comes_in_as_drafts(editor: Page, tmp_path):
    index = site_setup.module_index()
    module = ModulePage.objects.get()
    editor.goto(f"/studio/pages/{module.pk}/")
    editor.get_by_role("button", name="Actions").first.click()
    editor.get_by_role("link", name="Export as Common Cartridge").first.click()
    expect(editor.get_by_text("What a cartridge cannot hold")).to_be_visible()
    look(editor, "export")
    with editor.expect_download() as download:
        editor.get_by_role("button", name="Download the cartridge").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "reading-a-square.imscc"

    editor.goto(f"/studio/pages/{index.pk}/")
    editor.get_by_role("button", name="Actions").first.click()
    editor.get_by_role("link", name="Import a cartridge").first.click()
    editor.get_by_label("Cartridge", exact=False).first.set_input_files(file)
    look(editor, "upload")
    editor.get_by_role("button", name="Upload and read").click()
    expect(editor.get_by_text("This cartridge is here already")).to_be_visible()
    look(editor, "report")
    editor.get_by_role("button", name="Make the drafts").click()
    expect(editor.get_by_role("alert")).to_contain_text("Tick that it should be put in once more")
    editor.get_by_label("Put it in once more", exact=False).check()
    editor.get_by_role("button", name="Make the drafts").dblclick()
    expect(editor.get_by_text("Everything is a draft")).to_be_visible(timeout=15_000)
    look(editor, "done")
    assert ModulePage.objects.count() == 2 and not ModulePage.objects.last().live
    expect(editor.get_by_role("link", name="Lesson 2")).to_be_visible()


def look(page: Page, name: str) -> None:
    """A picture for whoever wants to see the way, where STOA_PICTURES names a folder."""
    if folder := os.environ.get("STOA_PICTURES"):
        page.screenshot(path=f"{folder}/cartridge-{name}.png", full_page=True)
