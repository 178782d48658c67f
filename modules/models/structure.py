"""Modules, lessons and activities as things, apart from the pages that show them (design decision 1)."""

import copy
import uuid

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.models import DraftStateMixin, RevisionMixin

from content.models import Action, Area, Case, ChangeClass, Fact, Guidance, Recommendation, Term
from content.models.base import source_language
from modules import activities, scenario_words
from modules.blocks.scenario import ScenarioField


class Sensitivity(models.TextChoices):
    """Who may read a lesson. A stricter lesson is not even listed to others (design section 4)."""

    OPEN = "open", _("Open to everyone")
    REGISTERED = "registered", _("Signed-in people")
    VERIFIED = "verified", _("People with a verified role")


class FeedbackPolicy(models.TextChoices):
    """When a learner reads what was right in a test."""

    NOW = "now", _("After each answer")
    SUBMITTED = "submitted", _("After handing in")
    CLOSED = "closed", _("After the course has closed")


class Module(models.Model):
    """A unit of teaching, shown by one page per language. PII: none.

    `uuid` is the translation key of its pages. `structure` rows (lessons, activities) follow the published page.
    `draw_rules` = [{"count": n, "tag": str, "facts": [key, …], "difficulty": 1..3 or 0}]; without rules the test
    draws `draw` questions of the module, balanced by difficulty.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(_("key"), max_length=60, unique=True, null=True, blank=True)
    code = models.CharField(_("code"), max_length=20, blank=True)
    title = models.CharField(_("title"), max_length=250)
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    is_planned = models.BooleanField(_("not written yet"), default=False)
    hours_online = models.DecimalField(max_digits=4, decimal_places=1, default=0)
    hours_practice = models.DecimalField(max_digits=4, decimal_places=1, default=0)
    planned_lessons = models.JSONField(default=list, blank=True)
    short_hours = models.DecimalField(
        _("hours of the short version"), max_digits=4, decimal_places=1, default=0
    )
    short_draw = models.PositiveSmallIntegerField(
        _("questions drawn for the test of the short version"), default=0
    )
    actions = models.ManyToManyField(Action, blank=True, related_name="modules")
    recommendations = models.ManyToManyField(Recommendation, blank=True, related_name="modules")
    guidance = models.ManyToManyField(Guidance, blank=True, related_name="modules")
    requires = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="required_by"
    )
    # Assessment, as data (design decision 19). Zero drawn questions means there is no test.
    draw = models.PositiveSmallIntegerField(_("questions drawn"), default=0)
    pass_percent = models.PositiveSmallIntegerField(
        _("pass mark, per cent"), default=75, validators=[MaxValueValidator(100)]
    )
    attempts_before_pause = models.PositiveSmallIntegerField(
        _("attempts before a pause"), default=3, validators=[MinValueValidator(1)]
    )
    pause_hours = models.PositiveSmallIntegerField(_("pause, hours"), default=24)
    draw_rules = models.JSONField(default=list, blank=True)
    time_limit_minutes = models.PositiveSmallIntegerField(_("time limit, minutes"), default=0)
    feedback_policy = models.CharField(
        _("feedback"),
        max_length=12,
        choices=FeedbackPolicy.choices,
        default=FeedbackPolicy.SUBMITTED,
    )

    class Meta:
        ordering = ["code", "title"]
        verbose_name = _("module")

    def __str__(self) -> str:
        return f"{self.code} {self.title}".strip()

    @property
    def hours(self) -> float:
        return float(self.hours_online + self.hours_practice)

    def hours_in(self, *, short: bool) -> float:
        """Hours of the whole module or of its short version."""
        return float(self.short_hours) if short and self.short_hours else self.hours


class Outcome(models.Model):
    """What a learner can do after a module, with its Bloom verb and the advice it is aligned to. PII: none."""

    key = models.CharField(max_length=60, unique=True)
    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="outcomes")
    position = models.PositiveSmallIntegerField(default=0)
    bloom = models.CharField(max_length=20, blank=True)
    verb = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=400)
    words = models.JSONField(
        default=dict, blank=True, help_text="The text in other languages, by their code."
    )
    area = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.SET_NULL, related_name="outcomes"
    )
    level = models.PositiveSmallIntegerField(default=1)
    recommendations = models.ManyToManyField(Recommendation, blank=True, related_name="outcomes")
    guidance = models.ManyToManyField(Guidance, blank=True, related_name="outcomes")

    class Meta:
        ordering = ["module", "position"]

    def __str__(self) -> str:
        return self.text

    def in_language(self, language: str | None = None) -> "Outcome":
        """Itself, saying what it says in a language, the active one by default; for showing, not for saving."""
        said = self.words.get(language or get_language() or "")
        self.language = (language or get_language()) if said else source_language()
        self.text = said or self.text
        return self


class LessonQuerySet(models.QuerySet["Lesson"]):
    def live(self) -> "LessonQuerySet":
        return self.filter(is_live=True)

    def visible_to(self, user) -> "LessonQuerySet":
        """Lessons whose existence this person may know. One place for the rule of design section 4."""
        return self.filter(sensitivity__in=readable_by(user))


def readable_by(user) -> list[str]:
    """The sensitivity labels a person may read."""
    if user.is_authenticated and (user.is_superuser or user.has_perm("stoa_modules.read_verified")):
        return list(Sensitivity.values)
    return (
        [Sensitivity.OPEN, Sensitivity.REGISTERED] if user.is_authenticated else [Sensitivity.OPEN]
    )


class Lesson(models.Model):
    """A lesson of a module, 12 to 20 minutes. Follows its published page; never deleted while it has records. PII: none.

    `is_delta`: a lesson about a material change. Nobody is required to do it; it settles the update that names it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=60, unique=True, null=True, blank=True)
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="lessons")
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(max_length=250)
    minutes = models.PositiveSmallIntegerField(default=15)
    sensitivity = models.CharField(
        max_length=12, choices=Sensitivity.choices, default=Sensitivity.OPEN
    )
    is_live = models.BooleanField(default=False)
    in_short = models.BooleanField(_("part of the short version"), default=False)
    is_delta = models.BooleanField(default=False)
    facts = models.ManyToManyField(Fact, blank=True, related_name="lessons")
    recommendations = models.ManyToManyField(Recommendation, blank=True, related_name="lessons")
    guidance = models.ManyToManyField(Guidance, blank=True, related_name="lessons")
    cases = models.ManyToManyField(Case, blank=True, related_name="lessons")
    terms = models.ManyToManyField(Term, blank=True, related_name="lessons")

    objects = LessonQuerySet.as_manager()

    class Meta:
        ordering = ["module", "position", "id"]
        permissions = [("read_verified", "Can read lessons for verified roles")]

    def __str__(self) -> str:
        return self.title


