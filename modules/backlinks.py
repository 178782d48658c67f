"""What in this app rests on a record of the knowledge base."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Model, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content import backlinks, knowledge
from content.backlinks import Backlink
from content.models import Action, Area, Case, Fact, Guidance, Recommendation, Source, Term
from content.models.base import Keyed
from modules.models import Lesson, Module, Outcome, Question
from modules.models.structure import readable_by
from modules.pages_lookup import all_pages, urls_of

LESSON_FIELD: dict[type[Model], str] = {
    Fact: "facts", Recommendation: "recommendations", Guidance: "guidance", Case: "cases", Term: "terms", Source: "facts__sources",
}  # fmt: skip
MODULE_FIELD: dict[type[Model], str] = {
    Recommendation: "recommendations",
    Guidance: "guidance",
    Action: "actions",
}
OUTCOME_FIELD: dict[type[Model], str] = {Recommendation: "recommendations", Guidance: "guidance"}
QUESTION_FIELD: dict[type[Model], str] = {
    Fact: "facts",
    Guidance: "guidance",
    Source: "facts__sources",
}


def lessons_on(record: Keyed) -> QuerySet[Lesson]:
    """Live lessons that rest on a record or put it into practice."""
    name = LESSON_FIELD.get(type(record))
    if name is None:
        return Lesson.objects.none()
    return Lesson.objects.filter(is_live=True, **{name: record}).order_by().distinct()


@backlinks.provide
def from_modules(record, user) -> list[Backlink]:
    """Lessons, modules and outcomes this person may know of, and for editors the number of questions.

    Seven queries at most, whatever the number of records.
    """
    lessons, modules, outcomes = _lessons(record, user), _modules(record), _outcomes(record)
    urls = _public_urls(
        [thing.uuid for thing in (*lessons, *modules, *(one.module for one in outcomes))]
    )
    found = [
        Backlink(
            _("Lessons"),
            lesson.title,
            urls[lesson.uuid],
            str(lesson.module),
            "lessons",
            str(lesson.uuid),
            _said_of(record),
        )
        for lesson in lessons
        if lesson.uuid in urls
    ]
    found += [
        Backlink(
            _("Modules"),
            str(module),
            urls[module.uuid],
            "",
            "modules",
            str(module.uuid),
            "practises",
        )
        for module in modules
        if module.uuid in urls
    ]
    found += [
        Backlink(
            _("Learning outcomes"),
            one.text,
            urls[one.module.uuid],
            str(one.module),
            "outcomes",
            one.key,
            "practises",
        )
        for one in outcomes
        if one.module.uuid in urls
    ]
    return found + _questions(record, user)


@knowledge.provide_teaching
def lessons_and_modules_of(model: type[Model], ids: list[int], user) -> dict[int, list[Backlink]]:
    """Lessons that rest on each of many records; for an area, the modules with an outcome in it. Four queries."""
    if model is Area:
        outcomes = (
            Outcome.objects.filter(area__in=ids)
            .select_related("module")
            .order_by("module__code", "position")
        )
        return _linked(
            [(one.area_id, one.module, str(one.module), "") for one in outcomes], _("Modules")
        )
    if model not in LESSON_FIELD or model is Source:
        return {}
    name = LESSON_FIELD[model]
    lessons = _readable(
        Lesson.objects.annotate(record=F(f"{name}__pk")).filter(record__in=ids), user
    )
    return _linked(
        [(lesson.record, lesson, lesson.title, str(lesson.module)) for lesson in lessons],
        _("Lessons"),
    )


@knowledge.provide_lesson_count
def live_lessons(model: type[Model]):
    """How many live lessons rest on a record, as a subquery to annotate with."""
    name = LESSON_FIELD.get(model)
    if name is None:
        return None
    counted = Lesson.objects.filter(is_live=True, **{name: OuterRef("pk")}).order_by().values(name)
    return Subquery(counted.annotate(number=Count("pk", distinct=True)).values("number")[:1])


def _readable(lessons, user):
    return (
        lessons.filter(is_live=True, sensitivity__in=readable_by(user))
        .select_related("module")
        .order_by("module__code", "position", "pk")
    )


def _lessons(record, user) -> list[Lesson]:
    name = LESSON_FIELD.get(type(record))
    return list(_readable(Lesson.objects.filter(**{name: record}), user).distinct()) if name else []


def _modules(record) -> list[Module]:
    name = MODULE_FIELD.get(type(record))
    return list(Module.objects.filter(**{name: record}).distinct()) if name else []


def _outcomes(record) -> list[Outcome]:
    name = OUTCOME_FIELD.get(type(record))
    return (
        list(
            Outcome.objects.filter(**{name: record})
            .select_related("module")
            .order_by("module__code", "position")
        )
        if name
        else []
    )


def _said_of(record) -> str:
    """A lesson rests on a fact, a source, a case; it puts advice into practice."""
    return "practises" if record.kind in {"recommendations", "guidance"} else "rests_on"


def _questions(record, user) -> list[Backlink]:
    """Which questions rest on a fact would tell a learner what is asked, so only editors learn even the number."""
    name = QUESTION_FIELD.get(type(record))
    if name is None or not user.has_perm("stoa_modules.change_question"):
        return []
    number = Question.objects.filter(**{name: record}).distinct().count()
    words = ngettext(
        "%(number)s question of the bank", "%(number)s questions of the bank", number
    ) % {"number": number}
    return [Backlink(_("Questions"), words, "")] if number else []


def _public_urls(keys: Iterable[Any]) -> dict:
    """Addresses of the pages that Wagtail's privacy setting leaves to everyone; a restricted page is not even named."""
    keys = set(keys)
    if not keys:
        return {}
    urls = urls_of(keys)
    open_keys = set(
        all_pages()
        .live()
        .public()
        .filter(translation_key__in=keys)
        .values_list("translation_key", flat=True)
    )
    return {key: url for key, url in urls.items() if key in open_keys}


def _linked(
    found: list[tuple[int, Lesson | Module, str, str]], group: str
) -> dict[int, list[Backlink]]:
    """(record id, thing, title, note) → links by record id, each thing once a record."""
    urls = _public_urls(thing.uuid for _pk, thing, _title, _note in found)
    links: dict[int, list[Backlink]] = {}
    for pk, thing, title, note in found:
        link = Backlink(group, title, urls.get(thing.uuid, ""), note)
        if link.url and link not in links.setdefault(pk, []):
            links[pk].append(link)
    return links
