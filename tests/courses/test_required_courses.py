"""A course may ask that one of other courses be completed first (courses/decisions/0003)."""

import pytest
from django.urls import reverse

from courses import services
from courses.errors import CourseRequired
from courses.models import Course, CourseCompletion, Enrolment
from tests.moments import NOON


@pytest.fixture
def after(school):
    """The course of the school asks for one of two others."""
    page = school.course_page
    page.requires_one_of = [
        Course.objects.create(key=key, title=f"Path {key}", is_live=True, is_planned=False)
        for key in ("a", "b")
    ]
    school.publish(page)
    return school


def complete(learner, course) -> Enrolment:
    enrolment = services.enrol(learner=learner, course=course, at=NOON)
    CourseCompletion.objects.create(enrolment=enrolment, completed_at=NOON, snapshot={})
    return enrolment


def test_who_has_completed_none_is_refused_and_told_which(after, amara):
    services.enrol(learner=amara, course=Course.objects.get(key="a"), at=NOON)  # not completed
    with pytest.raises(CourseRequired) as refused:
        services.enrol(learner=amara, course=after.course, at=NOON)
    assert {course.key for course in refused.value.one_of} == {"a", "b"}
    assert not Enrolment.objects.filter(course=after.course).exists()


def test_one_completed_course_is_enough_even_if_it_was_left_since(after, amara):
    services.withdraw(enrolment=complete(amara, Course.objects.get(key="b")), at=NOON)
    assert services.enrol(learner=amara, course=after.course, at=NOON).withdrawn_at is None


def test_a_rule_that_comes_later_shuts_nobody_out(school, amara):
    enrolment = services.enrol(learner=amara, course=school.course, at=NOON)
    services.withdraw(enrolment=enrolment, at=NOON)
    school.course.requires_one_of.add(Course.objects.create(key="a", title="Path a"))
    assert services.enrol(learner=amara, course=school.course, at=NOON) == enrolment


def test_the_page_names_them_and_the_door_stays_shut(after, client, amara):
    address = reverse("stoa_courses:enrol", args=[after.course.uuid])
    stranger = client.get(after.course_page.url).content.decode()
    assert "Path a" in stranger and "Sign in and join" in stranger
    client.force_login(amara)
    page = client.get(after.course_page.url).content.decode()
    assert "Path a" in page and "Path b" in page and address not in page
    answer = client.post(address)
    assert answer.status_code == 403 and "Path b" in answer.content.decode()
    complete(amara, Course.objects.get(key="a"))
    page = client.get(after.course_page.url).content.decode()
    assert "Path a" not in page and address in page
