"""200 learners sit the same test for a minute: no error, no attempt lost or doubled, progress equals rebuilt.

Run by `make bench-load`, which brings a fresh PostgreSQL database in DATABASE_URL. Two web processes answer; every
learner starts a test, saves answers, hands in twice at the same moment (a double click), and begins again.
Usage: load.py [--learners 200] [--seconds 60]
"""

import argparse
import http.client
import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")

QUESTIONS, POOL, SAVES = 10, 20, 3
TIMEOUT = 120  # seconds a learner waits for one answer; a busy machine is slow, not wrong


@dataclass
class Tally:
    """What the learners saw: status codes, what went wrong, and which attempts they were told are handed in."""

    statuses: Counter = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    handed_in: set[str] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    again: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, status: int, spent: float) -> None:
        with self.lock:
            self.statuses[status] += 1
            self.seconds.append(spent)


class Learner(threading.Thread):
    """One person with one browser: keeps a connection and a session, and never waits between two acts."""

    def __init__(self, port: int, session: str, test: str, until: float, tally: Tally) -> None:
        super().__init__(daemon=True)
        self.port, self.test, self.until, self.tally = port, test, until, tally
        token = secrets.token_hex(16)
        self.headers = {
            "Host": "localhost",
            "Cookie": f"sessionid={session}; csrftoken={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.line = self.connect()

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)

    def run(self) -> None:
        try:
            while time.monotonic() < self.until:
                self.sit()
        except Exception as problem:
            self.tally.problems.append(f"{type(problem).__name__}: {problem}")

    def ask(self, method: str, path: str, body: str = "") -> http.client.HTTPResponse:
        """One request; sent again, as a browser does, where the connection had been closed meanwhile."""
        began = time.monotonic()
        try:
            answer = self.send(method, path, body)
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            self.line = self.connect()
            self.tally.again += 1
            answer = self.send(method, path, body)
        answer.text = answer.read().decode(errors="replace")
        self.tally.note(answer.status, time.monotonic() - began)
        return answer

    def send(self, method: str, path: str, body: str) -> http.client.HTTPResponse:
        self.line.request(method, path, body, self.headers)
        return self.line.getresponse()

    def expect(self, answer: http.client.HTTPResponse, status: int, what: str) -> None:
        if answer.status != status:
            raise AssertionError(f"{what}: {answer.status} {answer.text[:200]!r}")

    def sit(self) -> None:
        started = self.ask("POST", f"/test/{self.test}/")
        self.expect(started, 302, "start")
        path = started.headers["Location"]
        page = self.ask("GET", path)
        self.expect(page, 200, "sheet")
        names = sorted(set(re.findall(r'name="(q\d+)"', page.text)))
        if len(names) != QUESTIONS:
            raise AssertionError(f"{len(names)} questions on the sheet")
        fields = {name: str(secrets.randbelow(3)) for name in names}
        for name in names[:SAVES]:
            saved = self.ask("POST", f"{path}save/", f"place={name[1:]}&{name}={fields[name]}")
            self.expect(saved, 200, "save")
        body = "&".join(f"{name}={value}" for name, value in fields.items())
        twice = self.connect()
        twice.request("POST", path, body, self.headers)  # the second click is under way ...
        first = self.ask("POST", path, body)  # ... when the first is answered
        second = twice.getresponse()
        second.text = second.read().decode(errors="replace")
        twice.close()
        for answer in (first, second):
            self.expect(answer, 302, "hand in")
            if answer.headers["Location"] != f"{path}result/":
                raise AssertionError(f"handed in, led to {answer.headers['Location']}")
        with self.tally.lock:
            self.tally.handed_in.add(path.split("/")[2])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    options = parser.parse_args()

    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor != "postgresql":
        raise SystemExit("This needs PostgreSQL: run `make bench-load`.")
    call_command("migrate", verbosity=0)
    test, sessions = seed(options.learners)
    connection.close()
    port = free_port()
    web = start_web(port)
    try:
        wait_for(port)
        tally = run(port, test, sessions, options.seconds)
    finally:
        web.terminate()
        web.wait(20)
    report(tally, options)
    raise SystemExit(1 if verify(tally) else 0)


