"""What people mistype, what browsers send twice and what attackers try: a clear answer, a right status, nothing lost."""

import shutil
import time
import tracemalloc
import uuid
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.models import User
from content.models import Fact
from courses import services as courses_services
from modules import presenting
from modules.models import Attempt, PersonalNote
from tests.factories import blocks
from tests.security import doors

PASSWORD = "a long quiet sentence"
EVIL = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "https:///evil.example",
    "\x00//evil.example",
)
ODD = {
    "NUL": "%00", "NUL inside": "a%00b", "not UTF-8": "%ff%fe", "half a surrogate": "%ed%a0%80", "long": "x" * 4000,
    "markup": "%3Cscript%3Ealert(1)%3C/script%3E", "quote": "'%20OR%201=1%20--", "override": "%E2%80%AEabc", "negative": "-1",
    "huge": "9" * 40, "float": "1e9", "other digits": "%D9%A3", "list": "[]", "braces": "%7B%7Bx%7D%7D", "empty": "",
}  # fmt: skip
PARAMETERS = (
    "q", "page", "p", "kind", "action", "level", "audience", "topic", "format", "code", "share", "city", "past", "country",
    "status", "role", "time", "lang", "next", "certainty", "search", "ordering", "late",
)  # fmt: skip


def sign_up(client, **fields):
    data = {
        "display_name": "Ilse Maar",
        "email": "ilse@example.org",
        "password1": PASSWORD,
    } | fields
    return client.post("/account/signup/", data)


# People and their names


@pytest.mark.parametrize(
    "name", ["Ελένη Παπαδοπούλου", "Иван Вазов", "Łucja 🌿 O’Shea", "علي حسن", "A" * 300]
)
def test_a_name_of_any_script_is_kept_as_it_was_typed(client, site, name):
    assert sign_up(client, display_name=name).status_code == 302
    assert User.objects.get().certificate_name == name


@pytest.mark.parametrize("name", ["A" * 301, "\x00", "🌿", "   ", "‮"])
def test_what_is_no_name_is_said_beside_the_field(client, site, name):
    answer = sign_up(client, display_name=name)
    assert answer.status_code == 200 and b'id="id_display_name_error"' in answer.content
    assert not User.objects.exists()


def test_a_name_cannot_turn_the_text_around_it(client, site):
    """U+202E would show `gro.elpmaxe` as `example.org` on a certificate. Marks that scripts need stay."""
    sign_up(client, display_name="Ilse \u202eraaM\u202c می\u200cخواهم")
    assert User.objects.get().certificate_name == "Ilse raaM می\u200cخواهم"


@pytest.mark.parametrize(
    "email",
    ["", "a", "a@b", "a@@example.org", "a b@example.org", "a@example.org\x00", "a@example.org\nBcc: b@example.org", "x" * 250 + "@example.org", "<a@example.org>"],
)  # fmt: skip
def test_an_odd_address_is_refused_and_the_rest_is_kept(client, site, mailoutbox, email):
    answer = sign_up(client, email=email)
    assert answer.status_code == 200 and b'value="Ilse Maar"' in answer.content
    assert not User.objects.exists() and not mailoutbox


def test_many_wrong_passwords_are_slowed_down(client, site, amara):
    EmailAddress.objects.create(user=amara, email=amara.email, verified=True, primary=True)
    statuses = [
        client.post("/account/login/", {"login": amara.email, "password": f"wrong {n}"}).status_code
        for n in range(12)
    ]
    assert statuses[0] == 200 and statuses[-1] == 429
    right = client.post("/account/login/", {"login": amara.email, "password": PASSWORD})
    assert right.status_code == 429 and "_auth_user_id" not in client.session


def test_one_address_that_guesses_does_not_lock_the_others_out(client, site, settings):
    """Behind a proxy, all connections come from the proxy; what it says counts, and what a client says before does not."""
    settings.STOA_CERTIFICATION_TRUSTED_PROXIES = 1

    def guess(number: int, seen: str) -> int:
        data = {"login": f"nobody{number}@example.org", "password": "wrong"}
        return client.post("/account/login/", data, HTTP_X_FORWARDED_FOR=seen).status_code

    statuses = [guess(number, f"198.51.100.{number}, 203.0.113.9") for number in range(15)]
    assert statuses[0] == 200 and statuses[-1] == 429
    assert guess(99, "203.0.113.10") == 200


