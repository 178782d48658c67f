"""Every kind of page, in light, dark, on a phone and right to left: what axe finds, what overflows, what is asked for.

No page breaks a rule of WCAG 2.2 AA or of axe's good practice, none is wider than a screen of 320 px, none asks another
host for anything, and the browser has nothing to complain about (its Content Security Policy included).
Each page is opened twice, on a desk and on a phone, and looked at in several ways; a problem begins with the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.places import PLACES, Place, address

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL = {"type": "tag", "values": TAGS}
COLOURS = {
    "type": "rule",
    "values": ["color-contrast", "link-in-text-block"],
}  # all that dark changes
RUN = """async runOnly => (await axe.run(document, { runOnly, resultTypes: ["violations"] })).violations.flatMap(
  ({ id, nodes }) => nodes.map(({ target, any, all, none }) =>
    `${id}: ${target.join(" ")}: ${[...any, ...all, ...none].map(check => check.message).join("; ")}`))"""
WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.body.querySelectorAll("*")].filter(node => {
    const box = node.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 1 || box.left < -1);
  }).slice(-3).map(node => `wider than the screen: ${node.tagName}.${node.className}`).concat("wider than the screen")"""
NARROW = {"width": 320, "height": 740}
TURN = "document.documentElement.dir = 'rtl'"
SCREENS = {"desk": {"viewport": DESKTOP, "color_scheme": "light"}, "phone": PHONE}


@dataclass
class Heard:
    """What a page has asked for and what the browser said about it."""

    foreign: list[str]
    complaints: list[str]


@pytest.fixture(scope="session")
def windows(open_browser):
    """One window for each screen and person, kept for all pages."""
    kept: dict[tuple[str, str], BrowserContext] = {}

    def window(screen: str, who: str) -> BrowserContext:
        if (screen, who) not in kept:
            kept[screen, who] = open_browser(who, reduced_motion="reduce", **SCREENS[screen])
        return kept[screen, who]

    return window


@pytest.fixture
def visit(windows, site) -> Iterator:
    """`visit(place, screen)` opens a page and listens to it."""
    pages: list[Page] = []

    def visited(place: Place, screen: str) -> tuple[Page, Heard]:
        page = windows(screen, place.who).new_page()
        pages.append(page)
        heard = Heard([], [])
        page.on(
            "request",
            lambda request: (
                heard.foreign.append(request.url) if is_foreign(request.url, site["url"]) else None
            ),
        )
        page.on("pageerror", lambda error: heard.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: heard.complaints.append(said.text) if is_complaint(said, page) else None,
        )
        wanted = urljoin(site["url"], address(place, site["people"]))
        answer = page.goto(wanted)
        assert answer.status == place.status, f"{wanted} answers {answer.status}"
        if place.then:
            place.then(page, site["people"])
        return page, heard

    yield visited
    for page in pages:
        page.close()


def is_foreign(url: str, home: str) -> bool:
    return not url.startswith((home, "data:", "blob:"))


def is_complaint(said, page: Page) -> bool:
    """An error in the console; that a page itself answers 404 or 422 is no error of it."""
    return said.type in ("error", "warning") and not (
        "Failed to load resource" in said.text and said.location["url"] == page.url
    )


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_everybody_can_use_this_page(place, screen, visit):
    page, heard = visit(place, screen)
    page.evaluate(AXE.read_text())
    problems = on_a_desk(page) if screen == "desk" else on_a_phone(page)
    assert problems + heard.foreign + heard.complaints == []


def on_a_desk(page: Page) -> list[str]:
    problems = found("light", page.evaluate(RUN, ALL))
    page.emulate_media(color_scheme="dark")
    problems += found("dark", page.evaluate(RUN, COLOURS))
    page.emulate_media(color_scheme="light")
    page.evaluate(TURN)
    return problems + found("right to left", page.evaluate(RUN, ALL) + page.evaluate(WIDER))


def on_a_phone(page: Page) -> list[str]:
    problems = found("360 px", page.evaluate(RUN, ALL))
    page.set_viewport_size(NARROW)
    problems += found("320 px", page.evaluate(WIDER))
    page.evaluate(TURN)
    return problems + found("320 px, right to left", page.evaluate(WIDER))


def found(way: str, problems: list[str]) -> list[str]:
    return [f"{way}: {problem}" for problem in problems]


SPOIL = """() => {
  const put = (name, more) => document.querySelector("main").appendChild(Object.assign(document.createElement(name), more));
  put("p", { textContent: "Hardly to be read", className: "faint" });
  new CSSStyleSheet().replace(".faint { color: color-mix(in srgb, canvas, canvastext 20%); width: 2000px }")
    .then(sheet => document.adoptedStyleSheets.push(sheet));
  put("img", { src: "http://127.0.0.2:9/", alt: "" });
  put("script", { textContent: "1" });
}"""


def test_a_spoilt_page_would_be_noticed(visit):
    page, heard = visit(Place("text-about", "/about/"), "desk")
    page.evaluate(SPOIL)
    page.evaluate(AXE.read_text())
    problems = " ".join(on_a_desk(page))
    assert "light: color-contrast" in problems and "dark: color-contrast" in problems
    assert "wider than the screen" in problems
    assert heard.foreign == ["http://127.0.0.2:9/"]
    assert any("Content Security Policy" in said for said in heard.complaints)
