"""The question bank. A question is edited; what was asked is a version of it, frozen."""

import datetime as dt
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from modelcluster.models import ClusterableModel
from taggit.managers import TaggableManager
from wagtail.models import PreviewableMixin, RevisionMixin
from wagtail.search import index

from content.models import Fact, Guidance
from modules import kinds
from modules.blocks.answers import AnswersField
from modules.models.structure import Module, Outcome


class QuestionStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEWED = "reviewed", _("Reviewed")
    LIVE = "live", _("In use")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class QuestionQuerySet(models.QuerySet["Question"]):
    def in_use(self) -> "QuestionQuerySet":
        return self.filter(status=QuestionStatus.LIVE, current__isnull=False)

    def on_unsound(self, on: dt.date) -> "QuestionQuerySet":
        """Questions that rest on a fact which is disputed, past review or without a source that day."""
        links = Question.facts.through.objects.filter(fact__in=Fact.originals.unsound(on))
        return self.filter(pk__in=links.order_by().values("question"))

    def askable(self, on: dt.date) -> "QuestionQuerySet":
        """Questions that may be drawn that day: in use, and every fact behind them sound."""
        unsound = Question.objects.on_unsound(on).order_by().values("pk")
        return self.in_use().exclude(pk__in=unsound)


class Question(PreviewableMixin, RevisionMixin, index.Indexed, ClusterableModel):
    """One item of the bank, as its author edits it. PII: the author's id.

    States: draft → reviewed → live → withdrawn (modules/studio/question_status.py). Saving a changed text makes a new
    QuestionVersion, which `current` names; attempts point at versions, so a correction never rewrites what somebody
    answered. Wagtail's revisions are the author's history only: what the studio saves has one, files and imports none.
    `resting_since` is there while a fact behind a question in use is not sound (modules/decisions/0007).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(
        _("key"), max_length=60, unique=True, null=True, blank=True, editable=False
    )
    module = models.ForeignKey(
        Module,
        on_delete=models.PROTECT,
        related_name="questions",
        verbose_name=_("module"),
        help_text=_("The module whose test may draw this question."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=kinds.choices, default="single")
    stem = models.TextField(
        _("question"),
        help_text=_("One idea. Ask for a decision in a place rather than for a number."),
    )
    answers = AnswersField(
        verbose_name=_("answers"),
        blank=True,
        help_text=_("Options, or items in the right order, or pairs. The server shuffles them."),
    )
    explanation = models.TextField(
        _("explanation"), blank=True, help_text=_("Shown after the answer, whatever it was.")
    )
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"),
        choices=[(1, _("1 recall or plain case")), (2, _("2 application")), (3, _("3 weighing"))],
        default=1,
    )
    is_graded = models.BooleanField(
        _("may be drawn into a test"),
        default=True,
        help_text=_("Off for items that rest on our own advice: practice only."),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=QuestionStatus.choices, default=QuestionStatus.DRAFT
    )
    bloom = models.CharField(max_length=20, blank=True, editable=False)
    outcome = models.ForeignKey(
        Outcome,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="questions",
        verbose_name=_("outcome"),
    )
    lesson = models.ForeignKey(
        "stoa_modules.Lesson",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="questions",
        verbose_name=_("lesson"),
        help_text=_("Where the answer is taught; feedback links back to it."),
    )
    facts = ParentalManyToManyField(
        Fact, blank=True, related_name="questions", verbose_name=_("rests on facts")
    )
    guidance = ParentalManyToManyField(
        Guidance, blank=True, related_name="questions", verbose_name=_("guidance")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("author"),
    )
    resting_since = models.DateTimeField(null=True, blank=True, editable=False)
    tags = TaggableManager(blank=True, related_name="stoa_questions")
    current = models.OneToOneField(
        "stoa_modules.QuestionVersion",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = QuestionQuerySet.as_manager()

    search_fields = [
        index.SearchField("stem"),
        index.AutocompleteField("stem"),
        index.SearchField("key"),
        index.FilterField("module_id"),
        index.FilterField("kind"),
        index.FilterField("status"),
        index.FilterField("difficulty"),
    ]

    class Meta:
        ordering = ["module", "key", "id"]
        verbose_name = _("question")
        permissions = [
            ("publish_question", "Can review questions, put them into use and withdraw them"),
            ("regrade_question", "Can withdraw questions and have their answers marked again"),
            ("view_item_statistics", "Can see how questions are answered, aggregated"),
        ]

    is_sketch = False  # a preview may show half a question, and says what is missing
    preview_modes = [
        ("asked", _("As a trainee sees it")),
        ("answered", _("With the right answers and the feedback")),
    ]

    def __str__(self) -> str:
        return Truncator(self.stem).chars(100)

    def with_content_json(self, content):
        """An older text, as of now: no revision brings back a status, an author or a frozen version."""
        found = super().with_content_json(content)
        for name in ("uuid", "key", "status", "author_id", "current_id", "resting_since"):
            setattr(found, name, getattr(self, name))
        return found

    def get_preview_template(self, request, mode_name: str) -> str:
        return "stoa_modules/studio/question_preview.html"

    def get_preview_context(self, request, mode_name: str) -> dict:
        return super().get_preview_context(request, mode_name) | {
            "question": self,
            "mode": mode_name,
        }

    def clean(self) -> None:
        super().clean()
        problem = kinds.problem_of(self)
        if problem and not self.is_sketch:
            raise ValidationError({"answers": problem})


class QuestionVersion(models.Model):
    """A question as it was asked. Frozen. PII: none.

    `content` = {"kind", "stem", "explanation"} and what the kind adds (modules/kinds/<kind>/__init__.py says what).
    """

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=10, default="en")
    content = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["question", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"], name="stoa_modules_question_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id} version {self.number}"


class QuestionTranslation(models.Model):
    """The words of one version of a question in another language. Marking goes by ids, so it is the same. PII: none.

    `texts` = {path: words}, path being "stem", "explanation" or "<answer id>.<field>"; what is missing is shown in
    the source language. A new version of the question leaves the translation behind until somebody looks at it.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(_("language"), max_length=10)
    version = models.ForeignKey(
        QuestionVersion, on_delete=models.PROTECT, related_name="translations"
    )
    texts = models.JSONField(_("texts"), default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["question", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "language"], name="stoa_modules_question_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id} in {self.language}"


class ItemStatistics(models.Model):
    """How a question was answered, as sums that grow with every attempt (modules.statistics). PII: none.

    `score_sum` is over every answer, 0 to 1 each. The `paired` ones had other questions beside them: `paired_*` are
    the scores of the question there, `rest_*` the mean score of those others, `product_sum` the two multiplied: what
    the discrimination is made of. `choices` = {answer id: times chosen}; `times` = {span: answers}, the span being a
    place in modules.statistics.SPANS.
    """

    question = models.OneToOneField(
        Question, on_delete=models.CASCADE, related_name="item_statistics", primary_key=True
    )
    answered = models.PositiveIntegerField(default=0)
    right = models.PositiveIntegerField(default=0)
    score_sum = models.FloatField(default=0)
    paired = models.PositiveIntegerField(default=0)
    paired_sum = models.FloatField(default=0)
    paired_square_sum = models.FloatField(default=0)
    rest_sum = models.FloatField(default=0)
    rest_square_sum = models.FloatField(default=0)
    product_sum = models.FloatField(default=0)
    seconds_sum = models.FloatField(default=0)
    timed = models.PositiveIntegerField(default=0)
    choices = models.JSONField(default=dict)
    times = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "item statistics"

    def __str__(self) -> str:
        return f"{self.question_id}: {self.answered}"


class Regrade(models.Model):
    """That the attempts with a question are marked again, as a worker goes through them. PII: the id of who asked.

    States: waiting → running → done. `reached` is the last attempt that was looked at, so that a worker which was
    stopped goes on where it was. A new one of the same question may follow; it changes only what the rule still finds.
    """

    class Rule(models.TextChoices):
        POINT = "point", _("Everybody gets the point")
        OUT = "out", _("The question is taken out of the count")
        KEY = "key", _("Marked again with the corrected key")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="regrades")
    rule = models.CharField(_("rule"), max_length=10, choices=Rule.choices)
    note = models.CharField(_("what learners are told"), max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reached = models.PositiveBigIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)
    newly_passed = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["question"],
                condition=~models.Q(state="done"),
                name="stoa_modules_one_regrade",
            )
        ]

    def __str__(self) -> str:
        return f"Regrade {self.pk} of question {self.question_id}"
