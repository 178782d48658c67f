"""What people should do: recommendations, guidance, cases, checklists; the words for it, and the drawings."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from content import svg
from content.models.base import Keyed
from content.models.competence import Profile
from content.models.evidence import Action, Certainty, Fact, Source, Topic
from content.models.words import FormsField, WordsField


class GovernmentLevel(models.TextChoices):
    """Who a recommendation speaks to."""

    LOCAL = "L", _("Local")
    REGIONAL = "R", _("Regional")
    NATIONAL = "N", _("National")
    EUROPEAN = "EU", _("European")


class Advice(index.Indexed, Keyed):
    """What recommendations and guidance share. Both are independent formulations. PII: none."""

    words: tuple[str, ...] = ("title", "text", "basis_note")

    title = models.CharField(_("title"), max_length=250)
    text = models.TextField(_("text"))
    actions = models.ManyToManyField(Action, blank=True, verbose_name=_("Actions"))
    topics = models.ManyToManyField(Topic, blank=True, verbose_name=_("topics"))
    audiences = models.ManyToManyField(Profile, blank=True, verbose_name=_("audiences"))
    facts = models.ManyToManyField(Fact, blank=True, verbose_name=_("rests on facts"))
    sources = models.ManyToManyField(Source, blank=True, verbose_name=_("sources"))
    basis_note = models.CharField(_("note on its basis"), max_length=500, blank=True)

    search_fields = [
        index.SearchField("key"),
        index.SearchField("title", boost=2),
        index.SearchField("text"),
        index.AutocompleteField("title"),
        index.FilterField("locale"),
    ]

    class Meta(Keyed.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


class Recommendation(Advice):
    """A governance recommendation (Action 2), GR-01 and on. PII: none."""

    kind = "recommendations"

    levels = models.JSONField(
        _("levels of government"),
        default=list,
        help_text=_('Codes of GovernmentLevel, for example ["L", "N"].'),
    )

    class Meta(Advice.Meta):
        ordering = ["key"]
        verbose_name = _("recommendation")

    @property
    def level_labels(self) -> list[str]:
        return [str(GovernmentLevel(code).label) for code in self.levels]


class Guidance(Advice):
    """A piece of design guidance (Action 6), DG-01 and on. PII: none."""

    kind = "guidance"
    words = (*Advice.words, "measures", "reference")

    measures = WordsField(_("examples of measures"), default=list)
    reference = models.CharField(_("standard or reference"), max_length=400, blank=True)

    class Meta(Advice.Meta):
        ordering = ["key"]
        verbose_name = _("guidance")
        verbose_name_plural = _("guidance")


class Case(Keyed):
    """A short account of something a real place tried, told with stated facts only. PII: none."""

    kind = "cases"
    words = ("title", "text")

    title = models.CharField(_("title"), max_length=250)
    text = models.TextField(_("text"))
    facts = models.ManyToManyField(Fact, blank=True, related_name="cases")
    sources = models.ManyToManyField(Source, blank=True, related_name="cases")

    class Meta(Keyed.Meta):
        ordering = ["key"]
        verbose_name = _("case")

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


class Checklist(Keyed):
    """Points to tick in one's own work. `items` is a list of {"key", "text"}. PII: none."""

    kind = "checklists"
    words = ("title", "items")

    title = models.CharField(_("title"), max_length=250)
    items = WordsField(_("items"), default=list)
    facts = models.ManyToManyField(Fact, blank=True, related_name="checklists")

    class Meta(Keyed.Meta):
        ordering = ["key"]
        verbose_name = _("checklist")

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


class Term(index.Indexed, Keyed):
    """A word of the glossary in our own definition. PII: none."""

    kind = "glossary"
    words = ("term", "definition", "also")

    term = models.CharField(_("term"), max_length=150)
    definition = models.TextField(_("definition"))
    certainty = models.CharField(max_length=12, choices=Certainty.choices, default=Certainty.OWN)
    also = FormsField(_("other forms"), default=list, blank=True)
    facts = models.ManyToManyField(Fact, blank=True, related_name="terms")

    search_fields = [
        index.SearchField("term", boost=2),
        index.SearchField("definition"),
        index.AutocompleteField("term"),
        index.FilterField("locale"),
    ]

    class Meta(Keyed.Meta):
        ordering = ["term"]
        verbose_name = _("term")

    def __str__(self) -> str:
        return self.term


class Drawing(models.Model):
    """A plan drawing in SVG, drawn in `currentColor` so that it follows the theme. PII: none."""

    key = models.CharField(_("key"), max_length=100, unique=True)
    title = models.CharField(_("title"), max_length=250)
    svg = models.TextField(
        _("SVG"), help_text=_("Shapes and words only: no scripts, styles or links to other files.")
    )

    class Meta:
        ordering = ["title"]
        verbose_name = _("drawing")

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        try:
            svg.read(self.svg)
        except svg.UnsafeDrawing as problem:
            raise ValidationError({"svg": str(problem)}) from problem

    @property
    def view_box(self) -> str:
        return svg.view_box(self.svg)

    def get_absolute_url(self) -> str:
        """Carries a digest of the drawing, so that browsers may keep it for ever."""
        digest = hashlib.sha256(self.svg.encode()).hexdigest()[:12]
        return reverse("stoa_content:drawing", args=[self.key, digest])
