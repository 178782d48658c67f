"""What a page needs to show a module or a lesson. A host with its own base page uses these with it."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.admin.widgets.slug import SlugInput
from wagtail.fields import StreamField
from wagtail.models import AbstractPage
from wagtail.search import index

from modules import presenting, reckoning
from modules.blocks.body import BodyField
from modules.blocks.rules import DrawRuleBlock
from modules.models import ChangeClass, FeedbackPolicy, Lesson, Module, Sensitivity
from modules.studio.forms import LessonForm, PublicationForm
from modules.studio.panels import ImpactPanel, MinutesPanel, TestPanel


def tabs(content: list, publication: list | None = None) -> TabbedInterface:
    """The tabs of a page's editor: what it says, what publishing it means, how it is found."""
    found = [
        FieldPanel(
            "slug",
            widget=SlugInput,
            help_text=_(
                "The last part of the page's address. It follows the title until the page is published."
            ),
        ),
        FieldPanel(
            "search_description", help_text=_("One sentence for search engines and previews.")
        ),
        FieldPanel("seo_title", help_text=_("Only if search results should show another title.")),
        FieldPanel("show_in_menus"),
        *AbstractPage.settings_panels,  # scheduling and comments
    ]
    middle = [ObjectList(publication, heading=_("Publication"))] if publication else []
    return TabbedInterface(
        [
            ObjectList(content, heading=_("Content")),
            *middle,
            ObjectList(found, heading=_("Being found")),
        ]
    )


class PreviewMixin(models.Model):
    """A page that can be seen before publication with the eyes of others."""

    preview_modes = [("", _("As a trainee")), ("stranger", _("As a stranger"))]

    class Meta:
        abstract = True

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        if mode_name == "stranger":
            request.user = AnonymousUser()
        return super().serve_preview(request, mode_name)


