"""Done when 7 of issue 2: a trainer makes a module in the studio alone, and a trainee takes it."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect

from cms import roles
from tests.conftest import School, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MODULE = "Lamps and habits"
QUESTIONS = ["Who lights a square?", "What comes before the lamp?"]
PASSWORD = "a long quiet sentence"  # noqa: S105 - of invented people


@pytest.fixture
def people(transactional_db, settings):
    """Accounts of the four people this takes, and a course that is there already."""
    from cms import site_setup

    settings.WAGTAIL_AUTOSAVE_INTERVAL = (
        0  # a robot types faster than Wagtail saves; both at once is one slug twice
    )
    site_setup.ensure_site()
    School()
    roles.sync_roles()
    for name, group in [
        ("Bruno", roles.TRAINERS),
        ("Elif", roles.REVIEWERS),
        ("Dario", roles.EDITORS),
        ("Amara", None),
    ]:
        user = person(name)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        if group:
            user.groups.add(Group.objects.get(name=group))


@pytest.fixture
def enter(browser, live_server, people):
    """`enter("bruno")` opens the site in a browser of their own and signs in."""
    contexts = []

    def sign_in(name: str) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": 1360, "height": 950}
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/account/login/?next=/studio/")
        page.get_by_label("E-mail").or_(page.locator("[name=login]")).first.fill(
            f"{name}@example.org"
        )
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form").first.get_by_role("button").first.click()
        page.wait_for_load_state()
        return page

    yield sign_in
    for context in contexts:
        context.close()


def choose_action(page: Page, name: str) -> None:
    """An entry of the menu that opens from the button at the foot of the editor."""
    page.locator("nav[aria-label='Actions (footer)'] .w-dropdown__toggle").click()
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def send_to_review(page: Page) -> None:
    choose_action(page, f"Submit to {roles.WORKFLOW}")
    expect(page.locator(".messages")).to_contain_text("has been submitted for moderation")


def save_draft(page: Page) -> None:
    page.locator("nav[aria-label='Actions (footer)'] button.action-save").click()
    expect(page.locator(".messages")).to_contain_text(re.compile("' (created|has been updated)"))


def open_folder(page: Page, *titles: str) -> None:
    page.goto("/studio/pages/")
    for title in titles:
        page.get_by_role("link", name=f"Explore child pages of '{title}'").click()
        page.wait_for_load_state()


def make_module(page: Page) -> None:
    open_folder(page, "Modules")
    page.get_by_role("link", name="Add child page").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("#id_title").fill(MODULE)
    page.locator("#id_code").fill("T02")
    page.locator("#id_summary").fill("Look at lamps, and at the people under them.")
    save_draft(page)
    send_to_review(page)


def write_question(page: Page, stem: str) -> None:
    page.goto("/studio/snippets/stoa_modules/question/add/")
    page.locator("#id_module").select_option(label=f"T02 {MODULE}")
    page.locator("#id_stem").fill(stem)
    for place, (text, is_right) in enumerate([("The people who pass", True), ("The lamps", False)]):
        page.locator("button[title='Insert a block']").nth(place).click()
        page.locator(".w-combobox__option:visible", has_text=re.compile("^Option$")).click()
        page.locator(f"#answers-{place}-value-text").fill(text)
        page.locator(f"#answers-{place}-value-feedback").fill(f"Because of {text.lower()}.")
        if is_right:
            page.locator(f"#answers-{place}-value-correct").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messages")).to_contain_text("created")


def write_lesson(page: Page, title: str, questions: list[str]) -> None:
    """Fill the template of a new lesson with words of one's own; without questions, take its quiz out."""
    open_folder(page, "Modules")
    page.get_by_role("link", name=f"Add a child page to '{MODULE}'").or_(
        page.get_by_role("link", name=f"Explore child pages of '{MODULE}'")
    ).first.click()
    page.wait_for_load_state()
    if "/add" not in page.url:
        page.get_by_role("link", name="Add child page").first.click()
    page.wait_for_load_state("networkidle")
    page.locator("#id_title").fill(title)
    page.locator("#id_objectives").fill("Look at a lamp before buying one")
    expect(page.locator(".public-DraftEditor-content")).to_have_count(3)
    for text in page.locator(".public-DraftEditor-content").all():
        text.click()
        page.keyboard.press("Control+A")
        page.keyboard.type(f"Somebody waits: {title}.")
        expect(text).to_have_text(f"Somebody waits: {title}.")
    page.locator("#body-4-value-prompt").fill("Which lamp do you pass?")
    quiz = page.locator("[data-streamfield-child]", has=page.locator("#body-2-value-title"))
    if not questions:
        take_out(quiz)
    for place, stem in enumerate(questions):
        if place:
            quiz.locator("[data-streamfield-list-add]").last.click()
        quiz.get_by_role(
            "button", name=re.compile("^Choose a question|^Choose question", re.I)
        ).last.click()
        page.locator(".modal-body").get_by_role("link", name=stem).click()
        expect(page.locator(".modal-body")).to_have_count(0)
    save_draft(page)


