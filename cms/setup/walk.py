"""Walks through a running site over HTTP as a person would, step by step; for `make demo-check`.

Runs in the project's environment. A step is a function that raises when something is not as promised; steps run
in order and share one Walk. Add a step where it belongs in the journey.
Usage: walk.py URL --var DIR
"""

import argparse
import http.cookiejar
import sys
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from bs4 import BeautifulSoup
from trainee import Trainee, words

NAME = "Zoë Παράδειγμα-Łukasz"
PASSWORD = "seven quiet columns"
STEPS: list[tuple[str, Callable[["Walk"], None]]] = []


def step(title: str):
    def remember(function: Callable[["Walk"], None]) -> Callable[["Walk"], None]:
        STEPS.append((title, function))
        return function

    return remember


@dataclass
class Walk:
    """What the steps share: where the site is, who is walking, what was found on the way."""

    url: str
    var: Path
    learner: "Visitor"
    stranger: "Visitor"
    trainee: Trainee = field(default_factory=Trainee)
    found: dict[str, str] = field(default_factory=dict)
    asked: "Answer | None" = None


@step("The site says it is well")
def healthz(walk: Walk) -> None:
    walk.stranger.get("/healthz")


@step("The home page answers")
def home(walk: Walk) -> None:
    page = walk.stranger.get("/")
    expect("<h1" in page.text, "The home page has no heading.")
    for address in page.sheets():
        walk.stranger.get(address)


@step("The knowledge base shows a recommendation, a fact and its source")
def knowledge(walk: Walk) -> None:
    walk.stranger.get("/knowledge/")
    fact = walk.stranger.get("/knowledge/facts/F8.01/")
    expect(
        any("/knowledge/sources/" in link for link in fact.links()),
        "Fact F8.01 links to no source.",
    )
    advice = walk.stranger.get("/knowledge/recommendations/GR-14/")
    expect(
        any("/modules/" in link for link in advice.links()),
        "GR-14 does not say which lessons rest on it.",
    )


@step("A newcomer signs up, and a bad address is refused with what was typed kept")
def sign_up(walk: Walk) -> None:
    page = walk.learner.get("/account/signup/")
    given = {"display_name": NAME, "email": "not an address", "password1": PASSWORD}
    refused = walk.learner.submit(page, page.form(having="email"), **given)
    expect(NAME in refused.text and "not an address" in refused.text, "What was typed is lost.")
    walk.found["email"] = f"walker-{time.time_ns()}@stoa.example"
    given["email"] = walk.found["email"]
    walk.asked = walk.learner.submit(refused, refused.form(having="email"), **given)
    expect(walk.asked.form(having="code"), "The site does not ask for the code that it sent.")


@step("The code from the mail confirms the address")
def confirm(walk: Walk) -> None:
    letters = BeautifulSoup(walk.stranger.get("/mail/").text, "html.parser").select(
        "article.letter"
    )
    mine = next(letter for letter in letters if walk.found["email"] in letter.get_text())
    code = mine.select_one(".code strong").get_text()
    done = walk.learner.submit(walk.asked, walk.asked.form(having="code"), code=code)
    expect(done.url.endswith("/learn/"), f"After the code comes {done.url}, not My learning.")


def take(walk: Walk, course: str) -> None:
    """Join a course, read its lessons with one quiz in them, pass its test."""
    page = walk.learner.get(f"/catalogue/{course}/")
    page = walk.learner.submit(page, page.forms_to("/join/")[0])
    for _lesson in range(20):
        forms = page.forms_to("/done/")
        if not forms:
            break
        if course == "first-hour":
            quiz = page.forms_to("/quiz/")[0]
            answered = walk.learner.submit(
                page, quiz, **picked(walk.trainee.answers(page.text), quiz)
            )
            expect("/result/" in answered.url, "The quiz of a lesson gave no result.")
        page = walk.learner.submit(page, forms[0])
    expect("/test/" in page.url, f"After the last lesson comes {page.url}, not the test.")
    attempt = walk.learner.submit(page, page.forms_to("/test/")[0])
    result = walk.learner.submit(attempt, test_form(attempt), **walk.trainee.answers(attempt.text))
    expect("/result/" in result.url, "The test gave no result.")
    again = walk.learner.get(attempt.url)
    expect(again.url == result.url, "A test that was handed in can be opened again.")


def test_form(page: "Answer") -> "Form":
    return next(form for form in page.forms if any(name.startswith("q0") for name in form.fields))