# Quizzes


@pytest.fixture
def lesson(school, amara):
    page = school.add_lesson("Everything in it", "everything", body=blocks.full_body(school))
    courses_services.enrol(learner=amara, course=school.course, at=timezone.now())
    return page


@pytest.fixture
def learner(client, amara):
    client.force_login(amara)
    return client


def quiz_of(page, learner, user) -> tuple[str, dict]:
    """The address of a lesson's quiz and a complete answer to it, as the page shows it."""
    shown = learner.get(page.url).context["shown"]
    item = next(item for item in shown.values() if item.token)
    answers = {question.name: "0" for question in item.questions}
    return reverse("stoa_modules:answer", args=[item.activity.uuid]), {"draw": item.token} | answers


def test_a_quiz_posted_twice_counts_once(lesson, learner, amara):
    address, data = quiz_of(lesson, learner, amara)
    first, second = learner.post(address, data), learner.post(address, data)
    assert first.status_code == second.status_code == 302 and first.url == second.url
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize("answer", ["99", "-1", "a", "٣", "", "9" * 5000, "\x00", "0.0"])
def test_an_answer_that_was_never_offered_is_not_marked(lesson, learner, amara, answer):
    address, data = quiz_of(lesson, learner, amara)
    assert learner.post(address, data | {"q0": answer}).status_code in (400, 422)
    assert not Attempt.objects.exists()
    assert learner.post(address, data).status_code == 302  # and the right form still counts


def test_a_form_of_somebody_else_or_of_another_quiz_or_altered_or_old_is_not_marked(
    lesson, learner, amara, chiara, monkeypatch
):
    address, data = quiz_of(lesson, learner, amara)
    token = data["draw"]
    activity = Attempt._meta.get_field("activity").related_model.objects.get(
        uuid=address.split("/")[2]
    )
    foreign = presenting.sign_draw(activity, chiara, uuid.uuid4(), [1, 2])
    other = learner.get(lesson.url).context["shown"]
    elsewhere = next(
        item.token for item in other.values() if item.token and item.activity != activity
    )
    for bad in (
        foreign,
        elsewhere,
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.replace(":", "."),
        "",
        "\x00",
        "x" * 5000,
    ):
        answer = learner.post(address, data | {"draw": bad})
        assert answer.status_code == 302 and lesson.url in answer.url, bad[:20]
    later = time.time() + 40 * 24 * 3600
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert lesson.url in learner.post(address, data).url
    assert not Attempt.objects.exists()


def test_a_quiz_after_the_course_closed_says_so(school, lesson, learner, amara):
    address, data = quiz_of(lesson, learner, amara)
    school.course.closes_at = timezone.now()
    school.course.save()
    answer = learner.post(address, data)
    assert answer.status_code == 403 and b"closed" in answer.content.lower()
    assert not Attempt.objects.exists()


def test_a_note_is_cleaned_and_cut_and_never_refused(lesson, learner, amara):
    note = lesson.lesson.activities.get(kind="note")
    learner.post(
        reverse("stoa_modules:note", args=[note.uuid]), {"text": "a\x00b\u202e" + "ж" * 20_000}
    )
    kept = PersonalNote.objects.get().data["text"]
    assert kept.startswith("abж") and len(kept) == 10_000


# Addresses


def addresses(world) -> list[str]:
    """Every page that answers to a GET, of the site and of the studio."""
    tables = (
        doors.KNOWLEDGE,
        doors.LEARNING,
        doors.CERTIFICATION,
        doors.SITE,
        doors.ACCOUNT,
        doors.PAGES,
        doors.BANK,
        doors.PEOPLE_AND_CITIES,
    )
    made = {
        door.make(world): door for table in tables for door in table if 405 not in door.get.values()
    }
    return [address for address in made if not address.endswith((".pdf", "/account/logout/"))]


