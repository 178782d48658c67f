"""Facts and the sources they were read in."""

import datetime as dt

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from content.models.base import Keyed, Originals


class Action(Keyed):
    """One of the six Actions of the Partnership. PII: none."""

    kind = "actions"
    words = ("title", "problem", "aim", "published", "not_seen")

    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=250)
    problem = models.TextField(_("problem it answers"), blank=True)
    aim = models.TextField(_("what it set out to make"), blank=True)
    published = models.TextField(_("what was seen published"), blank=True)
    not_seen = models.TextField(_("what could not be read"), blank=True)
    sources = models.ManyToManyField("stoa_content.Source", blank=True, related_name="actions")

    class Meta(Keyed.Meta):
        ordering = ["number"]
        unique_together = [*Keyed.Meta.unique_together, ("number", "locale")]
        verbose_name = _("Action")

    def __str__(self) -> str:
        return f"Action {self.number}: {self.title}"


class Topic(Keyed):
    """A topic that facts are grouped under, T1 to T18. PII: none."""

    kind = "topics"
    words = ("title",)

    title = models.CharField(_("title"), max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Keyed.Meta):
        ordering = ["position", "key"]
        verbose_name = _("topic")

    def __str__(self) -> str:
        return self.title


class DocumentType(models.TextChoices):
    """What a source is, in the words of the Citation Style Language (CSL 1.0.2, appendix III)."""

    JOURNAL = "article-journal", _("Article in a journal")
    MAGAZINE = "article-magazine", _("Article in a magazine")
    NEWSPAPER = "article-newspaper", _("Article in a newspaper")
    BOOK = "book", _("Book")
    CHAPTER = "chapter", _("Chapter")
    LEGISLATION = "legislation", _("Law")
    CONFERENCE = "paper-conference", _("Paper of a conference")
    REPORT = "report", _("Report")
    STANDARD = "standard", _("Standard")
    THESIS = "thesis", _("Thesis")
    WEBPAGE = "webpage", _("Web page")
    DOCUMENT = "document", _("Other document")


class Source(index.Indexed, Keyed):
    """A published document that facts were read in. PII: none."""

    kind = "sources"
    words = ("body", "says")  # a document keeps its own title

    title = models.CharField(_("title"), max_length=400)
    body = models.CharField(_("published by"), max_length=250, blank=True)
    year = models.CharField(_("year"), max_length=40, blank=True)
    address = models.CharField(_("public address"), max_length=600, blank=True)
    says = models.TextField(_("what it says"), blank=True)
    is_secondary = models.BooleanField(_("reports on another document"), default=False)
    csl_type = models.CharField(
        _("kind of document"), max_length=20, choices=DocumentType.choices, blank=True
    )
    authors = models.JSONField(_("authors"), default=list, blank=True)
    container = models.CharField(_("appeared in"), max_length=300, blank=True)
    issued = models.CharField(
        _("date of publication"),
        max_length=10,
        blank=True,
        validators=[
            RegexValidator(r"^\d{4}(-\d{2}(-\d{2})?)?$", _("Write 2020, 2020-09 or 2020-09-30."))
        ],
    )
    number = models.CharField(_("number"), max_length=80, blank=True)
    doi = models.CharField(_("DOI"), max_length=120, blank=True)
    isbn = models.CharField(_("ISBN"), max_length=20, blank=True)
    accessed_on = models.DateField(_("read on"), null=True, blank=True)
    archived = models.CharField(_("archived copy"), max_length=400, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    is_withdrawn = models.BooleanField(
        _("withdrawn"),
        default=False,
        help_text=_("Its publisher took it back, replaced it, or it can no longer be relied on."),
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_note = models.CharField(_("why it is withdrawn"), max_length=300, blank=True)

    search_fields = [
        index.SearchField("title"),
        index.SearchField("body"),
        index.SearchField("says"),
        index.AutocompleteField("title"),
        index.FilterField("locale"),
    ]

    class Meta(Keyed.Meta):
        ordering = ["title"]
        verbose_name = _("source")

    def __str__(self) -> str:
        return self.title


class Certainty(models.TextChoices):
    """How far a fact can be trusted. Only SEEN and SECONDARY may key a graded question."""

    SEEN = "seen", _("Read in the source")
    SECONDARY = "secondary", _("Second-hand")
    GENERAL = "general", _("General knowledge")
    OWN = "own", _("Our own reading")


class Standing(models.TextChoices):
    """Whether somebody has called a fact into question."""

    SOUND = "sound", _("Sound")
    DISPUTED = "disputed", _("Disputed")


class FactQuerySet(models.QuerySet["Fact"]):
    def past_review(self, on: dt.date) -> "FactQuerySet":
        return self.filter(review_by__lt=on)

    def without_ground(self) -> "FactQuerySet":
        """Facts whose every source is withdrawn. A fact that names none is not meant."""
        sources = Fact.sources.through.objects.filter(fact=OuterRef("pk")).order_by()
        return self.filter(
            Exists(sources.filter(source__is_withdrawn=True)),
            ~Exists(sources.filter(source__is_withdrawn=False)),
        )

    def unsound(self, on: dt.date) -> "FactQuerySet":
        """Facts that nothing graded may rest on that day: disputed, past review, or with no source left (decisions/0004)."""
        groundless = FactQuerySet(self.model).without_ground().order_by().values("pk")
        return self.filter(
            Q(standing=Standing.DISPUTED) | Q(review_by__lt=on) | Q(pk__in=groundless)
        )


class Fact(index.Indexed, Keyed):
    """One checkable statement with where it was read, how certain it is and when it must be checked again. PII: none."""

    kind = "facts"
    words = ("title", "text")

    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, related_name="facts", verbose_name=_("topic")
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    certainty = models.CharField(_("certainty"), max_length=12, choices=Certainty.choices)
    sources = models.ManyToManyField(
        Source, blank=True, related_name="facts", verbose_name=_("sources")
    )
    valid_as_of = models.DateField(_("valid as of"))
    review_by = models.DateField(_("review by"))
    standing = models.CharField(
        _("standing"), max_length=10, choices=Standing.choices, default=Standing.SOUND
    )
    standing_since = models.DateField(_("disputed since"), null=True, blank=True, editable=False)
    standing_note = models.CharField(
        _("why it is disputed"),
        max_length=300,
        blank=True,
        help_text=_("One line. Everyone reads it."),
    )

    objects = FactQuerySet.as_manager()
    originals = Originals.from_queryset(FactQuerySet)()

    search_fields = [
        index.SearchField("key"),
        index.SearchField("title", boost=2),
        index.SearchField("text"),
        index.AutocompleteField("title"),
        index.FilterField("locale"),
    ]

    class Meta(Keyed.Meta):
        ordering = ["topic__position", "id"]
        verbose_name = _("fact")

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    def is_past_review(self, on: dt.date) -> bool:
        return self.review_by < on
