"""The workload W-MOODLE as far as it exists here: one seed, then what learners and trainers do, counted.

Source of the workload and of the figures to beat: shared/notes/workloads.md, section 2. CPU is process time of this
process, client and template included; the database's own time counts only on SQLite.
"""

import gzip
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certification import issuing
from certification.models import Assertion, Credential
from certification.printing import take_away
from cms import bench_bank, site_setup
from cms.bench_figures import FIGURES, Figure
from cms.models import User
from courses import services as courses
from courses.models import Course, Enrolment, Progress
from courses.pages.models import CoursePage, CoursePageModule
from modules import question_exports, question_import_work, question_imports
from modules import services as modules
from modules.exchange.formats import FORMATS
from modules.models import Activity, ActivityKind, Completion, Question, QuestionStatus
from modules.pages.models import LessonPage, ModulePage

LESSONS, QUESTIONS, PARAGRAPHS = 20, 10, 12
TEXT = (
    "A square is read by walking it at several hours, with the people who use it and with those who avoid it. "
    * 2
)
REPEATS = 25
IMPORTED = 1000  # questions


@dataclass
class Row:
    operation: str
    queries: int | str
    cpu_ms: float
    raw: int = 0
    zipped: int = 0
    note: str = ""
    floors: float = 0.0  # CPU as a multiple of the home page, where a workload says so


