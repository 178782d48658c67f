"""What module and lesson pages need that is the same for every learner, kept between requests.

A frame is dropped when a page of a module is published, moved or withdrawn, and when the knowledge base changes.
Other processes follow after LIFETIME at the latest; what a learner may do is never decided from here.
"""

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import transaction
from django.utils.translation import get_language

from content import evidence
from content.links import Linked, with_reason
from content.models.base import source_language
from modules import conf, harvesting
from modules.activities.base import ActivityBlock
from modules.models import Activity, Lesson, Module, ModuleVersion
from modules.pages_lookup import (
    Place,
    address,
    all_pages,
    module_page,
    newer_original,
    source_of,
    urls_of,
)
from modules.updates import Update, material

LIFETIME = 60  # seconds
STAMP = "stoa_modules.stamp"
BLANK = re.compile(
    r"\s*\n\s*"
)  # a lesson is sent often; the blank lines of its templates need not be


@dataclass(frozen=True)
class Line:
    """A lesson as outlines list it."""

    key: uuid.UUID
    title: str
    url: str
    minutes: int
    sensitivity: str
    is_delta: bool = False
    language: str = ""
    original: Place | None = None  # of a translation, if it is newer


@dataclass
class Frame:
    """A module as it is for everybody: its lessons in order, live activities, newest version, material versions."""

    module: Module
    version: ModuleVersion | None
    url: str
    title: str
    lines: list[Line]
    activities: list[Activity]
    updates: list[Update] = field(default_factory=list)
    delta_urls: dict[uuid.UUID, str] = field(default_factory=dict)
    language: str = ""  # of the title
    original: Place | None = None  # of a translated module page, if it is newer

    def of_lesson(self, key: uuid.UUID) -> list[Activity]:
        return [
            activity
            for activity in self.activities
            if activity.lesson and activity.lesson.uuid == key
        ]


@dataclass
class Part:
    """A piece of a lesson's body: finished HTML, or an activity block with its plain value."""

    html: str = ""
    kind: str = ""
    block_id: str = ""
    value: dict[str, Any] = field(default_factory=dict)


@dataclass
class Body:
    """A lesson's body without anything of the learner: parts in order, and what it rests on."""

    parts: list[Part]
    evidence: evidence.Evidence
    note: str
    links: list[Linked] = field(default_factory=list)


def _cache():
    return caches[conf.CACHE if conf.CACHE in settings.CACHES else "default"]


def _key(*parts: object) -> str:
    stamp = _cache().get_or_set(STAMP, lambda: uuid.uuid4().hex, None)
    return ":".join(["stoa_modules", stamp, get_language() or "", *(str(part) for part in parts)])


def forget() -> None:
    """Drop every frame of this process, now and once more when the transaction commits."""
    _cache().set(STAMP, uuid.uuid4().hex, None)
    transaction.on_commit(lambda: _cache().set(STAMP, uuid.uuid4().hex, None))


def recall(*parts: object) -> Any:
    """What was kept under these parts in the active language since the last change, or None."""
    return _cache().get(_key(*parts))


def keep(*parts: object, value: Any, lifetime: int | None = LIFETIME) -> None:
    _cache().set(_key(*parts), value, lifetime)


def of_module(module_id: int) -> Frame:
    return _cache().get_or_set(_key("module", module_id), lambda: _build(module_id), LIFETIME)


def of_lesson(key: uuid.UUID) -> Frame:
    """The frame of the module that a lesson belongs to. Raises Lesson.DoesNotExist."""
    found = _cache().get_or_set(
        _key("lesson", key),
        lambda: Lesson.objects.values_list("module_id", flat=True).get(uuid=key),
        LIFETIME,
    )
    return of_module(found)


def _build(module_id: int) -> Frame:
    module = Module.objects.get(pk=module_id)
    page = module_page(module)
    updates = material([module_id])
    deltas = {update.delta for update in updates if update.delta}
    source = source_of(page) if page else None
    if page and page.locale.language_code != source_language():
        module.title, module.summary = page.title, page.summary
    return Frame(
        module=module,
        version=module.versions.order_by("-number").defer("structure").first(),
        url=address(page) if page else "",
        title=page.title if page else module.title,
        language=page.locale.language_code if page else "",
        original=newer_original(page, source) if page and source else None,
        lines=_lines(source) if source else [],
        activities=list(
            module.activities.filter(is_live=True)
            .select_related("lesson")
            .order_by("position", "id")
        ),
        updates=updates,
        delta_urls=urls_of(deltas) if deltas else {},
    )


def _lines(source) -> list[Line]:
    """Lessons below the source of a module page, each as its page in the active language says it, if there is one.

    Whatever page type the host uses. What a lesson asks (minutes, who may read it) is what its source says.
    """
    children = source.get_children().live().order_by("path").specific(defer=True)
    said = _translated(children) if get_language() != source.locale.language_code else {}
    minutes = _minutes([child.translation_key for child in children])
    found = {}
    for model in {type(child) for child in children}:
        own = model.objects.filter(pk__in=[c.pk for c in children]).select_related("locale")
        for child in own.defer("body"):
            shown = said.get(child.translation_key, child)
            found[child.pk] = Line(
                child.translation_key, shown.title, address(shown),
                child.minutes or minutes.get(child.translation_key, 0), child.sensitivity,
                child.is_delta, shown.locale.language_code, newer_original(shown, child),
            )  # fmt: skip
    return [found[child.pk] for child in children if child.pk in found]


def _minutes(keys: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    """As the rows keep them since the last publication: counted, where the author gave none (modules.reckoning)."""
    return dict(Lesson.objects.filter(uuid__in=keys).values_list("uuid", "minutes"))


def _translated(children) -> dict[uuid.UUID, Any]:
    pages = (
        all_pages()
        .live()
        .filter(
            translation_key__in=[child.translation_key for child in children],
            locale__language_code=get_language(),
        )
    )
    return {page.translation_key: page for page in pages.select_related("locale")}


def body_of(page) -> Body:
    """A lesson's body, kept by publication; a newer draft or publication has another key."""
    published = page.last_published_at.timestamp() if page.last_published_at else ""
    key = _key("body", page.pk, page.live_revision_id, page.latest_revision_id, published)
    return _cache().get_or_set(key, lambda: build_body(page), LIFETIME * 5)


def build_body(page, draft: bool = False) -> Body:
    """The body as the page stands now. A draft's quizzes keep their questions, to be shown as a sample."""
    found = evidence.gather(harvesting.harvest(page))
    # A fact that has a block of its own needs no second card beside the text.
    found.shown.update(
        c.value["fact"].key for c in page.body if c.block_type == "fact" and c.value["fact"]
    )
    parts, note = [], ""
    for child in page.body:
        if isinstance(child.block, ActivityBlock):
            parts.append(
                Part(
                    kind=child.block_type,
                    block_id=str(child.id),
                    value=child.block.plain(child.value) | (_sample(child) if draft else {}),
                )
            )
        elif child.block_type == "advice":
            note = child.value["note"]
        else:
            html = str(child.render({"evidence": found, "block_id": child.id}))
            parts.append(Part(html=BLANK.sub("\n", html).strip()))
    said = with_reason(("lessons", str(page.translation_key)), AnonymousUser())
    return Body(parts, found, note, said)


def _sample(child) -> dict[str, Any]:
    return (
        {name: child.value[name] for name in ("questions", "draw")}
        if child.block_type == "quiz"
        else {}
    )
