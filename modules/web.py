"""This app's part of the web of evidence: its things by kind and key, and what of it a record touches."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import PageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from content import impact, reviewing, things
from content.impact import Touched
from content.models.base import Keyed
from content.studio import links as linking
from content.studio.links import Chooser
from content.things import Kind, Thing
from modules.backlinks import MODULE_FIELD, QUESTION_FIELD, lessons_on
from modules.models import (
    Activity,
    ActivityKind,
    Lesson,
    Module,
    Outcome,
    Question,
    QuestionStatus,
    Scenario,
)
from modules.models.structure import readable_by
from modules.pages_lookup import address, all_pages, page_type
from modules.pages_mixins import LessonPageMixin

LESSONS, QUESTIONS, OUTCOMES = "lessons", "questions", "outcomes"
MODULES, ARTEFACTS, SCENARIOS = "modules", "artefacts", "scenarios"


def is_key(key: str) -> bool:
    try:
        uuid.UUID(key)
    except ValueError:
        return False
    return True


def uuids(keys: Collection[str]) -> list[str]:
    return [key for key in keys if is_key(key)]


# Pages of many things at once


class Places:
    """Pages of things by their uuid: the public address, the way to edit them, and whose they are. Three queries.

    for_staff   one query: a page under Wagtail's privacy setting has an address as well
    """

    def __init__(self, keys: Iterable[Any], *, for_staff: bool = False) -> None:
        pages = list(
            all_pages()
            .live()
            .filter(translation_key__in=set(keys), alias_of=None)
            .select_related("locale")
            .order_by("pk")
        )
        self.pages: dict[uuid.UUID, Any] = {}
        self.read: dict[uuid.UUID, Any] = {}  # in the reader's language where there is one
        for page in pages:
            self.pages.setdefault(page.translation_key, page)  # the oldest is the source
            if page.locale.language_code == get_language():
                self.read[page.translation_key] = page
        self.open = {page.pk for page in pages}
        if pages and not for_staff:
            shown = all_pages().public().filter(pk__in=self.open)
            self.open = set(shown.values_list("pk", flat=True))

    def url(self, key: uuid.UUID) -> str:
        page = self.read.get(key) or self.pages.get(key)
        return address(page) if page and page.pk in self.open else ""

    def title(self, key: uuid.UUID) -> str:
        """What it is called in the reader's language; empty if it has no page there."""
        page = self.read.get(key)
        return page.title if page else ""

    def edit_url(self, key: uuid.UUID) -> str:
        page = self.pages.get(key)
        return _reverse("wagtailadmin_pages:edit", page.pk) if page else ""

    def owner_id(self, key: uuid.UUID) -> int | None:
        page = self.pages.get(key)
        return page.owner_id if page else None


def _reverse(name: str, *args) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:  # a host without the studio
        return ""


# Things by kind and key


def may_see_questions(user) -> bool:
    """Which questions rest on something would tell a learner what is asked."""
    return user is None or user.has_perm("stoa_modules.change_question")


def as_things(
    rows: Iterable[Lesson | Module], kind: str = LESSONS, places: Places | None = None
) -> list[Thing]:
    """Lessons, or modules, that have a page, as things."""
    rows = list(rows)
    if not rows:
        return []
    places = places or Places(row.uuid for row in rows)
    return [
        Thing(
            kind=kind, key=str(row.uuid), title=_title(row, places), url=places.url(row.uuid), edit_url=places.edit_url(row.uuid),
            owner_id=places.owner_id(row.uuid), note=str(row.module) if isinstance(row, Lesson) else "",
        )
        for row in rows
        if row.uuid in places.pages
    ]  # fmt: skip


def _title(row: Lesson | Module, places: Places) -> str:
    words = places.title(row.uuid)
    if not words:
        return str(row)
    return f"{row.code} {words}".strip() if isinstance(row, Module) else words


def question_things(questions: Iterable[Question]) -> list[Thing]:
    return [
        Thing(
            kind=QUESTIONS, key=str(one.uuid), title=str(one), note=str(one.module), owner_id=one.author_id,
            edit_url=_reverse("wagtailsnippets_stoa_modules_question:edit", one.pk),
        )
        for one in questions
    ]  # fmt: skip


def lessons_for(user) -> QuerySet[Lesson]:
    lessons = Lesson.objects.filter(is_live=True).select_related("module")
    if user is not None:
        lessons = lessons.filter(sensitivity__in=readable_by(user))
    return lessons.order_by("module__code", "position", "pk")


def find_lessons(keys: Collection[str], user) -> list[Thing]:
    return _readable(as_things(lessons_for(user).filter(uuid__in=uuids(keys))), user)


def _readable(found: list[Thing], user) -> list[Thing]:
    """Without what Wagtail's privacy setting keeps from everybody, for people who have no business in the studio."""
    if user is None or user.has_perm("wagtailadmin.access_admin"):
        return found
    return [thing for thing in found if thing.url]


def find_modules(keys: Collection[str], user) -> list[Thing]:
    return _readable(as_things(Module.objects.filter(uuid__in=uuids(keys)), MODULES), user)


def find_questions(keys: Collection[str], user) -> list[Thing]:
    if not may_see_questions(user):
        return []
    found = Question.objects.filter(uuid__in=uuids(keys)).select_related("module")
    return question_things(found.defer("answers"))


def find_outcomes(keys: Collection[str], user) -> list[Thing]:
    outcomes = list(Outcome.objects.filter(key__in=keys).select_related("module"))
    places = Places(one.module.uuid for one in outcomes)
    return [
        Thing(OUTCOMES, one.key, one.text, url, note=str(one.module))
        for one in outcomes
        if (url := places.url(one.module.uuid)) or user is None or one.module.is_planned
    ]


