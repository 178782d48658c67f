"""What of the knowledge base is taught in which module, and how each outcome is assessed. For the coverage page."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content import coverage
from content.coverage import NOTHING, Cell, Head, Matrix, Row, counted
from content.models import Guidance, Recommendation
from modules.models import (
    Activity,
    ActivityKind,
    Lesson,
    Module,
    Outcome,
    Question,
    QuestionStatus,
    Scenario,
    Sensitivity,
)
from modules.models.structure import readable_by
from modules.web import Places

TITLES = {
    "recommendations": gettext_lazy("Recommendations × modules"),
    "guidance": gettext_lazy("Design guidance × modules"),
}
NAMES = {
    "recommendations": gettext_lazy("Recommendation"),
    "guidance": gettext_lazy("Design guidance"),
}


@coverage.provide
def matrices(user) -> list[Matrix]:
    """Advice × modules and outcomes × assessments. Ten queries."""
    modules = list(
        Module.objects.order_by("code", "title").only("code", "title", "uuid", "is_planned")
    )
    places = Places(module.uuid for module in modules)
    is_staff = user.has_perm("wagtailadmin.access_admin")
    columns = [
        (module, Head(str(module.pk), f"{module.code} {places.title(module.uuid) or module.title}".strip(), places.url(module.uuid), module.code or str(module)[:8], module.is_planned))
        for module in modules
        if module.is_planned or is_staff or places.url(module.uuid)
    ]  # fmt: skip
    lessons, named = _taught(user)
    records = coverage.advice()
    found = [
        Matrix(
            key=kind,
            title=TITLES[kind],
            lead=gettext_lazy("How many lessons of each module put it into practice."),
            row_name=NAMES[kind],
            hole=gettext_lazy("No lesson yet"),
            columns=[head for _module, head in columns],
            rows=[
                Row(
                    Head(record.key, f"{record.key} {record.title}", record.get_absolute_url(), record.key),
                    [
                        Cell(lessons.get((kind, record.pk, module.pk), 0), (kind, record.pk, module.pk) in named)
                        for module, _head in columns
                    ],
                )
                for record in rows
            ],
            is_independent=True,
        )
        for kind, rows in records.items()
    ]  # fmt: skip
    return [*found, outcomes(user, places, is_staff)]


def _taught(user) -> tuple[dict[tuple, int], set[tuple]]:
    """{(kind, record, module): live lessons that this person may know of}, and what modules name. One query."""
    # Signing in opens the registered ones, and everyone may know it; those for verified roles are nobody else's to know.
    labels = {*readable_by(user), Sensitivity.REGISTERED}
    asked: list[Any] = []
    for model, name in ((Recommendation, "recommendations"), (Guidance, "guidance")):
        one = model._meta.model_name or ""
        in_lessons = getattr(Lesson, name).through._default_manager.filter(
            lesson__is_live=True, lesson__sensitivity__in=labels
        )
        asked.append(
            in_lessons.order_by()
            .annotate(what=Value(name))
            .values("what", f"{one}_id", "lesson__module_id")
            .annotate(n=Count("lesson_id", distinct=True))
            .values_list("what", f"{one}_id", "lesson__module_id", "n")
        )
        by_modules = getattr(Module, name).through._default_manager.order_by()
        asked.append(
            by_modules.annotate(what=Value(name), n=Value(0, output_field=IntegerField()))
            .values("what", f"{one}_id", "module_id", "n")
            .values_list("what", f"{one}_id", "module_id", "n")
        )
    lessons: dict[tuple, int] = {}
    named: set[tuple] = set()
    for what, record, module, n in asked[0].union(*asked[1:], all=True):
        if n:
            lessons[what, record, module] = n
        else:
            named.add((what, record, module))
    return lessons, named


def outcomes(user, places: Places, is_staff: bool) -> Matrix:
    """Outcomes × what assesses them. How many questions there are is told to people of the studio only. Three queries."""
    used = Question.objects.filter(status=QuestionStatus.LIVE, outcome=OuterRef("pk"))
    rows = list(
        Outcome.objects.select_related("module")
        .annotate(questions_in_use=counted(used, "outcome"))
        .order_by("module__code", "position")
    )
    by_artefact = _keys_of(
        Activity.objects.filter(kind=ActivityKind.ARTEFACT, is_live=True)
        .order_by()
        .values_list("config__outcomes", flat=True)
    )
    by_scenario = _keys_of(
        Scenario.objects.filter(live=True).order_by().values_list("document__outcomes", flat=True)
    )
    words = "" if is_staff else _("yes")
    return Matrix(
        key="outcomes",
        title=gettext_lazy("Learning outcomes × assessments"),
        lead=gettext_lazy("How it is found out that somebody can do it."),
        row_name=gettext_lazy("Learning outcome"),
        hole=gettext_lazy("Not assessed yet"),
        columns=[
            Head("questions", _("Questions"), short=_("Questions")),
            Head("artefacts", _("Artefact"), short=_("Artefact")),
            Head("scenarios", _("Scenario"), short=_("Scenario")),
        ],
        rows=[
            Row(
                Head(one.key, f"{one.module.code} {one.text}".strip(), places.url(one.module.uuid), one.key),
                [
                    Cell(one.questions_in_use, words=words if one.questions_in_use else ""),
                    Cell(by_artefact.get(one.key, 0)) if one.key in by_artefact else NOTHING,
                    Cell(by_scenario.get(one.key, 0)) if one.key in by_scenario else NOTHING,
                ],
            )
            for one in rows
            if is_staff or one.module.is_planned or places.url(one.module.uuid)
        ],
    )  # fmt: skip


def _keys_of(lists: Iterable[Any]) -> dict[str, int]:
    """How often each key stands in these lists."""
    found: dict[str, int] = {}
    for keys in lists:
        for key in keys if isinstance(keys, list) else ():
            found[key] = found.get(key, 0) + 1
    return found


coverage.provide_action_column(
    "modules",
    gettext_lazy("Modules"),
    counted(Module.actions.through._default_manager.filter(action=OuterRef("pk")), "action"),
)
coverage.provide_action_column(
    "lessons",
    gettext_lazy("Open lessons"),
    counted(
        Lesson.objects.filter(
            is_live=True, sensitivity="open", is_delta=False, module__actions=OuterRef("pk")
        ),
        "module__actions",
    ),
)
