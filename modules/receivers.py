"""What this app does when Wagtail publishes or withdraws one of its pages or questions, and when an attempt is handed in."""

from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from content.events import in_savepoint
from content.models import Case, Drawing, EvidenceLink, Fact, Guidance, Recommendation, Source, Term
from content.search import passages
from content.signals import record_changed
from modules import frames, publishing, regrading, services
from modules.models import Module, Question, Scenario
from modules.pages_mixins import LessonPageMixin, ModulePageMixin
from modules.searching import LESSONS
from modules.signals import attempt_recorded
from modules.studio import question_status


@receiver(page_published, dispatch_uid="stoa_modules.page_published")
def follow_published_page(sender, instance, **_) -> None:
    if isinstance(instance, (ModulePageMixin, LessonPageMixin)):
        with transaction.atomic():
            publishing.follow(instance, at=timezone.now())
            frames.forget()  # a translation too: it changes no row, but what pages say


@receiver(page_unpublished, dispatch_uid="stoa_modules.page_unpublished")
def follow_unpublished_page(sender, instance, **_) -> None:
    if isinstance(instance, (ModulePageMixin, LessonPageMixin)):
        with transaction.atomic():
            publishing.withdraw(instance, at=timezone.now())


@receiver(post_page_move, dispatch_uid="stoa_modules.page_moved")
def follow_moved_page(sender, instance, **_) -> None:
    page = instance.specific
    if isinstance(page, (ModulePageMixin, LessonPageMixin)):
        with transaction.atomic():
            publishing.follow_move(page, at=timezone.now())


@receiver(page_published, dispatch_uid="stoa_modules.search.published")
@receiver(page_unpublished, dispatch_uid="stoa_modules.search.unpublished")
def follow_searched_page(sender, instance, **_) -> None:
    """In any language: what is found of a lesson is what its live pages say. Where it stands is asked when it is found."""
    if isinstance(instance, LessonPageMixin):
        passages.changed(LESSONS, instance.translation_key)


@receiver(post_save, sender=Question, dispatch_uid="stoa_modules.question_saved")
def freeze_saved_question(sender, instance, raw=False, **_) -> None:
    """Not a rule but a copy: whatever saved the question, what may be asked from now on is frozen."""
    if not raw:
        services.keep_question_version(question=instance, at=timezone.now())


@receiver(attempt_recorded, dispatch_uid="stoa_modules.catch_up")
@in_savepoint
def follow_withdrawn_questions(*, attempt, **_) -> None:
    regrading.catch_up(attempt=attempt, at=attempt.submitted_at)


@receiver(record_changed, dispatch_uid="stoa_modules.record_changed")
@in_savepoint
def follow_changed_record(*, record, change, **_) -> None:
    """The draw asks the facts themselves; this puts on record which questions rest from now on, and which do no more."""
    question_status.follow_facts(at=change.changed_at)
    publishing.follow_record(record, change)


def forget_frames(**_) -> None:
    frames.forget()


for changed in (
    Case,
    Drawing,
    EvidenceLink,
    Fact,
    Guidance,
    Recommendation,
    Source,
    Term,
    Scenario,
    Module,
):
    post_save.connect(
        forget_frames, sender=changed, dispatch_uid=f"stoa_modules.forget.{changed.__name__}"
    )
    post_delete.connect(
        forget_frames,
        sender=changed,
        dispatch_uid=f"stoa_modules.forget_deleted.{changed.__name__}",
    )
m2m_changed.connect(
    forget_frames, sender=Fact.sources.through, dispatch_uid="stoa_modules.forget.sources"
)
for moved in (page_slug_changed, post_page_move):
    moved.connect(forget_frames, dispatch_uid=f"stoa_modules.forget.{id(moved)}")
