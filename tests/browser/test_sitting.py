"""A test while it is sat: the lid closes, the line drops, another device goes on, the time ends."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from cms import site_setup
from courses import services as courses
from modules import services
from modules.models import Attempt, FeedbackPolicy, Module
from tests import moments
from tests.browser.conftest import PHONE
from tests.browser.test_axe import ALL, AXE, RUN
from tests.conftest import School

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAVED = re.compile(r"^Saved\.")


@pytest.fixture
def school(transactional_db) -> School:
    site_setup.ensure_site()
    return School()


@pytest.fixture
def sitting(school, amara) -> Attempt:
    courses.enrol(learner=amara, course=school.course, at=moments.NOON)
    return services.start_attempt(learner=amara, activity=school.test, at=timezone.now())


@pytest.fixture
def device(browser, live_server, amara):
    """`device(**options)` is another browser in which Amara is signed in."""
    windows = []

    def opened(**options) -> BrowserContext:
        client = Client()
        client.force_login(amara, backend="cms.backends.StaffModelBackend")
        window = browser.new_context(base_url=live_server.url, reduced_motion="reduce", **options)
        window.set_default_timeout(8_000)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        window.add_cookies([cookie | {"url": live_server.url}])
        windows.append(window)
        return window

    yield opened
    for window in windows:
        window.close()


def sheet(window: BrowserContext, attempt: Attempt) -> Page:
    page = window.new_page()
    page.goto(f"/attempt/{attempt.uuid}/")
    return page


def saved(page: Page):
    return expect(page.locator("[data-saved]"))


def test_a_closed_laptop_loses_nothing_and_a_phone_goes_on(device, sitting):
    laptop = device()
    page = sheet(laptop, sitting)
    groups = page.locator("fieldset.question")
    groups.nth(0).get_by_role("radio").nth(1).check()
    saved(page).to_have_text("Saved. 1 of 4 answered.")
    groups.nth(1).get_by_role("radio").nth(0).check()
    saved(page).to_have_text("Saved. 2 of 4 answered.")
    laptop.close()

    phone = sheet(device(**PHONE), sitting)
    groups = phone.locator("fieldset.question")
    expect(groups.nth(0).get_by_role("radio").nth(1)).to_be_checked()
    for place in (2, 3):
        groups.nth(place).get_by_role("radio").nth(0).check()
    expect(groups.nth(1).get_by_role("radio").nth(0)).to_be_checked()
    phone.get_by_role("button", name="Hand in").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("of 4 right")
    sitting.refresh_from_db()
    assert len(sitting.answers) == 4


def test_an_answer_given_without_a_line_is_sent_when_it_is_back(device, sitting):
    window = device()
    page = sheet(window, sitting)
    window.set_offline(True)
    page.locator("fieldset.question").nth(2).get_by_role("radio").nth(2).check()
    saved(page).to_contain_text("kept on this device")
    page.close(run_before_unload=False)
    window.set_offline(False)
    again = sheet(window, sitting)
    expect(again.locator("fieldset.question").nth(2).get_by_role("radio").nth(2)).to_be_checked()
    saved(again).to_have_text(SAVED)
    sitting.refresh_from_db()
    assert sitting.saved["2"]["data"] == {"q2": ["2"]}


def test_a_tab_that_stayed_open_learns_that_the_test_was_handed_in(device, sitting):
    window = device()
    old, new = sheet(window, sitting), sheet(window, sitting)
    for group in new.locator("fieldset.question").all():
        group.get_by_role("radio").nth(0).check()
    new.get_by_role("button", name="Hand in").dblclick()
    expect(new.get_by_role("heading", level=1)).to_contain_text("of 4 right")
    old.locator("fieldset.question").nth(0).get_by_role("radio").nth(2).check()
    old.wait_for_url("**/result/")
    assert Attempt.objects.count() == 1


def test_the_end_of_the_time_is_shown_and_kept(device, sitting):
    Attempt.objects.filter(pk=sitting.pk).update(
        deadline_at=timezone.now() + dt.timedelta(seconds=6)
    )
    page = sheet(device(), sitting)
    expect(page.locator("[data-clock]")).to_have_text("1 min left")
    page.locator("fieldset.question").nth(0).get_by_role("radio").nth(1).check()
    saved(page).to_have_text(SAVED)
    expect(page.locator("[data-clock]")).to_contain_text("The time is over")
    expect(page.get_by_role("button", name="Hand in")).to_be_disabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_answer_checked_at_once_by_keyboard_on_a_small_screen(device, sitting, scheme):
    Module.objects.update(feedback_policy=FeedbackPolicy.NOW)
    page = sheet(device(viewport={"width": 360, "height": 740}, color_scheme=scheme), sitting)
    first = page.locator("fieldset.question").nth(0)
    first.get_by_role("radio").nth(0).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("fieldset.question")).to_have_count(3)
    expect(page.get_by_role("heading", name=re.compile("^(Right|Not right)$"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate(AXE.read_text())
    assert page.evaluate(RUN, ALL) == []
