"""Work that people mark: a rubric, what a learner handed in, and what each marker said of it."""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules import conf
from modules.models.structure import Activity, ModuleVersion


class Rubric(models.Model):
    """How an artefact is marked. A version is never changed once it was used; a change makes the next one. PII: none.

    `criteria` = [{"key", "title", "text", "levels": [words for 0, 1, 2, 3]}]. Source of the shape and of the default
    bounds: curriculum.md 4.3 (four criteria, 0 to 3 each, pass from 8 with no zero on rights).
    """

    key = models.CharField(_("key"), max_length=60)
    number = models.PositiveIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=200)
    criteria = models.JSONField(_("criteria"))
    pass_points = models.PositiveSmallIntegerField(_("points to pass"), default=8)
    no_zero_on = models.JSONField(_("criteria that must not be zero"), default=list, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["key", "-number"]
        verbose_name = _("rubric")
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="stoa_modules_rubric_version")
        ]

    def __str__(self) -> str:
        return self.title


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def handed_in(self) -> "SubmissionQuerySet":
        return self.exclude(state=Submission.State.DRAFT)


class Submission(models.Model):
    """An artefact of a learner. States: draft → submitted → marked. One draft at a time; tries are numbered.

    An appeal that is upheld may send it back: marked → submitted, and it keeps its result meanwhile.
    `answers` = {field key: text} of the structured form; `result` = {criterion key: points} once decided.
    PII: learner id, and whatever the learner wrote. Erased by services.forget.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waiting to be marked")
        MARKED = "marked", _("Marked")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions"
    )
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="submissions")
    module_version = models.ForeignKey(
        ModuleVersion, null=True, on_delete=models.PROTECT, related_name="submissions"
    )
    language = models.CharField(max_length=10, default="en")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    answers = models.JSONField(default=dict)
    needs_second = models.BooleanField(default=False)  # drawn into the sample of double marking
    result = models.JSONField(default=dict)
    score_raw = models.FloatField(null=True)
    score_max = models.FloatField(null=True)
    is_passed = models.BooleanField(null=True)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    marked_at = models.DateTimeField(null=True)
    # Who is marking it now, so that two people do not sit over the same work. A hint, not a lock.
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)  # when the learner was told of the last decision

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["submitted_at", "id"]
        permissions = [("mark_submission", "Can mark what learners hand in")]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "activity", "number"], name="stoa_modules_submission_number"
            ),
            models.UniqueConstraint(
                fields=["learner", "activity"],
                condition=Q(state="draft"),
                name="stoa_modules_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True)
                | Q(state="submitted", submitted_at__isnull=False, marked_at__isnull=True)
                | Q(state="marked", marked_at__isnull=False, is_passed__isnull=False),
                name="stoa_modules_submission_state",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="stoa_modules_to_mark"),
        ]

    def __str__(self) -> str:
        return f"Submission {self.number} for {self.activity_id}"


def file_path(instance: "SubmissionFile", filename: str) -> str:
    """A random name in private storage; the learner's own name for the file is only shown, never used as a path."""
    return f"submissions/{instance.uuid}"


class SubmissionFile(models.Model):
    """A file of an artefact, in private storage. States: waiting → clean or refused. PII: as its submission."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Being checked")
        CLEAN = "clean", _("Checked")
        REFUSED = "refused", _("Refused")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to=file_path, storage=conf.private_storage, max_length=200)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    problem = models.CharField(max_length=200, blank=True)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"File {self.pk}"


class Marking(models.Model):
    """What one person said of a submission. Three at most: first, second, and a third who decides a disagreement.

    `points` = {criterion key: 0..3}; `comments` = [{"field", "quote", "text"}] on the text. Never changed once given.
    PII: marker id, free text. Erased with the submission by services.forget.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="markings")
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    place = models.PositiveSmallIntegerField()  # 1, 2, 3
    points = models.JSONField()
    comments = models.JSONField(default=list)
    feedback = models.TextField(max_length=5000, blank=True)
    is_passed = models.BooleanField()
    marked_at = models.DateTimeField()

    class Meta:
        ordering = ["submission", "place"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "place"], name="stoa_modules_mark_place"),
            models.UniqueConstraint(
                fields=["submission", "marker"], name="stoa_modules_marks_once"
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1, place__lte=3), name="stoa_modules_three_marks"
            ),
        ]

    def __str__(self) -> str:
        return f"Marking {self.place} of {self.submission_id}"


def random_id() -> int:
    """A primary key that says nothing about when its row was made. 53 bits: JavaScript reads it too."""
    return secrets.randbelow(2**53 - 1) + 1


class SurveyAnswer(models.Model):
    """One filled-in survey, without the person: that they took part is a Completion. PII: none by design.

    `answers` = {question key: option key, [option keys], number, or text}. Neither the row's id nor a time says when it
    came, so that it cannot be matched with a completion: ids are random, `answered_on` is the first of the month.
    Results are made of the released ones only (modules/surveys.py).
    """

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="survey_answers")
    answers = models.JSONField()
    language = models.CharField(max_length=10, default="en")
    answered_on = models.DateField()
    is_released = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["activity", "is_released"], name="stoa_modules_survey_shown")
        ]

    def __str__(self) -> str:
        return f"Survey answer {self.pk}"


class VersionSeen(models.Model):
    """That a learner who had completed a module caught up with a material version of it. PII: learner id.

    Erased by services.forget.
    """

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="versions_seen"
    )
    version = models.ForeignKey(ModuleVersion, on_delete=models.PROTECT, related_name="seen_by")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "version"], name="stoa_modules_version_seen_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} saw {self.version_id}"