def seed(learners: int) -> tuple[str, list[str]]:
    """A school with one test, and so many learners who are enrolled and signed in. Returns test uuid and sessions."""
    from django.test import Client

    from cms import site_setup
    from cms.models import User
    from courses import services as courses
    from courses.models import Enrolment
    from modules.models import Module
    from tests.conftest import School
    from tests.factories.questions import bank
    from tests.moments import NOON

    site_setup.ensure_site()
    school = School()
    bank(school.module, count=POOL - 6)
    school.module_page.draw = QUESTIONS
    school.publish(school.module_page)
    Module.objects.filter(pk=school.module.pk).update(attempts_before_pause=30_000, pass_percent=40)
    people = User.objects.bulk_create(
        [
            User(email=f"load{n}@example.org", password="!", display_name=f"Learner {n}")
            for n in range(learners)
        ]
    )
    enrolments = Enrolment.objects.bulk_create(
        [Enrolment(learner=person, course=school.course, enrolled_at=NOON) for person in people]
    )
    courses.recalculate(enrolments, at=NOON)
    sessions = []
    for person in people:
        client = Client()
        client.force_login(person)
        sessions.append(client.cookies["sessionid"].value)
    return str(school.test.uuid), sessions


def start_web(port: int) -> subprocess.Popen:
    command = [
        sys.executable, "-m", "gunicorn", "cms.wsgi", "--workers=2", "--worker-class=gthread", "--threads=8",
        "--timeout=120", "--keep-alive=30", "--backlog=2048", "--log-level=warning", "--no-control-socket", f"--bind=127.0.0.1:{port}",
    ]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT)


def run(port: int, test: str, sessions: list[str], seconds: int) -> Tally:
    tally = Tally()
    until = time.monotonic() + seconds
    learners = [Learner(port, session, test, until, tally) for session in sessions]
    for learner in learners:
        learner.start()
    for learner in learners:
        learner.join(seconds + 4 * TIMEOUT)
        if learner.is_alive():
            tally.problems.append("A learner still waits for an answer.")
    return tally


def report(tally: Tally, options: argparse.Namespace) -> None:
    spent = sorted(tally.seconds) or [0.0]
    print(
        f"{options.learners} learners, {options.seconds} s, 2 web processes, load {os.getloadavg()[0]:.1f}: "
        f"{len(spent)} requests, {len(tally.handed_in)} tests handed in (each twice at once), "
        f"{tally.again} sent again on a new connection, {len(tally.problems)} problems; median {spent[len(spent) // 2]:.2f} s, 95 % {spent[int(len(spent) * 0.95)]:.2f} s; "
        f"statuses {dict(sorted(tally.statuses.items()))}"
    )
    for problem, times in Counter(tally.problems).most_common(10):
        print(f"  {times} x {problem}")


def verify(tally: Tally) -> list[str]:
    """What the database says against what the learners were told. Prints and returns every difference."""
    from django.utils import timezone

    from courses import services as courses
    from courses.models import Enrolment, Progress
    from modules.models import Attempt, Completion, Statement

    found = list(tally.problems)
    submitted = {str(key) for key in Attempt.objects.submitted().values_list("uuid", flat=True)}
    if lost := tally.handed_in - submitted:
        found.append(f"{len(lost)} attempts were handed in and are not in the database.")
    if extra := submitted - tally.handed_in:
        found.append(f"{len(extra)} attempts are in the database that nobody was told of.")
    numbers: dict[int, list[int]] = {}
    for learner, number in Attempt.objects.values_list("learner", "number").order_by("number"):
        numbers.setdefault(learner, []).append(number)
    if any(have != list(range(1, len(have) + 1)) for have in numbers.values()):
        found.append("Attempts of a learner are not numbered 1, 2, 3 …")
    if any(len(a.answers) != len(a.drawn) for a in Attempt.objects.submitted().iterator()):
        found.append("A submitted attempt lacks an answer.")
    if Statement.objects.filter(registration__isnull=False).count() != len(submitted):
        found.append("There is not one statement for each attempt.")
    passed = Attempt.objects.filter(is_passed=True).values("learner").distinct().count()
    if Completion.objects.count() != passed:
        found.append(f"{passed} learners passed, {Completion.objects.count()} completions.")

    def state() -> list[tuple]:
        return list(
            Progress.objects.order_by("enrolment").values_list("enrolment", "done", "required")
        )

    lived = state()
    Progress.objects.all().delete()
    courses.recalculate(Enrolment.objects.select_related("course"), at=timezone.now())
    if state() != lived:
        found.append("Progress as it was lived is not progress rebuilt.")
    for problem in found:
        print(f"WRONG: {problem}")
    if not found:
        print(
            f"All {len(submitted)} attempts are there once; {passed} learners passed; progress equals rebuilt."
        )
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    for _try in range(300):
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/healthz", headers={"Host": "localhost"})
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The web processes did not start.")


if __name__ == "__main__":
    main()
