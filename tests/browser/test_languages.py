"""A learner changes the language in mid-lesson and in mid-test: the same place, and nothing is lost or counted twice."""

import re

import pytest
from playwright.sync_api import Page, expect

from content import curriculum
from tests.browser.answering import KNOWN, answer_one, stem

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LESSON = "/modules/first-hour/what-makes-a-square-safe/"
NOTE = "The lamp before the mill, half a sen"
ENGLISH = curriculum.read()


def speak(page: Page, language: str) -> None:
    """Choose a language in the menu of the header."""
    menu = page.locator("header details.menu").filter(has=page.locator("button[name=language]"))
    menu.locator("summary").click()
    with page.expect_navigation():
        menu.locator(f"button[value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def finish_lessons(page: Page) -> None:
    """Complete the lessons from here to the test, in whatever language."""
    done = page.locator("nav.turn form button")
    while done.count():
        with page.expect_navigation():
            done.click()


@pytest.mark.parametrize(("language", "person"), [("fr", "fresh-15"), ("es", "fresh-16")])
def test_the_language_changes_and_nothing_else(open_browser, language, person):
    said = ENGLISH.translations[language]
    window = open_browser(person)
    page = window.new_page()
    page.goto(LESSON)
    form = page.locator("form[data-keep]").filter(has=page.get_by_role("textbox"))
    form.get_by_role("textbox").fill(NOTE)
    expect(form.get_by_role("status")).to_have_text(re.compile("^Saved"))
    speak(page, language)
    assert page.url.endswith(f"/{language}{LESSON}")
    expect(page.get_by_role("heading", level=1)).to_have_text(said.lessons["h01-l01"].meta.title)
    expect(form.get_by_role("textbox")).to_have_value(NOTE)
    speak(page, "en")
    finish_lessons(page)

    page.locator("main form button.btn-primary").first.click()  # start the test
    groups = page.locator("fieldset.question:has(legend)")
    expect(groups).not_to_have_count(0)
    total = groups.count()
    own = [KNOWN[stem(group)] for group in groups.all()]
    half = [n for n, one in enumerate(own) if one.kind in ("single", "true_false", "multiple")][:2]
    for n in half:
        right = next(option for option in own[n].options if option.correct)
        groups.nth(n).get_by_label(right.text, exact=True).check()
    expect(page.locator("[data-saved]")).to_contain_text(f"{len(half)} of {total}")
    speak(page, language)
    asked = [" ".join(said.questions[one.key].stem.split()) for one in own]
    assert [stem(group) for group in groups.all()] == asked
    for n in half:
        expect(groups.nth(n).locator("input:checked")).to_have_count(1)

    for n, one in enumerate(own):
        if n not in half:
            answer_one(groups.nth(n), said.questions[one.key], True)
    with page.expect_navigation():
        page.locator("form[data-sitting] button.btn-primary").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    tries = window.request.get("/account/data/").json()["modules"]["attempts"]
    assert len(tries) == 1
    page.goto(f"/{language}/learn/")
    line = page.locator("main a[href*='/credentials/']").first
    for _look in range(60):
        if line.count():
            break
        page.wait_for_timeout(250)
        page.reload()
    line.click()
    expect(page.get_by_role("main")).to_contain_text(said.courses["first-hour"].certificate.title)
