"""The queue and the form of marking, appeals and rubrics, as trainers and editors meet them."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from cms import roles
from courses import services as courses
from courses.models import Cohort
from modules import appeals, marking, rubrics
from modules.models import Appeal, Marking, Rubric, Submission
from tests.conftest import person
from tests.counting import at_most
from tests.factories import artefacts as make
from tests.moments import NOON

HOUR = dt.timedelta(hours=1)
QUEUE = "/studio/marking/"


@pytest.fixture
def cohort(studio, amara, bruno):
    cohort = Cohort.objects.create(course=studio.course, name="Autumn")
    cohort.trainers.add(bruno)
    courses.join_cohort(learner=amara, cohort=cohort, at=NOON)
    return cohort


@pytest.fixture
def activity(studio):
    return make.lesson(studio)


@pytest.fixture
def waiting(amara, activity, cohort):
    return make.handed_in(amara, activity)


@pytest.fixture
def second(as_person, cohort):
    """Another trainer of the same cohort."""
    user = person("Berit")
    cohort.trainers.add(user)
    client = as_person(user, roles.TRAINERS)
    client.user = user
    return client


def sheet(points=make.PASSING, *, place=1, **more) -> dict:
    posted = {f"points-{key}": str(value) for key, value in points.items()}
    return posted | {"place": str(place), "feedback": "Well looked at."} | more


def url(submission) -> str:
    return f"/studio/marking/{submission.pk}/"


def test_the_queue_shows_what_waits_and_the_form_decides(trainer, waiting, activity):
    page = trainer.get(QUEUE).content.decode()
    assert activity.title in page and "Amara" in page and "Marking 1" in page
    page = trainer.get(url(waiting)).content.decode()
    assert make.TEXTS["plan"] in page and "Necessity and proportion are argued" in page
    answer = trainer.post(url(waiting), sheet())
    assert answer.status_code == 302
    waiting.refresh_from_db()
    assert waiting.is_passed is True
    assert "Nothing waits here." in trainer.get(QUEUE).content.decode()
    assert "8 of 12" in trainer.get(QUEUE, {"state": "marked"}).content.decode()
    assert "Amara" in trainer.get(QUEUE, {"state": "mine"}).content.decode()


def test_a_second_marker_does_not_see_the_first(trainer, second, waiting):
    words = "Only the first marker says this."
    note = {"comment-0-field": "plan", "comment-0-text": words, "comment-0-quote": "one lamp"}
    trainer.post(url(waiting), sheet(make.FAILING, **note, feedback=words))
    page = second.get(url(waiting)).content.decode()
    assert 'name="place" value="2"' in page and words not in page and " checked>" not in page
    own = trainer.get(url(waiting)).content.decode()
    assert words in own and "Another marker is asked" in own
    assert "Amara" in trainer.get(QUEUE, {"state": "others"}).content.decode()
    second.post(url(waiting), sheet(make.FAILING, place=2))
    assert words in second.get(url(waiting)).content.decode()


def test_a_wrong_form_keeps_what_was_typed(trainer, waiting):
    posted = sheet(
        make.PASSING | {"rights": ""},
        **{"comment-2-field": "plan", "comment-2-quote": "not in it", "comment-2-text": "My words"},
        feedback="My feedback",
    )
    answer = trainer.post(url(waiting), posted)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose a level." in page and "This passage is not in the field" in page
    assert "My words" in page and "My feedback" in page and page.count(" checked>") == 3
    assert not Marking.objects.exists()


def test_whoever_is_second_reads_it_and_loses_nothing(trainer, second, waiting):
    assert trainer.get(url(waiting)).status_code == 200
    warned = second.get(url(waiting)).content.decode()
    assert "Bruno opened this at" in warned
    trainer.post(url(waiting), sheet(make.FAILING))
    answer = second.post(url(waiting), sheet(make.FAILING, feedback="Typed for an hour"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "Typed for an hour" in page and 'value="2"' in page
    assert waiting.markings.count() == 1
    assert second.post(url(waiting), sheet(make.FAILING, place=2)).status_code == 302


def test_a_form_for_something_decided_is_stale_too(trainer, second, waiting):
    trainer.post(url(waiting), sheet())
    answer = second.post(url(waiting), sheet(feedback="Typed for an hour"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "Typed for an hour" in page
    assert "Give this marking" not in page


def test_sending_twice_keeps_one_marking(trainer, waiting):
    answers = [trainer.post(url(waiting), sheet(make.FAILING)) for _n in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert waiting.markings.count() == 1


def test_other_trainers_do_not_find_it(as_person, waiting):
    stranger = as_person(person("Bente"), roles.TRAINERS)
    assert "Nothing waits here." in stranger.get(QUEUE).content.decode()
    assert stranger.get(url(waiting)).status_code == 404
    assert stranger.post(url(waiting), sheet()).status_code == 404
    editor = as_person(person("Dario"), roles.EDITORS)
    assert editor.get(QUEUE).status_code == 302 and editor.get(url(waiting)).status_code == 302


def test_trainers_fetch_the_files(trainer, as_person, amara, activity, cohort):
    from modules import artefacts

    upload = make.upload("plan.pdf", make.pdf())
    kept = artefacts.attach(learner=amara, activity=activity, upload=upload, at=NOON)
    address = f"/artefact/file/{kept.uuid}/"
    assert trainer.get(address).status_code == 404  # a draft is nobody else's business
    submission = make.handed_in(amara, activity)
    assert trainer.get(address).status_code == 200
    assert address in trainer.get(url(submission)).content.decode()
    assert as_person(person("Bente"), roles.TRAINERS).get(address).status_code == 404


@pytest.mark.parametrize("rows", [20, 200])
def test_the_queue_takes_the_same_queries_for_any_number(trainer, activity, cohort, rows):
    learners = [person(f"Learner {n}".replace(" ", "-")) for n in range(rows)]
    for learner in learners:
        courses.join_cohort(learner=learner, cohort=cohort, at=NOON)
    rubric = rubrics.newest("four-criteria")
    Submission.objects.bulk_create(
        Submission(
            learner=learner, activity=activity, number=1, rubric=rubric, state="submitted",
            started_at=NOON, saved_at=NOON, submitted_at=NOON,
        )
        for learner in learners
    )  # fmt: skip
    trainer.get(QUEUE)
    with at_most(15):
        page = trainer.get(f"{QUEUE}results/")
    assert page.status_code == 200 and len(page.context["object_list"]) == min(rows, 25)


def test_the_form_takes_few_queries(trainer, waiting):
    trainer.get(url(waiting))
    with at_most(18):  # of which the frame of the studio 9
        trainer.get(url(waiting))


# Appeals


@pytest.fixture
def contested(waiting, cohort, second):
    """A mark that two people who are not Bruno gave, contested."""
    third = person("Bjarne")
    cohort.trainers.add(third)
    third.groups.add(*second.user.groups.all())
    for place, marker in ((1, second.user), (2, third)):
        marking.give_marking(
            submission=waiting, marker=type(marker).objects.get(pk=marker.pk), place=place,
            points=make.FAILING, feedback="Not yet.", at=timezone.now(),
        )  # fmt: skip
    waiting.refresh_from_db()
    return appeals.contest_mark(submission=waiting, text="It names them.", at=timezone.now())


def appeal_url(appeal) -> str:
    return f"/studio/appeals/{appeal.pk}/"


def test_an_appeal_is_answered_from_its_queue(trainer, contested):
    assert "A mark: A plan for one square" in trainer.get("/studio/appeals/").content.decode()
    assert "It names them." in trainer.get(appeal_url(contested)).content.decode()
    posted = {"decision": "upheld", "how": "again", "answer": "We look again."}
    assert trainer.post(appeal_url(contested), posted).status_code == 302
    contested.refresh_from_db()
    assert contested.state == "upheld"
    assert "Nobody contests anything here." in trainer.get("/studio/appeals/").content.decode()
    stale = trainer.post(appeal_url(contested), posted | {"answer": "Typed again"})
    assert stale.status_code == 409 and "Typed again" in stale.content.decode()


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"answer": "Yes."}, "Choose one."),
        ({"decision": "declined", "answer": ""}, "Write a sentence or two."),
        ({"decision": "upheld", "how": "points", "answer": "Kept words"}, "Kept words"),
    ],
)
def test_a_wrong_answer_is_said_beside_the_field(trainer, contested, posted, words):
    answer = trainer.post(appeal_url(contested), posted)
    assert answer.status_code == 422 and words in answer.content.decode()
    contested.refresh_from_db()
    assert contested.state == "open"


def test_points_are_raised_in_the_studio(trainer, contested):
    posted = {f"points-{key}": value for key, value in make.PASSING.items()}
    posted |= {"decision": "upheld", "how": "points", "answer": "You are right."}
    assert trainer.post(appeal_url(contested), posted).status_code == 302
    assert Submission.objects.get().is_passed is True


def test_who_marked_it_reads_the_appeal_and_cannot_answer(second, contested):
    page = second.get(appeal_url(contested)).content.decode()
    assert "Somebody else answers the appeal." in page and 'name="decision"' not in page
    answer = second.post(appeal_url(contested), {"decision": "declined", "answer": "No."})
    assert answer.status_code == 302  # Wagtail's refusal: back to the first page
    assert Appeal.objects.get().state == "open"


def test_other_trainers_do_not_find_an_appeal(as_person, contested):
    stranger = as_person(person("Bente"), roles.TRAINERS)
    assert stranger.get(appeal_url(contested)).status_code == 404
    assert "It names them" not in stranger.get("/studio/appeals/").content.decode()


# Rubrics

RUBRIC = "wagtailsnippets_stoa_modules_rubric"


def rubric_form(**more) -> dict:
    criterion = {
        "key": "care", "title": "Care", "text": "", "level_0": "None.", "level_1": "Some.", "level_2": "Much.",
        "level_3": "All.", "not_zero": "on",
    }  # fmt: skip
    posted = {"title": "One criterion", "key": "care", "pass_points": "2", "criteria-count": "1"}
    posted |= {"criteria-0-deleted": "", "criteria-0-order": "0", "criteria-0-type": "item"}
    posted |= {f"criteria-0-value-{name}": value for name, value in criterion.items()}
    return posted | more


def test_an_editor_writes_a_rubric_and_changes_it_in_versions(as_person, amara, activity, cohort):
    editor = as_person(person("Dario"), roles.EDITORS)
    assert editor.get(reverse(f"{RUBRIC}:add")).status_code == 200
    assert editor.post(reverse(f"{RUBRIC}:add"), rubric_form()).status_code == 302
    rubric = Rubric.objects.get(key="care")
    assert rubric.criteria == [
        {"key": "care", "title": "Care", "text": "", "levels": ["None.", "Some.", "Much.", "All."]}
    ]
    assert rubric.no_zero_on == ["care"]
    Submission.objects.create(
        learner=amara, activity=activity, number=1, rubric=rubric, started_at=NOON, saved_at=NOON
    )
    address = reverse(f"{RUBRIC}:edit", args=[rubric.pk])
    assert "Much." in editor.get(address).content.decode()
    editor.post(address, rubric_form(pass_points="3"))
    assert list(Rubric.objects.filter(key="care").values_list("number", "pass_points")) == [
        (2, 3),
        (1, 2),
    ]
    listed = editor.get(reverse(f"{RUBRIC}:list")).content.decode()
    assert listed.count("One criterion") >= 1 and Rubric.objects.filter(key="care").count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "four-criteria"},
        {"pass_points": "4"},
        {"pass_points": "0"},
        {"criteria-0-value-level_2": ""},
        {"criteria-0-value-key": "No Key!"},
        {"criteria-count": "0"},
    ],
)
def test_a_rubric_that_cannot_be_is_refused(as_person, activity, wrong):
    editor = as_person(person("Dario"), roles.EDITORS)
    answer = editor.post(reverse(f"{RUBRIC}:add"), rubric_form(**wrong))
    assert answer.status_code == 200 and not Rubric.objects.filter(title="One criterion").exists()