class ActivityKind(models.TextChoices):
    READING = "reading", _("Reading")
    QUIZ = "quiz", _("Quiz")
    TEST = "test", _("Module test")
    CHECKLIST = "checklist", _("Checklist")
    NOTE = "note", _("Private note")
    SCENARIO = "scenario", _("Scenario")
    SURVEY = "survey", _("Survey")
    ARTEFACT = "artefact", _("Artefact")
    VIDEO = "video", _("Video")


class Activity(models.Model):
    """Something done in a module, known by uuid5(lesson uuid, block id) (design decision 2). PII: none.

    A reading has the lesson's own uuid; a module test uuid5(module uuid, "test"), that of the short version
    uuid5(module uuid, "short-test"). `is_required` is what the whole module asks, `in_short` what its short version
    asks. `config` is what its block says (question keys, number drawn, mode), copied on publish so that grading never
    searches page JSON.
    """

    uuid = models.UUIDField(unique=True, editable=False)
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="activities")
    lesson = models.ForeignKey(
        Lesson, null=True, blank=True, on_delete=models.PROTECT, related_name="activities"
    )
    block_id = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=12, choices=activities.choices)
    title = models.CharField(max_length=250, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_required = models.BooleanField(default=False)
    in_short = models.BooleanField(default=False)
    is_live = models.BooleanField(default=True)
    config = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name_plural = "activities"
        indexes = [
            models.Index(fields=["module", "is_required", "is_live"], name="stoa_modules_required")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"


class ModuleVersion(models.Model):
    """What a module asked of its learners from one publication on. Frozen. PII: none.

    `structure` = {"required": [activity uuid, …], "lessons": [{"uuid", "title"}], "facts": [key, …], "test": {"draw",
    "pass_percent"}, "changed": [lesson uuid, …]}, and "short": [activity uuid, …] if there is a short version. A
    material one says by when it should be caught up with (`update_by`), and may name the lesson that does it (`delta`).
    """

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    change_class = models.CharField(max_length=10, choices=ChangeClass.choices)
    note = models.CharField(_("what changed, for learners"), max_length=300, blank=True)
    structure = models.JSONField()
    published_at = models.DateTimeField()
    delta = models.ForeignKey(
        Lesson, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    update_by = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["module", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["module", "number"], name="stoa_modules_version_number")
        ]

    def __str__(self) -> str:
        return f"{self.module} version {self.number}"


class Scenario(DraftStateMixin, RevisionMixin, models.Model):
    """A branching scenario. States: draft, live, live with a draft; only what is live reaches learners. PII: none.

    `body` is how it is written, `document` what is played: the graph as in the curriculum files, made of `body` by the
    studio's form and by the loader. A row without a body gets one from its document when it is first opened.
    """

    key = models.CharField(
        _("key"),
        max_length=60,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Za-z0-9_-]+$", _("Use letters, digits and hyphens only."))
        ],
        help_text=_("It stands in the address and stays as it is, for example SC13."),
    )
    module = models.ForeignKey(
        Module, null=True, blank=True, on_delete=models.SET_NULL, related_name="scenarios"
    )
    title = models.CharField(_("title"), max_length=250)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=20)
    sensitivity = models.CharField(
        _("who may play it"), max_length=12, choices=Sensitivity.choices, default=Sensitivity.OPEN
    )
    body = ScenarioField(verbose_name=_("scenario"), blank=True)
    document = models.JSONField(default=dict, editable=False)

    class Meta:
        ordering = ["key"]
        verbose_name = _("scenario")

    def __str__(self) -> str:
        return self.title

    def in_language(self, language: str | None = None) -> "Scenario":
        """Itself in a language, the active one by default; for showing, not for saving. No query in the source's."""
        wanted = language or get_language()
        if not self.pk or wanted in (None, source_language()):
            return self
        row = self.translations.filter(language=wanted).first()
        if row is None:
            return self
        said = copy.copy(self)
        said.document = scenario_words.said(self.document, row.source, row.texts)
        said.title, said.language = said.document.get("title") or self.title, wanted
        return said


class ScenarioTranslation(models.Model):
    """The words of a scenario in another language; nodes, choices and scores are the scenario's own. PII: none.

    `texts` and `source` are {path: words} (scenario_words.texts_of): a text holds while the source says what it said.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(_("language"), max_length=10)
    texts = models.JSONField(_("texts"), default=dict)
    source = models.JSONField(_("what was translated"), default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["scenario", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "language"], name="stoa_modules_scenario_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id} in {self.language}"
