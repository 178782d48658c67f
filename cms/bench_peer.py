"""The workload W-PEER, the learner's part: shared/notes/workloads.md, section 1.1.

One course of ten lessons with three activities each, and one of fifty; so many learners enrolled, each with half of
the lessons done. A learner in the middle acts; the floor is the home page for the same learner. What the peer does
with H5P statements is done here with what Stoa has instead: a note kept, a quiz answered, an answer saved.
"""

import time

from django.test import Client
from django.utils import timezone

from cms import site_setup
from cms.benching import Row, measure
from cms.models import User
from courses import services as courses
from courses.models import Course, Enrolment
from courses.pages.models import CoursePage, CoursePageModule
from modules import services as modules
from modules.models import Activity, ActivityKind, Completion, Question, QuestionStatus
from modules.pages.models import LessonPage, ModulePage


def run(learners: int) -> list[Row]:
    """Rows for `learners` enrolled in each of two courses, of 10 and of 50 lessons."""
    people = User.objects.bulk_create(
        [
            User(email=f"peer{learners}-{n}@example.org", password="!", display_name=f"Peer {n}")
            for n in range(learners)
        ],
        batch_size=2000,
    )
    rows = []
    for lessons in (10, 50):
        course, pages = _course(lessons, learners)
        _populate(course, people)
        rows += _rows(course, pages, people[5 % learners], lessons)
    return rows


def _course(lessons: int, learners: int) -> tuple[Course, list[LessonPage]]:
    stamp = time.time_ns()
    module = site_setup.module_index().add_child(
        instance=ModulePage(
            title=f"Peer {lessons}", slug=f"peer-{stamp}", summary="A bench.", draw=5
        )
    )
    questions = [_question(module.module, n) for n in range(10)]
    pages = []
    for n in range(lessons):
        page = module.add_child(
            instance=LessonPage(title=f"Peer lesson {n}", slug=f"lesson-{n}", body=_body(questions))
        )
        page.save_revision().publish()
        pages.append(page)
    module.save_revision().publish()
    page = site_setup.catalogue().add_child(
        instance=CoursePage(
            title=f"Peer course {lessons}", slug=f"peer-course-{stamp}", summary="A bench.",
            audience="Benchers", hours=2,
        )
    )  # fmt: skip
    page.course_modules = [CoursePageModule(module=module.module)]
    page.save_revision().publish()
    return Course.objects.get(uuid=page.translation_key), pages


def _body(questions: list[Question]) -> list[dict]:
    quiz = {
        "title": "Check",
        "mode": "graded",
        "questions": [q.pk for q in questions[:3]],
        "draw": 3,
    }
    note = {"title": "In your city", "prompt": "What would change?", "minutes": 2, "note": ""}
    items = [{"key": f"k{n}", "text": f"Point {n}"} for n in range(5)]
    return [
        {"type": "text", "value": "<p>" + "A square is read by walking it. " * 12 + "</p>"},
        {"type": "quiz", "value": quiz},
        {"type": "note", "value": note},
        {
            "type": "checklist",
            "value": {"checklist": None, "title": "List", "intro": "", "items": items},
        },
    ]


def _question(module, n: int) -> Question:
    answers = [
        {"type": "option", "id": key, "value": {"text": key, "correct": key == "a", "feedback": ""}}
        for key in "abcd"
    ]
    return Question.objects.create(
        module=module, stem=f"Peer question {n}?", answers=answers, status=QuestionStatus.LIVE
    )


def _populate(course: Course, people: list[User]) -> None:
    """Everybody is enrolled and has done the first half; learner 5 lacks nothing but the last lesson."""
    now = timezone.now()
    Enrolment.objects.bulk_create(
        [Enrolment(learner=person, course=course, enrolled_at=now) for person in people],
        batch_size=2000,
    )
    required = courses.required_activities(course)
    rows = [
        Completion(learner=person, activity_id=pk, graded_by="server", completed_at=now)
        for n, person in enumerate(people)
        for pk in (required if n == 5 % len(people) else required[: len(required) // 2])
    ]
    Completion.objects.bulk_create(rows, batch_size=5000)
    courses.recalculate(Enrolment.objects.filter(course=course).select_related("course"), at=now)


def _rows(course: Course, pages: list[LessonPage], person: User, lessons: int) -> list[Row]:
    client = Client()
    client.force_login(person)
    course_url = CoursePage.objects.get(translation_key=course.uuid).url
    eighth, last = pages[7], pages[-1]
    kinds = {
        activity.kind: activity
        for activity in Activity.objects.filter(lesson__uuid=eighth.translation_key)
    }
    test = Activity.objects.get(module__courses=course, kind=ActivityKind.TEST)
    attempt = modules.start_attempt(learner=person, activity=test, at=timezone.now())

    def answer_quiz(n: int):
        page = client.get(eighth.url).content.decode()
        token = page.split('name="draw" value="')[1].split('"')[0]
        return client.post(
            f"/quiz/{kinds['quiz'].uuid}/", {"draw": token, "q0": "0", "q1": "0", "q2": "0"}
        )

    rows = [
        measure("peer floor: home page", lambda n: client.get("/")),
        measure(f"peer a: course page, {lessons} lessons", lambda n: client.get(course_url)),
        measure("peer b: lesson page, 3 activities", lambda n: client.get(eighth.url)),
        measure(
            "peer c: a note kept",
            lambda n: client.post(
                f"/note/{kinds['note'].uuid}/",
                {"text": f"Note {n}"},
                HTTP_ACCEPT="application/json",
            ),
        ),
        measure(
            "peer d: a quiz answered, lesson open", answer_quiz, note="two requests: GET and POST"
        ),
        measure(
            f"peer e: the last act of a course, again, {lessons} lessons",
            lambda n: client.post(f"/lesson/{last.translation_key}/done/"),
        ),
        measure("peer f: what was saved, shown", lambda n: client.get(f"/attempt/{attempt.uuid}/")),
        measure(
            "peer g: an answer saved",
            lambda n: client.post(
                f"/attempt/{attempt.uuid}/save/", {"place": "0", "q0": str(n % 4)}
            ),
        ),
    ]
    floor = rows[0].cpu_ms
    for row in rows:
        row.floors = row.cpu_ms / floor
    return rows
