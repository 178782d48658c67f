"""The list of the question bank: its columns, its filters, and what is written into a table of it."""

from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from taggit.models import Tag
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import BooleanColumn, Column, StatusTagColumn
from wagtail.snippets.views.snippets import IndexView

from modules.models import Question, QuestionStatus
from modules.studio import exchange, question_moves, statistics
from modules.studio.policies import policy


def authors(request):
    """The people whose questions stand in the bank."""
    wrote = Question.objects.filter(author__isnull=False).order_by().values("author")
    return get_user_model().objects.filter(pk__in=wrote)


def tags(request):
    return Tag.objects.filter(stoa_questions__isnull=False).distinct().order_by("name")


class QuestionFilterSet(WagtailFilterSet):
    author = django_filters.ModelChoiceFilter(label=gettext_lazy("Author"), queryset=authors)
    tag = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Tag"), field_name="tags", queryset=tags, to_field_name="slug"
    )
    fact = django_filters.CharFilter(
        label=gettext_lazy("Fact, by its key"), field_name="facts__key", lookup_expr="iexact"
    )
    flag = django_filters.ChoiceFilter(
        label=gettext_lazy("Look at it"), choices=list(statistics.FLAGS.items()), method="by_flag"
    )

    class Meta:
        model = Question
        fields = ["module", "kind", "status", "difficulty", "is_graded"]

    def by_flag(self, queryset, name, value):
        return queryset.filter(pk__in=statistics.flagged(value, timezone.localdate()))


class AnsweredColumn(Column):
    """How often a question was answered; a few answers are not counted out."""

    def get_value(self, instance):
        return statistics.of_question(instance).count


class LookColumn(Column):
    """What deserves a look: flags of the statistics, and why a question in use is not asked."""

    def get_value(self, instance):
        item = statistics.of_question(instance)
        said = [str(statistics.FLAGS[flag]) for flag in item.flags]
        resting = getattr(instance, "not_asked", "")
        return "; ".join([*said, *([resting] if resting else [])])


class QuestionIndexView(IndexView):
    @cached_property
    def header_buttons(self):
        return [*super().header_buttons, *exchange.header_buttons(self.request.user)]

    list_export = [
        "key", "module", "stem", "kind", "status", "difficulty", "is_graded", "author", "tags", "facts", "answered", "flags",
    ]  # fmt: skip
    export_headings = {
        "key": gettext_lazy("Key"), "module": gettext_lazy("Module"), "stem": gettext_lazy("Question"), "kind": gettext_lazy("Kind"),
        "status": gettext_lazy("Status"), "difficulty": gettext_lazy("Difficulty"), "is_graded": gettext_lazy("In tests"),
        "author": gettext_lazy("Author"), "tags": gettext_lazy("Tags"), "facts": gettext_lazy("Facts"),
        "answered": gettext_lazy("Answered"), "flags": gettext_lazy("Look at it"),
    }  # fmt: skip

    @cached_property
    def columns(self):
        return super().columns[
            1:
        ]  # no boxes to tick: the only bulk action is deleting, and nobody deletes a question

    def get_table(self, object_list):
        rows = list(object_list)
        late = statistics.unsound_facts(rows, timezone.localdate())
        for question in rows:
            question.not_asked = statistics.not_asked(late.get(question.pk, []))
        return super().get_table(rows)

    def get_queryset(self):
        found = super().get_queryset()
        return found.prefetch_related("tags", "facts") if self.is_export else found

    def to_row_dict(self, item: Question) -> dict[str, Any]:
        measured = statistics.of_question(item)
        return {
            "key": item.key or "",
            "module": str(item.module),
            "stem": item.stem,
            "kind": item.get_kind_display(),
            "status": item.get_status_display(),
            "difficulty": item.difficulty,
            "is_graded": _("yes") if item.is_graded else _("no"),
            "author": str(item.author or ""),
            "tags": ", ".join(sorted(tag.name for tag in item.tags.all())),
            "facts": ", ".join(sorted(fact.key for fact in item.facts.all())),
            "answered": measured.count,
            "flags": ", ".join(str(statistics.FLAGS[flag]) for flag in measured.flags),
        }

    def get_edit_url(self, instance):
        if policy.user_has_permission_for_instance(self.request.user, "change", instance):
            return super().get_edit_url(instance)
        return self.get_inspect_url(instance)

    def get_list_more_buttons(self, instance):
        moves = [
            MenuItem(
                question_moves.WORDS[action][0],
                url=url,
                icon_name=question_moves.ICONS[action],
                priority=25,
            )
            for url, action in question_moves.moves_of(instance, self.request.user)
        ]
        may_change = policy.user_has_permission_for_instance(self.request.user, "change", instance)
        known = super().get_list_more_buttons(instance)
        return [item for item in known if may_change or item.label != gettext_lazy("Edit")] + moves


LIST_DISPLAY = [
    "__str__",
    Column("module", label=gettext_lazy("Module"), sort_key="module__code"),
    Column("get_kind_display", label=gettext_lazy("Kind"), sort_key="kind"),
    StatusTagColumn(
        "get_status_display", label=gettext_lazy("Status"), sort_key="status",
        primary=lambda question: question.status == QuestionStatus.LIVE,
    ),
    Column("difficulty", label=gettext_lazy("Difficulty"), sort_key="difficulty"),
    BooleanColumn("is_graded", label=gettext_lazy("In tests"), sort_key="is_graded"),
    Column("author", label=gettext_lazy("Author")),
    AnsweredColumn("answered", label=gettext_lazy("Answered"), sort_key="item_statistics__answered"),
    LookColumn("look", label=gettext_lazy("Look at it")),
]  # fmt: skip
