"""Notes, checklists, surveys and scenarios: by mouse, by keys only, on 360 px, and without JavaScript."""

import re
import uuid
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Locator, Page, expect

from cms import site_setup
from courses import services as courses
from modules.models import Completion, PersonalNote, Scenario, SurveyAnswer
from modules.pages.models import ModulePage
from modules.scenario_blocks import to_blocks
from tests import moments
from tests.browser.conftest import PHONE
from tests.browser.test_axe import ALL, AXE, COLOURS, NARROW, RUN, WIDER
from tests.browser.test_keyboard import tab_to
from tests.conftest import School, add_lesson, person
from tests.factories import blocks
from tests.modules.test_scenarios import DOCUMENT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = Path("/tmp/stoa-activities")  # written when the folder exists, to be looked at
WAYS = ["mouse", "keys", "phone", "no script"]
POINTS = ["Ask those who use it.", "Walk there after dark."]
OPTIONS = {
    "phone": PHONE,
    "no script": {"java_script_enabled": False},
}


@pytest.fixture
def lesson(transactional_db) -> str:
    """A lesson with one of each; Amara has joined its course."""
    site_setup.ensure_site()
    school = School()
    item = lambda value: {"type": "item", "value": value, "id": str(uuid.uuid4())}  # noqa: E731
    known = blocks.knowledge()
    scenario = Scenario.objects.create(
        key="SC99", title="A gift of blocks", module=school.module, document=DOCUMENT, body=to_blocks(DOCUMENT)
    )  # fmt: skip
    points = [item({"key": f"p{n}", "text": text}) for n, text in enumerate(POINTS)]
    body = [
        {"type": "checklist", "value": {"checklist": known["checklist"].pk, "title": "Before you draw", "intro": "", "items": points}},
        {"type": "note", "value": {"title": "In your city", "prompt": "Which square comes to mind?", "minutes": 2, "note": "Only you can read this."}},
        {"type": "survey", "value": blocks.survey()},
        {"type": "scenario", "value": {"scenario": scenario.pk, "intro": "", "is_required": False}},
    ]  # fmt: skip
    page = school.add_lesson("One of each", "one-of-each", body=body)
    courses.enrol(learner=person("Amara"), course=school.course, at=moments.NOON)
    return page.url


@pytest.fixture
def window(browser, live_server, lesson):
    """`window(way)`: a window of Amara's own, as she works there."""
    opened = []

    def made(way: str = "mouse") -> BrowserContext:
        client = Client()
        amara = PersonalNote._meta.get_field("learner").related_model.objects.get(
            email="amara@example.org"
        )
        client.force_login(amara, backend="cms.backends.StaffModelBackend")
        options = {"viewport": {"width": 1100, "height": 900}} | OPTIONS.get(way, {})
        found = browser.new_context(base_url=live_server.url, reduced_motion="reduce", **options)
        found.set_default_timeout(6_000)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
        found.add_cookies([cookie | {"url": live_server.url}])
        opened.append(found)
        return found

    yield made
    for one in opened:
        one.close()


def press(page: Page, thing: Locator, way: str) -> None:
    """Do it as one does on this machine: click, touch, or Tab to it and press the key for it."""
    if way == "keys":
        tab_to(page, thing)
        role = thing.evaluate("node => node.type")
        page.keyboard.press("Space" if role in ("checkbox", "radio") else "Enter")
    elif way == "phone":
        thing.tap()
    else:
        thing.click()


def write(page: Page, field: Locator, words: str, way: str) -> None:
    if way == "keys":
        tab_to(page, field)
        page.keyboard.type(words)
    else:
        field.fill(words)


def section(page: Page, title: str) -> Locator:
    return page.locator("section.activity").filter(has=page.get_by_role("heading", name=title))


