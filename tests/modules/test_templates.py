"""What learners, guests and authors see: every block renders, and says what the reader can do with it."""

import re

import pytest

from content.blocks import CONTENT_BLOCKS
from courses import services as courses
from modules import frames, services
from modules.blocks.body import LessonBody
from modules.models import PersonalNote, Scenario
from tests.factories import blocks
from tests.factories import questions as bank
from tests.moments import NOON

ORDERING = [
    {"type": "item", "id": key, "value": {"text": f"Step {key}", "feedback": ""}} for key in "abc"
]
MATCHING = [
    {
        "type": "pair",
        "id": key,
        "value": {"left": f"Left {key}", "right": f"Right {key}", "feedback": f"About {key}."},
    }
    for key in "ab"
]
DOCUMENT = {
    "title": "A gift", "city": "Vellmark", "role": "You lead.", "intro": "Choose.", "content_note": "", "start": "offer",
    "criteria": [{"key": "evidence", "title": "Evidence", "max": 2}],
    "nodes": [
        {
            "key": "offer", "kind": "scene", "title": "An offer", "text": "Blocks, free of charge.",
            "choices": [{"key": "ask", "text": "Ask first.", "response": "They wait.", "scores": {"evidence": 2}, "guidance": ["DG-01"], "next": "end"}],
        },
        {"key": "end", "kind": "ending", "title": "With reasons", "text": "The market opens.", "guidance": ["DG-01"]},
    ],
    "debrief": {"title": "What carried weight", "criteria": [{"criterion": "evidence", "bound": 1, "low": "No reason.", "high": "A reason.", "guidance": ["DG-01"]}]},
}  # fmt: skip


@pytest.fixture
def full(school):
    """A lesson with every kind of block."""
    known = blocks.knowledge()
    scenario = Scenario.objects.create(
        key="SC99", module=school.module, title="A gift", document=DOCUMENT
    )
    body = [
        *blocks.full_body(school),
        {"type": "fact", "value": {"fact": known["fact"].pk}},
        {
            "type": "callout",
            "value": {"kind": "unknown", "title": "How much?", "text": "<p>Nobody knows.</p>"},
        },
        {"type": "scenario", "value": {"scenario": scenario.pk, "intro": "", "is_required": False}},
    ]
    return school.add_lesson(
        "Full",
        "full",
        body=body,
        objectives="Read a square.\nAsk who uses it.",
        content_note="You can stop.",
    )


@pytest.fixture
def reader(client, amara, school):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    client.force_login(amara)
    return client


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("name", ["text", "figure", "case", "callout"])
def test_a_block_renders_from_its_preview_value(name):
    block = dict(CONTENT_BLOCKS)[name]
    assert block.render(block.get_preview_value()).strip()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["checklist", "quiz", "note"])
def test_an_activity_block_renders_before_it_is_published(name):
    block = LessonBody().child_blocks[name]
    html = block.render(block.get_default())
    assert "<form" not in html
    assert "<input" in html or name != "quiz"


def test_a_stranger_reads_everything_and_is_told_how_to_take_part(client, full):
    html = text_of(client.get(full.url))
    assert "In Lagomura." in html and "What this rests on" in html and "You can stop." in html
    assert "Sign in to answer" in html and "Sign in to keep your progress" in html
    assert 'name="draw"' not in html


def test_a_learner_can_act_in_every_block(reader, full):
    html = text_of(reader.get(full.url))
    assert html.count('name="draw"') == 2
    assert html.count("data-keep ") == 2
    assert "Complete and go on" in html and "/scenario/SC99/" in html


def test_somebody_who_has_not_joined_can_join_and_comes_back(client, chiara, full, school):
    client.force_login(chiara)
    html = text_of(client.get(full.url))
    assert "Join “Reading places”" in html and 'name="draw"' not in html
    answer = client.post(f"/course/{school.course.uuid}/join/", {"next": full.url})
    assert answer.url == full.url


def test_joining_never_leads_to_another_site(client, chiara, school):
    client.force_login(chiara)
    answer = client.post(
        f"/course/{school.course.uuid}/join/", {"next": "https://elsewhere.example/"}
    )
    assert answer.url == school.lesson_pages[0].url


def test_an_author_previews_quizzes_with_their_questions(full, hana):
    answer = full.make_preview_request(preview_mode="", extra_request_attrs={"user": hana})
    answer.render()
    html = text_of(answer)
    assert "Question 0 about Reading a square?" in html
    assert 'name="draw"' not in html


def test_each_id_stands_once_on_a_lesson_page(reader, full):
    ids = re.findall(r' id="([^"]+)"', reader.get(full.url).content.decode())
    assert len(ids) == len(set(ids))


def test_a_lesson_sends_no_key_and_no_option_id(reader, full):
    html = reader.get(full.url).content.decode()
    assert "About the right one." not in html
    assert 'value="a"' not in html.replace('name="ticked" value="a"', "")


