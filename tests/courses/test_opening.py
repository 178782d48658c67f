"""When a module opens: by date, after what it requires, after the step before; behind every door of it."""

import datetime as dt
import zoneinfo

import pytest

from cms import site_setup
from courses import services
from courses.pages.models import CoursePage, CoursePageModule
from modules import services as modules
from modules.errors import NotOpen
from modules.models import Attempt, Completion
from tests.counting import at_most
from tests.moments import NOON

DAY = dt.timedelta(days=1)
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


@pytest.fixture
def two(campus):
    campus.module("M1", 2)
    campus.module("M2", 1)
    return campus


def join(campus, learner, *lines, groups=None, at=NOON):
    campus.teach(*lines, groups=groups)
    return services.enrol(learner=learner, course=campus.course, at=at)


def refusal(campus, learner, code, at=NOON) -> NotOpen:
    with pytest.raises(NotOpen) as refused:
        campus.read(learner, code, at=at)
    return refused.value


# ------------------------------------------------------------------ by date


def test_a_module_opens_at_its_moment_and_not_before(two, amara):
    join(two, amara, {"code": "M1"}, {"code": "M2", "opens_at": NOON + DAY})
    early = refusal(two, amara, "M2", NOON + DAY - dt.timedelta(microseconds=1))
    assert (early.reason, early.opens_at, early.missing) == ("not-yet", NOON + DAY, ())
    assert two.read(amara, "M2", at=NOON + DAY)


def test_a_moment_is_the_same_in_every_zone(two, amara):
    """Midnight in Berlin is 22:00 in London the day before, in summer."""
    opens = dt.datetime(2027, 7, 1, 0, 0, tzinfo=BERLIN)
    join(two, amara, {"code": "M1"}, {"code": "M2", "opens_at": opens})
    london = dt.datetime(2027, 6, 30, 22, 59, tzinfo=zoneinfo.ZoneInfo("Europe/London"))
    assert refusal(two, amara, "M2", london).reason == "not-yet"
    assert two.read(amara, "M2", at=london + dt.timedelta(minutes=1))


def test_the_hour_that_comes_twice_opens_once(two, amara):
    """On 31 October 2027 clocks in Berlin go from 3:00 back to 2:00; the module opens in the second 2:30."""
    opens = dt.datetime(2027, 10, 31, 2, 30, tzinfo=BERLIN, fold=1)
    join(two, amara, {"code": "M1"}, {"code": "M2", "opens_at": opens})
    first = dt.datetime(2027, 10, 31, 2, 45, tzinfo=BERLIN, fold=0)
    assert refusal(two, amara, "M2", first.astimezone(dt.UTC)).reason == "not-yet"
    assert two.read(amara, "M2", at=first.replace(fold=1).astimezone(dt.UTC))


def test_a_clock_set_back_shuts_nothing_that_was_begun(two, amara):
    join(two, amara, {"code": "M1"}, {"code": "M2", "opens_at": NOON})
    two.lesson("M2", "More", "more")
    two.read(amara, "M2", 0, at=NOON)
    assert two.read(amara, "M2", 1, at=NOON - dt.timedelta(hours=2))


# ------------------------------------------------------- by what it requires


def test_a_required_module_of_the_same_course_comes_first(two, amara):
    second = two.pages["M2"].module
    second.requires.add(two.pages["M1"].module)
    join(two, amara, {"code": "M1"}, {"code": "M2"})
    barred = refusal(two, amara, "M2")
    assert barred.reason == "first"
    assert [missing.title for missing in barred.missing] == ["M1 Module M1"]
    two.read(amara, "M1", 0)
    assert refusal(two, amara, "M2").missing
    two.read(amara, "M1", 1)
    assert two.read(amara, "M2")


def test_a_required_module_outside_the_course_bars_nobody(two, amara):
    two.pages["M2"].module.requires.add(two.pages["M1"].module)
    join(two, amara, {"code": "M2"})
    assert two.read(amara, "M2")


def test_a_required_module_without_anything_to_do_bars_nobody(two, amara):
    two.pages["M2"].module.requires.add(two.pages["M1"].module)
    join(two, amara, {"code": "M1"}, {"code": "M2"})
    for page in two.lessons["M1"]:
        page.unpublish()
    assert two.read(amara, "M2")


# -------------------------------------------------------- by the step before


def test_a_module_after_the_one_before_waits_for_it(two, amara):
    join(two, amara, {"code": "M1"}, {"code": "M2", "after_previous": True})
    assert [one.title for one in refusal(two, amara, "M2").missing] == ["M1 Module M1"]
    two.finish(amara, "M1")
    assert two.read(amara, "M2")


def test_an_optional_module_is_no_step(two, amara):
    two.module("O1")
    lines = [
        {"code": "M1"},
        {"code": "O1", "is_required": False},
        {"code": "M2", "after_previous": True},
    ]
    join(two, amara, *lines)
    two.finish(amara, "M1")
    assert two.read(amara, "M2")


def test_a_group_is_one_step(two, amara):
    for code in ("A1", "A2"):
        two.module(code)
    lines = [
        {"code": "M1"},
        {"code": "A1", "group": "A", "after_previous": True},
        {"code": "A2", "group": "A", "after_previous": True},
        {"code": "M2", "after_previous": True},
    ]
    join(two, amara, *lines, groups=[{"letter": "A", "name": "Practice", "needed": 1}])
    assert [one.title for one in refusal(two, amara, "A2").missing] == ["M1 Module M1"]
    two.finish(amara, "M1")
    missing = refusal(two, amara, "M2").missing
    assert [(one.title, one.needed) for one in missing] == [("Practice", 1)]
    two.finish(amara, "A2")  # not barred by A1: it is of the same group
    assert two.read(amara, "M2")


