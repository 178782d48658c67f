"""Done when 2 of issue 2: from sign-up to a certificate that a stranger checks, as a person does it."""

import json
import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.answering import answer
from tests.browser.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAME = "Zoë Παράδειγμα-Łukasz"
PASSWORD = "seven quiet columns"  # noqa: S105 - of an invented person
FIRST_HOUR, FOUNDATIONS = "The first hour", "Foundations of integrated urban security"


def sign_up(page: Page) -> None:
    email = f"zoe-{time.time_ns()}@stoa.example"
    page.goto("/")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("link", name="Create one").click()
    page.get_by_label("Your name").fill(NAME)
    page.get_by_label(re.compile("^E-?mail")).fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create the account").click()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Your mail is here").click()
    letter = opened.value.get_by_role("article").filter(has_text=email).first
    code = letter.locator(".code strong").inner_text()
    opened.value.close()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My learning")


def take(page: Page, course: str, *, quizzes: bool) -> None:
    """Join a course from the catalogue, read its lessons, pass its test."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Catalogue").click()
    page.get_by_role("main").get_by_role("link", name=course, exact=True).click()
    press(page, "Join and begin")
    done = page.get_by_role("button", name="Complete and go on")
    while done.count():
        if quizzes:
            answer_quiz(page)
            quizzes = False
        press(page, "Complete and go on")
    page.get_by_role("button", name="Start the test").click()
    answer(page.get_by_role("main"))
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You passed")


def press(page: Page, name: str) -> None:
    """Press a button and wait for the page it leads to, since what comes next depends on what is there."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def answer_quiz(page: Page) -> None:
    form = (
        page.locator("form")
        .filter(has=page.get_by_role("button", name=re.compile("^Check my answer")))
        .last
    )
    asked = answer(form)
    form.get_by_role("button", name=re.compile("^Check my answer")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"All {asked} right")
    page.get_by_role("link", name="Back to the lesson").click()


def open_certificate(page: Page, title: str) -> None:
    """From My learning to a certificate, once the worker has signed it."""
    page.goto("/learn/")
    line = (
        page.get_by_role("region", name="Certificates and badges")
        .get_by_role("listitem")
        .filter(has_text=title)
    )
    for _look in range(60):
        if line.filter(has_text="Valid").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    line.get_by_role("link", name=title).click()
    expect(page.get_by_role("status").get_by_role("heading", level=1)).to_contain_text(
        re.compile("valid", re.I)
    )
    expect(page.get_by_role("main")).to_contain_text(NAME)


def download(page: Page, folder) -> str:
    with page.expect_download() as coming:
        page.get_by_role("link", name=re.compile("JSON")).click()
    coming.value.save_as(folder / "certificate.json")
    return (folder / "certificate.json").read_text()


def verdict(page: Page, name: str, text: str) -> str:
    """What the verify page says to a file of that text."""
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Verify").click()
    page.get_by_label("File").set_input_files(
        {"name": name, "mimeType": "application/json", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Check").click()
    return page.get_by_role("heading", level=1).inner_text().lower()


def walk(open_browser, folder, **options) -> None:
    """Everything: the taster and its badge, Foundations and its certificate, then a stranger with two files."""
    page = open_browser(accept_downloads=True, **options).new_page()
    sign_up(page)
    take(page, FIRST_HOUR, quizzes=True)
    open_certificate(page, FIRST_HOUR)
    take(page, FOUNDATIONS, quizzes=False)
    open_certificate(page, FOUNDATIONS)
    text = download(page, folder)
    assert NAME in text and json.loads(text)["proof"]
    stranger = open_browser(**options).new_page()
    assert "valid" in verdict(stranger, "certificate.json", text)
    assert "altered" in verdict(stranger, "copy.json", text.replace(NAME, "Somebody Else"))


def test_a_newcomer_earns_a_certificate_that_a_stranger_can_check(open_browser, tmp_path):
    walk(open_browser, tmp_path)


def test_the_same_works_on_a_phone(open_browser, tmp_path):
    walk(open_browser, tmp_path, **PHONE)


def test_the_same_works_without_javascript(open_browser, tmp_path):
    walk(open_browser, tmp_path, java_script_enabled=False)
