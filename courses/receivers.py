"""What this app does when modules announces a fact, and when a course page is published."""

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published, page_unpublished

from content.events import in_savepoint
from courses import publishing, services
from courses.models import Enrolment, ProgressCorrection
from courses.pages_mixins import CoursePageMixin
from modules.signals import activity_completed, structure_changed


@receiver(activity_completed, dispatch_uid="stoa_courses.advance")
@in_savepoint
def advance(*, completion, **_) -> None:
    enrolments = Enrolment.objects.filter(
        learner=completion.learner_id, course__modules=completion.activity.module_id
    )
    services.recalculate(
        enrolments.select_related("course"),
        at=completion.completed_at,
        reason=ProgressCorrection.Reason.FACT,
    )


@receiver(structure_changed, dispatch_uid="stoa_courses.structure_changed")
@in_savepoint
def follow_structure(*, module, version, **_) -> None:
    """Those who have left too: they find a true number when they look back, or come back."""
    enrolments = Enrolment.objects.filter(course__modules=module).select_related("course")
    services.recalculate(
        enrolments, at=version.published_at, reason=ProgressCorrection.Reason.CONTENT
    )


@receiver(page_published, dispatch_uid="stoa_courses.page_published")
def follow_published_page(sender, instance, **_) -> None:
    if isinstance(instance, CoursePageMixin):
        with transaction.atomic():
            publishing.follow(instance, at=timezone.now())


@receiver(page_unpublished, dispatch_uid="stoa_courses.page_unpublished")
def follow_unpublished_page(sender, instance, **_) -> None:
    if isinstance(instance, CoursePageMixin):
        publishing.withdraw(instance)