@pytest.mark.slow
@pytest.mark.parametrize("role", ["stranger", "administrator"])
def test_no_parameter_breaks_a_page(world, role):
    """NUL most of all, which SQLite takes and PostgreSQL does not."""
    client = world.client(role)
    client.raise_request_exception = False
    wrong = []
    for address in addresses(world):
        if role == "stranger" and address.startswith("/studio/"):
            continue
        for what, value in ODD.items():
            if address.startswith("/studio/") and what not in ("NUL", "huge", "markup", "negative"):
                continue
            # Wagtail's search needs a table that only its migrations make.
            names = [
                name for name in PARAMETERS if name != "q" or not address.startswith("/studio/")
            ]
            query = "&".join(f"{name}={value}" for name in names)
            answer = client.get(f"{address}?{query}")
            text = b"" if answer.streaming else answer.content
            if (
                answer.status_code >= 500
                or b"<script>alert(1)" in text
                or ("NUL" in what and answer.status_code != 400)
            ):
                wrong.append(f"{address}: {what}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


KINDS_OF_ADDRESS = [
    "/{}/", "/catalogue/{}/", "/modules/{}/", "/modules/reading-a-square/{}/", "/knowledge/{}/", "/knowledge/facts/{}/",
    "/drawings/{}-x.svg", "/lesson/{}/done/", "/quiz/{}/", "/test/{}/", "/attempt/{}/", "/attempt/{}/result/", "/note/{}/",
    "/note/{}/text/", "/scenario/{}/", "/scenario/s-open/{}/", "/scenario/s-open/{}/done/", "/course/{}/join/", "/credentials/{}/",
    "/credentials/{}.json", "/credentials/{}.pdf", "/credentials/{}/revoke/", "/achievements/{}/1/", "/verify/?code={}", "/status/{}",
    "/cities/{}/", "/cities/{}/roster/", "/cities/join/{}/decide/", "/cities/delft/roster/{}/decide/", "/documents/{}/x",
    "/account/password/reset/key/{}/", "/account/oidc/{}/login/", "/static/{}", "/media/{}", "/studio/pages/{}/edit/",
    "/_util/authenticate_with_password/{}/1/",
]  # fmt: skip
ODD_PATHS = ODD | {
    "up": "..%2F..%2F..%2Fetc%2Fpasswd", "dots": "....//....//etc/passwd", "upper uuid": str(uuid.UUID(int=1)).upper().replace("0", "A"),
    "braced uuid": "%7B00000000-0000-0000-0000-000000000001%7D", "short uuid": "0" * 32, "zero": "0", "leaf": "%F0%9F%8C%BF",
}  # fmt: skip


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_address_breaks_the_site(world, method):
    client = world.client("administrator")
    client.raise_request_exception = False
    wrong = []
    for kind in KINDS_OF_ADDRESS:
        for what, value in ODD_PATHS.items():
            answer = getattr(client, method)(kind.format(value))
            if answer.status_code >= 500 or (
                what.startswith("NUL") and answer.status_code not in (400, 404)
            ):
                wrong.append(f"{kind.format(value)[:80]}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


BODIES = [
    ("application/json", b"{"), ("application/json", b"[1, null]"), ("application/json", b'{"draw": NaN}'), ("text/xml", b"<!DOCTYPE x>"),
    ("multipart/form-data", b"no boundary"), ("multipart/form-data; boundary=x", b"--x\r\nbroken"), ("application/octet-stream", b"\x00\xff"),
    ("application/x-www-form-urlencoded", b"%00=%00&draw=%ff&text=%00&decision=%00&reason=%00&post=%00&next=%00&email=%00&login=%00&password=%00&code=%00&language=%00"),
    ("application/x-www-form-urlencoded; charset=utf-7", b"a=b"),
]  # fmt: skip


@pytest.mark.parametrize("role", ["trainee", "coordinator", "administrator"])
def test_no_body_breaks_a_form(world, role):
    client = world.client(role)
    client.raise_request_exception = False
    wrong = []
    for table in (doors.LEARNING, doors.CERTIFICATION, doors.SITE, doors.ACCOUNT):
        for door in table:
            if door.post is None or door.name == "account_logout":
                continue
            for kind, body in BODIES:
                answer = client.generic("POST", door.make(world), body, content_type=kind)
                if answer.status_code >= 500:
                    wrong.append(f"{door.make(world)}: {kind} {body[:20]!r}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "NONSENSE"])
def test_other_methods_are_refused(world, method):
    client = world.client("administrator")
    answers = {
        address: client.generic(method, address).status_code
        for address in ("/healthz", "/learn/", "/record/", "/knowledge/", "/verify/", "/cities/", "/cities/delft/roster/", "/account/data/", "/partnership/")
    }  # fmt: skip
    assert set(answers.values()) == {405}, answers


def test_a_head_request_is_answered_like_a_get(world):
    """Link checkers and monitors ask so."""
    for address in (
        "/",
        "/healthz",
        "/readyz",
        "/robots.txt",
        "/knowledge/",
        "/cities/",
        "/verify/",
        "/.well-known/did.json",
        f"/credentials/{world.assertion.uuid}/",
    ):
        answer = world.client("stranger").head(address)
        assert answer.status_code == 200 and not answer.content, address


def test_every_form_needs_its_token(world):
    """Without it: 403, and a page that says what to do."""
    open_doors = []
    for table in (
        doors.LEARNING,
        doors.CERTIFICATION,
        doors.SITE,
        doors.ACCOUNT,
        doors.PAGES,
        doors.BANK,
    ):
        for door in table:
            if door.post is None:
                continue
            client = Client(enforce_csrf_checks=True)
            client.cookies.update(world.clients["administrator"].cookies)
            answer = client.post(door.make(world), door.data)
            if (
                answer.status_code != 403
                or "What you typed is not lost" not in answer.content.decode()
            ):
                open_doors.append((door.make(world), answer.status_code))
    assert not [one for one in open_doors if one[0] != "/studio/login/"]


@pytest.mark.parametrize("target", EVIL)
def test_nothing_leads_to_another_site(world, target):
    visitor, course = world.client("visitor"), world.school.course
    stranger = Client()
    answers = [
        stranger.post(
            "/account/login/",
            {"login": world.people["visitor"].email, "password": PASSWORD, "next": target},
        ),
        visitor.post(f"/course/{course.uuid}/join/", {"next": target}),
        visitor.post("/language/", {"language": "en", "next": target}),
        visitor.get("/language/", {"next": target}),
        visitor.get("/studio/login/", {"next": target}),
        visitor.post("/account/logout/", {"next": target}),
    ]
    for answer in answers:
        assert answer.status_code in (302, 400), answer.status_code
        if answer.status_code == 302:
            assert answer.url.startswith("/") and not answer.url.startswith(("//", "/\\")), (
                answer.url
            )


# Files


class Endless:
    """A body that is made while it is read."""

    def __init__(self, size: int) -> None:
        self.left, self.most = size, 0

    def read(self, size: int = -1) -> bytes:
        size = self.left if size is None or size < 0 else min(size, self.left)
        self.most = max(self.most, size)
        self.left -= size
        return b"x" * size

    readline = read


def post_endless(address: str, size: int, kind: str = "multipart/form-data; boundary=x"):
    body = Endless(size)
    tracemalloc.start()
    answer = Client().request(
        PATH_INFO=address,
        REQUEST_METHOD="POST",
        CONTENT_TYPE=kind,
        CONTENT_LENGTH=str(size),
        **{"wsgi.input": body},
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return answer, body, peak


def test_fifty_megabytes_to_verify_are_refused_without_being_kept(site):
    Client().get("/verify/")  # templates are in memory
    answer, body, peak = post_endless("/verify/", 50_000_000)
    assert answer.status_code == 413 and b"1 MB" in answer.content
    assert peak < 8_000_000 and body.most <= 65_536


@pytest.mark.parametrize("address", ["/account/login/", "/account/signup/", "/language/"])
def test_a_form_far_too_large_is_refused_early(site, address):
    answer, _body, peak = post_endless(address, 20_000_000, "application/x-www-form-urlencoded")
    assert answer.status_code == 400 and peak < 8_000_000


def test_a_form_of_ten_thousand_fields_is_refused(site, client):
    assert client.post("/account/login/", {f"f{n}": "" for n in range(10_000)}).status_code == 400


def test_a_curriculum_file_with_a_wrong_key_loads_nothing(site, tmp_path):
    shutil.copytree(Path(__file__).parents[1] / "content" / "small_curriculum", tmp_path / "small")
    file = next((tmp_path / "small" / "knowledge" / "facts").glob("*.toml"))
    lines = file.read_text().splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("title"))
    lines.insert(place, 'titel = "A slip of the pen"')
    file.write_text("\n".join(lines) + "\n")
    said = StringIO()
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_curriculum", path=tmp_path / "small", stderr=said)
    assert f"{file.name}:{place + 1}" in said.getvalue() and "titel" in said.getvalue()
    assert not Fact.objects.exists()
