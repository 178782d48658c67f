"""A whole cohort is awarded in as many queries as one person; what failed is found by the sweep."""

import datetime as dt

import pytest

from certification import services
from certification.models import Assertion
from cms.models import User
from courses import services as courses
from courses.models import CourseCompletion, Enrolment
from modules.models import Completion
from tests.counting import at_most
from tests.moments import NOON


@pytest.mark.parametrize("count", [2, 20, 200])
def test_awarding_many_takes_as_many_queries_as_awarding_two(school, count):
    people = User.objects.bulk_create(
        [User(email=f"b{n}@example.org", password="!", display_name=f"B {n}") for n in range(count)]
    )
    Enrolment.objects.bulk_create(
        [Enrolment(learner=person, course=school.course, enrolled_at=NOON) for person in people]
    )
    activities = courses.required_activities(school.course)
    Completion.objects.bulk_create(
        [
            Completion(learner=p, activity_id=pk, graded_by="server", completed_at=NOON)
            for p in people
            for pk in activities
        ]
    )
    with at_most(40):
        done = courses.recalculate(Enrolment.objects.select_related("course"), at=NOON)
    assert done == Assertion.objects.count() == count


def test_the_sweep_awards_what_was_missed(amara, school):
    enrolment = courses.enrol(learner=amara, course=school.course, at=NOON)
    completion = CourseCompletion.objects.create(
        enrolment=enrolment, completed_at=NOON, snapshot={"completed": [], "modules": []}
    )
    assert services.overdue(at=NOON + dt.timedelta(minutes=5))["missed"] == 1
    assert Assertion.objects.get(completion=completion).awarded_at == NOON
