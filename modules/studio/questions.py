"""The question bank in the studio: form, preview, history, and the addresses of a question's pages."""

from collections.abc import Callable

from django import forms
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel, ObjectList
from wagtail.admin.views.generic.mixins import RevisionsRevertMixin
from wagtail.snippets.views.snippets import (
    CopyView,
    CreateView,
    EditView,
    InspectView,
    SnippetViewSet,
)

from content.models import Fact, Guidance
from modules.models import ItemStatistics, Question
from modules.studio import (
    question_list,
    question_moves,
    question_status,
    regrading_pages,
    statistics,
    translation_pages,
)
from modules.studio.keys import KeyListField
from modules.studio.policies import policy


class QuestionForm(WagtailAdminModelForm):
    """Facts and guidance are named by key, as in the text of a lesson."""

    facts = KeyListField(
        Fact,
        label=gettext_lazy("Rests on facts"),
        help_text=gettext_lazy(
            "Their keys, for example F8.01, F8.02. Each has its page under Knowledge."
        ),
    )
    guidance = KeyListField(
        Guidance, label=gettext_lazy("Guidance"), help_text=gettext_lazy("Keys such as DG-18.")
    )

    def _post_clean(self):
        self.instance.is_sketch = getattr(self, "is_deferred_validation", False)
        super()._post_clean()


PANELS = ObjectList(
    [
        FieldPanel("module"),
        FieldPanel("kind"),
        FieldPanel("stem", widget=forms.Textarea(attrs={"rows": 4})),
        FieldPanel("answers"),
        FieldPanel("explanation", widget=forms.Textarea(attrs={"rows": 3})),
        FieldRowPanel([FieldPanel("difficulty"), FieldPanel("is_graded")]),
        MultiFieldPanel(
            [
                HelpPanel(
                    content=gettext_lazy(
                        "<p>Feedback shows the facts and links back to the lesson. A question whose fact is disputed, past review or without a source is not asked.</p>"
                    )
                ),
                FieldPanel("lesson"),
                FieldPanel("facts"),
                FieldPanel("guidance"),
                FieldPanel("outcome"),
                FieldPanel("tags"),
            ],
            heading=gettext_lazy("What it rests on"),
            classname="collapsed",
        ),
    ],
    base_form_class=QuestionForm,
)


class SavedByHand:
    """A question is saved when its author says so: every save freezes what may be asked and ends a review."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.autosave_enabled = False

    @cached_property
    def overwrite_revision(self):
        return None


class QuestionCreateView(SavedByHand, CreateView):
    def get_initial(self):
        """A link from a lesson or a module fills in what it knows."""
        return super().get_initial() | {
            name: self.request.GET[name]
            for name in ("module", "lesson")
            if self.request.GET.get(name, "").isdigit()
        }

    def save_instance(self):
        self.form.instance.author = self.request.user
        return super().save_instance()


class QuestionCopyView(SavedByHand, CopyView):
    """A copy is a new draft: nothing of its status or its history comes along."""


class QuestionEditView(SavedByHand, EditView):
    def get_object(self, queryset=None):
        question = super().get_object(queryset)
        if not policy.user_has_permission_for_instance(self.request.user, "change", question):
            raise PermissionDenied
        return question

    def save_instance(self):
        return self.keep_history(super().save_instance, self.form.has_changed())

    def keep_history(self, save: Callable[[], Question], is_edit: bool) -> Question:
        """Save with the text before the first edit in the history, whatever brought it: a file, an import, a form.

        An edit ends a review.
        """
        with transaction.atomic():
            before = Question.objects.get(pk=self.form.instance.pk)
            if before.latest_revision_id is None:
                before.save_revision(clean=False, log_action=False, changed=False)
                self.form.instance.latest_revision_id = before.latest_revision_id
            saved = save()
            if is_edit:
                question_status.follow_edit(
                    question=saved, at=timezone.now(), user=self.request.user
                )
        return saved

    @cached_property
    def header_more_buttons(self):
        moves = question_moves.buttons_of(self.object, self.request.user)
        return [*moves, *super().header_more_buttons]


class QuestionRevertView(RevisionsRevertMixin, QuestionEditView):
    """An older text is put into the form and saved from there, as any edit is."""

    view_name = "revisions_revert"

    def save_instance(self):
        return self.keep_history(super().save_instance, is_edit=True)


class QuestionInspectView(InspectView):
    """The question with its key, read-only: for reviewers, and for authors of a question in use."""

    template_name = "stoa_modules/studio/question_inspect.html"

    def get_edit_url(self):
        if policy.user_has_permission_for_instance(self.request.user, "change", self.object):
            return super().get_edit_url()
        return None

    @cached_property
    def header_more_buttons(self):
        moves = question_moves.buttons_of(self.object, self.request.user)
        return [*moves, *super().header_more_buttons]

    def get_context_data(self, **kwargs):
        question = self.object
        row = ItemStatistics.objects.filter(pk=question.pk).first()
        late = statistics.unsound_facts([question], timezone.localdate())
        may_copy = policy.user_has_permission(self.request.user, "add")
        return super().get_context_data(**kwargs) | {
            "question": question,
            "item": statistics.of_row(row),
            "flags": [statistics.FLAGS[flag] for flag in statistics.of_row(row).flags],
            "median": statistics.median_seconds(row),
            "answer_lines": statistics.answer_lines(question, row),
            "least": statistics.LEAST_ANSWERS,
            "least_pairs": statistics.LEAST_PAIRS,
            "not_asked": statistics.not_asked(late.get(question.pk, [])),
            "regrades": question.regrades.all()[:5],
            "copy_url": reverse(
                Question.snippet_viewset.get_url_name("copy"), args=[quote(question.pk)]
            )
            if may_copy
            else "",
        }


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    menu_label = gettext_lazy("Questions")
    menu_name = "questions"
    menu_order = 110
    add_to_admin_menu = True
    copy_view_enabled = True
    inspect_view_enabled = True
    list_per_page = 20
    index_view_class = question_list.QuestionIndexView
    add_view_class = QuestionCreateView
    copy_view_class = QuestionCopyView
    edit_view_class = QuestionEditView
    revisions_revert_view_class = QuestionRevertView
    inspect_view_class = QuestionInspectView
    inspect_template_name = "stoa_modules/studio/question_inspect.html"
    edit_handler = PANELS
    list_display = question_list.LIST_DISPLAY
    list_export = question_list.QuestionIndexView.list_export
    filterset_class = question_list.QuestionFilterSet
    search_fields = ["stem", "key", "explanation"]
    search_backend_name = None
    ordering = ["module__code", "key", "pk"]

    def get_queryset(self, request):
        return Question.objects.select_related("module", "author", "item_statistics").defer(
            "answers", "explanation"
        )

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("move/<int:pk>/<slug:slug>/", question_moves.move, name="move"),
            path("regrade/<int:pk>/", regrading_pages.regrade, name="regrade"),
            path("translations/<int:pk>/", translation_pages.overview, name="translations"),
            path(
                "translations/<int:pk>/<slug:language>/", translation_pages.edit, name="translate"
            ),
        ]
