"""Nothing a learner has written or answered is lost or counted twice: slow lines, second clicks, second tabs."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.answering import answer

pytestmark = pytest.mark.browser
LESSON = "/modules/first-hour/what-makes-a-square-safe/"
WORDS = "The lamp before the mill. Ζωή asked for it twice."


def open_note(window: BrowserContext) -> tuple[Page, ...]:
    page = window.new_page()
    page.goto(LESSON)
    form = page.locator("form[data-keep]").filter(has=page.get_by_role("textbox"))
    return page, form.get_by_role("textbox"), form.get_by_role("status")


def attempts(window: BrowserContext) -> list[dict]:
    """What the site has stored of this learner's tries."""
    return window.request.get("/account/data/").json()["modules"]["attempts"]


def test_a_note_is_kept_while_one_writes(open_browser):
    page, note, said = open_note(open_browser("fresh-4"))
    note.fill(WORDS)
    expect(said).to_have_text("Saved. Only you can read it.")
    page.reload()
    expect(note).to_have_value(WORDS)


def test_a_lost_connection_loses_no_word(open_browser):
    window = open_browser("fresh-5")
    page, note, said = open_note(window)
    window.set_offline(True)
    note.fill(WORDS)
    expect(said).to_have_text("Not saved, trying again.")
    expect(note).to_have_value(WORDS)
    window.set_offline(False)
    expect(said).to_have_text("Saved. Only you can read it.", timeout=15_000)
    page.reload()
    expect(note).to_have_value(WORDS)


def test_a_note_is_kept_without_javascript(open_browser):
    page, note, _said = open_note(open_browser("fresh-6", java_script_enabled=False))
    note.fill(WORDS)
    page.get_by_role("button", name="Save my note").click()
    page.goto(LESSON)
    expect(note).to_have_value(WORDS)


def test_a_double_click_is_one_try(open_browser):
    window = open_browser("fresh-7")
    page = window.new_page()
    page.goto(LESSON)
    check = re.compile("^Check my answer")
    form = page.locator("form").filter(has=page.get_by_role("button", name=check)).last
    answer(form)
    form.get_by_role("button", name=check).dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("right")
    expect(page.get_by_role("main")).to_contain_text("Try 1, handed in")
    assert len(attempts(window)) == 1


def test_two_tabs_hand_in_one_test_once(open_browser):
    window = open_browser("fresh-8")
    first, second = window.new_page(), window.new_page()
    first.goto("/modules/first-hour/")
    first.get_by_role("main").get_by_role("link", name=re.compile("test", re.I)).first.click()
    first.get_by_role("button", name="Start the test").click()
    first.get_by_role("button", name="Hand in").wait_for()
    second.goto(first.url)
    answer(second.get_by_role("main"), right=False)
    first.bring_to_front()  # a page behind another is drawn so seldom that clicks wait for it
    answer(first.get_by_role("main"))
    for page in (first, second):
        page.bring_to_front()
        page.get_by_role("button", name="Hand in").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("You passed")
    assert first.url == second.url
    assert [(one["number"], one["is_passed"]) for one in attempts(window)] == [(1, True)]
