"""What a page needs to show a course. A host with its own base page uses this with it."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable
from wagtail.search import index

from content.models import Profile
from courses import presenting
from courses.models import CertificateKind, Course
from courses.studio.forms import CourseForm
from courses.studio.panels import CourseImpactPanel
from modules.models import GradedBy, Module
from modules.pages_mixins import PreviewMixin

GROUPS = [(letter, letter) for letter in "ABCDEF"]

# A value names who may say that something is done: values of GradedBy, joined by a plus sign.
ACCEPTS = [
    ("server", _("What Stoa marks")),
    ("person", _("What a person marks")),
    ("server+person", _("What Stoa or a person marks")),
    ("server+person+self", _("Also what a package reports about itself, which nobody has checked")),
]


class ModuleLine(Orderable):
    """A module as the page's editor listed it; becomes a CourseModule on publish. The concrete one adds `page`."""

    module = models.ForeignKey(
        Module, on_delete=models.PROTECT, related_name="+", verbose_name=_("module")
    )
    is_required = models.BooleanField(_("required"), default=True)
    is_short = models.BooleanField(_("short version"), default=False)
    asks_artefact = models.BooleanField(
        _("with its artefact"),
        default=False,
        help_text=_("What the module asks to be handed in must be marked as passed."),
    )
    group = models.CharField(
        _("to choose from, group"),
        max_length=1,
        choices=GROUPS,
        blank=True,
        help_text=_("Then it counts as one of its group and is not required by itself."),
    )
    opens_at = models.DateTimeField(
        _("opens"), null=True, blank=True, help_text=_("Before, people can read it but not act.")
    )
    after_previous = models.BooleanField(_("opens when the one before is complete"), default=False)

    panels = [
        FieldPanel("module"),
        FieldRowPanel([FieldPanel("is_required"), FieldPanel("group")]),
        FieldRowPanel([FieldPanel("is_short"), FieldPanel("asks_artefact")]),
        FieldRowPanel([FieldPanel("opens_at"), FieldPanel("after_previous")]),
    ]

    class Meta(Orderable.Meta):
        abstract = True


class GroupLine(Orderable):
    """A group to choose from as the page's editor described it; becomes a CourseGroup. The concrete one adds `page`."""

    letter = models.CharField(_("group"), max_length=1, choices=GROUPS)
    name = models.CharField(
        _("name"), max_length=120, help_text=_("For learners. For example: A practice of your own.")
    )
    needed = models.PositiveSmallIntegerField(
        _("how many are needed"), default=1, validators=[MinValueValidator(1)]
    )

    panels = [
        FieldRowPanel([FieldPanel("letter"), FieldPanel("needed")]),
        FieldPanel("name"),
    ]

    class Meta(Orderable.Meta):
        abstract = True


class CoursePageMixin(PreviewMixin):
    """A page that shows a Course in one language.

    The concrete page adds `course_modules` and `course_groups`, of ModuleLine and GroupLine (see courses.pages).
    """

    code = models.CharField(_("code"), max_length=20, blank=True)
    summary = models.TextField(
        _("summary"),
        max_length=500,
        help_text=_("What a person can do afterwards, in two sentences."),
    )
    audience = models.CharField(
        _("who it is for"),
        max_length=250,
        help_text=_("For example: Mayors, councillors and other elected officials."),
    )
    profiles = ParentalManyToManyField(Profile, blank=True, verbose_name=_("roles"))
    level = models.PositiveSmallIntegerField(
        _("level"), choices=[(1, _("1 Aware")), (2, _("2 Practise")), (3, _("3 Lead"))], default=1
    )
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, default=1)
    body = RichTextField(
        _("more about it"), blank=True, features=["h2", "h3", "bold", "ol", "ul", "link"]
    )
    is_planned = models.BooleanField(
        _("in preparation"), default=False, help_text=_("People can read it but not join.")
    )
    opens_at = models.DateTimeField(_("enrolment opens"), null=True, blank=True)
    closes_at = models.DateTimeField(
        _("course closes"),
        null=True,
        blank=True,
        help_text=_("Afterwards nobody can join or hand in."),
    )
    requires_one_of = ParentalManyToManyField(
        Course,
        blank=True,
        related_name="+",
        verbose_name=_("complete one of these first"),
        help_text=_("Who has completed none of them cannot join. Without a tick, everybody can."),
    )
    accepts = models.CharField(
        _("what counts as done"), max_length=30, choices=ACCEPTS, default="server+person"
    )
    certificate_kind = models.CharField(
        _("earns"),
        max_length=12,
        choices=CertificateKind.choices,
        default=CertificateKind.CERTIFICATE,
    )
    certificate_title = models.CharField(_("title on the certificate"), max_length=250, blank=True)
    certificate_text = models.TextField(_("what the certificate says"), blank=True)
    validity_months = models.PositiveSmallIntegerField(
        _("valid for, months"), default=36, help_text=_("0 means without end.")
    )

    class Meta:
        abstract = True

    base_form_class = CourseForm

    mixin_panels = [
        CourseImpactPanel(),
        FieldRowPanel([FieldPanel("code"), FieldPanel("level"), FieldPanel("hours")]),
        FieldPanel("summary"),
        FieldPanel("audience"),
        FieldPanel("profiles"),
        InlinePanel("course_modules", heading=_("Modules, in order"), label=_("Module")),
        InlinePanel(
            "course_groups",
            heading=_("Modules to choose from"),
            label=_("Group"),
            help_text=_("Any so many modules of a group are enough."),
        ),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("is_planned"),
                FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
                FieldPanel("requires_one_of", widget=forms.CheckboxSelectMultiple),
            ],
            heading=_("When it is open, and for whom"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("certificate_kind"), FieldPanel("validity_months")]),
                FieldPanel("accepts"),
                FieldPanel("certificate_title"),
                FieldPanel("certificate_text"),
            ],
            heading=_("What it earns"),
            classname="collapsed",
        ),
    ]
    mixin_search_fields = [
        index.SearchField("summary"),
        index.SearchField("audience"),
        index.SearchField("code"),
    ]

    def clean(self):
        super().clean()
        if self.opens_at and self.closes_at and self.opens_at >= self.closes_at:
            raise ValidationError({"closes_at": _("The course must close after it opens.")})

    @property
    def accepted(self) -> list[str]:
        """Values of GradedBy."""
        return [value for value in GradedBy.values if value in self.accepts.split("+")]

    def is_previewable(self) -> bool:
        return bool(self.pk)  # its outline is found by its row, which the first save makes

    @property
    def course(self) -> Course:
        """The row this page shows; it appears on the first save."""
        if "course" not in self.__dict__:
            self.__dict__["course"] = Course.objects.get(uuid=self.translation_key)
        return self.__dict__["course"]

    def save(self, *args, **kwargs):
        found = super().save(*args, **kwargs)
        Course.objects.get_or_create(
            uuid=self.translation_key, defaults={"title": self.title, "summary": self.summary}
        )
        return found

    def get_context(self, request: HttpRequest, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | presenting.course_context(
            self, request
        )
