"""The front door: what it shows, and what it costs."""

import pytest
from django.test import Client

from cms import site_setup
from content.models import Fact, Level, Profile, Source, Topic
from courses import services
from courses.models import Course
from courses.pages.models import CoursePage

CEILING = 8  # design section 6
HOME_BYTES = 30_000


def more_courses(school, count: int) -> None:
    for number in range(count):
        page = CoursePage(
            title=f"Course {number}",
            slug=f"course-{number}",
            summary="About squares.",
            audience="Everyone",
            hours=3,
        )
        school.publish(site_setup.catalogue().add_child(instance=page))


@pytest.fixture
def fact(db) -> Fact:
    """The fact that the home page shows as an example."""
    found = Fact.objects.create(
        key="F4.01", topic=Topic.objects.create(key="T4", title="Walks"), title="Walks", text="A group meets on site.",
        certainty="seen", valid_as_of="2026-10-12", review_by="2028-10-01",
    )  # fmt: skip
    found.sources.add(Source.objects.create(key="S63", title="Exploratory walks"))
    return found


@pytest.mark.parametrize("count", [1, 19])
@pytest.mark.parametrize("path", ["/", "/catalogue/"])
def test_the_same_few_queries_for_any_number_of_courses(
    client, school, fact, role, django_assert_max_num_queries, path, count
):
    more_courses(school, count)
    client.get(path)
    with django_assert_max_num_queries(CEILING):
        response = client.get(path)
    assert response.status_code == 200
    assert len(response.content) <= HOME_BYTES


def test_home_offers_an_open_course_with_its_hours(client, school):
    page = client.get("/").content.decode()
    assert "Reading places" in page and "open now" in page


def test_home_marks_what_is_in_preparation(client, school):
    Course.objects.update(is_planned=True)
    assert "in preparation" in client.get("/").content.decode()


def test_a_learner_is_offered_to_continue_first(client, school, amara, now):
    services.enrol(learner=amara, course=school.course, at=now)
    client.force_login(amara)
    page = client.get("/").content.decode()
    assert page.index("Continue, 12 min") < page.index("<h1")


def test_a_stranger_is_not_offered_to_continue(client, school, amara, chiara, now):
    services.enrol(learner=amara, course=school.course, at=now)
    client.force_login(chiara)
    assert "Continue," not in client.get("/").content.decode()


@pytest.fixture
def role(school) -> Profile:
    profile = Profile.objects.create(key="UP", title="Planner")
    school.course.profiles.add(profile)
    Level.objects.create(level=1, title="Aware")
    return profile


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=places", True), ("q=PLACES", True), ("q=square", True), ("q=nothing+of+the+kind", False),
        ("role=UP", True), ("time=1", True), ("time=5", True), ("time=more", False),
        ("level=1", True), ("lang=en", True), ("q=places&time=more", False),
    ],
)  # fmt: skip
def test_filters_of_the_catalogue(client, role, asked, found):
    page = client.get(f"/catalogue/?{asked}").content.decode()
    assert ("/catalogue/reading-places/" in page) is found
    assert ("No course matches that" in page) is not found


@pytest.mark.parametrize(
    "odd",
    [
        "role=ZZ",
        "time=-1",
        "time=99",
        "level=²",
        "level=9999999999999999999",
        "lang=xx",
        "page=x",
        "q=" + "y" * 5000,
        "role=UP%27--",
    ],
)
def test_an_odd_filter_is_ignored_or_finds_nothing_but_never_breaks(client, role, odd):
    assert client.get(f"/catalogue/?{odd}").status_code == 200


def test_what_was_searched_is_shown_as_text(client, site):
    page = client.get("/catalogue/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_a_lesson_one_may_not_know_of_is_not_counted(client, school):
    school.add_lesson("For verified roles", "hidden", sensitivity="verified")
    school.publish(school.module_page)
    assert "2 lessons" in client.get("/modules/").content.decode()


def test_plain_pages_are_there(client, site):
    for path in ("/about/", "/privacy/", "/accessibility/", "/help/"):
        assert client.get(path).status_code == 200


def test_head_answers_like_get(site):
    assert Client().head("/").status_code == 200
