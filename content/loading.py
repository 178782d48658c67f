"""From the curriculum files into the knowledge base: keyed, safe to repeat, never over an editor's later change."""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import cached_property
from wagtail.models import Locale

from content import curriculum
from content.models import (
    Action,
    Area,
    Case,
    Checklist,
    Drawing,
    Expectation,
    Fact,
    Guidance,
    Level,
    LoadedRecord,
    Profile,
    Recommendation,
    Source,
    Term,
    Topic,
)
from content.models.base import Worded


def digest(values: Any) -> str:
    text = json.dumps(values, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Loader:
    """One run. `counts` is {(kind, "created" | "updated" | "unchanged" | "conflict"): n}."""

    at: dt.datetime
    counts: Counter = field(default_factory=Counter)
    conflicts: list[str] = field(default_factory=list)
    _known: dict[tuple[str, str], LoadedRecord] | None = None

    @property
    def known(self) -> dict[tuple[str, str], LoadedRecord]:
        if self._known is None:
            self._known = {
                (record.kind, record.key): record for record in LoadedRecord.objects.all()
            }
        return self._known

    @cached_property
    def locale(self) -> Locale:
        """The language that the files are written in."""
        return Locale.get_default()

    def put(
        self,
        kind: str,
        key: str,
        source: Any,
        *,
        exists: bool,
        current: Callable[[], Any],
        apply: Callable[[], None],
    ) -> bool:
        """Write one record if the file has changed and no editor has. Returns whether it was written.

        source   what the file says; `current` what the database says, `apply` writes it
        """
        record, wanted = self.known.get((kind, key)), digest(source)
        if exists and record and record.source_digest == wanted:
            return self._count(kind, "unchanged")
        if exists and (record is None or digest(current()) != record.digest):
            self.conflicts.append(
                f"{kind} {key}: changed by an editor and in the files; the editor's version stays."
            )
            return self._count(kind, "conflict")
        apply()
        self.known[kind, key], _created = LoadedRecord.objects.update_or_create(
            kind=kind,
            key=key,
            defaults={"digest": digest(current()), "source_digest": wanted, "loaded_at": self.at},
        )
        self._count(kind, "updated" if exists else "created")
        return True

    def _count(self, kind: str, outcome: str) -> bool:
        self.counts[kind, outcome] += 1
        return False

    def put_row(
        self,
        kind: str,
        model: type[models.Model],
        key: str,
        fields: dict[str, Any],
        links: dict[str, Iterable[str]] | None = None,
    ) -> None:
        """`put` for a plain row known by `key`: its fields, and its many-to-many links by key."""
        links = {name: sorted(keys) for name, keys in (links or {}).items()}
        rows = getattr(model, "originals", model._default_manager)
        if model not in self._existing:
            self._existing[model] = set(rows.values_list("key", flat=True))

        def current() -> Any:
            row = rows.get(key=key)
            found = {name: getattr(row, name) for name in fields}
            return [
                found,
                {name: sorted(getattr(row, name).values_list("key", flat=True)) for name in links},
            ]

        def apply() -> None:
            own = {"locale": self.locale} if issubclass(model, Worded) else {}
            row, _created = rows.update_or_create(
                key=key, defaults=fields, create_defaults=fields | own
            )
            for name, keys in links.items():
                related = getattr(row, name)
                related.set(related.model.originals.filter(key__in=keys))

        plain = {name: getattr(value, "key", value) for name, value in fields.items()}
        self.put(
            kind,
            key,
            [plain, links],
            exists=key in self._existing[model],
            current=current,
            apply=apply,
        )
        self._existing[model].add(key)

    _existing: dict[type[models.Model], set[str]] = field(default_factory=dict)


def load_knowledge(found: "curriculum.Curriculum", loader: Loader) -> None:
    """Actions, sources, topics, competences, facts, advice, cases, checklists, glossary and drawings."""
    _load_framework(found, loader)
    for source in found.sources.values():
        loader.put_row(
            "source", Source, source.key,
            {"title": source.title, "body": source.body, "year": source.year, "address": source.address, "says": source.says, "is_secondary": source.secondary},
        )  # fmt: skip
        _load_reference(source, loader)
    for action in found.actions.values():
        fields = {
            name: getattr(action, name)
            for name in ("number", "title", "problem", "aim", "published", "not_seen")
        }
        loader.put_row("action", Action, action.key, fields, {"sources": action.sources})
    _load_facts(found, loader)
    _load_advice(found, loader)
    for (module, file), text in found.figures.items():
        key = drawing_key(file)
        loader.put_row("drawing", Drawing, key, {"title": _drawing_title(key, module), "svg": text})


def _load_reference(source: "curriculum.Source", loader: Loader) -> None:
    """What makes a reference of a source. A record of its own, for most sources say nothing of it yet.

    A row that has nothing of it takes what the file says; anything else that is there is an editor's.
    """
    fields = {
        "csl_type": source.type, "authors": list(source.authors), "container": source.container, "issued": source.issued,
        "number": source.number, "doi": source.doi, "isbn": source.isbn, "accessed_on": source.accessed,
        "archived": source.archived, "licence": source.licence,
    }  # fmt: skip
    if not any(fields.values()) and ("reference", source.key) not in loader.known:
        return

    def current() -> list[Any]:
        row = Source.originals.get(key=source.key)
        return [getattr(row, name) for name in fields]

    loader.put(
        "reference",
        source.key,
        list(fields.values()),
        exists=any(current()),
        current=current,
        apply=lambda: Source.originals.filter(key=source.key).update(**fields) and None,
    )


def drawing_key(file: str) -> str:
    """`figures/m08-thirteen-steps.svg` → `m08-thirteen-steps`."""
    return file.rpartition("/")[2].removesuffix(".svg")


def _drawing_title(key: str, module: str) -> str:
    words = key.removeprefix(f"{module}-").replace("-", " ")
    return f"{module.upper()} {words}"


def _load_framework(found: "curriculum.Curriculum", loader: Loader) -> None:
    for place, topic in enumerate(found.topics.values()):
        loader.put_row("topic", Topic, topic.key, {"title": topic.title, "position": place})
    for area in found.areas.values():
        loader.put_row("area", Area, area.key, {"title": area.title})
    for place, profile in enumerate(found.profiles.values()):
        loader.put_row(
            "profile",
            Profile,
            profile.key,
            {"title": profile.title, "text": profile.text, "position": place},
        )
    for level in found.levels.values():
        Level.originals.update_or_create(
            level=level.level, defaults={"title": level.title, "text": level.text}
        )
    if Expectation.objects.count() != len(found.expectations):
        profiles = {profile.key: profile for profile in Profile.originals.all()}
        areas = {area.key: area for area in Area.originals.all()}
        for wanted in found.expectations:
            Expectation.objects.update_or_create(
                profile=profiles[wanted.profile],
                area=areas[wanted.area],
                defaults={"level": wanted.level},
            )


def _load_facts(found: "curriculum.Curriculum", loader: Loader) -> None:
    topics = {topic.key: topic for topic in Topic.originals.all()}
    for fact in found.facts.values():
        fields = {
            "topic": topics[fact.topic], "title": fact.title, "text": fact.text, "certainty": fact.certainty,
            "valid_as_of": fact.valid_as_of, "review_by": fact.review_by,
        }  # fmt: skip
        loader.put_row("fact", Fact, fact.key, fields, {"sources": fact.sources})


def _load_advice(found: "curriculum.Curriculum", loader: Loader) -> None:
    actions = {action.number: action.key for action in found.actions.values()}

    def links(advice) -> dict[str, Iterable[str]]:
        return {
            "actions": [actions[number] for number in advice.actions], "topics": advice.topics,
            "audiences": advice.audiences, "facts": advice.facts, "sources": advice.sources,
        }  # fmt: skip

    for advice in found.recommendations.values():
        fields: dict[str, Any] = {
            "title": advice.title,
            "text": advice.text,
            "levels": list(advice.levels),
            "basis_note": advice.basis_note,
        }
        loader.put_row("recommendation", Recommendation, advice.key, fields, links(advice))
    for item in found.guidance.values():
        fields = {
            "title": item.title,
            "text": item.text,
            "measures": list(item.measures),
            "reference": item.reference,
            "basis_note": item.basis_note,
        }
        loader.put_row("guidance", Guidance, item.key, fields, links(item))
    for case in found.cases.values():
        loader.put_row(
            "case",
            Case,
            case.key,
            {"title": case.title, "text": case.text},
            {"facts": case.facts, "sources": case.sources},
        )
    for checklist in found.checklists.values():
        points = [{"key": item.key, "text": item.text} for item in checklist.items]
        loader.put_row(
            "checklist",
            Checklist,
            checklist.key,
            {"title": checklist.title, "items": points},
            {"facts": checklist.facts},
        )
    for term in found.terms.values():
        fields = {
            "term": term.term,
            "definition": term.definition,
            "certainty": term.certainty,
            "also": list(term.also),
        }
        loader.put_row("term", Term, term.key, fields, {"facts": term.facts})
