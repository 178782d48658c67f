"""Cohorts and the dashboard: trainers see their own people, everybody else at most a count."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms import roles
from courses import services as courses
from courses.models import Cohort, Course
from courses.studio import stuck
from courses.studio.dashboard import shown
from modules import services
from modules.models import Accommodation
from tests.conftest import person

NAME = "stoa_courses_cohorts"


@pytest.fixture
def cohort(studio, bruno, amara):
    cohort = Cohort.objects.create(course=studio.course, name="Spring group")
    cohort.trainers.add(bruno)
    courses.join_cohort(learner=amara, cohort=cohort, at=timezone.now() - dt.timedelta(days=20))
    return cohort


def test_a_trainer_sees_the_people_of_their_own_cohort_only(trainer, cohort, as_person, studio):
    assert "Amara" in trainer.get(reverse(f"{NAME}:inspect", args=[cohort.pk])).content.decode()
    other = as_person(person("Ines"), roles.TRAINERS)
    assert "Spring group" not in other.get(reverse(f"{NAME}:index")).content.decode()
    assert other.get(reverse(f"{NAME}:inspect", args=[cohort.pk])).status_code in (302, 403)


def test_a_trainer_cannot_add_people_to_their_cohort(trainer, cohort):
    assert trainer.get(reverse(f"{NAME}:edit", args=[cohort.pk])).status_code in (302, 403)
    assert trainer.get(reverse(f"{NAME}:add")).status_code in (302, 403)


def test_an_administrator_adds_learners_by_address(as_person, hana, cohort, chiara):
    client = as_person(hana)
    form = {
        "name": "Spring group",
        "course": cohort.course_id,
        "trainers": [],
        "starts_on": "",
        "ends_on": "",
    }
    refused = client.post(
        reverse(f"{NAME}:edit", args=[cohort.pk]), form | {"learners": "nobody@example.org"}
    )
    assert "No account has the address nobody@example.org." in refused.content.decode()
    first = Course.objects.create(key="first", title="First")
    cohort.course.requires_one_of.add(first)
    refused = client.post(
        reverse(f"{NAME}:edit", args=[cohort.pk]), form | {"learners": chiara.email}
    )
    assert f"it is missing for {chiara.email}." in refused.content.decode()
    cohort.course.requires_one_of.remove(first)
    client.post(reverse(f"{NAME}:edit", args=[cohort.pk]), form | {"learners": f"{chiara.email}\n"})
    assert set(cohort.enrolments.values_list("learner__display_name", flat=True)) == {
        "Amara",
        "Chiara",
    }


def test_the_dashboard_names_stuck_learners_to_their_trainer_alone(
    trainer, cohort, as_person, studio
):
    home = reverse("wagtailadmin_home")
    assert "Amara" in trainer.get(home).content.decode()
    page = as_person(person("Dario"), roles.EDITORS).get(home).content.decode()
    assert "Amara" not in page
    assert "Fewer than 5 have not moved for 14 days." in page


def test_failing_a_test_twice_is_said_before_idling(cohort, studio, amara, chiara):
    now = timezone.now()
    courses.join_cohort(learner=chiara, cohort=cohort, at=now - dt.timedelta(days=3))
    for days in (2, 1):
        at = now - dt.timedelta(days=days)
        attempt = services.start_attempt(learner=chiara, activity=studio.test, at=at)
        services.record_attempt(
            attempt=attempt, answers=studio.right_answers(attempt, wrong=4), at=at
        )
    found = stuck.find(cohort.enrolments.all(), at=now)
    assert [(one.enrolment.learner, one.reasons) for one in found] == [
        (chiara, ["failed"]),
        (amara, ["idle"]),
    ]


def test_small_counts_are_not_counted_out():
    assert [shown(n) for n in (0, 4, 5)] == ["0", "Fewer than 5", "5"]


def queries_of(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return len(context)


def test_a_cohort_page_costs_the_same_for_many_learners(trainer, cohort):
    addresses = [reverse(f"{NAME}:index"), reverse(f"{NAME}:inspect", args=[cohort.pk])]
    few = [queries_of(trainer, address) for address in addresses]
    for n in range(60):
        courses.join_cohort(
            learner=person(f"P{n}"), cohort=cohort, at=timezone.now() - dt.timedelta(days=30)
        )
    many = [queries_of(trainer, address) for address in addresses]
    assert many == few
    assert max(many) <= 15, many


def test_the_dashboard_costs_the_same_for_many_drafts_and_learners(trainer, cohort, studio):
    home = reverse("wagtailadmin_home")
    few = queries_of(trainer, home)
    for n in range(30):
        courses.join_cohort(
            learner=person(f"P{n}"), cohort=cohort, at=timezone.now() - dt.timedelta(days=30)
        )
    assert queries_of(trainer, home) <= few


def test_a_trainer_gives_a_learner_more_time(trainer, cohort, amara, bruno, studio):
    enrolment = cohort.enrolments.get(learner=amara)
    url = reverse("stoa_courses_accommodation", args=[enrolment.pk])
    assert url in trainer.get(reverse(f"{NAME}:inspect", args=[cohort.pk])).content.decode()
    assert trainer.get(url).status_code == 200
    wrong = trainer.post(url, {"time_factor": "9"})
    assert wrong.status_code == 422
    assert not Accommodation.objects.exists()
    assert trainer.post(url, {"time_factor": "1.50", "skips_pauses": "on"}).status_code == 302
    granted = Accommodation.objects.get(learner=amara)
    assert (granted.time_factor, granted.skips_pauses) == (Decimal("1.50"), True)
    assert granted.granted_by == bruno
    assert "1.50" in trainer.get(url).content.decode()


def test_nobody_gives_more_time_outside_their_cohort_or_to_themselves(
    trainer, as_person, cohort, amara, bruno
):
    enrolment = cohort.enrolments.get(learner=amara)
    url = reverse("stoa_courses_accommodation", args=[enrolment.pk])
    other = as_person(person("Ines"), roles.TRAINERS)
    assert other.post(url, {"time_factor": "2.00"}).status_code in (302, 403)
    own = courses.join_cohort(learner=bruno, cohort=cohort, at=timezone.now())
    mine = reverse("stoa_courses_accommodation", args=[own.pk])
    assert trainer.post(mine, {"time_factor": "2.00"}).status_code in (302, 403)
    assert not Accommodation.objects.exists()
