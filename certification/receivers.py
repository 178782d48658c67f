"""What this app does when courses announces a fact."""

from django.dispatch import receiver

from certification import services
from content.events import in_savepoint
from courses.signals import course_completed


@receiver(course_completed, dispatch_uid="stoa_certification.award")
@in_savepoint
def award(*, completions, **_) -> None:
    services.award_all(completions=completions, at=completions[0].completed_at)
