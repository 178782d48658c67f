"""Questions in several languages: other words, the same draw, the same marks."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from cms import roles
from courses import services as courses
from modules import kinds, presenting, services, translating
from modules.errors import NotTranslated
from modules.kinds.base import texts_of
from modules.models import Attempt, Question, QuestionTranslation, QuestionVersion
from tests.conftest import person
from tests.counting import at_most
from tests.factories import blocks
from tests.moments import NOON

QUESTION = "wagtailsnippets_stoa_modules_question"


@pytest.fixture(autouse=True)
def two_languages(settings):
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("de", "Deutsch")]


def in_german(question: Question, **texts) -> QuestionTranslation:
    texts = {
        "stem": f"Frage {question.pk}?",
        "a.text": "die richtige",
        "b.text": "eine falsche",
    } | texts
    return translating.save_translation(question=question, language="de", texts=texts, at=NOON)


def options(count: int, right: int, kind: str) -> dict:
    found = [
        {"id": key, "text": f"Option {key}", "correct": n < right, "feedback": f"On {key}."}
        for n, key in enumerate("abcdef"[:count])
    ]
    return {"kind": kind, "stem": "Which?", "explanation": "So.", "options": found}


GAP = {
    "id": "g",
    "before": "A",
    "after": "is read.",
    "case": False,
    "accents": False,
    "feedback": "",
}
CONTENTS = {
    "single": options(4, 1, "single"),
    "multiple": options(4, 2, "multiple"),
    "true_false": options(2, 1, "true_false"),
    "ordering": {
        "kind": "ordering", "stem": "Order?", "explanation": "",
        "items": [{"id": key, "text": f"Step {key}", "feedback": ""} for key in "abcd"],
    },
    "matching": {
        "kind": "matching", "stem": "Match?", "explanation": "",
        "pairs": [{"id": key, "left": f"Left {key}", "right": f"Right {key}", "feedback": ""} for key in "abc"],
        "extra": [{"id": "x", "right": "Right x", "feedback": ""}],
    },
    "fill_in": {
        "kind": "fill_in", "stem": "Fill?", "explanation": "",
        "gaps": [GAP | {"accepted": ["square", "plaza"]}],
    },
    "numeric": {
        "kind": "numeric", "stem": "How wide?", "explanation": "",
        "number": {"id": "n", "value": "2.5", "tolerance": "0.1", "unit": "m", "units": [{"unit": "cm", "factor": "0.01"}], "feedback": "Measured."},
    },
    "hotspot": {
        "kind": "hotspot", "stem": "Where?", "explanation": "",
        "picture": {"drawing": "t-square", "image": None, "alt": "A square."},
        "spots": [
            {"id": key, "label": f"Spot {key}", "x": n, "y": n, "width": 10, "height": 10, "correct": n < 2, "feedback": ""}
            for n, key in enumerate("abc")
        ],
    },
}  # fmt: skip
ANSWERS = {
    "single": st.sampled_from("abcd"),
    "multiple": st.lists(st.sampled_from("abcd"), unique=True, min_size=1),
    "true_false": st.sampled_from("ab"),
    "ordering": st.permutations("abcd"),
    "matching": st.fixed_dictionaries({key: st.sampled_from("abcx") for key in "abc"}),
    "numeric": st.fixed_dictionaries(
        {
            "value": st.sampled_from(["2.5", "2,5", "250", "3", "x"]),
            "unit": st.sampled_from(["m", "cm", ""]),
        }
    ),
    "hotspot": st.lists(st.sampled_from("abc"), unique=True),
    "fill_in": st.fixed_dictionaries(
        {"g": st.sampled_from(["square", "Plaza", "Platz", "", "xy"])}
    ),
}
words = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)


def translated_version(content: dict, data) -> tuple[QuestionVersion, QuestionTranslation]:
    source = texts_of(kinds.get(content["kind"]), content)
    texts = {
        path: data.draw(st.lists(words, max_size=3) if isinstance(own, list) else words)
        for path, own in source.items()
        if path not in {"g.accepted"}
    }
    version = QuestionVersion(pk=1, question_id=1, content=content)
    return version, QuestionTranslation(question_id=1, language="de", version=version, texts=texts)


@pytest.mark.parametrize("kind", list(CONTENTS))
@given(data=st.data())
def test_the_same_answer_earns_the_same_in_every_language(kind, data):
    content = CONTENTS[kind]
    version, row = translated_version(content, data)
    answer = data.draw(ANSWERS[kind])
    marked = translating.in_language(version, row, only_forms=True)
    assert kinds.mark(marked, answer) == kinds.mark(content, answer)
    assert version.content == CONTENTS[kind]


def test_a_gap_accepts_the_words_of_the_language_and_of_the_source():
    content = CONTENTS["fill_in"]
    version = QuestionVersion(pk=1, question_id=1, content=content)
    row = QuestionTranslation(version=version, texts={"g.accepted": ["Platz"]})
    marked = translating.in_language(version, row, only_forms=True)
    scores = {
        word: kinds.mark(marked, {"g": word})["score"] for word in ("Platz", "square", "Feld")
    }
    assert scores == {"Platz": 1, "square": 1, "Feld": 0}
    assert kinds.mark(content, {"g": "Platz"})["score"] == 0


@pytest.mark.parametrize("kind", list(CONTENTS))
def test_every_text_a_learner_reads_is_said_in_their_language(kind):
    content = CONTENTS[kind]
    version = QuestionVersion(pk=1, question_id=1, content=content)
    source = texts_of(kinds.get(kind), content)
    texts = {
        path: [f"DE {one}" for one in own] if isinstance(own, list) else f"DE {own}"
        for path, own in source.items()
    }
    row = QuestionTranslation(version=version, texts=texts)
    said = texts_of(kinds.get(kind), translating.in_language(version, row))
    for path, own in texts.items():
        wanted = [*own, *source[path]] if isinstance(own, list) else own
        assert said[path] == wanted


def test_an_edited_part_is_shown_as_it_is_and_the_rest_translated(school):
    question = school.questions[0]
    in_german(question)
    question.refresh_from_db()
    question.stem = "Another question altogether?"
    question.save()
    fresh = Question.objects.select_related("current").get(pk=question.pk)
    row = QuestionTranslation.objects.select_related("version").get(question=question)
    content = translating.in_language(fresh.current, row)
    assert content["stem"] == "Another question altogether?"
    assert content["options"][0]["text"] == "die richtige"
    behind = {line.path for line in translating.lines(fresh, row) if line.is_outdated}
    assert behind == {"stem"} and translating.is_outdated(fresh, row)
    assert translating.outdated_languages([fresh]) == {fresh.pk: ["de"]}
    in_german(fresh)
    old = question.versions.order_by("number").first()
    row.refresh_from_db()
    assert translating.in_language(old, row)["options"][0]["text"] == "die richtige"


def test_a_language_the_site_does_not_have_is_refused(school):
    for language in ("en", "xx"):
        with pytest.raises(NotTranslated):
            translating.save_translation(
                question=school.questions[0], language=language, texts={}, at=NOON
            )


@pytest.fixture
def learner(client, amara, school):
    """Amara learns in German; the first questions are translated."""
    for question in school.questions:
        in_german(question)
    courses.enrol(learner=amara, course=school.course, at=NOON)
    client.force_login(amara)
    return client


def test_a_test_is_asked_marked_and_told_in_its_language(learner, amara, school):
    attempt = services.start_attempt(learner=amara, activity=school.test, at=NOON, language="de")
    address = reverse("stoa_modules:attempt", args=[attempt.uuid])
    assert "the right one" in learner.get(address).content.decode()  # in mid-test, in English
    address = f"/de{address}"
    page = learner.get(address).content.decode()
    assert "die richtige" in page and "the right one" not in page
    assert "another wrong one" in page  # what is not translated
    right = {f"q{n}": str(entry["order"].index("a")) for n, entry in enumerate(attempt.drawn)}
    with at_most(15):  # as in the language the questions are written in
        learner.post(address, right)
    attempt.refresh_from_db()
    assert (attempt.score_raw, attempt.is_passed, attempt.language) == (4, True, "de")
    page = learner.get(reverse("stoa_modules:result", args=[attempt.uuid])).content.decode()
    assert page.count("die richtige") == 4
    assert page.count("the right one") == page.count("About the right one.") == 4


def test_quizzes_of_a_lesson_cost_one_query_more(learner, amara, school):
    page = school.add_lesson("Full", "full", body=blocks.full_body(school))
    activities = list(page.lesson.activities.all())

    def shown(language: str) -> str:
        with translation.override(language):
            found = presenting.show_activities(activities, amara, set(), True)
        return str([question for item in found.values() for question in item.questions])

    with at_most(3):
        assert "the right one" in shown("en")
    with at_most(4):
        assert "die richtige" in shown("de")


# In the studio


@pytest.fixture
def editor(client, school):
    roles.sync_roles()
    dario = person("Dario")
    dario.groups.add(Group.objects.get(name=roles.EDITORS))
    client.force_login(dario)
    return client


def test_a_form_shows_the_source_and_keeps_the_words(editor, school):
    question = school.questions[0]
    address = reverse(f"{QUESTION}:translate", args=[question.pk, "de"])
    form = editor.get(address).content.decode()
    assert "the right one" in form and 'name="a.text"' in form
    answer = editor.post(address, {"stem": "Was zuerst?", "a.text": " die richtige "})
    assert answer.status_code == 302
    row = QuestionTranslation.objects.get(question=question)
    assert row.texts == {"stem": "Was zuerst?", "a.text": "die richtige"}
    assert row.version_id == question.current_id
    overview = editor.get(reverse(f"{QUESTION}:translations", args=[question.pk]))
    assert "5 texts are missing" in overview.content.decode()


def test_two_answers_that_say_the_same_are_refused_beside_their_fields(editor, school):
    question = school.questions[0]
    address = reverse(f"{QUESTION}:translate", args=[question.pk, "de"])
    answer = editor.post(address, {"stem": "Behalten?", "a.text": "gleich", "b.text": "gleich"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Another answer says the same.") == 2 and "Behalten?" in page
    assert not QuestionTranslation.objects.exists()


def test_translating_follows_the_rights_on_the_question(client, school, bruno):
    roles.sync_roles()
    bruno.groups.add(Group.objects.get(name=roles.TRAINERS))
    client.force_login(bruno)
    question = school.questions[0]
    address = reverse(f"{QUESTION}:translate", args=[question.pk, "de"])
    assert client.post(address, {"stem": "Meins"}).status_code == 302
    assert not QuestionTranslation.objects.exists()  # it is in use: not for an author to change
    Question.objects.filter(pk=question.pk).update(status="draft")
    client.post(address, {"stem": "Meins"})
    assert QuestionTranslation.objects.get().texts == {"stem": "Meins"}
    assert client.get(address.replace("/de/", "/xx/")).status_code == 404


def test_attempts_keep_what_was_drawn(learner, amara, school):
    attempt = services.start_attempt(learner=amara, activity=school.test, at=NOON, language="de")
    assert Attempt.objects.get(pk=attempt.pk).drawn == attempt.drawn
    versions = QuestionVersion.objects.in_bulk([entry["version"] for entry in attempt.drawn])
    said = translating.overlay(versions, "de")
    assert all(said[pk].pk == pk and said[pk].content != versions[pk].content for pk in versions)
    with at_most(0):
        assert translating.overlay(versions, "en") == versions
