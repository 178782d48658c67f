"""Everything a learner does can be done with the keyboard alone, and one sees where one is."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.answering import KNOWN, stem

pytestmark = pytest.mark.browser
LESSON = "/modules/first-hour/what-makes-a-square-safe/"
LESSON_WITH_ORDER = "/modules/first-hour/ask-the-people-who-use-it/"

IS_SEEN = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return { name: at.textContent.trim() || at.getAttribute("aria-label") || at.name, ring, inside: box.bottom > 0 && box.top < innerHeight };
}"""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until the wanted thing has the focus."""
    for _stop in range(150):
        page.keyboard.press("Tab")
        if wanted.evaluate("node => node === document.activeElement"):
            return
    pytest.fail(f"Tab does not lead to {wanted}.")


def test_the_first_stop_skips_to_the_content(open_browser):
    page = open_browser().new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_tab_visits_the_home_page_in_reading_order_and_shows_where_it_is(open_browser):
    page = open_browser(reduced_motion="reduce").new_page()
    page.goto("/")
    stops = []
    for _stop in range(14):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(IS_SEEN))
    names = [stop["name"] for stop in stops]
    assert names[:10] == [
        "Skip to content",
        "Stoa",
        "Catalogue",
        "Knowledge",
        "Cities",
        "Verify",
        "Search",
        "Search",
        "Language: English",
        "Sign in",
    ]
    assert names[10].startswith("Try the first hour")
    assert [stop for stop in stops if not (stop["ring"] and stop["inside"])] == []


def test_a_quiz_is_answered_and_a_lesson_completed_by_keyboard(open_browser):
    page = open_browser("fresh-1").new_page()
    page.goto(LESSON)
    form = (
        page.locator("form")
        .filter(has=page.get_by_role("button", name=re.compile("^Check my answer")))
        .last
    )
    for group in form.locator("fieldset.question").all():
        choose(page, group)
    tab_to(page, form.get_by_role("button", name=re.compile("^Check my answer")))
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("right")
    expect(heading).to_be_focused()
    tab_to(page, page.get_by_role("link", name="Back to the lesson"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What makes a square safe?")
    tab_to(page, page.get_by_role("button", name="Complete and go on"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("What makes a square safe?")


def choose(page: Page, group: Locator) -> None:
    """Answer one question as its kind is worked with keys: arrows in a group of radios, space on a box."""
    question = KNOWN[stem(group)]
    boxes = group.locator("input")
    right = [
        group.get_by_label(" ".join(option.text.split()), exact=True)
        for option in question.options
        if option.correct
    ]
    if question.kind == "multiple":
        for box in right:
            tab_to(page, box)
            page.keyboard.press("Space")
    else:
        tab_to(page, boxes.first)
        page.keyboard.press("Space")
        while not right[0].is_checked():
            page.keyboard.press("ArrowDown")
    for box in right:
        expect(box).to_be_checked()


def test_a_refused_form_puts_the_focus_on_what_is_missing(open_browser):
    page = open_browser("fresh-2").new_page()
    page.goto(LESSON)
    page.get_by_role("button", name=re.compile("^Check my answer")).last.click()
    expect(page.get_by_role("alert")).to_be_focused()
    link = page.get_by_role("alert").get_by_role("link").first
    tab_to(page, link)
    page.keyboard.press("Enter")
    expect(page.locator("fieldset.question").first).to_be_focused()


def test_buttons_bring_lines_into_order_and_say_so(open_browser):
    page = open_browser("fresh-3").new_page()
    page.goto(LESSON_WITH_ORDER)
    group = page.locator("fieldset.question").filter(has=page.locator("[data-ordering]"))
    wanted = [" ".join(item.text.split()) for item in KNOWN[stem(group)].items]
    for place, words in enumerate(wanted):
        up = group.get_by_role("button", name=f"Up: {words}", exact=True)
        while (at := order(group).index(words)) > place:
            up.focus()
            page.keyboard.press("Enter")
            expect(up).to_be_focused()
            expect(group.get_by_role("status")).to_have_text(
                f"{words}: place {at} of {len(wanted)}"
            )
    assert order(group) == wanted
    page.locator("form").filter(has=group).get_by_role("button", name=re.compile("^Check")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("right", re.I))
    expect(page.get_by_role("main")).not_to_contain_text("Not yet")


def order(group: Locator) -> list[str]:
    return [
        " ".join(words.split())
        for words in group.locator("[data-ordering] label > span").all_inner_texts()
    ]
