"""From a published page to rows: module, lessons, activities, evidence, versions (design decisions 1 to 3)."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.db.models.functions import Mod
from wagtail.models import AbstractPage

from content import localizing
from content.events import announce
from content.models import Case, Change, Fact, Guidance, Recommendation, Term
from content.models.base import Keyed
from modules import frames, harvesting, identity, updates
from modules.backlinks import lessons_on
from modules.blocks.rules import plain_rules
from modules.models import Activity, ActivityKind, ChangeClass, Lesson, Module, ModuleVersion
from modules.pages_lookup import all_pages
from modules.pages_mixins import LessonPageMixin, ModulePageMixin
from modules.signals import structure_changed

PLACES = 1_000
"""Room for the activities of a lesson in the order of its module."""

EVIDENCE = {
    "facts": Fact,
    "recommendations": Recommendation,
    "guidance": Guidance,
    "cases": Case,
    "glossary": Term,
}


def follow(page: ModulePageMixin | LessonPageMixin, *, at: dt.datetime) -> ModuleVersion | None:
    """Bring the rows in line with a page that was just published. Returns the new version, if one was made.

    Only the page in the source language gives structure; a translation changes words, not what is required.
    Sends  structure_changed when what is required has changed or the change is not editorial.
    """
    if page.alias_of_id or not is_source(page):
        return None
    localizing.follow(page)
    if isinstance(page, LessonPageMixin):
        module = page.get_parent().specific.module
        left = Module.objects.filter(lessons__uuid=page.translation_key).exclude(pk=module.pk)
        left_before = left.first()
        follow_lesson(page, module)
        if left_before:
            new_version(left_before, change_class=ChangeClass.EDITORIAL, note="", at=at)
        return new_version(
            module,
            change_class=page.change_class,
            note=page.change_note,
            at=at,
            changed=[page.translation_key],
            delta=page.delta_lesson,
        )
    follow_module(page)
    return new_version(
        page.module,
        change_class=page.change_class,
        note=page.change_note,
        at=at,
        delta=page.delta_lesson,
    )


def is_source(page: AbstractPage) -> bool:
    """The oldest page of its translations is the source."""
    oldest = (
        all_pages()
        .filter(translation_key=page.translation_key)
        .order_by("pk")
        .values_list("pk", flat=True)
        .first()
    )
    return oldest == page.pk


def follow_move(page: ModulePageMixin | LessonPageMixin, *, at: dt.datetime) -> None:
    """A lesson page was moved: its lesson stands elsewhere now, with everything learners did in it.

    Only its place changes; a draft that waits on the page stays a draft.
    """
    if not isinstance(page, LessonPageMixin) or page.alias_of_id or not is_source(page):
        return
    module_page = page.get_parent().specific
    if not isinstance(module_page, ModulePageMixin):
        return
    lesson = Lesson.objects.select_related("module").get(uuid=page.translation_key)
    left, module = lesson.module, module_page.module
    if left != module:
        Lesson.objects.filter(pk=lesson.pk).update(module=module)
        Activity.objects.filter(lesson=lesson).update(module=module)
    order_lessons(module_page)
    for one in {left, module}:
        new_version(one, change_class=ChangeClass.EDITORIAL, note="", at=at)


def withdraw(page: ModulePageMixin | LessonPageMixin, *, at: dt.datetime) -> None:
    """A page was unpublished: nothing of it is required any more, and no record is lost."""
    if page.alias_of_id or not is_source(page):
        return
    if isinstance(page, LessonPageMixin):
        Lesson.objects.filter(uuid=page.translation_key).update(is_live=False)
        Activity.objects.filter(lesson__uuid=page.translation_key).update(is_live=False)
        module = Lesson.objects.select_related("module").get(uuid=page.translation_key).module
    else:
        module = page.module
        Activity.objects.filter(module=module, kind=ActivityKind.TEST).update(is_live=False)
    new_version(module, change_class=ChangeClass.MINOR, note="", at=at)


def follow_module(page: ModulePageMixin) -> None:
    module = page.module
    for name in (
        "code",
        "title",
        "summary",
        "hours_online",
        "hours_practice",
        "draw",
        "pass_percent",
        "attempts_before_pause",
        "pause_hours",
        "time_limit_minutes",
        "feedback_policy",
        "short_hours",
        "short_draw",
    ):
        setattr(module, name, getattr(page, name))
    module.draw_rules = plain_rules(page.draw_rules)
    module.is_planned = False
    module.save()
    _follow_test(module, identity.TEST, module.draw)
    _follow_test(module, identity.SHORT_TEST, module.short_draw)
    order_lessons(page)


def _follow_test(module: Module, name: str, draw: int) -> None:
    """The test of the whole module or of its short version. One that draws nothing is not there."""
    is_short = name == identity.SHORT_TEST
    known = Activity.objects.filter(uuid=identity.activity_uuid(module.uuid, name))
    if is_short and not draw and not known.exists():
        return
    known.update_or_create(
        uuid=identity.activity_uuid(module.uuid, name),
        defaults={
            "module": module, "lesson": None, "block_id": name, "kind": ActivityKind.TEST, "title": module.title,
            "position": 1_000_000, "is_required": draw > 0 and not is_short, "in_short": draw > 0 and is_short,
            "is_live": draw > 0, "config": {"draw": draw},
        },
    )  # fmt: skip


def order_lessons(module_page: AbstractPage) -> None:
    """Lessons stand in the order of their pages in the tree, and what is done in them with them."""
    keys = module_page.get_children().order_by("path").values_list("translation_key", flat=True)
    lessons = {lesson.uuid: lesson for lesson in Lesson.objects.filter(uuid__in=list(keys))}
    moved = []
    for place, key in enumerate(keys):
        if key in lessons and lessons[key].position != place:
            lessons[key].position = place
            moved.append(lessons[key])
    Lesson.objects.bulk_update(moved, ["position"])
    for lesson in moved:
        Activity.objects.filter(lesson=lesson).update(
            position=lesson.position * PLACES + Mod(F("position"), PLACES)
        )


def follow_lesson(page: LessonPageMixin, module: Module) -> Lesson:
    lesson, _created = Lesson.objects.update_or_create(
        uuid=page.translation_key,
        defaults={
            "module": module,
            "title": page.title,
            "minutes": page.shown_minutes,
            "sensitivity": page.sensitivity,
            "in_short": page.in_short,
            "is_live": True,
            "is_delta": page.is_delta,
        },
    )
    order_lessons(page.get_parent())
    lesson.refresh_from_db(fields=["position"])  # it may just have got its place
    _follow_activities(page, lesson)
    found = harvesting.harvest(page)
    for kind, model in EVIDENCE.items():
        name = "terms" if kind == "glossary" else kind
        getattr(lesson, name).set(model.originals.filter(key__in=found.of(kind)))
    return lesson


def _follow_activities(page: LessonPageMixin, lesson: Lesson) -> None:
    wanted: dict[Any, dict[str, Any]] = {
        lesson.uuid: {
            "kind": ActivityKind.READING,
            "title": lesson.title,
            "block_id": "",
            "is_required": not page.is_delta,
            "config": {"min_seconds": page.min_seconds} if page.min_seconds else {},
        }
    }
    for child in page.body:
        described = harvesting.describe(child)
        if described:
            wanted[identity.activity_uuid(lesson.uuid, child.id)] = described | {
                "block_id": str(child.id)
            }
            if page.is_delta:
                wanted[identity.activity_uuid(lesson.uuid, child.id)]["is_required"] = False
    for place, (key, fields) in enumerate(wanted.items()):
        Activity.objects.update_or_create(
            uuid=key,
            defaults=fields
            | {
                "module": lesson.module,
                "lesson": lesson,
                "in_short": lesson.in_short and fields["is_required"],
                "is_live": True,
                "position": lesson.position * PLACES + place,
            },
        )
    Activity.objects.filter(lesson=lesson).exclude(uuid__in=list(wanted)).update(
        is_live=False, is_required=False, in_short=False
    )


def follow_record(record: Keyed, change: Change) -> list[ModuleVersion]:
    """A material change of a record that carries a delta lesson: a version of every module with a lesson on the record.

    Without a delta lesson nothing is asked of learners: the texts are the same until an editor publishes them, and the
    review tasks ask the editors to.
    """
    delta = Lesson.objects.filter(uuid=change.lesson, is_live=True, is_delta=True).first()
    if change.change_class != ChangeClass.MATERIAL or delta is None:
        return []
    by_module: dict[int, list[Lesson]] = {}
    lessons = lessons_on(record).exclude(pk=delta.pk).select_related("module")
    for lesson in lessons.order_by("module_id", "position", "pk"):
        by_module.setdefault(lesson.module_id, []).append(lesson)
    made = [
        new_version(
            found[0].module,
            change_class=ChangeClass.MATERIAL,
            note=change.note,
            at=change.changed_at,
            changed=[lesson.uuid for lesson in found],
            delta=delta,
        )
        for found in by_module.values()
    ]
    return [version for version in made if version]


def structure_of(module: Module) -> dict[str, Any]:
    """What a module asks of its learners now."""
    live = module.activities.filter(is_live=True).order_by("position", "id")
    required, short = live.filter(is_required=True), live.filter(in_short=True)
    lessons = module.lessons.filter(is_live=True, is_delta=False).order_by("position", "id")
    facts = (
        Fact.originals.filter(lessons__in=lessons)
        .distinct()
        .order_by("key")
        .values_list("key", flat=True)
    )
    return {
        "required": [str(key) for key in required.values_list("uuid", flat=True)],
        "lessons": [
            {"uuid": str(key), "title": title}
            for key, title in lessons.values_list("uuid", "title")
        ],
        "facts": list(facts),
        "test": {"draw": module.draw, "pass_percent": module.pass_percent},
        **({"short": [str(key) for key in short.values_list("uuid", flat=True)]} if short else {}),
    }


def new_version(
    module: Module,
    *,
    change_class: str,
    note: str,
    at: dt.datetime,
    changed: Sequence[uuid.UUID] = (),
    delta: Lesson | None = None,
) -> ModuleVersion | None:
    """Freeze what the module asks now. An editorial change that asks for nothing new makes no version.

    changed   the lessons that were published, if it was not the module: what a material version asks people to read again
    delta     the lesson to do instead of reading those again
    """
    is_material = change_class == ChangeClass.MATERIAL
    frames.forget()
    structure = structure_of(module)
    newest = module.versions.order_by("-number").first()
    known = (
        {name: value for name, value in newest.structure.items() if name != "changed"}
        if newest
        else None
    )
    if known == structure and change_class == ChangeClass.EDITORIAL:
        return None
    version = ModuleVersion.objects.create(
        module=module,
        number=newest.number + 1 if newest else 1,
        change_class=change_class,
        note=note,
        structure=structure | {"changed": [str(key) for key in changed]},
        published_at=at,
        delta=delta if is_material else None,
        update_by=updates.deadline(at.date()) if is_material else None,
    )
    announce(structure_changed, module=module, version=version)
    return version
