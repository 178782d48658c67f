"""An artefact from the first word to the result: written and handed in by keyboard, marked in the studio, read."""

import os
import re
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Page, expect

from cms import roles
from courses import services as courses
from courses.models import Cohort
from modules.models import Submission
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_axe import ALL, AXE, COLOURS, RUN, WIDER
from tests.browser.test_keyboard import tab_to
from tests.conftest import School, person
from tests.factories import artefacts as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long quiet sentence"  # noqa: S105 - of invented people
NARROW = {"width": 320, "height": 740}


@pytest.fixture
def activity(transactional_db):
    """Amara in the cohort of Bruno, and a lesson with an artefact that he marks alone when it passes."""
    from cms import site_setup

    site_setup.ensure_site()
    school = School()
    roles.sync_roles()
    people = {}
    for name, group in (("Amara", None), ("Bruno", roles.TRAINERS)):
        people[name] = person(name)
        EmailAddress.objects.create(
            user=people[name], email=people[name].email, verified=True, primary=True
        )
        if group:
            people[name].groups.add(Group.objects.get(name=group))
    cohort = Cohort.objects.create(course=school.course, name="Autumn")
    cohort.trainers.add(people["Bruno"])
    courses.join_cohort(learner=people["Amara"], cohort=cohort, at=timezone.now())
    return make.lesson(school)


@pytest.fixture
def enter(browser, live_server, activity):
    contexts = []

    def sign_in(name: str, **options) -> Page:
        options = {"viewport": DESKTOP, "locale": "en-GB", "reduced_motion": "reduce"} | options
        context = browser.new_context(base_url=live_server.url, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/account/login/")
        page.locator("[name=login]").fill(f"{name}@example.org")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form").first.get_by_role("button").first.click()
        page.wait_for_load_state()
        return page

    yield sign_in
    for context in contexts:
        context.close()


def look(page: Page, name: str, *, everything: bool = True) -> None:
    """No rule of axe is broken, in light and dark; on a phone nothing is wider than the screen. Keeps a picture if asked."""
    if folder := os.environ.get("STOA_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
    page.evaluate(AXE.read_text())
    problems = page.evaluate(RUN, ALL) if everything else []
    page.emulate_media(color_scheme="dark")
    problems += page.evaluate(RUN, COLOURS) if everything else []
    page.emulate_media(color_scheme="light")
    size = page.viewport_size
    page.set_viewport_size(NARROW)
    problems += page.evaluate(WIDER)
    page.set_viewport_size(size)
    assert problems == [], name


def write_by_keyboard(page: Page, label: str, words: str) -> None:
    tab_to(page, page.get_by_label(re.compile(f"^{re.escape(label)}")))
    page.keyboard.type(words)


def press(page: Page, name: str) -> None:
    tab_to(page, page.get_by_role("main").get_by_role("button", name=name, exact=True))
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_trainee_hands_in_by_keyboard_and_a_trainer_marks(enter, activity, tmp_path):
    trainee = enter("amara")
    address = f"/artefact/{activity.uuid}/"
    trainee.goto(address)
    look(trainee, "1-empty")
    write_by_keyboard(trainee, "What did you find?", make.TEXTS["finding"])
    expect(trainee.get_by_role("status").last).to_have_text("Saved.")
    press(trainee, "Hand in")
    expect(trainee.get_by_role("alert")).to_be_focused()
    look(trainee, "2-not-yet")

    phone = enter("amara", **PHONE)  # the same draft, on another device
    phone.goto(address)
    expect(phone.get_by_label("What did you find?")).to_have_value(make.TEXTS["finding"])
    look(phone, "3-phone")

    write_by_keyboard(trainee, "What do you propose?", make.TEXTS["plan"])
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(make.pdf())
    trainee.get_by_label("Choose files").set_input_files(plan)
    press(trainee, "Attach")
    expect(trainee.get_by_role("link", name="plan.pdf")).to_be_visible()
    press(trainee, "Hand in")
    expect(trainee.get_by_role("heading", name="Waiting to be marked")).to_be_visible()
    look(trainee, "4-waiting")
    Submission.objects.update(needs_second=False)  # whatever was drawn

    mark_in_the_studio(enter("bruno"), activity)

    trainee.goto(address)
    expect(trainee.get_by_role("main")).to_contain_text("Passed: 8 of 12 points")
    expect(trainee.get_by_role("main")).to_contain_text("Which lamp?")
    look(trainee, "7-result")
    tab_to(trainee, trainee.get_by_role("link", name="Contest this mark"))
    with trainee.expect_navigation():
        trainee.keyboard.press("Enter")
    look(trainee, "8-contest")


def mark_in_the_studio(page: Page, activity) -> None:
    page.goto("/studio/marking/")
    look(page, "5-queue", everything=False)
    page.get_by_role("link", name=activity.title).click()
    page.wait_for_load_state()
    page.evaluate(
        """() => { const text = [...document.querySelectorAll('[data-quotable=plan] p')][0].firstChild;
        const at = text.data.indexOf('one lamp'); getSelection().setBaseAndExtent(text, at, text, at + 8); }"""
    )
    page.get_by_role("button", name="Comment on what is marked").click()
    first = page.get_by_role("group", name="Comment 1")
    expect(first.get_by_label("Passage")).to_have_value("one lamp")
    expect(first.get_by_label("Part")).to_have_value("plan")
    expect(first.get_by_label("Comment", exact=True)).to_be_focused()
    page.keyboard.type("Which lamp?")
    page.get_by_role("button", name="Another comment").click()
    expect(page.get_by_role("group", name="Comment 5")).to_be_visible()
    for criterion in ("Evidence", "Integration", "Rights and inclusion", "Feasibility"):
        page.get_by_role("group", name=criterion).get_by_role("radio").nth(2).check()
    page.get_by_label("What you say about the whole").fill("Well looked at.")
    page.evaluate(AXE.read_text())
    within = page.evaluate(
        RUN.replace("document, {", "document.querySelector('.stoa-marking'), {"), ALL
    )
    assert within == []
    look(page, "6-marking", everything=False)
    page.get_by_role("button", name="Give this marking").click()
    expect(page.locator(".messages")).to_contain_text("Decided: passed.")
