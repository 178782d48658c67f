"""What the question bank does when a lesson is published."""

from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published

from modules.pages_mixins import LessonPageMixin
from modules.studio import question_status


@receiver(page_published, dispatch_uid="stoa_modules.questions_follow_lesson")
def put_questions_into_use(sender, instance, **_) -> None:
    if not isinstance(instance, LessonPageMixin) or instance.alias_of_id:
        return
    revision = instance.live_revision
    question_status.follow_lesson(
        instance, at=timezone.now(), user=revision.user if revision else None
    )