def picked(answers: dict, form: "Form") -> dict:
    return {name: value for name, value in answers.items() if name in form.fields}


@step("The newcomer takes the first hour")
def first_hour(walk: Walk) -> None:
    take(walk, "first-hour")


@step("The newcomer takes Foundations")
def foundations(walk: Walk) -> None:
    take(walk, "foundations")
    done = walk.learner.get("/record/")
    expect(
        "Foundations of integrated urban security" in done.text,
        "The record does not show the course.",
    )


def data_link(page: "Answer", ending: str) -> str:
    """The link to a credential in one of its forms, or nothing."""
    return next((at for at in page.links() if "/credentials/" in at and ending in at), "")


@step("A signed certificate is there, and its page, data and PDF open")
def certificate(walk: Walk) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        links = [link for link in walk.learner.get("/learn/").links() if "/credentials/" in link]
        pages = [walk.learner.get(link) for link in dict.fromkeys(links)]
        ready = [
            page
            for page in pages
            if "Foundations" in page.text and NAME in page.text and data_link(page, ".json")
        ]
        if ready:
            break
        time.sleep(0.5)
    else:
        raise Failed("No certificate was signed within 30 seconds.")
    page = ready[0]
    (walk.var / "walk.json").write_bytes(walk.learner.get(data_link(page, ".json")).body)
    pdf = walk.learner.get(data_link(page, ".pdf"))
    expect(pdf.body.startswith(b"%PDF-"), "The PDF is none.")
    (walk.var / "walk.pdf").write_bytes(pdf.body)
    walk.found["certificate"] = page.url


@step("A stranger checks the page, which names nobody")
def stranger_page(walk: Walk) -> None:
    page = walk.stranger.get(urllib.parse.urlsplit(walk.found["certificate"]).path)
    expect(
        "Foundations" in page.text and NAME not in page.text,
        "The bare page should show the award and no name.",
    )


def check(walk: Walk, file: Path, word: str) -> None:
    page = walk.stranger.get("/verify/")
    form = next(form for form in page.forms if "file" in form.files)
    answer = walk.stranger.send_file(page, form, "file", file)
    heading = words(BeautifulSoup(answer.text, "html.parser").find("h1").get_text())
    expect(word in heading.lower(), f"Asked for {file.name}, the site says: {heading}")


@step("A stranger uploads the certificate, as data and as PDF: valid")
def valid(walk: Walk) -> None:
    check(walk, walk.var / "walk.json", "valid")
    check(walk, walk.var / "walk.pdf", "valid")


@step("A copy with another name is refused as altered")
def altered(walk: Walk) -> None:
    text = (walk.var / "walk.json").read_text()
    expect(NAME in text, "The certificate does not carry the name.")
    copy = walk.var / "walk-altered.json"
    copy.write_text(text.replace(NAME, "Somebody Else"))
    check(walk, copy, "altered")


@step("A stranger finds no way into the studio, the record or a roster")
def stranger_stays_out(walk: Walk) -> None:
    for address in ("/studio/", "/record/", "/learn/"):
        expect(
            "/account/login/" in walk.stranger.get(address).url, f"{address} opens to a stranger."
        )


@step("The register of cities answers")
def cities(walk: Walk) -> None:
    expect("Portalba" in walk.stranger.get("/cities/").text, "The register does not list Portalba.")


# --- What the steps use -----------------------------------------------------------------------


class Failed(Exception):
    """Something is not as promised."""


def expect(truth: object, otherwise: str) -> None:
    if not truth:
        raise Failed(otherwise)


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, list[str]]
    buttons: list[tuple[str, str]]
    files: list[str] = field(default_factory=list)


@dataclass
class Answer:
    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def form(self, *, having: str) -> Form | None:
        """The first form with a field or button of that name."""
        for form in self._parsed().forms:
            if having in form.fields or any(having == name for name, _ in form.buttons):
                return form
        return None

    @property
    def forms(self) -> list[Form]:
        return self._parsed().forms

    def forms_to(self, address: str) -> list[Form]:
        """Forms whose action holds this piece of an address."""
        return [form for form in self.forms if address in form.action]

    def links(self) -> list[str]:
        return self._parsed().links

    def sheets(self) -> list[str]:
        return self._parsed().sheets

    def _parsed(self) -> "Parser":
        parser = Parser()
        parser.feed(self.text)
        return parser


