"""Whose work a trainer marks, and whose appeals they answer: that of learners in their own cohorts."""

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, OuterRef, QuerySet

from courses.models import Enrolment
from modules import marking


@marking.reach
def in_their_cohorts(rows: QuerySet, trainer: AbstractBaseUser) -> QuerySet:
    """Learners of a cohort of this trainer, in the modules of its course. Who has left is marked to the end."""
    taught = Enrolment.objects.filter(
        learner=OuterRef("learner"),
        cohort__trainers=trainer,
        course__modules=OuterRef("activity__module"),
    )
    return rows.filter(Exists(taught))