class ChangeMixin(PreviewMixin):
    """Every publication says what it means for those who have done it already."""

    change_class = models.CharField(
        _("this change is"),
        max_length=10,
        choices=ChangeClass.choices,
        default=ChangeClass.EDITORIAL,
    )
    change_note = models.CharField(
        _("what changed, for learners"),
        max_length=300,
        blank=True,
        help_text=_("One line. Needed unless the change is editorial."),
    )

    delta_lesson = models.ForeignKey(
        Lesson,
        verbose_name=_("update lesson"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        limit_choices_to={"is_delta": True, "is_live": True},
        help_text=_(
            "A material change may carry a short lesson of its own. Doing it settles the update for those who had completed this."
        ),
    )

    class Meta:
        abstract = True

    base_form_class = (
        PublicationForm  # a publication that is not editorial needs its line; a draft does not
    )

    change_panel = MultiFieldPanel(
        [FieldPanel("change_class"), FieldPanel("change_note"), FieldPanel("delta_lesson")],
        heading=_("What this publication means"),
    )


class ModulePageMixin(ChangeMixin):
    """A page that shows a Module in one language."""

    code = models.CharField(_("code"), max_length=20, blank=True, help_text=_("For example M08."))
    summary = models.TextField(
        _("summary"),
        max_length=500,
        help_text=_("One or two sentences: what a learner can do afterwards."),
    )
    hours_online = models.DecimalField(_("hours online"), max_digits=4, decimal_places=1, default=1)
    hours_practice = models.DecimalField(
        _("hours of practice"), max_digits=4, decimal_places=1, default=0
    )
    draw = models.PositiveSmallIntegerField(
        _("questions drawn for the test"), default=0, help_text=_("0 means that there is no test.")
    )
    pass_percent = models.PositiveSmallIntegerField(_("pass mark, per cent"), default=75)
    attempts_before_pause = models.PositiveSmallIntegerField(
        _("attempts before a pause"), default=3
    )
    pause_hours = models.PositiveSmallIntegerField(_("pause, hours"), default=24)
    draw_rules = StreamField(
        [("rule", DrawRuleBlock())],
        verbose_name=_("what is drawn"),
        blank=True,
        help_text=_(
            "Without a rule the whole bank of the module is drawn from, balanced by difficulty."
        ),
    )
    short_hours = models.DecimalField(
        _("hours of the short version"),
        max_digits=4,
        decimal_places=1,
        default=0,
        help_text=_("0 means that there is none. Its lessons are marked on their own pages."),
    )
    short_draw = models.PositiveSmallIntegerField(
        _("questions drawn in the short version"),
        default=0,
        help_text=_("From the questions of its lessons. 0 means that it has no test."),
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit, minutes"),
        default=0,
        help_text=_(
            "0 means none, which suits most people. A learner can be given more time under Learners."
        ),
    )
    feedback_policy = models.CharField(
        _("feedback"),
        max_length=12,
        choices=FeedbackPolicy.choices,
        default=FeedbackPolicy.SUBMITTED,
    )

    class Meta:
        abstract = True

    mixin_panels = [
        FieldRowPanel(
            [FieldPanel("code"), FieldPanel("hours_online"), FieldPanel("hours_practice")]
        ),
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                HelpPanel(
                    _(
                        "<p>The test draws questions of this module from the question bank. Write them under Questions.</p>"
                    )
                ),
                TestPanel(),
                FieldRowPanel([FieldPanel("draw"), FieldPanel("pass_percent")]),
                FieldRowPanel([FieldPanel("attempts_before_pause"), FieldPanel("pause_hours")]),
                FieldRowPanel([FieldPanel("feedback_policy"), FieldPanel("time_limit_minutes")]),
                FieldPanel("draw_rules"),
            ],
            heading=_("Test at the end"),
            classname="collapsed",
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("short_hours"), FieldPanel("short_draw")])],
            heading=_("Short version"),
            classname="collapsed",
        ),
    ]
    publication_panels = [ImpactPanel(), ChangeMixin.change_panel]
    mixin_search_fields = [index.SearchField("summary"), index.SearchField("code")]

    def clean(self):
        super().clean()
        if not 0 <= self.pass_percent <= 100:
            raise ValidationError({"pass_percent": _("Give a number from 0 to 100.")})
        if self.attempts_before_pause < 1:
            raise ValidationError({"attempts_before_pause": _("Allow at least one attempt.")})
        if sum(child.value["count"] or 0 for child in self.draw_rules) > self.draw:
            raise ValidationError(
                {"draw_rules": _("The rules ask for more questions than the test draws.")}
            )

    @property
    def module(self) -> Module:
        """The row this page shows; it appears on the first save."""
        if "module" not in self.__dict__:
            self.__dict__["module"] = Module.objects.get(uuid=self.translation_key)
        return self.__dict__["module"]

    def save(self, *args, **kwargs):
        found = super().save(*args, **kwargs)
        Module.objects.get_or_create(
            uuid=self.translation_key,
            defaults={
                "title": self.title,
                "code": self.code,
                "summary": self.summary,
                "is_planned": True,
            },
        )
        return found

    def is_previewable(self) -> bool:
        return bool(
            self.pk
        )  # its lessons and its test are found by its row, which the first save makes

    def get_context(self, request: HttpRequest, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | presenting.module_context(
            self, request
        )


class LessonPageMixin(ChangeMixin):
    """A page that shows a Lesson in one language. Its parent shows the lesson's Module."""

    summary = models.CharField(
        _("summary"), max_length=300, blank=True, help_text=_("One sentence under the title.")
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        null=True,
        blank=True,
        help_text=_(
            "12 to 20. Leave it empty, and learners see what is counted: 150 words a minute, and the exercises."
        ),
    )
    min_seconds = models.PositiveSmallIntegerField(
        _("shortest time on the page, seconds"),
        default=0,
        help_text=_(
            "Before, the lesson cannot be completed. 0 means none, which suits most lessons."
        ),
    )
    sensitivity = models.CharField(
        _("who may read it"), max_length=12, choices=Sensitivity.choices, default=Sensitivity.OPEN
    )
    in_short = models.BooleanField(
        _("part of the short version"),
        default=False,
        help_text=_(
            "A course can ask for the short version of a module: these lessons and a shorter test."
        ),
    )
    content_note = models.CharField(
        _("content note"),
        max_length=400,
        blank=True,
        help_text=_("Before attack, harassment or loss. Remind people that they can stop."),
    )
    objectives = models.TextField(
        _("after this lesson you can"),
        blank=True,
        help_text=_("One objective a line, beginning with a verb."),
    )
    body = BodyField(verbose_name=_("lesson"), blank=True)
    is_delta = models.BooleanField(
        _("update lesson"),
        default=False,
        help_text=_(
            "10 to 20 minutes about a material change, for those who had completed the module before. Nobody else has to do it."
        ),
    )
    valid_as_of = models.DateField(_("valid as of"), null=True, blank=True)
    review_by = models.DateField(_("review by"), null=True, blank=True)

    class Meta:
        abstract = True

    mixin_panels = [
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("minutes"), FieldPanel("sensitivity")]),
        MinutesPanel(),
        FieldPanel("in_short"),
        FieldPanel("objectives"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("content_note")],
            heading=_("If the lesson touches attack, harassment or loss"),
            classname="collapsed",
        ),
    ]
    publication_panels = [
        ImpactPanel(),
        ChangeMixin.change_panel,
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("valid_as_of"), FieldPanel("review_by")])],
            heading=_("How long it holds"),
        ),
        MultiFieldPanel(
            [FieldPanel("min_seconds"), FieldPanel("is_delta")],
            heading=_("When it is complete"),
            classname="collapsed",
        ),
    ]
    base_form_class = LessonForm
    mixin_search_fields = [index.SearchField("summary"), index.SearchField("body")]

    @property
    def objective_list(self) -> list[str]:
        return [line.strip() for line in self.objectives.splitlines() if line.strip()]

    @property
    def shown_minutes(self) -> int:
        """The minutes that learners see: what the author says, else what is counted. The row keeps them on publish."""
        return self.minutes or reckoning.minutes_of(self)

    @property
    def lesson(self) -> Lesson:
        """The row this page shows; it appears on the first save."""
        if "lesson" not in self.__dict__:
            found = (
                Lesson.objects.select_related("module").filter(uuid=self.translation_key).first()
            )
            if found is None:  # previewed before its first save
                return Lesson(
                    uuid=self.translation_key,
                    module=self.get_parent().specific.module,
                    title=self.title,
                )
            self.__dict__["lesson"] = found
        return self.__dict__["lesson"]

    def save(self, *args, **kwargs):
        found = super().save(*args, **kwargs)
        if not Lesson.objects.filter(uuid=self.translation_key).exists():
            module = self.get_parent().specific.module
            Lesson.objects.create(
                uuid=self.translation_key,
                module=module,
                title=self.title,
                minutes=self.shown_minutes,
                sensitivity=self.sensitivity,
            )
        return found

    def get_sitemap_urls(self, request: HttpRequest | None = None):
        """A lesson that not everyone may read is not named to search engines either."""
        return super().get_sitemap_urls(request) if self.sensitivity == Sensitivity.OPEN else []

    def serve(self, request: HttpRequest, *args, **kwargs):
        refused = presenting.refusal(self, request)
        return refused or super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args, **kwargs):
        return super().get_context(request, *args, **kwargs) | presenting.lesson_context(
            self, request
        )