def find_artefacts(keys: Collection[str], user) -> list[Thing]:
    labels = None if user is None else readable_by(user)
    rows = Activity.objects.filter(
        uuid__in=uuids(keys), kind=ActivityKind.ARTEFACT, is_live=True
    ).select_related("lesson", "module")
    shown = [
        row
        for row in rows
        if labels is None or row.lesson is None or row.lesson.sensitivity in labels
    ]
    places = Places(row.lesson.uuid for row in shown if row.lesson)
    return [
        Thing(
            ARTEFACTS, str(row.uuid), row.title or str(row.module),
            places.url(row.lesson.uuid) if row.lesson else "", note=str(row.module),
            edit_url=places.edit_url(row.lesson.uuid) if row.lesson else "",
        )
        for row in shown
    ]  # fmt: skip


def find_scenarios(keys: Collection[str], user) -> list[Thing]:
    found = Scenario.objects.filter(key__in=keys, live=True)
    if user is not None:
        found = found.filter(sensitivity__in=readable_by(user))
    return [
        Thing(
            SCENARIOS, one.key, f"{one.key} {one.title}", _reverse("stoa_modules:scenario", one.key),
            _reverse("wagtailsnippets_stoa_modules_scenario:edit", one.pk),
        )
        for one in found
    ]  # fmt: skip


things.provide(Kind(LESSONS, _("Lesson"), _("Lessons"), find_lessons))
things.provide(Kind(MODULES, _("Module"), _("Modules"), find_modules))
things.provide(Kind(QUESTIONS, _("Question"), _("Questions"), find_questions))
things.provide(Kind(OUTCOMES, _("Learning outcome"), _("Learning outcomes"), find_outcomes))
things.provide(Kind(ARTEFACTS, _("Artefact"), _("Artefacts"), find_artefacts))
things.provide(Kind(SCENARIOS, _("Scenario"), _("Scenarios"), find_scenarios))


# What a record touches


def modules_on(record: Keyed) -> QuerySet[Module]:
    """Modules with such a lesson, or that name the record themselves."""
    wanted = Q(pk__in=lessons_on(record).values("module"))
    if name := MODULE_FIELD.get(type(record)):
        wanted |= Q(pk__in=Module.objects.filter(**{name: record}).order_by().values("pk"))
    return Module.objects.filter(wanted)


@impact.provide
def touched(record: Keyed, user) -> list[Touched]:
    """Lessons, questions and modules. Four queries."""
    lessons = list(lessons_for(user).filter(pk__in=lessons_on(record).values("pk")))
    modules = list(modules_on(record))
    places = Places((one.uuid for one in (*lessons, *modules)), for_staff=True)
    found = as_things(lessons, LESSONS, places)
    result = [Touched(_("Lessons"), len(found), found, is_reviewed=True)]
    name = QUESTION_FIELD.get(type(record))
    if name and may_see_questions(user):
        rows = Question.objects.filter(**{name: record}).exclude(status=QuestionStatus.WITHDRAWN)
        rows = rows.distinct().select_related("module").defer("answers").order_by("module", "pk")
        questions = question_things(rows)
        result.append(Touched(_("Questions"), len(questions), questions, is_reviewed=True))
    named = as_things(modules, MODULES, places)
    return [*result, Touched(_("Modules"), len(named), named)]


@reviewing.provide_overdue
def lessons_past_review(on: dt.date) -> list[tuple[Thing, dt.date]]:
    """Live lesson pages past their own review date, in the source language. Three queries."""
    model = page_type(LessonPageMixin)
    pages = model._default_manager.live().filter(review_by__lt=on, alias_of=None)
    days: dict[uuid.UUID, dt.date] = {}
    for key, day in pages.order_by("pk").values_list("translation_key", "review_by"):
        days.setdefault(key, day)
    found = as_things(Lesson.objects.filter(is_live=True, uuid__in=days).select_related("module"))
    return [(thing, days[uuid.UUID(thing.key)]) for thing in found]


def delta_lessons() -> list[tuple[uuid.UUID, str]]:
    """Lessons that a material change of a record may carry."""
    lessons = Lesson.objects.filter(is_live=True, is_delta=True).select_related("module")
    return [(lesson.uuid, f"{lesson.module.code} {lesson.title}") for lesson in lessons]


# Choosing them in the form of a record


def _lesson_page(key: str) -> int | None:
    model = page_type(LessonPageMixin)
    found = model._default_manager.filter(translation_key=key, alias_of=None).order_by("pk")
    return found.values_list("pk", flat=True).first() if is_key(key) else None


def _question(key: str) -> int | None:
    found = Question.objects.filter(uuid=key) if is_key(key) else Question.objects.none()
    return found.values_list("pk", flat=True).first()


def _outcomes() -> list[tuple[str, str]]:
    return [(one.key, f"{one.key} {one.text}") for one in Outcome.objects.all()]


def _artefacts() -> list[tuple[str, str]]:
    found = Activity.objects.filter(kind=ActivityKind.ARTEFACT, is_live=True).select_related(
        "module"
    )
    return [(str(one.uuid), f"{one.module.code} {one.title}") for one in found]


def provide_choosers() -> None:
    """Called by this app's part of the studio, for the choosers are Wagtail's."""
    linking.provide(
        Chooser(
            LESSONS,
            lambda: PageChooserBlock(page_type(LessonPageMixin)),
            lambda page: str(page.translation_key),
            _lesson_page,
        )
    )
    linking.provide(
        Chooser(
            QUESTIONS, lambda: SnippetChooserBlock(Question), lambda one: str(one.uuid), _question
        )
    )
    linking.provide(linking.listed(OUTCOMES, _outcomes))
    linking.provide(linking.listed(ARTEFACTS, _artefacts))
