"""How far learners are: courses, who joined them, and how much is done."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.models import Action, Profile
from modules.models import Module


class CertificateKind(models.TextChoices):
    """What completing a course earns."""

    NONE = "none", _("Nothing")
    BADGE = "badge", _("Badge")
    CERTIFICATE = "certificate", _("Certificate")


class Course(models.Model):
    """A learning path over modules, shown by one page per language. PII: none.

    `uuid` is the translation key of its pages. A planned course can be read but not joined. Where `requires_one_of`
    names courses, only people who have completed one of them can join.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(_("key"), max_length=60, unique=True, null=True, blank=True)
    code = models.CharField(_("code"), max_length=20, blank=True)
    title = models.CharField(_("title"), max_length=250)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    audience = models.CharField(_("who it is for"), max_length=250, blank=True)
    profiles = models.ManyToManyField(Profile, blank=True, related_name="courses")
    actions = models.ManyToManyField(Action, blank=True, related_name="courses")
    level = models.PositiveSmallIntegerField(_("level"), default=1)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, default=0)
    position = models.PositiveIntegerField(default=0)
    is_planned = models.BooleanField(_("in preparation"), default=True)
    is_live = models.BooleanField(default=False)
    opens_at = models.DateTimeField(_("enrolment opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("course closes"), null=True, blank=True)
    certificate_kind = models.CharField(
        max_length=12, choices=CertificateKind.choices, default=CertificateKind.CERTIFICATE
    )
    certificate_title = models.CharField(max_length=250, blank=True)
    certificate_text = models.TextField(blank=True)
    validity_months = models.PositiveSmallIntegerField(_("valid for, months"), default=36)
    accepts = models.JSONField(
        default=list, help_text="Who may say that an activity is done: values of GradedBy."
    )
    modules = models.ManyToManyField(Module, through="CourseModule", related_name="courses")
    requires_one_of = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="required_by",
        verbose_name=_("complete one of these first"),
    )

    class Meta:
        ordering = ["position", "title"]
        verbose_name = _("course")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(opens_at__lt=F("closes_at")),
                name="stoa_courses_opens_before_closing",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def is_open(self, at: dt.datetime) -> bool:
        """Whether people may join and act in it at this time."""
        return (
            self.is_live
            and not self.is_planned
            and (self.opens_at is None or self.opens_at <= at)
            and (self.closes_at is None or at < self.closes_at)
        )


class CourseGroup(models.Model):
    """Modules of a course to choose from: any `needed` of them count, the others are extra. PII: none.

    `letter` is how the editor of the course page names it, and what it keeps when its name changes. It never asks for
    more modules than can be done in it (courses.counting).
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="groups")
    letter = models.CharField(max_length=1)
    name = models.CharField(_("name"), max_length=120)
    needed = models.PositiveSmallIntegerField(_("how many are needed"), default=1)

    class Meta:
        ordering = ["course", "letter"]
        constraints = [
            models.UniqueConstraint(fields=["course", "letter"], name="stoa_courses_group_once"),
            models.CheckConstraint(condition=Q(needed__gte=1), name="stoa_courses_group_asks"),
        ]

    def __str__(self) -> str:
        return self.name


class CourseModule(models.Model):
    """That a course has a module: required, one of a group to choose from, or optional; and when it opens. PII: none.

    `is_short`: only the short version is asked for. `asks_artefact`: the module's artefact as well, passed.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="course_modules")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="course_modules")
    position = models.PositiveIntegerField(default=0)
    is_required = models.BooleanField(default=True)
    is_short = models.BooleanField(default=False)
    asks_artefact = models.BooleanField(default=False)
    group = models.ForeignKey(
        CourseGroup,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="course_modules",
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    after_previous = models.BooleanField(_("after the one before"), default=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["course", "module"], name="stoa_courses_module_once"),
            models.CheckConstraint(
                condition=Q(group__isnull=True) | Q(is_required=False),
                name="stoa_courses_required_or_chosen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course}: {self.module}"


class Cohort(models.Model):
    """People who take a course together, with their trainers. PII: none of its own."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(_("name"), max_length=150)
    trainers = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="training_cohorts",
        verbose_name=_("trainers"),
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)

    class Meta:
        ordering = ["-starts_on", "name"]
        verbose_name = _("cohort")

    def __str__(self) -> str:
        return self.name


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def active(self) -> "EnrolmentQuerySet":
        return self.filter(withdrawn_at__isnull=True)

    def visible_to(self, user) -> "EnrolmentQuerySet":
        """A learner sees their own, a trainer those of their cohorts, an administrator all. Nobody else any."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(Q(learner=user) | Q(cohort__trainers=user)).distinct()


class Enrolment(models.Model):
    """That a learner joined a course. States: active → withdrawn → active again. One row per learner and course.

    PII: learner id, cohort. Erased by services.forget.
    """

    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments"
    )
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    cohort = models.ForeignKey(
        Cohort, null=True, blank=True, on_delete=models.SET_NULL, related_name="enrolments"
    )
    enrolled_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["-enrolled_at"]
        constraints = [
            models.UniqueConstraint(fields=["learner", "course"], name="stoa_courses_enrolled_once")
        ]
        indexes = [models.Index(fields=["course", "withdrawn_at"], name="stoa_courses_active")]

    def __str__(self) -> str:
        return f"Enrolment {self.pk}"


class Progress(models.Model):
    """Done of required. Derived: can be dropped and rebuilt by `rebuild_progress`. PII: by its enrolment.

    `seen_fact` is the newest Completion of the learner in the course when this was computed: an id and not a time,
    because a clock may be set back.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="progress")
    done = models.PositiveIntegerField(default=0)
    required = models.PositiveIntegerField(default=0)
    last_fact_at = models.DateTimeField(null=True)
    seen_fact = models.BigIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done__lte=F("required")), name="stoa_courses_done_of_required"
            )
        ]

    def __str__(self) -> str:
        return f"{self.done} of {self.required}"

    @property
    def is_complete(self) -> bool:
        """Everything asked is done. A course that asks for nothing cannot be completed."""
        return 0 < self.required == self.done


class ProgressCorrection(models.Model):
    """That the done of a progress became smaller, when and why. Never changed itself. PII: by its enrolment.

    Facts are never taken back; less is done only because less, or something else, is asked (decisions/0001).
    """

    class Reason(models.TextChoices):
        CONTENT = "content", _("A lesson or test was changed or withdrawn")
        COURSE = "course", _("The course was changed")
        FACT = "fact", _("Something was done")
        REBUILT = "rebuilt", _("Progress was computed again")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="corrections")
    before_done = models.PositiveIntegerField()
    before_required = models.PositiveIntegerField()
    after_done = models.PositiveIntegerField()
    after_required = models.PositiveIntegerField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(after_done__lt=F("before_done")), name="stoa_courses_correction_sinks"
            )
        ]

    def __str__(self) -> str:
        return f"Correction of enrolment {self.enrolment_id}"


class CourseCompletion(models.Model):
    """That a learner completed a course. A fact: it stays when the course asks for more later.

    `snapshot` = {"required": n, "modules": [{"uuid", "code", "title", "version", "hours"}], "completed": [{"activity",
    "graded_by", "at"}]}, what a certificate rests on. PII: by its enrolment.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="completion")
    completed_at = models.DateTimeField()
    snapshot = models.JSONField()

    class Meta:
        ordering = ["-completed_at"]

    def __str__(self) -> str:
        return f"Completion of enrolment {self.enrolment_id}"