def take_out(block) -> None:
    """Delete a block, and see it gone: a slow machine may swallow the first click while the editor wakes up."""
    for _try in range(4):
        block.locator("[data-streamfield-action=DELETE]").first.click()
        try:
            expect(block).to_be_hidden(timeout=3_000)
            return
        except AssertionError:
            continue
    expect(block).to_be_hidden()


def look_at_the_preview(page: Page, title: str) -> None:
    page.get_by_role("button", name="Toggle preview").click()
    frame = page.frame_locator("iframe[title='Preview']").first
    expect(frame.get_by_role("heading", name=title, level=1)).to_be_visible(timeout=15_000)
    expect(frame.get_by_text("Who lights a square?")).to_be_visible()
    page.get_by_role("button", name="Toggle preview").click()


def approve(page: Page, title: str) -> None:
    page.goto("/studio/")
    page.locator("#stoa-review-content, #stoa-review-section").get_by_role(
        "link", name=title, exact=True
    ).first.click()
    choose_action(page, "Approve")
    expect(page.locator(".messages")).to_contain_text("has been updated")


def put_into_course(page: Page) -> None:
    open_folder(page, "Catalogue")
    page.get_by_role("link", name="Reading places", exact=True).first.click()
    page.get_by_role("button", name="Add module").click()
    page.locator("#id_course_modules-1-module").select_option(label=f"T02 {MODULE}")
    choose_action(page, "Publish")
    expect(page.locator(".messages")).to_contain_text("published")


def take_it(page: Page) -> None:
    page.goto("/catalogue/reading-places/")
    page.get_by_role("button", name=re.compile("Join|Start", re.I)).first.click()
    page.goto("/modules/lamps-and-habits/under-the-lamp/")
    expect(page.get_by_role("heading", name="Under the lamp", level=1)).to_be_visible()
    for choice in page.get_by_text("The people who pass").all():
        choice.click()
    page.get_by_role("button", name="Check my answers").click()
    expect(page.get_by_text("Because of the people who pass.").first).to_be_visible()


def test_a_trainer_makes_a_module_and_a_trainee_takes_it(enter):
    trainer = enter("bruno")
    make_module(trainer)
    for stem in QUESTIONS:
        write_question(trainer, stem)
    write_lesson(trainer, "Under the lamp", QUESTIONS)
    look_at_the_preview(trainer, "Under the lamp")
    send_to_review(trainer)
    write_lesson(trainer, "Beside the lamp", [])
    send_to_review(trainer)

    reviewer = enter("elif")
    for title in (MODULE, "Under the lamp", "Beside the lamp"):
        approve(reviewer, title)

    put_into_course(enter("dario"))
    take_it(enter("amara"))
