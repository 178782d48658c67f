"""What the site does when an app below announces a fact. Glue between apps that need not know each other."""

from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from cms import tasks
from cms.models import User
from content.events import in_savepoint
from modules.models import Appeal, Submission
from modules.signals import appeal_answered, submission_marked


@receiver(m2m_changed, sender=User.groups.through, dispatch_uid="stoa_cms.staff_follow_groups")
@receiver(
    m2m_changed,
    sender=User.user_permissions.through,
    dispatch_uid="stoa_cms.staff_follow_permissions",
)
def staff_follow_groups(sender, instance, action, reverse, pk_set, **_) -> None:
    """Keep `is_staff` in line with having a group or a permission (see cms.backends)."""
    if not action.startswith("post_"):
        return
    people = User.objects.filter(pk__in=pk_set or []) if reverse else [instance]
    for user in people:
        is_staff = user.is_superuser or user.groups.exists() or user.user_permissions.exists()
        if user.is_staff != is_staff:
            User.objects.filter(pk=user.pk).update(is_staff=is_staff)
            user.is_staff = is_staff


@receiver(submission_marked, dispatch_uid="stoa_cms.tell_marked")
@in_savepoint
def tell_marked(submission: Submission, **_) -> None:
    tasks.tell_marked.delay_on_commit(submission.pk)


@receiver(appeal_answered, dispatch_uid="stoa_cms.tell_answered")
@in_savepoint
def tell_answered(appeal: Appeal, **_) -> None:
    tasks.tell_answered.delay_on_commit(appeal.pk)
