"""People with a task of their own."""

from django.contrib.auth.models import Permission

from courses import services as courses
from courses.models import Cohort
from tests.conftest import person
from tests.moments import NOON


def trainer(name: str, school, *learners, permission: str = "mark_submission"):
    """Somebody with this permission, and a cohort of their own with these learners."""
    user = person(name)
    user.user_permissions.add(Permission.objects.get(codename=permission))
    cohort = Cohort.objects.create(course=school.course, name=f"Of {name}")
    cohort.trainers.add(user)
    for learner in learners:
        courses.join_cohort(learner=learner, cohort=cohort, at=NOON)
    return type(user).objects.get(pk=user.pk)
