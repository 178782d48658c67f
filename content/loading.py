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

from content import curriculum, localizing
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
from content.models.base import Keyed, Worded
from content.search import passages


def digest(values: Any) -> str:
    text = json.dumps(values, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def names_in(value: Any) -> list[list[str] | None]:
    """The names of the fields in a value that a digest is taken over, part by part."""
    parts = value if isinstance(value, list) else [value]
    return [sorted(part) if isinstance(part, dict) else None for part in parts]


def narrowed(value: Any, names: list[list[str] | None]) -> Any:
    """The value with no other fields than these; all of it if they are not known."""
    if not names:
        return value
    parts = value if isinstance(value, list) else [value]
    found = [
        {name: part[name] for name in part if name in names[n]}  # type: ignore[operator]
        if n < len(names) and isinstance(part, dict) and names[n] is not None
        else part
        for n, part in enumerate(parts)
    ]
    return found if isinstance(value, list) else found[0]


@dataclass
class Loader:
    """One run. `counts` is {(kind, "created" | "updated" | "unchanged" | "conflict"): n}.

    in_step   whether the site says already what the files say of a record: they may come from an export
    """

    at: dt.datetime
    in_step: Callable[[str, str], bool] = lambda kind, key: False
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
            return self.count(kind, "unchanged")
        if exists and self.in_step(kind, key):
            self._remember(kind, key, current(), wanted)
            return self.count(kind, "unchanged")
        if exists and (
            record is None or digest(narrowed(current(), record.fields)) != record.digest
        ):
            self.conflicts.append(
                f"{kind} {key}: changed by an editor and in the files; the editor's version stays."
            )
            return self.count(kind, "conflict")
        apply()
        self._remember(kind, key, current(), wanted)
        self.count(kind, "updated" if exists else "created")
        return True

    def _remember(self, kind: str, key: str, values: Any, source_digest: str) -> None:
        self.known[kind, key], _created = LoadedRecord.objects.update_or_create(
            kind=kind,
            key=key,
            defaults={
                "digest": digest(values), "fields": names_in(values), "source_digest": source_digest, "loaded_at": self.at,
            },
        )  # fmt: skip

    def count(self, kind: str, outcome: str) -> bool:
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

    def put_known(self, written: dict[tuple[str, str], tuple[str, str]]) -> None:
        """Remember many records at once: {(kind, key): (digest of the values, digest of the files)}."""
        rows = [
            LoadedRecord(kind=kind, key=key, digest=one, source_digest=other, loaded_at=self.at)
            for (kind, key), (one, other) in written.items()
        ]
        LoadedRecord.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["kind", "key"],
            update_fields=["digest", "source_digest", "loaded_at"],
            batch_size=300,
        )
        self.known.update({(row.kind, row.key): row for row in rows})


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
    for language, said in found.translations.items():
        load_words(said, loader, locale_of(language, loader))


WORDED: dict[str, tuple[type[Worded], str]] = {
    "action": (Action, "actions"), "source": (Source, "sources"), "topic": (Topic, "topics"), "fact": (Fact, "facts"),
    "recommendation": (Recommendation, "recommendations"), "guidance": (Guidance, "guidance"), "case": (Case, "cases"),
    "checklist": (Checklist, "checklists"), "term": (Term, "terms"), "area": (Area, "areas"), "level": (Level, "levels"),
    "profile": (Profile, "profiles"),
}  # fmt: skip


def locale_of(language: str, loader: Loader) -> Locale | None:
    """The language of a folder of translations, if this site has it. Without it, the folder is left out and that is said."""
    locale = Locale.objects.filter(language_code=language).first()
    if locale is None:
        note = f"{language}: this site does not have the language; its translations are left out."
        if note not in loader.conflicts:
            loader.conflicts.append(note)
    return locale


def load_words(said: "curriculum.Translation", loader: Loader, locale: Locale | None) -> None:
    """Records in another language: words only, many at once, and never over an editor's later change."""
    if locale is None:
        return
    pairs: list = []
    for kind, (model, name) in WORDED.items():
        records = getattr(said, name)
        if records:
            pairs += _load_words(kind, model, records, loader, locale)
    loader.conflicts += localizing.keep(pairs, locale, at=loader.at)


def _load_words(kind, model, records, loader: Loader, locale: Locale) -> list[tuple[Any, Any]]:
    """The rows of one model. Returns (original, translation) of those that were written."""
    name, kind = ("level" if model is Level else "key"), f"{kind} {locale.language_code}"
    originals = {getattr(one, name): one for one in model.originals.all()}
    rows = {getattr(one, name): one for one in model.objects.filter(locale=locale)}
    fresh, changed, pairs, written = [], [], [], {}
    for key, record in records.items():
        words = {one: _plain(getattr(record, one)) for one in model.words}
        row, known, wanted = rows.get(key), loader.known.get((kind, str(key))), digest(words)
        if row and known and known.source_digest == wanted:
            loader.count(kind, "unchanged")
            continue
        if row and {one: getattr(row, one) for one in words} == words:
            loader.count(kind, "unchanged")
            written[kind, str(key)] = (wanted, wanted)
            continue
        if row and (
            known is None or digest({one: getattr(row, one) for one in words}) != known.digest
        ):
            loader.conflicts.append(
                f"{kind} {key}: changed by an editor and in the files; the editor's version stays."
            )
            loader.count(kind, "conflict")
            continue
        loader.count(kind, "updated" if row else "created")
        (changed if row else fresh).append(row := row or _follower(originals[key], locale))
        for one, value in words.items():
            setattr(row, one, value)
        pairs.append((originals[key], row))
        written[kind, str(key)] = (wanted, wanted)
        if issubclass(model, Keyed):
            passages.changed(model.kind, key)
    model.objects.bulk_create(fresh, batch_size=200)
    model.objects.bulk_update(changed, list(model.words), batch_size=200)
    loader.put_known(written)
    return pairs


def _follower(original: Worded, locale: Locale) -> Worded:
    """A new row in another language; what is not words is the original's."""
    row = type(original)()
    for one in original._meta.concrete_fields:
        if not one.primary_key:
            setattr(row, one.attname, getattr(original, one.attname))
    row.locale = locale
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [{"key": one.key, "text": one.text} if hasattr(one, "key") else one for one in value]
    return value


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