def seed(learners: int) -> Course:
    """A course of 20 lessons and two tests of ten questions; learner i has done the first i mod 23 activities."""
    pages = [_module(n, LESSONS // 2) for n in (1, 2)]
    page = site_setup.catalogue().add_child(
        instance=CoursePage(
            title=f"Bench {learners}",
            slug=f"bench-{learners}",
            summary="A bench.",
            audience="Benchers",
            hours=8,
        )
    )
    page.course_modules = [CoursePageModule(module=module_page.module) for module_page in pages]
    page.save_revision().publish()
    course = Course.objects.get(uuid=page.translation_key)
    people = User.objects.bulk_create(
        [
            User(
                email=f"bench{learners}-{n}@example.org", password="!", display_name=f"Learner {n}"
            )
            for n in range(learners)
        ]
    )
    now = timezone.now()
    Enrolment.objects.bulk_create(
        [Enrolment(learner=person, course=course, enrolled_at=now) for person in people]
    )
    activities = courses.required_activities(course)
    rows = [
        Completion(learner=person, activity_id=pk, graded_by="server", completed_at=now)
        for n, person in enumerate(people)
        for pk in activities[: n % (len(activities) + 1)]
    ]
    Completion.objects.bulk_create(rows, batch_size=5000)
    return course


def _module(number: int, lessons: int) -> ModulePage:
    page = site_setup.module_index().add_child(
        instance=ModulePage(
            title=f"Bench module {number}",
            slug=f"bench-{time.time_ns()}",
            summary="A bench.",
            draw=QUESTIONS,
        )
    )
    for n in range(QUESTIONS + 5):
        answers = [
            {
                "type": "option",
                "id": key,
                "value": {"text": f"Option {key}", "correct": key == "a", "feedback": ""},
            }
            for key in "abcd"
        ]
        Question.objects.create(
            module=page.module,
            stem=f"Bench question {number}.{n}?",
            answers=answers,
            status=QuestionStatus.LIVE,
        )
    paragraphs = "".join(
        f"<p>{TEXT}</p><ul><li>One</li><li>Two</li><li>Three</li></ul>" for _n in range(PARAGRAPHS)
    )
    for n in range(lessons):
        lesson = page.add_child(
            instance=LessonPage(
                title=f"Bench lesson {n}",
                slug=f"lesson-{n}",
                body=[{"type": "text", "value": paragraphs}],
            )
        )
        lesson.save_revision().publish()
    page.save_revision().publish()
    return page


def measure(
    operation: str, act: Callable[[int], object], repeats: int = REPEATS, note: str = ""
) -> Row:
    """Two warm-ups, one counted, then the median CPU of `repeats`; `act(n)` gets the number of the try."""
    for n in range(2):
        act(n)
    with CaptureQueriesContext(connection) as captured:
        answer = act(2)
    asked = len(captured)  # at once: the next request empties the log
    spent = []
    for n in range(3, 3 + repeats):
        before = time.process_time()
        act(n)
        spent.append((time.process_time() - before) * 1000)
    body = getattr(answer, "content", b"") if not getattr(answer, "streaming", False) else b""
    return Row(
        operation,
        asked,
        statistics.median(spent),
        len(body),
        len(gzip.compress(body)) if body else 0,
        note,
    )


def run(small: int, large: int) -> list[Row]:
    rows = []
    course = seed(small)
    big = seed(large)
    rows += learner_rows(course)
    rows += bulk_rows(course, big)
    rows += exchange_rows(course)
    rows += bench_bank.rows(course, once)
    return rows


def learner_rows(course: Course) -> list[Row]:
    people = list(User.objects.filter(enrolments__course=course).order_by("pk")[:60])
    clients = [Client() for _person in people]
    for client, person in zip(clients, people, strict=True):
        client.force_login(person)
    course_url = CoursePage.objects.get(translation_key=course.uuid).url
    lesson = LessonPage.objects.live().filter(title="Bench lesson 5").first()
    reading = Activity.objects.get(uuid=lesson.translation_key)
    Completion.objects.filter(activity=reading).delete()
    stranger = Client()

    others = list(User.objects.filter(enrolments__course=course).order_by("pk")[60:80])
    User.objects.filter(pk__in=[person.pk for person in others]).update(
        password=make_password("bench only")
    )

    def log_in(n: int):
        """The form, the answer to it, where it leads, my learning: what W-MOODLE counts as one flow."""
        browser = Client()
        browser.get("/account/login/")
        email = others[n].email
        browser.post("/account/login/", {"login": email, "password": "bench only"})
        browser.get("/")
        return browser.get("/learn/")

    def first_view(n: int):
        clients[n].post(f"/lesson/{reading.uuid}/done/")
        return clients[n].get(lesson.url)

    return [
        measure("anonymous front page", lambda _n: stranger.get("/")),
        measure("log-in flow (4 requests)", log_in, repeats=10, note="password hashing included"),
        measure("catalogue, anonymous", lambda _n: stranger.get("/catalogue/")),
        measure("course page, 22 activities", lambda n: clients[n].get(course_url)),
        measure("lesson, completed and shown again", first_view, note="two requests: POST and GET"),
        measure("lesson again", lambda n: clients[n].get(lesson.url)),
        measure("my learning", lambda n: clients[n].get("/learn/")),
        *test_rows(course, people, clients),
    ]


def test_rows(course: Course, people: list[User], clients: list[Client]) -> list[Row]:
    test = Activity.objects.filter(module__courses=course, kind=ActivityKind.TEST).first()
    opened = {}

    def start(n: int):
        opened[n] = modules.start_attempt(learner=people[n], activity=test, at=timezone.now())

    def hand_in(n: int):
        return clients[n].post(
            f"/attempt/{opened[n].uuid}/", {f"q{place}": "0" for place in range(QUESTIONS)}
        )

    return [
        measure("test: start", start, repeats=40),
        measure(
            "test: ten questions on a page", lambda n: clients[n].get(f"/attempt/{opened[n].uuid}/")
        ),
        measure("test: hand in ten answers", hand_in),
    ]


def bulk_rows(course: Course, big: Course) -> list[Row]:
    rows = []
    enrolments = Enrolment.objects.filter(course__in=[course, big]).select_related("course")
    Progress.objects.all().delete()
    count = enrolments.count()
    rows.append(
        once(
            f"recompute {count} learner-course records",
            lambda: courses.recalculate(enrolments, at=timezone.now()),
        )
    )
    finished = Assertion.objects.pending().count()
    pks = list(Assertion.objects.pending().values_list("pk", flat=True)[:200])
    if pks:
        row = once(
            f"sign {len(pks)} credentials (of {finished} awarded)",
            lambda: [issuing.sign(pk, at=timezone.now()) for pk in pks],
        )
        row.note = f"{len(pks) * 1000 / row.cpu_ms:.0f} per second and core"
        rows.append(row)
        signed = list(
            Credential.objects.filter(assertion__in=pks[:50]).select_related("assertion__version")
        )
        row = once(
            f"render {len(signed)} PDFs",
            lambda: [take_away(credential, "pdf") for credential in signed],
        )
        row.note = f"{len(signed) * 1000 / row.cpu_ms:.0f} per second and core"
        rows.append(row)
    return rows


def exchange_rows(course: Course) -> list[Row]:
    """1,000 questions out as each format, and in again from a table: read, then put in (budget: 10 s together)."""
    module = course.modules.first()
    people = User.objects.filter(is_superuser=True)
    author = people.first() or User.objects.create_superuser(
        "bench-author@example.org", "!", display_name="Author"
    )
    lines = ["kind,stem,tags,answer_1,right_1,answer_2,right_2,answer_3,right_3"]
    lines += [
        f"single,Imported question {n}?,bench | t{n % 20},Yes,yes,No,no,Perhaps,no"
        for n in range(IMPORTED)
    ]
    file = ContentFile("\n".join(lines).encode())
    now = timezone.now()
    job = question_imports.receive(by=author, module=module, file=file, name="bench.csv", at=now)
    rows = [once(f"read {IMPORTED} questions from CSV", lambda: question_import_work.read(job.pk, at=now))]  # fmt: skip
    question_imports.start(job=job, by=author, at=now)
    rows.append(once(f"put {IMPORTED} questions in", lambda: question_import_work.put_in(job.pk, at=now)))  # fmt: skip
    made = Question.objects.filter(module=module, status=QuestionStatus.DRAFT)
    for key in ("gift", "qti", "csv"):
        rows.append(once(f"{made.count()} questions out as {key}", lambda key=key: question_exports.export(made, FORMATS[key])))  # fmt: skip
    return rows


def once(operation: str, act: Callable[[], object]) -> Row:
    with CaptureQueriesContext(connection) as captured:
        before = time.process_time()
        act()
        spent = (time.process_time() - before) * 1000
    return Row(operation, len(captured), spent)


def show(rows: list[Row]) -> str:
    """A table; beside an operation that a peer was measured at, the peer's queries and how many times ours it takes."""
    lines = [
        f"{'operation':54} {'queries':>8} {'CPU ms':>9} {'HTML':>8} {'gzip':>7}  {'peer queries':>12} {'its CPU ÷ ours':>15}"
    ]
    for row in rows:
        figure = FIGURES.get(row.operation)
        lines.append(
            f"{row.operation:54} {row.queries:>8} {row.cpu_ms:>9.1f} {row.raw or '':>8} {row.zipped or '':>7}  "
            f"{figure.queries if figure else '':>12} {_ratio(row, figure):>15}  {row.note}".rstrip()
        )
    return "\n".join(lines)


def _ratio(row: Row, figure: Figure | None) -> str:
    if figure and figure.floors and row.floors:
        return f"{figure.floors / row.floors:.1f} (floors)"
    return f"{figure.cpu_ms / row.cpu_ms:.1f}" if figure and figure.cpu_ms and row.cpu_ms else ""
