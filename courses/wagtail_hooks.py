"""Cohorts and stuck learners in the Wagtail admin."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from courses.models import Cohort
from courses.studio import (
    accommodations,
    impact,  # noqa: F401  (registers its teller)
)
from courses.studio.cohorts import CohortViewSet
from courses.studio.dashboard import StuckPanel
from courses.studio.policies import policy

register_permission_policy(Cohort, policy)  # before anything asks for it


@hooks.register("register_admin_viewset")
def cohorts():
    return CohortViewSet()


@hooks.register("construct_homepage_panels")
def stuck_learners(request, panels):
    if request.user.has_perm("stoa_courses.view_cohort") or request.user.has_perm(
        "stoa_modules.publish_question"
    ):
        panels.append(StuckPanel())


@hooks.register("register_admin_urls")
def accommodation_address():
    return [
        path("learners/<int:pk>/more-time/", accommodations.edit, name="stoa_courses_accommodation")
    ]


@hooks.register("register_log_actions")
def describe_accommodation(actions):
    actions.register_action(
        accommodations.GRANTED, _("Give more time"), _("Gave a learner more time in tests")
    )
