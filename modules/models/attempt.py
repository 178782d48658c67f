"""What a learner did: attempts with their result, completions, and private notes."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules.models.structure import Activity, ModuleVersion


class GradedBy(models.TextChoices):
    """Who says so (design decision 5)."""

    SERVER = "server", _("Marked by Stoa")
    PERSON = "person", _("Marked by a person")
    SELF = "self", _("Self-reported")


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def submitted(self) -> "AttemptQuerySet":
        return self.filter(submitted_at__isnull=False)

    def open(self) -> "AttemptQuerySet":
        return self.filter(submitted_at__isnull=True)


class Attempt(models.Model):
    """One try at a quiz or test. States: open → submitted. After submission it never changes.

    `drawn` = [{"version": QuestionVersion id, "order": [answer ids as shown]}]; `answers` = {question version id:
    what was chosen}; `result` = [{"version", "score", "max", "correct", "seconds"}]. The answer key stays in the
    version. `saved` = {place: {"data": {field name: [values]}, "seconds": n}} is what an open attempt keeps of every
    answer as it is given; `deadline_at` is there only where a test has a time limit. A result changes after
    submission only by a Correction. PII: learner id. Erased by services.forget.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts"
    )
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    module_version = models.ForeignKey(
        ModuleVersion, null=True, on_delete=models.PROTECT, related_name="attempts"
    )
    language = models.CharField(max_length=10, default="en")
    drawn = models.JSONField()
    answers = models.JSONField(default=dict)
    result = models.JSONField(default=list)
    score_raw = models.FloatField(null=True)
    score_max = models.FloatField()
    is_passed = models.BooleanField(null=True)
    graded_by = models.CharField(max_length=10, choices=GradedBy.choices, default=GradedBy.SERVER)
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    saved = models.JSONField(default=dict)
    saved_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    is_timed_out = models.BooleanField(default=False)
    is_counted = models.BooleanField(default=False)  # in the item statistics

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["learner", "activity", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "activity", "number"], name="stoa_modules_attempt_number"
            ),
            models.UniqueConstraint(
                fields=["learner", "activity"],
                condition=Q(submitted_at__isnull=True),
                name="stoa_modules_one_open_attempt",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True)
                | Q(score_raw__gte=0, score_raw__lte=models.F("score_max")),
                name="stoa_modules_score_in_range",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(is_counted=False, submitted_at__isnull=False),
                name="stoa_modules_uncounted",
            ),
            models.Index(
                fields=["deadline_at"],
                condition=Q(submitted_at__isnull=True),
                name="stoa_modules_running_out",
            ),
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number} at {self.activity_id}"


class Correction(models.Model):
    """That the result of a submitted attempt was changed, why, and by whom. Never changed itself.

    `before` and `after` = {"score_raw", "is_passed", "result"}. A pass that was given stays one.
    PII: by its attempt; the id of who corrected. Erased with the attempt by services.forget.
    """

    class Reason(models.TextChoices):
        WITHDRAWN = "withdrawn", _("A question was withdrawn")
        CHANGED = "changed", _("The key of a question was corrected")
        APPEAL = "appeal", _("An appeal was upheld")

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="corrections")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    question = models.ForeignKey(
        "stoa_modules.Question", null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=500, blank=True)
    before = models.JSONField()
    after = models.JSONField()
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    corrected_at = models.DateTimeField()

    class Meta:
        ordering = ["-corrected_at", "-id"]

    def __str__(self) -> str:
        return f"Correction of attempt {self.attempt_id}"


class Appeal(models.Model):
    """A learner contests a question or a mark; a trainer answers. States: open → upheld or declined. Both stay.

    `version` is the question contested; without one the whole mark is. `outcome` = {"before", "after"} of a mark whose
    points were raised, or {"again": true} where another marker was asked. PII: learner by the attempt, and free text
    of learner and trainer. Erased with the attempt by services.forget.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for an answer")
        UPHELD = "upheld", _("Upheld")
        DECLINED = "declined", _("Declined")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt = models.ForeignKey(
        Attempt, null=True, blank=True, on_delete=models.CASCADE, related_name="appeals"
    )
    submission = models.ForeignKey(
        "stoa_modules.Submission",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="appeals",
    )
    version = models.ForeignKey(
        "stoa_modules.QuestionVersion",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    text = models.TextField(_("why"), max_length=2000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)
    told_at = models.DateTimeField(null=True)  # when the learner was told of the answer

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(attempt__isnull=False, submission__isnull=True)
                | Q(attempt__isnull=True, submission__isnull=False),
                name="stoa_modules_appeal_of_one",
            ),
            models.UniqueConstraint(
                fields=["attempt", "version"], name="stoa_modules_one_appeal_a_question"
            ),
            models.UniqueConstraint(
                fields=["attempt"],
                condition=Q(attempt__isnull=False, version__isnull=True),
                name="stoa_modules_one_appeal_an_attempt",
            ),
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(submission__isnull=False),
                name="stoa_modules_one_appeal_a_mark",
            ),
        ]
        permissions = [("answer_appeal", "Can answer appeals of learners")]

    def __str__(self) -> str:
        return f"Appeal {self.pk}"


class Accommodation(models.Model):
    """More time or more tries for one learner, wherever a limit applies. The reason is not stored. PII: learner id.

    `time_factor` multiplies a time limit; 0 lifts it. Erased by services.forget.
    """

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="accommodation"
    )
    time_factor = models.DecimalField(
        _("time, as a factor"),
        max_digits=3,
        decimal_places=2,
        default=1,
        help_text=_("1.50 gives half as much again; 0 lifts every time limit."),
    )
    skips_pauses = models.BooleanField(_("no pause between attempts"), default=False)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    granted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("accommodation")
        constraints = [
            models.CheckConstraint(
                condition=Q(time_factor=0) | Q(time_factor__gte=1),
                name="stoa_modules_time_factor",
            )
        ]

    def __str__(self) -> str:
        return f"Accommodation {self.pk}"


class Completion(models.Model):
    """That a learner has done an activity: the first time it was read, submitted or passed. Never taken back.

    Best and last result are both kept. PII: learner id. Erased by services.forget.
    """

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="completions"
    )
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="completions")
    module_version = models.ForeignKey(
        ModuleVersion, null=True, on_delete=models.PROTECT, related_name="completions"
    )
    attempt = models.ForeignKey(Attempt, null=True, on_delete=models.PROTECT, related_name="+")
    graded_by = models.CharField(max_length=10, choices=GradedBy.choices)
    completed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "activity"], name="stoa_modules_completed_once"
            )
        ]
        indexes = [models.Index(fields=["activity", "learner"], name="stoa_modules_completed_by")]

    def __str__(self) -> str:
        return f"{self.learner_id} completed {self.activity_id}"


class PersonalNote(models.Model):
    """What a learner keeps for themselves in a lesson: a private note, or the ticks of a checklist.

    `data` = {"text": str}, or {"ticked": [item key, …], "notes": {item key: text}, "heading": str, "on": ISO day}.
    `version` counts the saves, so that a tab that was left open is noticed. Nobody but the learner reads it.
    PII: free text of the learner. Erased by services.forget.
    """

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="personal_notes"
    )
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="notes")
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["learner", "activity"], name="stoa_modules_one_note")
        ]

    def __str__(self) -> str:
        return f"Note of {self.learner_id}"