class Parser(HTMLParser):
    """Reads forms with the values a browser would send, links and style sheets."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.sheets: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self._options: list[str] = []
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") == "stylesheet":
            self.sheets.append(given["href"])
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower(), {}, [])
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name, kind = (
            given.get("name", ""),
            given.get("type", "text" if tag == "input" else "submit"),
        )
        values = self._form.fields
        if tag == "button" or (tag == "input" and kind in ("submit", "image")):
            self._form.buttons.append((name, given.get("value", "")))
        if tag == "input" and kind == "file":
            self._form.files.append(name)
        if tag == "input" and name and kind in ("checkbox", "radio"):
            values.setdefault(name, [])
            if "checked" in given:
                values[name].append(given.get("value", "on"))
        elif tag == "input" and name and kind not in ("submit", "image", "button", "file"):
            values.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea" and name:
            values.setdefault(name, [""])
            self._area = name
        elif tag == "select" and name:
            values.setdefault(name, [])
            self._select, self._options = name, []
        elif tag == "option" and self._select:
            self._options.append(given.get("value", ""))
            if "selected" in given:
                values[self._select].append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area and self._form:
            self._form.fields[self._area][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select" and self._select:
            if self._form and not self._form.fields[self._select]:
                self._form.fields[self._select] = self._options[:1]  # what a browser would send
            self._select = ""
        elif tag == "textarea":
            self._area = ""


class Visitor:
    """A browser without a screen: keeps cookies, follows redirects, sends forms as they stand."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )

    def get(self, path: str, *, status: int = 200, accept: str = "text/html,*/*") -> Answer:
        return self._open(path, None, status, {"Accept": accept})

    def submit(
        self, page: Answer, form: Form | None, /, *, status: int = 200, **values: str | list[str]
    ) -> Answer:
        """Send a form of a page with these values over its own; hidden fields go along."""
        expect(form is not None, f"{page.url} lacks the expected form.")
        fields = form.fields | {n: v if isinstance(v, list) else [v] for n, v in values.items()}
        pairs = [(name, value) for name, many in fields.items() for value in many]
        address = urllib.parse.urljoin(page.url, form.action or page.url)
        data = urllib.parse.urlencode(pairs).encode()
        if form.method == "get":
            return self._open(f"{address.split('?')[0]}?{data.decode()}", None, status, {})
        return self._open(address, data, status, {"Referer": page.url})

    def send_file(
        self, page: Answer, form: Form | None, name: str, file: Path, *, status: int = 200
    ) -> Answer:
        """Send a form with one file in the field `name`."""
        expect(form is not None, f"{page.url} lacks the expected form.")
        edge = "stoa-walk-edge"
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, many in form.fields.items()
            for value in many
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file.name}"'
        kind = "\r\nContent-Type: application/octet-stream\r\n\r\n"
        parts += [head.encode(), kind.encode(), file.read_bytes(), f"\r\n--{edge}--\r\n".encode()]
        headers = {"Referer": page.url, "Content-Type": f"multipart/form-data; boundary={edge}"}
        address = urllib.parse.urljoin(page.url, form.action or page.url)
        return self._open(address, b"".join(parts), status, headers)

    def _open(self, path: str, data: bytes | None, status: int, headers: dict) -> Answer:
        address = urllib.parse.urljoin(self.url, path)
        request = urllib.request.Request(address, data=data, headers=headers)
        try:
            with self._opener.open(request, timeout=30) as reply:
                answer = Answer(reply.url, reply.status, dict(reply.headers), reply.read())
        except urllib.error.HTTPError as error:
            answer = Answer(error.url, error.code, dict(error.headers), error.read())
        expect(answer.status == status, f"{address} answered {answer.status}, not {status}.")
        return answer


def main() -> int:
    parser = argparse.ArgumentParser(description="Walk through a running site.")
    parser.add_argument("url")
    parser.add_argument("--var", type=Path, required=True, help="where the site keeps its data")
    given = parser.parse_args()
    walk = Walk(given.url, given.var, Visitor(given.url), Visitor(given.url))
    for number, (title, function) in enumerate(STEPS, start=1):
        began = time.monotonic()
        mark, reason = "ok", ""
        try:
            function(walk)
        except Failed as failure:
            mark, reason = "FAILED", str(failure)
        except Exception:
            mark, reason = "FAILED", traceback.format_exc()
        took = time.monotonic() - began
        print(f"{number:3}. {mark:6} {took:6.2f} s  {title}", flush=True)
        if reason:
            print(reason, file=sys.stderr)
            return 1  # what follows rests on what failed
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
