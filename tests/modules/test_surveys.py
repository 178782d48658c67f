"""A survey: answered once, without a name, and never to be taken apart again."""

import datetime as dt
import itertools
import json
import uuid
from unittest import mock

import pytest
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms import roles
from cms.models import User
from courses import services as courses
from modules import services, surveys
from modules.errors import SurveyClosed
from modules.models import Activity, Completion, Module, Statement, SurveyAnswer
from tests.conftest import person
from tests.counting import at_most
from tests.factories import blocks
from tests.moments import NOON

TODAY = NOON.date()
FULL = {
    "s-single": "night",
    "s-multiple": ["alone", "dog"],
    "s-scale": "4",
    "s-text": "More lamps.",
}


@pytest.fixture
def asking(school):
    return school.add_lesson(
        "To ask", "to-ask", body=[{"type": "survey", "value": blocks.survey()}]
    )


@pytest.fixture
def survey(asking) -> Activity:
    return asking.lesson.activities.get(kind="survey")


@pytest.fixture
def learner(amara, school, client):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    client.force_login(amara)
    return client


@pytest.fixture
def crowd(school):
    """`crowd(n)`: n new learners of the course."""
    made = []

    def come(n: int):
        people = [person(f"Learner-{len(made) + k}") for k in range(n)]
        made.extend(people)
        for one in people:
            courses.enrol(learner=one, course=school.course, at=NOON)
        return people

    return come


def take_part(people, survey, **answers):
    for one in people:
        services.answer_survey(
            learner=one, activity=survey, answers=answers or {"single": "day"}, at=NOON, today=TODAY
        )


def address(survey, name="survey") -> str:
    return reverse(f"stoa_modules:{name}", args=[survey.uuid])


def read(data: dict, survey) -> tuple[dict, dict]:
    posted = QueryDict(mutable=True)
    for key, value in data.items():
        posted.setlist(key, value if isinstance(value, list) else [value])
    return surveys.read(posted, survey.config)


def test_answers_are_kept_without_the_person(learner, amara, asking, survey):
    learner.get(asking.url)
    answer = learner.post(address(survey), FULL, follow=True)
    assert "without your name" in answer.content.decode()
    kept = SurveyAnswer.objects.get()
    assert kept.answers == {
        "single": "night",
        "multiple": ["alone", "dog"],
        "scale": 4,
        "text": "More lamps.",
    }
    assert Completion.objects.get(learner=amara, activity=survey)
    assert "lamps" not in json.dumps(services.disclose(learner=amara), default=str)
    assert "lamps" not in json.dumps(list(Statement.objects.values_list("document", flat=True)))


def test_a_row_says_nothing_of_when_it_came(crowd, survey):
    """Completions are in order and have a time; if answers were too, the two lists could be laid side by side."""
    assert not any(
        field.is_relation and field.name != "activity" for field in SurveyAnswer._meta.fields
    )
    take_part(crowd(8), survey)
    assert max(SurveyAnswer.objects.values_list("id", flat=True)) > 2**40
    assert {row.answered_on.day for row in SurveyAnswer.objects.all()} == {1}


def test_answering_twice_is_one_answer_and_the_first(learner, survey):
    learner.post(address(survey), FULL)
    answer = learner.post(address(survey), FULL | {"s-single": "day"}, follow=True)
    assert "taken part before" in answer.content.decode()
    assert SurveyAnswer.objects.get().answers["single"] == "night"


def test_a_form_with_errors_comes_back_as_it_was_filled_in(learner, survey):
    answer = learner.post(address(survey), {"s-multiple": ["dog"], "s-text": "x" * 1001})
    html = answer.content.decode()
    assert answer.status_code == 422 and not SurveyAnswer.objects.exists()
    assert "Please answer this question." in html and "This is 1001 characters long." in html
    assert 'value="dog" checked' in html and "x" * 1001 in html
    assert not Completion.objects.filter(activity=survey).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("single", "evening"),
        ("single", ["day", "night"]),
        ("multiple", ["dog", "cat"]),
        ("scale", "6"),
        ("scale", "4.5"),
        ("scale", "²"),
    ],
)
def test_what_was_not_asked_is_no_answer(survey, field, value):
    _answers, problems = read(FULL | {f"s-{field}": value}, survey)
    assert list(problems) == [field]


def test_an_empty_form_is_not_sent(learner, survey):
    Activity.objects.update(config=survey.config | {"questions": survey.config["questions"][1:]})
    answer = learner.post(address(survey), {})
    assert answer.status_code == 422 and "at least one question" in answer.content.decode()


def test_nothing_is_taken_after_the_last_day(learner, amara, asking, survey):
    today = timezone.localdate()
    Activity.objects.filter(pk=survey.pk).update(
        config=survey.config | {"closes_on": (today - dt.timedelta(days=1)).isoformat()}
    )
    answer = learner.post(address(survey), FULL)
    assert answer.status_code == 403 and "took answers until" in answer.content.decode()
    survey.config["closes_on"] = TODAY.isoformat()
    take_part([amara], survey)  # the last day itself is open
    with pytest.raises(SurveyClosed):
        services.answer_survey(
            learner=amara, activity=survey, answers={}, at=NOON, today=TODAY + dt.timedelta(days=1)
        )
    assert SurveyAnswer.objects.count() == 1


def test_a_lesson_shows_no_form_after_the_last_day(learner, school):
    closed = blocks.survey(closes_on="2020-01-31")
    page = school.add_lesson("Over", "over", body=[{"type": "survey", "value": closed}])
    html = learner.get(page.url).content.decode()
    assert "took answers until 31 January 2020" in html and "Send my answers" not in html


