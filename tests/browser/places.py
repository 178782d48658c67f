"""Every kind of page of the site: where it is, who sees it, and what to do there first."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

People = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Place:
    """A page. `path` may name an address that belongs to `who`, as in "{running}"."""

    name: str
    path: str
    who: str = ""
    then: Callable[[Page, People], None] | None = None
    status: int = 200


def press(name: str) -> Callable[[Page, People], None]:
    def pressed(page: Page, _people: People) -> None:
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button", name=name, exact=True).last.click()

    return pressed


def play(*, to_the_end: bool) -> Callable[[Page, People], None]:
    """Take the first choice of a scenario: once, or until it ends."""

    def played(page: Page, _people: People) -> None:
        choices = page.get_by_role("list", name="What do you do?").get_by_role("link")
        for _scene in range(12 if to_the_end else 1):
            if choices.count():
                page.goto(choices.first.get_attribute("href"))

    return played


def unfold(page: Page, _people: People) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")


def open_menu(page: Page, _people: People) -> None:
    page.get_by_text("Account", exact=True).click()


def sign_up(page: Page, _people: People) -> None:
    page.get_by_label("Your name").fill("Visitor")
    page.get_by_label(re.compile("^E-?mail")).fill(f"axe-{time.time_ns()}@stoa.example")
    page.get_by_label("Password").fill("seven quiet columns")
    press("Create the account")(page, _people)
    unfold(page, _people)


def upload(whose: str, change: tuple[str, str] = ("", "")) -> Callable[[Page, People], None]:
    def uploaded(page: Page, people: People) -> None:
        text = people[whose]["document"].replace(*change)
        file = {"name": "certificate.json", "mimeType": "application/json", "buffer": text.encode()}
        page.get_by_label("File").set_input_files(file)
        press("Check")(page, people)

    return uploaded


def give_code(page: Page, people: People) -> None:
    page.get_by_label("Number or link").fill("AAAA-BBBB-CCCC-DDDD")
    press("Check")(page, people)


PUBLIC = [
    Place("home", "/"),
    Place("catalogue", "/catalogue/"),
    Place("catalogue-empty", "/catalogue/?q=zzzz"),
    Place("course", "/catalogue/foundations/"),
    Place("course-planned", "/catalogue/leading-urban-security/", then=unfold),
    Place("modules", "/modules/"),
    Place("module", "/modules/participation-gender-inclusion/"),
    Place("module-with-closed-lessons", "/modules/security-by-design/"),
    Place("lesson", "/modules/foundations/what-security-means/", then=unfold),
    Place("scenario", "/scenario/SC01/"),
    Place("scenario-scene", "/scenario/SC01/", then=play(to_the_end=False)),
    Place("scenario-end", "/scenario/SC01/", then=play(to_the_end=True)),
    Place("text-about", "/about/"),
    Place("text-accessibility", "/accessibility/"),
    Place("text-privacy", "/privacy/"),
    Place("text-help", "/help/"),
    Place("mailroom", "/mail/"),
    Place("not-found", "/nowhere/", status=404),
]
KNOWLEDGE = [
    Place("knowledge", "/knowledge/"),
    Place("search", "/search/"),
    Place("search-found", "/search/?q=who+works+ofr+safer+squares+at+nihgt"),
    Place("search-not-found", "/search/?q=zzzz"),
    Place("coverage", "/knowledge/coverage/", then=unfold),
    Place("bibliography", "/knowledge/bibliography/"),
    Place("competences", "/knowledge/competences/"),
    Place("actions", "/knowledge/actions/"),
    Place("recommendations", "/knowledge/recommendations/"),
    Place("guidance", "/knowledge/guidance/"),
    Place("facts", "/knowledge/facts/"),
    Place("sources", "/knowledge/sources/"),
    Place("glossary", "/knowledge/glossary/"),
    Place("cases", "/knowledge/cases/"),
    Place("checklists", "/knowledge/checklists/"),
    Place("action", "/knowledge/actions/A2/"),
    Place("recommendation", "/knowledge/recommendations/GR-14/"),
    Place("guidance-item", "/knowledge/guidance/DG-01/"),
    Place("fact", "/knowledge/facts/F8.01/"),
    Place("source", "/knowledge/sources/S1/"),
    Place("term", "/knowledge/glossary/access-control/"),
    Place("case", "/knowledge/cases/C01/"),
    Place("checklist", "/knowledge/checklists/K01/"),
]
ACCOUNT = [
    Place("login", "/account/login/"),
    Place("login-wrong", "/account/login/", then=press("Sign in")),
    Place("signup", "/account/signup/"),
    Place("signup-wrong", "/account/signup/", then=press("Create the account")),
    Place("code", "/account/signup/", then=sign_up),
    Place("reset", "/account/password/reset/"),
    Place("reset-sent", "/account/password/reset/done/"),
    Place("reset-old-link", "/account/password/reset/key/a-b/"),
    Place("profile", "/account/profile/", "amara"),
    Place("email", "/account/email/", "amara"),
    Place("password", "/account/password/change/", "amara"),
    Place("factors", "/account/2fa/", "amara"),
    Place("factor-app", "/account/2fa/totp/activate/", "amara"),
    Place("factor-passkey", "/account/2fa/webauthn/add/", "amara"),
    Place("passkeys", "/account/2fa/webauthn/", "amara"),
    Place("reauthenticate", "/account/reauthenticate/?next=/account/2fa/", "amara"),
    Place("logout", "/account/logout/", "amara"),
    Place("delete-account", "/account/delete/", "amara"),
]
LEARNING = [
    Place("home-going-on", "/", "amara"),
    Place("account-menu", "/learn/", "trainer", then=open_menu),
    Place("course-half-way", "/catalogue/foundations/", "amara"),
    Place("course-done", "/catalogue/foundations/", "graduate"),
    Place("course-leave", "{leave}", "amara"),
    Place("module-half-way", "/modules/foundations/", "amara"),
    Place("lesson-signed-in", "/modules/first-hour/what-makes-a-square-safe/", "amara", unfold),
    Place("lesson-with-order", "/modules/first-hour/ask-the-people-who-use-it/", "amara", unfold),
    Place(
        "lesson-with-scenario", "/modules/security-by-design/the-vehicle-threat/", "amara", unfold
    ),
    Place("lesson-not-joined", "/modules/foundations/who-makes-it/", "trainee", unfold),
    Place(
        "quiz-not-sent",
        "/modules/first-hour/ask-the-people-who-use-it/",
        "amara",
        press("Check my answers"),
        200,
    ),
    Place("quiz-result", "{quiz}", "amara"),
    Place("test-half-way", "{test}", "amara"),
    Place("test-not-joined", "{test}", "trainee"),
    Place("attempt", "{running}", "amara"),
    Place("attempt-not-sent", "{running}", "amara", press("Hand in")),
    Place("test-failed", "{failed}", "amara"),
    Place("test-passed", "{passed}", "amara"),
    Place("learn", "/learn/", "amara"),
    Place("learn-done", "/learn/", "graduate"),
    Place("learn-nothing", "/learn/", "trainee"),
    Place("record", "/record/", "graduate"),
]
CERTIFICATES = [
    Place("certificate", "{certificate}", "graduate"),
    Place("certificate-to-strangers", "{graduate.certificate}"),
    Place("certificate-pending", "{certificate}", "nameless"),
    Place("certificate-revoked", "{revoked.certificate}"),
    Place("certificate-unknown", "/credentials/00000000-0000-4000-8000-000000000000/", status=404),
    Place("revoke", "{graduate.certificate}revoke/", "partnership"),
    Place("verify", "/verify/"),
    Place("verify-nothing", "/verify/", then=press("Check")),
    Place("verify-valid", "/verify/", then=upload("graduate")),
    Place("verify-altered", "/verify/", then=upload("graduate", ("Γραμματεία", "Σωκράτης"))),
    Place("verify-revoked", "/verify/", then=upload("revoked")),
    Place("verify-unknown", "/verify/", then=give_code),
]
CITIES = [
    Place("cities", "/cities/"),
    Place("city", "/cities/portalba/"),
    Place("city-coordinated", "/cities/portalba/", "coordinator"),
    Place("roster", "/cities/portalba/roster/", "coordinator"),
    Place("roster-refused", "/cities/vellmark/roster/", "coordinator", status=404),
    Place("join", "/cities/join/", "amara"),
    Place("join-chosen", "/cities/join/?city=portalba", "graduate"),
    Place("partnership", "/partnership/", "partnership"),
    Place("partnership-refused", "/partnership/", "amara", status=403),
]
PLACES = [*PUBLIC, *KNOWLEDGE, *ACCOUNT, *LEARNING, *CERTIFICATES, *CITIES]


def address(place: Place, people: People) -> str:
    """The path with addresses of people put in: "{test}" is one of `who` or else of Amara, "{graduate.certificate}" of her."""

    def found(match: re.Match) -> str:
        owner, _, key = match[1].rpartition(".")
        return people[owner or place.who].get(key) or people["amara"][key]

    return re.sub(r"\{([\w.]+)\}", found, place.path)