def shoot(page: Page, name: str) -> None:
    if SHOTS.exists():
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def problems(page: Page) -> list[str]:
    """What axe finds in light and dark, and what is wider than 320 px."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(RUN, ALL)
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(RUN, COLOURS)
    shoot(page, f"{page.title().split(' ·')[0].replace(' ', '-').replace(':', '')}-dark")
    page.emulate_media(color_scheme="light")
    before = page.viewport_size
    page.set_viewport_size(NARROW)
    found += page.evaluate(WIDER)
    page.set_viewport_size(before)
    return found


@pytest.mark.parametrize("way", WAYS)
def test_each_activity_is_done(window, lesson, way):
    page = window(way).new_page()
    page.goto(lesson)
    shoot(page, f"lesson-{way}")

    listed = section(page, "Before you draw")
    press(page, listed.get_by_role("checkbox", name=POINTS[1]), way)
    press(page, listed.locator("summary").nth(1), way)
    write(page, listed.get_by_role("textbox", name=f"A few words {POINTS[1]}"), "With Bea.", way)
    save(page, listed, "Save my list", "1 of 2 ticked. Saved.", way)

    noted = section(page, "In your city")
    write(page, noted.get_by_role("textbox"), "The mill square.", way)
    save(page, noted, "Save my note", "Saved. Only you can read it.", way)
    kept = {
        note.activity.kind: note.data for note in PersonalNote.objects.select_related("activity")
    }
    assert kept["note"] == {"text": "The mill square."}
    assert kept["checklist"] == {"ticked": ["p1"], "notes": {"p1": "With Bea."}}

    asked = section(page, "Your square")
    press(page, asked.get_by_role("button", name="Send my answers"), way)
    expect(page.get_by_role("alert")).to_contain_text("When do you walk?")
    if way != "no script":
        expect(page.get_by_role("alert")).to_be_focused()
    main = page.get_by_role("main")
    choose(page, main.get_by_label("Night"), way)
    press(page, main.get_by_label("Friends"), way)
    choose(page, main.get_by_label("5 Good"), way)
    press(page, main.get_by_role("button", name="Send my answers"), way)
    expect(section(page, "Your square")).to_contain_text("You have taken part.")
    assert SurveyAnswer.objects.get().answers == {
        "single": "night",
        "multiple": ["friends"],
        "scale": 5,
    }

    press(page, page.get_by_role("link", name="Play the scenario"), way)
    press(page, page.get_by_role("link", name="Ask."), way)
    expect(page.get_by_role("heading", level=1)).to_have_text("Good")
    press(page, page.get_by_role("button", name="Done, back to the module"), way)
    expect(page.get_by_text("you have played this scenario to an ending")).to_be_visible()
    assert set(Completion.objects.values_list("activity__kind", flat=True)) == {
        "survey",
        "scenario",
    }


def save(page: Page, form: Locator, button: str, said: str, way: str) -> None:
    """It is saved by itself where scripts run; by its button where they do not."""
    if way == "no script":
        form.get_by_role("button", name=button).click()
        expect(page.get_by_text("Saved. Only you can read it.")).to_be_visible()
    else:
        expect(form.get_by_role("status")).to_have_text(said)


def choose(page: Page, radio: Locator, way: str) -> None:
    """Arrows go round a group of radios."""
    if way != "keys":
        return press(page, radio, way)
    name = radio.get_attribute("name")
    tab_to(page, page.locator(f"input[name='{name}']").first)
    page.keyboard.press("Space")
    while not radio.is_checked():
        page.keyboard.press("ArrowDown")


def test_a_second_tab_is_told_of_the_newer_text(window, lesson):
    context = window()
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto(lesson)
    one, two = (section(page, "In your city") for page in (first, second))
    first.bring_to_front()
    one.get_by_role("textbox").fill("From the first tab.")
    expect(one.get_by_role("status")).to_have_text("Saved. Only you can read it.")
    second.bring_to_front()
    two.get_by_role("textbox").fill("From the second tab.")
    expect(two.get_by_role("status")).to_contain_text("there is a newer text")
    expect(two.get_by_text("From the first tab.")).to_be_visible()
    shoot(second, "conflict")
    assert problems(second) == []
    two.get_by_role("button", name="Keep what I wrote here").click()
    expect(two.get_by_role("status")).to_have_text("Saved. Only you can read it.")
    assert PersonalNote.objects.get().data == {"text": "From the second tab."}


def test_two_devices_tick_one_list(window, lesson):
    desk, phone = window().new_page(), window("phone").new_page()
    for page in (desk, phone):
        page.goto(lesson)
    for page, point in ((desk, POINTS[0]), (phone, POINTS[1])):
        page.get_by_role("checkbox", name=point, exact=True).check()
        expect(section(page, "Before you draw").get_by_role("status")).to_contain_text("Saved.")
    expect(phone.get_by_role("checkbox", name=POINTS[0], exact=True)).to_be_checked()
    assert PersonalNote.objects.get().data["ticked"] == ["p0", "p1"]


def test_the_pages_of_activities_are_for_everybody(window, lesson):
    """What stands beside the lesson: results, the document, the ending, the scenario that was revised."""
    page = window().new_page()
    page.goto(lesson)
    page.locator("main details").evaluate_all("all => all.forEach(part => part.open = true)")
    assert problems(page) == []
    asked = section(page, "Your square")
    asked.get_by_label("Night").check()
    asked.get_by_role("button", name="Send my answers").click()
    answer = SurveyAnswer.objects.get()
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(activity=answer.activity, answers=said, answered_on=answer.answered_on)
        for said in (
            {"single": "day", "scale": 2},
            {"single": "night", "multiple": ["dog"], "scale": 4},
        )
    )
    SurveyAnswer.objects.update(is_released=True)
    page.get_by_role("link", name="See what others said").click()
    expect(page.get_by_text("What 3 people said.")).to_be_visible()
    shoot(page, "results")
    assert problems(page) == []
    page.goto(lesson)
    page.get_by_role("checkbox", name=POINTS[0], exact=True).check()
    expect(section(page, "Before you draw").get_by_role("status")).to_contain_text("Saved.")
    page.get_by_role("link", name="Print or save the list").click()
    shoot(page, "paper")
    assert problems(page) == []
    page.emulate_media(media="print")
    shoot(page, "paper-printed")
    expect(page.get_by_role("link", name="As plain text")).to_be_hidden()
    page.emulate_media(media="screen")
    for path in ("ask/", "nowhere/"):
        page.goto(f"/scenario/SC99/{path}")
        shoot(page, f"scenario-{path.strip('/')}")
        assert problems(page) == []
    page.goto("/scenario/SC99/ask/")
    page.get_by_role("button", name="Done, back to the module").click()
    page.goto("/scenario/SC99/")
    expect(page.get_by_text("You have played 1 of 2 endings.")).to_be_visible()
    shoot(page, "scenario-again")
    assert problems(page) == []


@pytest.mark.parametrize("way", WAYS)
def test_a_word_of_the_glossary_is_explained_where_it_stands(window, lesson, way):
    text = "<p>Keep a [[term:stand-off|good distance]] there.</p>"
    body = [{"type": "text", "value": text}]
    page = window(way).new_page()
    page.goto(add_lesson(ModulePage.objects.get(), "Distance", "distance", body=body).url)
    word, note = page.get_by_role("link", name="good distance"), page.get_by_role("tooltip")
    listed = page.locator("#term-stand-off")
    page.emulate_media(media="print")
    expect(listed).to_contain_text("A distance.")
    page.emulate_media(media="screen")
    if way == "no script":
        word.click()
        expect(page).to_have_url(re.compile("#term-stand-off$"))
        return
    if way == "mouse":
        word.hover()
    elif way == "keys":
        tab_to(page, word)
    else:
        word.tap()
    expect(note).to_have_text("A distance.")
    expect(word).to_have_accessible_description("A distance.")
    assert page.evaluate(WIDER) == []
    shoot(page, f"term-{way}")
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()
    if way == "phone":
        word.tap()
        expect(note).to_be_visible()
        word.tap()
        expect(page).to_have_url(re.compile("#term-stand-off$"))
