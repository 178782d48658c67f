"""Two tabs at the same moment, on a database that lets them: one answer, one note, no step of results too small."""

import threading

import pytest
from django.db import close_old_connections, connection

from cms import site_setup
from courses import services as courses
from modules import services, surveys
from modules.models import Completion, PersonalNote, Statement, SurveyAnswer
from tests.conftest import School, person
from tests.factories import blocks
from tests.moments import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lesson():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory has one writer and one connection.")
    site_setup.ensure_site()
    school = School()
    body = [
        {"type": "survey", "value": blocks.survey()},
        {"type": "note", "value": {"title": "Note", "prompt": "Which?", "minutes": 2, "note": ""}},
    ]
    lesson = school.add_lesson("To ask", "to-ask", body=body).lesson
    lesson.people = [person(f"Learner-{n}") for n in range(9)]
    for one in lesson.people:
        courses.enrol(learner=one, course=school.course, at=NOON)
    return lesson


def at_once(*calls) -> list:
    """Call each in a thread of its own, together. What they raised."""
    gate, raised = threading.Barrier(len(calls)), []

    def run(call):
        try:
            gate.wait()
            call()
        except Exception as problem:
            raised.append(problem)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_a_survey_takes_one_answer_of_each_and_shows_whole_steps(lesson):
    survey = lesson.activities.get(kind="survey")

    def answer(learner):
        return lambda: services.answer_survey(
            learner=learner, activity=survey, answers={"single": "day"}, at=NOON, today=NOON.date()
        )

    calls = [answer(learner) for learner in lesson.people[:8] for _tab in range(2)]
    assert at_once(*calls) == []
    assert SurveyAnswer.objects.count() == 8
    assert Completion.objects.filter(activity=survey).count() == 8
    assert Statement.objects.filter(activity=survey).count() == 8
    assert surveys.results(survey).count == 6


def test_two_first_saves_of_a_note_are_one_row(lesson):
    note, learner = lesson.activities.get(kind="note"), lesson.people[0]

    def save(text):
        return lambda: services.save_note(
            learner=learner, activity=note, data={"text": text}, at=NOON, base=0
        )

    raised = at_once(save("one"), save("two"))
    assert [type(problem).__name__ for problem in raised] == ["StaleNote"]
    assert PersonalNote.objects.count() == 1