def test_a_quiz_without_an_answer_says_where_and_keeps_what_was_chosen(reader, school):
    bank.single(school.module, "Untouched?")
    html = reader.get(quiz_page(school, count=2).url).content.decode()
    action = re.search(r'action="(/quiz/[^"]+)"', html)[1]
    token = re.search(r'name="draw" value="([^"]+)"', html)[1]
    answer = reader.post(action, {"draw": token, "q1": "2"})
    assert answer.status_code == 422
    html = text_of(answer)
    assert "What you chose is kept." in html and re.search(r'name="q1" value="2" checked', html)


def quiz_page(school, *, count=1, **question):
    questions = [school.questions[n].pk for n in range(count)]
    if question:
        made = bank.single(school.module, "Which?")
        for name, value in question.items():
            setattr(made, name, value)
        made.save()
        services.keep_question_version(question=made, at=NOON)
        questions = [made.pk]
    items = [
        {"type": "item", "value": pk, "id": f"00000000-0000-4000-8000-00000000000{n}"}
        for n, pk in enumerate(questions)
    ]
    value = {
        "title": "Check",
        "mode": "graded",
        "questions": items,
        "draw": len(items),
        "is_required": False,
    }
    return school.add_lesson("With a quiz", "with-a-quiz", body=[{"type": "quiz", "value": value}])


@pytest.mark.parametrize(("kind", "answers"), [("ordering", ORDERING), ("matching", MATCHING)])
def test_a_result_comments_only_what_was_chosen(reader, school, kind, answers):
    page = quiz_page(school, kind=kind, answers=answers)
    html = reader.get(page.url).content.decode()
    names = re.findall(r'<select class="form-select" name="([^"]+)"', html)
    assert len(names) == len(answers)
    action = re.search(r'action="(/quiz/[^"]+)"', html)[1]
    token = re.search(r'name="draw" value="([^"]+)"', html)[1]
    values = (
        {name: str(place + 1) for place, name in enumerate(names)}
        if kind == "ordering"
        else dict.fromkeys(names, "0")
    )
    answer = reader.post(action, {"draw": token} | values, follow=True)
    html = text_of(answer)
    assert "of 1 point" in html or "Right" in html
    if kind == "matching":
        assert html.count("About ") == 1


def test_an_answered_quiz_shows_its_result_and_offers_another_go(reader, school):
    page = quiz_page(school)
    html = reader.get(page.url).content.decode()
    action = re.search(r'action="(/quiz/[^"]+)"', html)[1]
    token = re.search(r'name="draw" value="([^"]+)"', html)[1]
    reader.post(action, {"draw": token, "q0": "0"})
    html = text_of(reader.get(page.url))
    assert re.search(r"[01] of 1 right on", html) and "Answer again" in html


def test_a_failed_test_does_not_tell_the_explanation_and_a_passed_one_does(reader, amara, school):
    for question in school.questions:
        question.explanation = "Because of the calendar."
        question.save()
    for wrong, told in ((4, False), (1, True)):
        attempt = services.start_attempt(learner=amara, activity=school.test, at=NOON)
        services.record_attempt(
            attempt=attempt, answers=school.right_answers(attempt, wrong=wrong), at=NOON
        )
        html = text_of(reader.get(f"/attempt/{attempt.uuid}/result/"))
        assert ("Because of the calendar." in html) is told
        assert "the right one" in html if told else "the right one" not in html


def test_ticks_can_be_taken_out_as_text(reader, amara, full):
    activity = full.lesson.activities.get(kind="checklist")
    PersonalNote.objects.create(
        learner=amara, activity=activity, data={"ticked": ["a"]}, updated_at=NOON
    )
    answer = reader.get(f"/note/{activity.uuid}/text/")
    assert answer["Content-Type"].startswith("text/plain")
    assert "[x] Do a." in answer.content.decode()


def test_notes_of_others_stay_with_them(client, chiara, amara, full):
    activity = full.lesson.activities.get(kind="note")
    PersonalNote.objects.create(
        learner=amara, activity=activity, data={"text": "mine alone"}, updated_at=NOON
    )
    client.force_login(chiara)
    assert b"mine alone" not in client.get(f"/note/{activity.uuid}/text/").content


def test_a_scenario_is_walked_by_links_to_its_debrief(client, full):
    html = text_of(client.get("/scenario/SC99/"))
    assert "An offer" in html and "/scenario/SC99/ask/" in html
    html = text_of(client.get("/scenario/SC99/ask/"))
    assert (
        "They wait." in html
        and "A reason." in html
        and "2 of 2" in html
        and "/knowledge/guidance/DG-01/" in html
    )


def test_a_planned_module_shows_outcomes_and_titles_only(client, school):
    module = school.module
    module.is_planned, module.planned_lessons = True, ["What to look for"]
    module.save()
    frames.forget()
    html = text_of(client.get(school.module_page.url))
    assert "In preparation" in html and "What to look for" in html
