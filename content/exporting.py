"""From the site back to the curriculum files: what is published, as the texts that the loader would read.

An `Export` starts from the files that were loaded last and lays over them what the site says today. What nobody
changed keeps its bytes; owner, licence, comments and everything else the site has no field for stay as they are.
The apps above add their part (modules/exporting.py, courses/exporting.py).
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.text import slugify

from content.curriculum import shapes, writing
from content.curriculum.writing import Data, Unordered, in_order
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
    LoadedFile,
    Profile,
    Recommendation,
    Source,
    Standing,
    Term,
    Topic,
)
from content.models.base import source_language

FOLDERS = ("knowledge", "modules", "courses")
ENDINGS = {".toml", ".md", ".svg", ".vtt"}

# table of a file: (shape, model, {field of the file: field of the site}, {field of the file: (link, what names its end)})
_ADVICE_LINKS = {
    "actions": ("actions", "number"), "topics": ("topics", "key"), "audiences": ("audiences", "key"),
    "facts": ("facts", "key"), "sources": ("sources", "key"),
}  # fmt: skip
_SOURCE = {"secondary": "is_secondary", "type": "csl_type", "accessed": "accessed_on"} | {
    name: name
    for name in (
        "title", "body", "year", "address", "says", "authors", "container", "issued", "number", "doi", "isbn",
        "archived", "licence",
    )
}  # fmt: skip
_LINKED: dict[str, tuple[str, str]] = {"facts": ("facts", "key"), "sources": ("sources", "key")}
TABLES: dict[str, tuple[type, type[models.Model], Mapping[str, str], Mapping[str, tuple[str, str]]]] = {
    "actions": (shapes.Action, Action, dict.fromkeys(("number", "title", "problem", "aim", "published", "not_seen"), ""), {"sources": ("sources", "key")}),
    "sources": (shapes.Source, Source, _SOURCE, {}),
    "topic": (shapes.Topic, Topic, {"title": ""}, {}),
    "facts": (shapes.Fact, Fact, dict.fromkeys(("title", "text", "certainty", "valid_as_of", "review_by"), ""), {"sources": ("sources", "key")}),
    "recommendations": (shapes.Recommendation, Recommendation, dict.fromkeys(("title", "text", "levels", "basis_note"), ""), _ADVICE_LINKS),
    "guidance": (shapes.Guidance, Guidance, dict.fromkeys(("title", "text", "measures", "reference", "basis_note"), ""), _ADVICE_LINKS),
    "cases": (shapes.Case, Case, {"title": "", "text": ""}, _LINKED),
    "checklists": (shapes.Checklist, Checklist, {"title": "", "items": ""}, {"facts": ("facts", "key")}),
    "terms": (shapes.Term, Term, dict.fromkeys(("term", "definition", "certainty", "also"), ""), {"facts": ("facts", "key")}),
    "areas": (shapes.Area, Area, {"title": ""}, {}),
    "levels": (shapes.Level, Level, {"title": "", "text": ""}, {}),
    "profiles": (shapes.Profile, Profile, {"title": "", "text": ""}, {}),
}  # fmt: skip
FILES = {
    "knowledge/actions.toml": ("actions",), "knowledge/sources.toml": ("sources",),
    "knowledge/recommendations.toml": ("recommendations",), "knowledge/guidance.toml": ("guidance",),
    "knowledge/cases.toml": ("cases",), "knowledge/checklists.toml": ("checklists",),
    "knowledge/glossary.toml": ("terms",), "knowledge/competences.toml": ("areas", "levels", "profiles"),
}  # fmt: skip


@dataclass
class Export:
    """The files to be. `notes` says, a line each, what is not in them and why."""

    files: dict[str, str]
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.before = dict(self.files)

    def data(self, path: str) -> Data:
        return tomllib.loads(self.files[path]) if path in self.files else {}

    def write(self, path: str, data: Mapping[str, Any]) -> None:
        self.files[path] = writing.toml(self.files.get(path), data)

    def note(self, line: str) -> None:
        if line not in self.notes:
            self.notes.append(line)

    @property
    def languages(self) -> list[str]:
        """The folders of translations there are."""
        return sorted({path.split("/")[0] for path in self.files} - set(FOLDERS))


def read_files(root: Path) -> dict[str, str]:
    """Every file of a curriculum folder by its path: the folders of records, also those of translations."""
    found = {}
    for folder in (*FOLDERS, *(f"*/{name}" for name in FOLDERS)):
        for top in sorted(root.glob(folder)):
            for file in sorted(top.rglob("*")):
                if file.is_file() and file.suffix in ENDINGS and file.name != "README.md":
                    found[file.relative_to(root).as_posix()] = file.read_text(encoding="utf-8")
    return dict(sorted(found.items()))


def loaded_files() -> dict[str, str]:
    """The files as they were loaded last."""
    return dict(LoadedFile.objects.order_by("path").values_list("path", "text"))


def keep_files(found: Mapping[str, str]) -> None:
    """Remember the files of a load, so that an export can say again what the site has no field for."""
    known = loaded_files()
    LoadedFile.objects.filter(path__in=known.keys() - found.keys()).delete()
    rows = [LoadedFile(path=p, text=text) for p, text in found.items() if known.get(p) != text]
    LoadedFile.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["path"], update_fields=["text"], batch_size=50
    )


def export_knowledge(export: Export) -> None:
    for path, tables in FILES.items():
        data = export.data(path)
        for name in tables:
            data[name] = _records(name, data.get(name, []))
        if path.endswith("competences.toml"):
            data["expectations"] = _expectations(data.get("expectations", []))
        if any(data.values()) or path in export.files:
            export.write(path, data)
    _export_facts(export)
    _export_drawings(export)
    for language in export.languages:
        _export_words(export, language)
    for fact in Fact.originals.filter(standing=Standing.DISPUTED):
        export.note(f"fact {fact.key}: it is disputed on this site; files do not say so.")
    for source in Source.originals.filter(is_withdrawn=True):
        export.note(f"source {source.key}: it is withdrawn on this site; files do not say so.")


def _records(name: str, base: list[Data], rows: Iterable[Any] | None = None) -> list[Data]:
    """The rows of a table in the order of the file, then those that are new, by key."""
    shape, model, _fields, links = TABLES[name]
    key = "level" if name == "levels" else "key"
    if rows is None:
        rows = model.originals.prefetch_related(*(link for link, _end in links.values()))  # type: ignore[attr-defined]
    known = {getattr(row, key): row for row in rows}
    found = [
        writing.merged(shape, one, record(name, known.pop(one[key])))
        for one in base
        if one[key] in known
    ]
    for row in sorted(known.values(), key=lambda row: in_order(getattr(row, key))):
        found.append(_whole(shape, record(name, row)))
    return found


def record(name: str, row: Any) -> Data:
    """What the site says of one record, with the names of the files."""
    _shape, _model, plain, links = TABLES[name]
    key = "level" if name == "levels" else "key"
    found: Data = {key: getattr(row, key)}
    for one, own in plain.items():
        found[one] = getattr(row, own or one)
    for one, (link, end) in links.items():
        found[one] = Unordered(getattr(other, end) for other in getattr(row, link).all())
    if name == "facts":
        found["topic"] = row.topic.key
    return found


def _whole(shape: type, said: Data) -> Data:
    """A record that no file had: all required fields, empty where the site has nothing for them."""
    found = writing.merged(shape, {}, said)
    empty = {"modules": []}
    names = [spec.name for spec in shape.__dataclass_fields__.values()]
    found |= {name: empty[name] for name in names if name in empty and name not in found}
    return {name: found[name] for name in names if name in found}


def _expectations(base: list[Data]) -> list[Data]:
    rows = {
        (one.profile.key, one.area.key): one.level
        for one in Expectation.objects.select_related("profile", "area")
    }
    found = [
        one | {"level": rows.pop((one["profile"], one["area"]))}
        for one in base
        if (one["profile"], one["area"]) in rows
    ]
    new = sorted(rows.items())
    return found + [{"profile": p, "area": area, "level": level} for (p, area), level in new]


def _export_facts(export: Export) -> None:
    topics = {topic.key: topic for topic in Topic.originals.all()}
    facts: dict[str, list[Fact]] = {}
    for fact in Fact.originals.select_related("topic").prefetch_related("sources"):
        facts.setdefault(fact.topic.key, []).append(fact)
    for path in [p for p in export.files if p.startswith("knowledge/facts/")]:
        data = export.data(path)
        topic = topics.pop(data["topic"]["key"], None)
        if topic is None:
            del export.files[path]
            continue
        data["topic"] = writing.merged(shapes.Topic, data["topic"], record("topic", topic))
        data["facts"] = _records("facts", data.get("facts", []), facts.get(topic.key, []))
        export.write(path, data)
    for key, topic in topics.items():
        number = "".join(one for one in key if one.isdigit()).zfill(2)
        path = f"knowledge/facts/{number}-{slugify(topic.title)[:50]}.toml"
        rows = _records("facts", [], facts.get(key, []))
        export.write(path, {"topic": record("topic", topic), "facts": rows})


def _export_drawings(export: Export) -> None:
    """Drawings where they lie. One that is new is written by the lesson or question that shows it."""
    svgs = dict(Drawing.objects.values_list("key", "svg"))
    for path in [p for p in export.files if p.endswith(".svg")]:
        key = path.rpartition("/")[2].removesuffix(".svg")
        if key in svgs:
            export.files[path] = svgs[key]
        else:
            del export.files[path]


def _export_words(export: Export, language: str) -> None:
    """The knowledge base in another language: keys and words."""
    for source_path in [p for p in export.files if p.startswith("knowledge/")]:
        path, data = f"{language}/{source_path}", {}
        tables = FILES.get(source_path, ("topic", "facts"))
        base, source = export.data(path), export.data(source_path)
        for name in tables:
            rows = _translated(name, language)
            said = source.get(name, [])
            wanted = [said] if isinstance(said, dict) else said
            known = base.get(name, [])
            written = _words(
                name, [known] if isinstance(known, dict) and known else known or [], rows, wanted
            )
            if written:
                data[name] = written[0] if name == "topic" else written
        if base or data:
            export.write(path, {**{k: v for k, v in base.items() if k not in tables}, **data})


def _translated(name: str, language: str) -> dict[Any, Any]:
    model = TABLES[name][1]
    key = "level" if name == "levels" else "key"
    if language == source_language():
        return {}
    return {
        getattr(row, key): row
        for row in model._default_manager.filter(locale__language_code=language)
    }


def _words(name: str, base: list[Data], rows: dict[Any, Any], source: list[Data]) -> list[Data]:
    """Translated records in the order of the source. A row whose words are all the source's is no translation yet."""
    shape, model, plain, _links = TABLES[name]
    key = "level" if name == "levels" else "key"
    own = {plain_of: one for one, plain_of in ((one, other or one) for one, other in plain.items())}
    known = {one[key]: one for one in base}
    order = [one[key] for one in base]
    order += [one[key] for one in source if one[key] not in known]
    found = []
    by_key = {one[key]: one for one in source}
    for record_key in order:
        row, original = rows.get(record_key), by_key.get(record_key)
        if row is None or original is None:
            continue
        said = {own[word]: getattr(row, word) for word in model.words if word in own}  # type: ignore[attr-defined]
        if record_key in known:
            # A word that a file may leave out stays out while it is the source's.
            said = {
                w: v
                for w, v in said.items()
                if w in known[record_key] or (v and v != original.get(w))
            }
            found.append(writing.merged(shape, known[record_key], said))
        elif any(value and value != original.get(word) for word, value in said.items()):
            found.append({key: record_key, **{w: v for w, v in said.items() if v}})
    return found
