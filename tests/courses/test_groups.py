"""Required, to choose from, optional: done of required stays two whole numbers that meet at the end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses import counting, services
from courses.models import CourseCompletion, CourseGroup, CourseModule, Progress
from tests.moments import NOON


@pytest.fixture
def choice(campus, amara):
    """M1 is required; any two of A1, A2, A3; O1 is optional."""
    for code, lessons in (("M1", 2), ("A1", 1), ("A2", 2), ("A3", 1), ("O1", 1)):
        campus.module(code, lessons)
    campus.teach(
        {"code": "M1"},
        {"code": "A1", "group": "A"},
        {"code": "A2", "group": "A"},
        {"code": "A3", "group": "A"},
        {"code": "O1", "is_required": False},
        groups=[{"letter": "A", "name": "A practice", "needed": 2}],
    )
    campus.enrolment = services.enrol(learner=amara, course=campus.course, at=NOON)
    return campus


def stands(campus) -> tuple[int, int]:
    progress = Progress.objects.get(enrolment=campus.enrolment)
    return progress.done, progress.required


def test_a_group_asks_for_as_many_modules_as_are_needed(choice):
    assert stands(choice) == (0, 4)


def test_a_module_of_a_group_counts_as_a_whole_and_once(choice, amara):
    choice.read(amara, "A2", 0)
    assert stands(choice) == (0, 4)
    choice.read(amara, "A2", 1)
    assert stands(choice) == (1, 4)


def test_more_than_is_needed_adds_nothing(choice, amara):
    for code in ("A1", "A2", "A3"):
        choice.finish(amara, code)
    assert stands(choice) == (2, 4)


def test_an_optional_module_adds_nothing(choice, amara):
    choice.finish(amara, "O1")
    assert stands(choice) == (0, 4)


def test_enough_of_the_group_and_all_required_completes_the_course(choice, amara):
    for code in ("M1", "A1"):
        choice.finish(amara, code)
    assert not CourseCompletion.objects.exists()
    choice.finish(amara, "A3")
    snapshot = CourseCompletion.objects.get().snapshot
    assert snapshot["required"] == 4
    assert [module["code"] for module in snapshot["modules"]] == ["M1", "A1", "A3"]
    assert len(snapshot["completed"]) == 4


def test_a_group_never_asks_for_more_than_can_be_done_in_it(choice, amara):
    choice.finish(amara, "M1")
    choice.finish(amara, "A1")
    for code in ("A2", "A3"):
        for page in choice.lessons[code]:
            page.unpublish()
    assert stands(choice) == (3, 3)
    assert CourseCompletion.objects.filter(enrolment=choice.enrolment).exists()


def test_a_module_of_a_group_is_not_required_by_itself(choice):
    rows = CourseModule.objects.filter(course=choice.course, group__isnull=False)
    assert rows.count() == 3
    assert not rows.filter(is_required=True).exists()


def test_a_group_that_is_dropped_leaves_its_modules_optional(choice, amara):
    choice.finish(amara, "A1")
    choice.teach({"code": "M1"}, {"code": "A1", "is_required": False})
    assert not CourseGroup.objects.exists()
    assert stands(choice) == (0, 2)


def test_the_page_counts_as_the_record_does(choice, amara, client):
    choice.finish(amara, "A2")
    choice.read(amara, "M1")
    client.force_login(amara)
    text = client.get(choice.school.course_page.url).content.decode()
    assert "2 of 4 steps done" in text
    assert "A practice: any 2 modules of 3" in text
    assert "1 of 2 complete" in text
    assert "2 of 4 steps" in client.get("/learn/").content.decode()


def test_the_next_step_leaves_out_what_is_not_needed_any_more(choice, amara, client):
    choice.finish(amara, "A1")
    choice.finish(amara, "A2")
    choice.read(amara, "M1", 0)
    client.force_login(amara)
    answer = client.get(choice.school.course_page.url)
    assert answer.context["following"].title == "M1 lesson 1"
    choice.read(amara, "M1", 1)
    assert CourseCompletion.objects.exists()


@st.composite
def course_and_facts(draw):
    """A plan of up to seven modules with up to three activities, and a set of facts among them and beyond."""
    sizes = draw(st.lists(st.integers(0, 3), min_size=1, max_size=7))
    asked, number = {}, 0
    for module, size in enumerate(sizes):
        asked[module] = set(range(number, number + size))
        number += size
    groups = {pk: CourseGroup(pk=pk, name=str(pk), needed=draw(st.integers(1, 9))) for pk in (1, 2)}
    rows = []
    for module in asked:
        kind = draw(st.sampled_from(["required", "optional", 1, 2]))
        group = groups.get(kind)
        rows.append(CourseModule(module_id=module, is_required=kind == "required", group=group))
    facts = draw(st.sets(st.integers(0, number + 2)))
    return rows, asked, facts, number


@settings(max_examples=200, deadline=None, derandomize=True)
@given(course_and_facts())
def test_done_is_between_nothing_and_required_and_grows_with_facts(found):
    rows, asked, facts, number = found
    plan = counting.plan(rows, asked)
    done = plan.done(facts)
    assert 0 <= done <= plan.total
    assert plan.done(facts | {0}) >= done
    assert plan.done(set(range(number))) == plan.total
    for group in plan.groups:
        assert group.needed <= len(group.asked)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(course_and_facts())
def test_everything_is_done_exactly_when_done_equals_required(found):
    rows, asked, facts, _number = found
    plan = counting.plan(rows, asked)
    complete = plan.complete(facts)
    required = all(asked[row.module_id] <= facts for row in rows if row.is_required)
    chosen = all(
        sum(module in complete for module in group.asked) >= group.needed for group in plan.groups
    )
    assert (plan.done(facts) == plan.total) == (required and chosen)