def test_a_stranger_sees_the_questions_and_sends_nothing(client, chiara, asking, survey):
    client.force_login(chiara)
    assert "Send my answers" not in client.get(asking.url).content.decode()
    assert client.post(address(survey), FULL).status_code == 403
    assert not SurveyAnswer.objects.exists()


# Results


def test_results_come_in_steps_and_never_one_by_one(crowd, survey):
    shown = []
    for one in crowd(11):
        take_part([one], survey)
        shown.append(surveys.results(survey).count)
    assert shown == [0, 0, 3, 3, 3, 6, 6, 6, 9, 9, 9]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(thresholds=st.lists(st.integers(3, 6), min_size=8, max_size=12))
def test_no_change_of_the_threshold_shows_a_smaller_step(db, thresholds):
    """`thresholds[n]` holds when answer n comes in; what is shown grows by steps of at least 3, or not at all."""
    with transaction.atomic(), mock.patch.object(surveys.access, "check"):
        module = Module.objects.create(title="Asked")
        config = {"questions": []}
        survey = Activity.objects.create(
            uuid=uuid.uuid4(), module=module, kind="survey", config=config
        )
        shown = [0]
        for n, least in enumerate(thresholds):
            config["threshold"] = least
            one = User.objects.create(email=f"asked-{n}@example.org")
            services.answer_survey(learner=one, activity=survey, answers={}, at=NOON, today=TODAY)
            for reader in (least, 3, 6):  # somebody may change it just to look
                config["threshold"] = reader
                shown.append(surveys.results(survey).count)
        transaction.set_rollback(True)
    levels = sorted(set(shown))
    assert all(b - a >= 3 for a, b in itertools.pairwise(levels)), shown


def test_the_page_of_results_hides_free_texts_and_the_last_answers(learner, amara, crowd, survey):
    take_part([amara], survey, single="day", text="Secret words.")
    assert "no results yet" in learner.get(address(survey, "survey-results")).content.decode()
    take_part(crowd(3), survey, single="night", multiple=["dog"], scale=5)
    with at_most(12):
        answer = learner.get(address(survey, "survey-results"))
    html = " ".join(answer.content.decode().split())
    assert "What 3 people said." in html and "Secret words." not in html
    assert '<th scope="row">Night</th><td class="num">2</td>' in html
    assert "On average 5.0 of 5." in html


def test_results_cost_the_same_for_many(learner, amara, crowd, survey):
    take_part([amara, *crowd(2)], survey)
    with at_most(12) as few:
        learner.get(address(survey, "survey-results"))
    answers = [
        SurveyAnswer(
            activity=survey, answers={"single": "day"}, answered_on=TODAY, is_released=True
        )
        for _n in range(600)
    ]
    SurveyAnswer.objects.bulk_create(answers)
    with at_most(len(few)):
        assert (
            "What 603 people said."
            in learner.get(address(survey, "survey-results")).content.decode()
        )


def test_results_are_for_those_who_took_part(learner, amara, crowd, survey):
    take_part(crowd(3), survey)
    answer = learner.get(address(survey, "survey-results"))
    assert answer.status_code == 403 and "Night" not in answer.content.decode()
    take_part([amara], survey)
    Activity.objects.filter(pk=survey.pk).update(config=survey.config | {"show_results": False})
    assert learner.get(address(survey, "survey-results")).status_code == 404


def test_an_option_that_was_taken_away_is_still_counted(crowd, survey):
    take_part(crowd(3), survey, single="night")
    survey.config["questions"][0]["options"].pop()
    rows = surveys.results(survey).questions[0].rows
    assert [(row.text, row.count) for row in rows] == [("Day", 0), ("No longer offered", 3)]


@pytest.fixture
def editor(client, school, db):
    roles.sync_roles()
    dario = person("Dario")
    dario.groups.add(roles.Group.objects.get(name=roles.EDITORS))
    client.force_login(dario)
    return client


def test_the_studio_reads_free_texts_from_enough_people_on(editor, crowd, survey):
    people = crowd(6)
    take_part(people[:2], survey, single="day", text="Two wrote this.")
    take_part(people[2:3], survey, single="day")
    page = reverse("stoa_modules_survey", args=[survey.pk])
    assert "Two wrote this." not in editor.get(page).content.decode()
    take_part(people[3:], survey, single="day", text='=HYPERLINK("x") and more')
    with at_most(20):
        html = editor.get(page).content.decode()
    assert "Two wrote this." in html
    assert "Your square" in editor.get(reverse("stoa_modules_surveys")).content.decode()
    table = editor.get(page, {"format": "csv"})
    assert table["Content-Type"].startswith("text/csv")
    lines = table.content.decode().splitlines()
    assert "When do you walk?,Day,6,6" in lines
    assert not [line for line in lines if ",=" in line or ',"=' in line]


def test_texts_of_one_person_do_not_stand_together(crowd, survey):
    """Two free questions: the order of one says nothing of the order of the other, and stays as it is."""
    survey.config["questions"].append({"key": "more", "kind": "text", "text": "And?"})
    for n, one in enumerate(crowd(12)):
        take_part([one], survey, text=f"first {n:02}", more=f"second {n:02}")
    told = {one.key: one.texts for one in surveys.results(survey, with_texts=True).questions}
    order = lambda texts: [text.split()[1] for text in texts]  # noqa: E731
    assert sorted(order(told["text"])) == sorted(order(told["more"]))
    assert order(told["text"]) != order(told["more"])
    again = {one.key: one.texts for one in surveys.results(survey, with_texts=True).questions}
    assert again == told


def test_an_author_sees_the_survey_before_it_is_published(asking, hana):
    answer = asking.make_preview_request(preview_mode="", extra_request_attrs={"user": hana})
    answer.render()
    html = answer.content.decode()
    assert "When do you walk?" in html and "Night" in html and "Send my answers" not in html