def test_what_is_missing_and_when_are_both_told(two, amara):
    join(two, amara, {"code": "M1"}, {"code": "M2", "after_previous": True, "opens_at": NOON + DAY})
    barred = refusal(two, amara, "M2")
    assert (barred.reason, barred.opens_at) == ("first", NOON + DAY)


# ------------------------------------------------------------- who is spared


def test_another_open_course_without_the_rule_lets_in(two, amara):
    join(two, amara, {"code": "M1"}, {"code": "M2", "after_previous": True})
    other = site_setup.catalogue().add_child(
        instance=CoursePage(title="Other", slug="other", summary="Other.", audience="All")
    )
    other.course_modules = [CoursePageModule(module=two.pages["M2"].module)]
    two.school.publish(other)
    services.enrol(learner=amara, course=other.course, at=NOON)
    assert two.read(amara, "M2")


def test_a_rule_that_comes_later_takes_no_work_away(school, campus, amara):
    services.enrol(learner=amara, course=school.course, at=NOON)
    attempt = modules.start_attempt(learner=amara, activity=school.test, at=NOON)
    campus.module("M1")
    campus.pages["T1"] = school.module_page
    campus.teach({"code": "M1"}, {"code": "T1", "after_previous": True})
    assert modules.record_attempt(attempt=attempt, answers=school.right_answers(attempt), at=NOON)


def test_a_stranger_is_asked_to_join_and_not_told_what_is_missing(two, amara, chiara):
    join(two, amara, {"code": "M1"}, {"code": "M2", "after_previous": True})
    assert refusal(two, chiara, "M2").reason == "not-enrolled"


# ---------------------------------------------------------------- every door


@pytest.fixture
def barred(school, campus, amara, client):
    """The school's module, with a test and a quiz in a lesson, is barred until M1 is complete."""
    item = {
        "type": "item",
        "value": school.questions[0].pk,
        "id": "0d8f3f2e-6c1d-4b44-9f0b-b6a7b8c9d0e1",
    }
    quiz = {
        "title": "Check",
        "mode": "graded",
        "questions": [item],
        "draw": 1,
        "is_required": False,
    }
    school.quiz_page = school.add_lesson(
        "With a quiz", "quiz", body=[{"type": "quiz", "value": quiz}]
    )
    campus.module("M1", 1)
    campus.pages["T1"] = school.module_page
    campus.teach({"code": "M1"}, {"code": "T1", "after_previous": True})
    services.enrol(learner=amara, course=school.course, at=NOON)
    client.force_login(amara)
    return campus


def test_every_door_of_a_barred_module_is_shut(barred, school, amara, client):
    page = client.get(school.quiz_page.url)
    quiz = next(item for item in page.context["shown"].values() if item.activity.kind == "quiz")
    doors = [
        (f"/lesson/{school.lessons[0].uuid}/done/", {}),
        (f"/test/{school.test.uuid}/", {}),
        (f"/quiz/{quiz.activity.uuid}/", {"draw": quiz.token, "q0": "0"}),
    ]
    for address, data in doors:
        answer = client.post(address, data)
        assert answer.status_code == 403, address
        assert "First complete" in answer.content.decode(), address
        assert barred.pages["M1"].url in answer.content.decode(), address
    assert not Completion.objects.exists()
    assert not Attempt.objects.exists()


def test_pages_say_in_words_why_it_is_not_open(barred, school, client):
    for address in (
        school.course_page.url,
        school.module_page.url,
        school.lesson_pages[0].url,
        f"/test/{school.test.uuid}/",
    ):
        assert "M1 Module M1" in client.get(address).content.decode(), address
    assert "First complete M1 Module M1" in client.get(school.course_page.url).content.decode()


def test_reading_is_never_barred(barred, school, client):
    assert client.get(school.lesson_pages[0].url).status_code == 200


def test_continue_leads_to_what_is_open(barred, school, client):
    following = client.get("/learn/").context["current"].following
    assert following.title == "M1 lesson 0"


def test_the_doors_open_when_it_is_done(barred, school, amara, client):
    barred.finish(amara, "M1")
    answer = client.post(f"/lesson/{school.lessons[0].uuid}/done/")
    assert answer.status_code == 302
    assert Completion.objects.filter(learner=amara).count() == 2


def test_a_date_is_shown_in_the_zone_of_the_learner(two, amara, client):
    opens = dt.datetime(2099, 7, 1, 0, 0, tzinfo=dt.UTC)
    join(two, amara, {"code": "M1"}, {"code": "M2", "opens_at": opens})
    two.finish(amara, "M1")
    amara.time_zone = "Europe/Berlin"
    amara.save()
    client.force_login(amara)
    for address in (two.school.course_page.url, "/learn/", two.pages["M2"].url):
        assert "Opens on 1 July 2099, 02:00" in client.get(address).content.decode(), address


def test_the_gate_asks_one_question_where_there_is_no_rule(school, amara):
    services.enrol(learner=amara, course=school.course, at=NOON)
    with at_most(1):
        modules.access.check(learner=amara, module=school.module, at=NOON)


def test_the_gate_asks_as_much_for_two_modules_as_for_twelve(campus, amara):
    asked = []
    lines = []
    for n in range(12):
        campus.module(f"M{n}")
        lines.append({"code": f"M{n}", "after_previous": True})
        campus.teach(*lines)
        services.enrol(learner=amara, course=campus.course, at=NOON)
        if n in (1, 11):
            module = campus.pages[f"M{n}"].module
            with at_most(7) as captured, pytest.raises(NotOpen):
                modules.access.check(learner=amara, module=module, at=NOON)
            asked.append(len(captured))
    assert asked[0] == asked[1]
