"""The knowledge base as a reader meets it: its shelves, finding on them, and what is taught from them.

Finding and ordering happen in Python on the few columns they need: a knowledge base holds hundreds of records, and
this way it answers the same on SQLite and PostgreSQL, with accents, Greek and Cyrillic (decisions/0001).
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Count, IntegerField, Model, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from content import wording
from content.backlinks import Backlink
from content.models import (
    Action,
    Case,
    Certainty,
    Checklist,
    Fact,
    Guidance,
    Profile,
    Recommendation,
    Source,
    Standing,
    Term,
    Topic,
)
from content.models.base import Keyed, source_language
from content.models.practice import GovernmentLevel
from content.text import clean_line

LONGEST_SEARCH = 200
Text = str | Promise


# What the apps above teach from a record, asked without importing them.

Teaching = Callable[[type[Keyed], list[int], object], Mapping[int, list[Backlink]]]
Counter = Callable[[type[Model]], Combinable | None]
_teaching: list[Teaching] = []
_counters: list[Counter] = []


def provide_teaching(provider: Teaching) -> Teaching:
    """Register `provider(model, ids, user)` → {id: links to what is taught from it}, in a fixed number of queries."""
    if provider not in _teaching:
        _teaching.append(provider)
    return provider


def provide_lesson_count(counter: Counter) -> Counter:
    """Register `counter(model)` → an expression that counts the lessons resting on each record, or None."""
    if counter not in _counters:
        _counters.append(counter)
    return counter


def taught_from(model: type[Keyed], ids: list[int], user) -> dict[int, list[Backlink]]:
    found: dict[int, list[Backlink]] = {pk: [] for pk in ids}
    for provider in _teaching:
        for pk, links in provider(model, ids, user).items():
            found[pk].extend(links)
    return found


def lesson_count(model: type[Model]) -> Combinable:
    """An expression: how many live lessons rest on a record. 0 where no app above teaches."""
    known = [expression for counter in _counters if (expression := counter(model)) is not None]
    total: Combinable = Value(0, output_field=IntegerField())
    for expression in known:
        total = total + Coalesce(expression, Value(0), output_field=IntegerField())
    return total


# Finding


def natural(key: str) -> list[int | str]:
    """Sort key that puts F2.10 after F2.9. Words and numbers alternate, so any two keys compare."""
    return [
        int(part) if place % 2 else part for place, part in enumerate(re.split(r"([0-9]+)", key))
    ]


def fold(text: str) -> str:
    """For comparing: without accents, in one case. `Logroño` and `LOGRONO` fold alike."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def letter(term: str) -> str:
    """The letter a term stands under in the glossary; `#` for what begins with none."""
    first = fold(term)[:1].upper()
    return first if first.isalpha() else "#"


def clean_search(value: str) -> str:
    """What was typed, as one line of at most LONGEST_SEARCH characters, without control characters."""
    return clean_line(value[: LONGEST_SEARCH * 2])[:LONGEST_SEARCH].strip()


@dataclass(frozen=True)
class Hit:
    """A record as far as listings and search results need it before they fetch it."""

    pk: int
    key: str
    name: str
    text: str
    url: str


# Filters


@dataclass(frozen=True)
class Filter:
    """One select above a listing. `choices` answers (value, words) pairs, with at most one query."""

    label: Text
    anything: Text
    choices: Callable[[], list[tuple[str, str]]]


def _keyed(queryset: QuerySet, name: str = "title") -> list[tuple[str, str]]:
    return [(record.key, getattr(record, name)) for record in wording.in_language(queryset)]


FILTERS = {
    "action": Filter(
        _("Action"),
        _("Any"),
        lambda: [(a.key, str(a)) for a in wording.in_language(Action.originals.all())],
    ),
    "level": Filter(
        _("Level of government"),
        _("Any"),
        lambda: [(v, str(w)) for v, w in GovernmentLevel.choices],
    ),
    "topic": Filter(_("Topic"), _("Any"), lambda: _keyed(Topic.originals.all())),
    "audience": Filter(_("Audience"), _("Anyone"), lambda: _keyed(Profile.originals.all())),
    "certainty": Filter(
        _("Certainty"), _("Any"), lambda: [(v, str(w)) for v, w in Certainty.choices]
    ),
    "review": Filter(
        _("Review"),
        _("Any"),
        lambda: [("past", gettext("Past review")), ("current", gettext("Within its date"))],
    ),
    "standing": Filter(
        _("Standing"),
        _("Any"),
        lambda: [
            ("sound", gettext("Sound today")),
            ("disputed", gettext("Disputed")),
            ("groundless", gettext("Every source withdrawn")),
        ],
    ),
    "document": Filter(
        _("Kind of document"),
        _("Any"),
        lambda: [
            ("primary", gettext("Primary")),
            ("secondary", gettext("Reports on another document")),
        ],
    ),
}

FILTERS["use"] = Filter(
    _("Used"),
    _("Any"),
    lambda: [("taught", gettext("In a lesson")), ("untaught", gettext("In no lesson"))],
)

Narrow = Callable[[QuerySet, str, dt.date], QuerySet]


def _by(*lookups: str) -> Narrow:
    def narrow(records: QuerySet, value: str, on: dt.date) -> QuerySet:
        wanted = Q()
        for lookup in lookups:
            wanted |= Q(**{lookup: value})
        return records.filter(wanted)

    return narrow


def _by_level(records: QuerySet, value: str, on: dt.date) -> QuerySet:
    """SQLite cannot look into a JSON list, so the few rows are looked through here."""
    levels = Recommendation.originals.values_list("pk", "levels")
    return records.filter(pk__in=[pk for pk, codes in levels if value in codes])


def _by_review(records: QuerySet, value: str, on: dt.date) -> QuerySet:
    return (
        records.filter(review_by__lt=on) if value == "past" else records.filter(review_by__gte=on)
    )


def _by_standing(records: QuerySet, value: str, on: dt.date) -> QuerySet:
    if value == "disputed":
        return records.filter(standing=Standing.DISPUTED)
    narrowed = (
        Fact.originals.without_ground() if value == "groundless" else Fact.originals.unsound(on)
    )
    pks = narrowed.order_by().values("pk")
    return records.exclude(pk__in=pks) if value == "sound" else records.filter(pk__in=pks)


def _by_document(records: QuerySet, value: str, on: dt.date) -> QuerySet:
    return records.filter(is_secondary=value == "secondary")


# Shelves


@dataclass(frozen=True)
class Shelf:
    """One kind of record: what it is called, what is searched, how it is narrowed, what a row and the CSV show."""

    model: type[Keyed]
    title: Text
    one: Text
    lead: Text
    name: str = "title"
    text: str = "text"
    also_searched: tuple[str, ...] = ()
    filters: Mapping[str, Narrow] = field(default_factory=dict)
    belongs_to: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    by_letter: bool = False
    is_independent: bool = False
    asides: Callable[[Any], Iterable[Any]] = lambda record: ()
    columns: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return self.model.kind

    @property
    def url(self) -> str:
        return reverse("stoa_content:listing", args=[self.kind])

    def records(self) -> QuerySet:
        return self.model.originals.order_by().prefetch_related(*self.related)

    def narrow(self, chosen: Mapping[str, str], on: dt.date) -> QuerySet:
        records = self.model.originals.order_by()
        for name, value in chosen.items():
            records = self.filters[name](records, value, on)
        return records

    def find(self, records: QuerySet, search: str = "") -> list[Hit]:
        """Hits in order: the natural one, or, for a search, key and title before text. One query."""
        columns = (self.text, *self.also_searched) if search else ()
        words = fold(search).split()
        found: dict[int, tuple[tuple, Hit]] = {}
        for pk, key, name, *texts in self._said(records, (self.name, *columns)):
            rank = (
                _rank(words, fold(f"{key} {name}"), fold(" ".join(str(text) for text in texts)))
                if words
                else 0
            )
            if rank is None:
                continue
            url = reverse("stoa_content:record", args=[self.kind, key])
            order = (rank, letter(name), fold(name)) if self.by_letter else (rank, natural(key))
            found[pk] = (order, Hit(pk, key, name, str(texts[0]) if texts else "", url))
        return [hit for _order, hit in sorted(found.values(), key=lambda pair: pair[0])]

    def _said(self, records: QuerySet, names: tuple[str, ...]) -> Iterator[tuple]:
        """(pk, key, *values) of these records, in the words of the reader. One query, two in another language."""
        language = get_language() or source_language()
        rows = records.values_list("translation_key", "pk", "key", *names)
        told = [name for name in names if name in self.model.words]
        said: dict = {}
        if language != source_language():
            other = self.model.objects.filter(locale__language_code=language).order_by()
            said = {
                row.pop("translation_key"): row for row in other.values("translation_key", *told)
            }
        for translation_key, pk, key, *values in rows:
            own = said.get(translation_key, {})
            yield (
                pk,
                key,
                *(own.get(name) or value for name, value in zip(names, values, strict=True)),
            )

    def fetch(self, ids: list[int]) -> list[Any]:
        """These records in this order, with what a row shows."""
        known = {record.pk: record for record in self.records().filter(pk__in=ids)}
        found = [known[pk] for pk in ids if pk in known]
        linked = (
            one for record in found for name in self.related for one in getattr(record, name).all()
        )
        wording.in_language([*found, *linked])
        return found


def _rank(words: list[str], heading: str, text: str) -> int | None:
    """0 if the key or title begins with the words, 1 if they all stand there, 2 if the text helps, else None."""
    if not all(word in heading or word in text for word in words):
        return None
    if heading.startswith(words[0]) and all(word in heading for word in words):
        return 0
    return 1 if all(word in heading for word in words) else 2


def _levels(record: Recommendation) -> list[str]:
    return [", ".join(record.level_labels)] if record.levels else []


ADVICE = {
    "action": _by("actions__key"),
    "topic": _by("topics__key"),
    "audience": _by("audiences__key"),
}
ADVICE_COLUMNS = ("actions", "topics", "audiences", "facts", "sources", "basis_note")

SHELVES = {
    shelf.kind: shelf
    for shelf in (
        Shelf(
            Recommendation,
            _("Recommendations"),
            _("Recommendation"),
            _("What those who govern can do about mandate, people, money and law."),
            also_searched=("basis_note",),
            filters={
                "action": ADVICE["action"],
                "level": _by_level,
                "topic": ADVICE["topic"],
                "audience": ADVICE["audience"],
            },
            related=("audiences",),
            is_independent=True,
            asides=lambda r: [*_levels(r), ", ".join(str(one) for one in r.audiences.all())],
            columns=("title", "text", "levels", *ADVICE_COLUMNS),
        ),
        Shelf(
            Guidance,
            _("Design guidance"),
            _("Design guidance"),
            _("What those who plan and design places can do, with examples of measures."),
            also_searched=("measures", "reference", "basis_note"),
            filters=ADVICE,
            related=("audiences",),
            is_independent=True,
            asides=lambda r: [", ".join(str(one) for one in r.audiences.all())],
            columns=("title", "text", "measures", "reference", *ADVICE_COLUMNS),
        ),
        Shelf(
            Fact,
            _("Facts"),
            _("Fact"),
            _(
                "Single statements that can be checked, each with its source, its certainty and a date to look again."
            ),
            filters={
                "topic": _by("topic__key"),
                "action": _by("recommendation__actions__key", "guidance__actions__key"),
                "audience": _by("recommendation__audiences__key", "guidance__audiences__key"),
                "certainty": _by("certainty"),
                "review": _by_review,
                "standing": _by_standing,
            },
            belongs_to=("topic",),
            related=("sources",),
            columns=(
                "title",
                "text",
                "topic",
                "certainty",
                "sources",
                "valid_as_of",
                "review_by",
                "standing",
                "standing_note",
            ),
        ),
        Shelf(
            Source,
            _("Sources"),
            _("Source"),
            _("The documents in which the facts were read."),
            text="says",
            also_searched=("body", "year", "address"),
            filters={
                "topic": _by("facts__topic__key"),
                "action": _by(
                    "actions__key", "recommendation__actions__key", "guidance__actions__key"
                ),
                "document": _by_document,
            },
            asides=lambda r: [
                r.body,
                r.year,
                gettext("Reports on another document") if r.is_secondary else "",
            ],
            columns=("title", "body", "year", "address", "says", "is_secondary", "is_withdrawn"),
        ),
        Shelf(
            Case,
            _("Cases"),
            _("Case"),
            _("What real places tried, told with stated facts only."),
            filters={"topic": _by("facts__topic__key")},
            columns=("title", "text", "facts", "sources"),
        ),
        Shelf(
            Checklist,
            _("Checklists"),
            _("Checklist"),
            _("Points to tick in your own work."),
            text="items",
            filters={"topic": _by("facts__topic__key")},
            columns=("title", "items", "facts"),
        ),
        Shelf(
            Term,
            _("Glossary"),
            _("Term"),
            _("The words we use, in our own short definitions."),
            name="term",
            text="definition",
            also_searched=("also",),
            filters={"certainty": _by("certainty")},
            by_letter=True,
            columns=("term", "definition", "also", "certainty", "facts"),
        ),
        Shelf(
            Action,
            _("Actions"),
            _("Action of the Partnership"),
            _("The six Actions of the Partnership, as far as their texts could be read."),
            text="aim",
            also_searched=("problem", "published", "not_seen"),
            columns=("number", "title", "problem", "aim", "published", "not_seen", "sources"),
        ),
    )
}


def counts() -> dict[str, int]:
    """How many records stand on each shelf. One query."""
    asked = [
        shelf.model.originals.order_by()
        .annotate(shelf=Value(kind, output_field=CharField()))
        .values("shelf")
        .annotate(number=Count("pk"))
        .values_list("shelf", "number")
        for kind, shelf in SHELVES.items()
    ]
    return dict.fromkeys(SHELVES, 0) | dict(asked[0].union(*asked[1:], all=True))


# A record: what it rests on, and what rests on it


@dataclass(frozen=True)
class Group:
    """Links under one heading. Each is a record of the knowledge base or a Backlink."""

    title: Text
    records: list[Any] = field(default_factory=list)
    links: list[Backlink] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.records) + len(self.links)


def rests_on(record: Keyed) -> list[Group]:
    """What a record was written from: facts and sources. Two queries."""
    groups = []
    if hasattr(record, "facts") and not isinstance(record, Source):
        groups.append(Group(_("Facts"), wording.in_language(in_order(record.facts.all()))))
    if hasattr(record, "sources"):
        sources = wording.in_language(in_order(record.sources.all()))
        for source in sources:
            source.web_address = web_address(source)
        groups.append(Group(_("Sources"), sources))
    return [group for group in groups if group.records]


def used_by(record: Keyed) -> list[Group]:
    """What in the knowledge base rests on a record, one query a kind."""
    match record:
        case Fact():
            asked = [
                (Recommendation, Q(facts=record)), (Guidance, Q(facts=record)), (Case, Q(facts=record)),
                (Checklist, Q(facts=record)), (Term, Q(facts=record)),
            ]  # fmt: skip
        case Source():
            through = Q(sources=record) | Q(facts__sources=record)
            asked = [
                (Fact, Q(sources=record)), (Recommendation, through), (Guidance, through),
                (Case, through), (Action, Q(sources=record)),
            ]  # fmt: skip
        case Action():
            asked = [(Recommendation, Q(actions=record)), (Guidance, Q(actions=record))]
        case _:
            asked = []
    groups = []
    for model, condition in asked:
        ids = model.originals.filter(condition).order_by().values("pk")
        found = in_order(model.originals.filter(pk__in=ids).order_by())
        groups.append(Group(SHELVES[model.kind].title, wording.in_language(found)))
    return [group for group in groups if group.records]


def grouped(links: Iterable[Backlink]) -> list[Group]:
    """Links by their heading, in order of appearance."""
    by_title: dict[Text, list[Backlink]] = {}
    for link in links:
        by_title.setdefault(link.group, []).append(link)
    return [Group(title, links=found) for title, found in by_title.items()]


def in_order(records: Iterable[Keyed]) -> list[Any]:
    return sorted(records, key=lambda record: natural(record.key))


# Coverage


@dataclass(frozen=True)
class FactCount:
    """How many facts are this certain; enough like a fact for the tag that words it."""

    certainty: str
    all: int
    past: int

    def get_certainty_display(self) -> str:
        return str(Certainty(self.certainty).label)


def sources_for(*, topic: str = "", use: str = "", document: str = "") -> list[Source]:
    """Sources by who wrote or published them, then title, narrowed by a topic, their use in lessons and their kind. One query."""
    sources = Source.originals.order_by()
    if topic:
        facts = Fact.sources.through.objects.filter(fact__topic__key=topic)
        sources = sources.filter(pk__in=facts.values("source"))
    if document:
        sources = sources.filter(is_secondary=document == "secondary")
    if use:
        sources = sources.annotate(in_lessons=lesson_count(Source))
        sources = (
            sources.filter(in_lessons__gt=0) if use == "taught" else sources.filter(in_lessons=0)
        )
    return sorted(
        sources, key=lambda one: (fold((one.authors or [one.body])[0]), fold(one.title), one.pk)
    )


def facts_by_certainty(on: dt.date) -> list[FactCount]:
    """How many facts are how certain, and how many of them are past review. One query."""
    rows = (
        Fact.originals.order_by()
        .values("certainty")
        .annotate(all=Count("pk"), past=Count("pk", filter=Q(review_by__lt=on)))
    )
    known = {row["certainty"]: row for row in rows}
    nothing = {"all": 0, "past": 0}
    return [
        FactCount(value, known.get(value, nothing)["all"], known.get(value, nothing)["past"])
        for value in Certainty.values
    ]


def unused_facts() -> int:
    """How many facts no lesson rests on."""
    return (
        Fact.originals.order_by()
        .annotate(in_lessons=lesson_count(Fact))
        .filter(in_lessons=0)
        .count()
    )


def facts_without_source() -> int:
    """How many facts name no document. Those that are our own reading need none and are left out."""
    return Fact.originals.order_by().exclude(certainty=Certainty.OWN).filter(sources=None).count()


# Export


def rows(shelf: Shelf, ids: list[int]) -> Iterator[list[str]]:
    """A table of these records for a CSV file, heading first, fetched 200 at a time."""
    yield ["key", *shelf.columns, "address", *(["note"] if shelf.is_independent else [])]
    relations = [name for name in shelf.columns if shelf.model._meta.get_field(name).is_relation]
    for start in range(0, len(ids), 200):
        part = ids[start : start + 200]
        known = {
            r.pk: r
            for r in wording.in_language(
                shelf.model.originals.order_by().filter(pk__in=part).prefetch_related(*relations)
            )
        }
        for pk in part:
            if pk in known:
                record = known[pk]
                note = [gettext("Independent formulation")] if shelf.is_independent else []
                values = [_cell(getattr(record, name)) for name in shelf.columns]
                yield [
                    harmless(value)
                    for value in [record.key, *values, record.get_absolute_url(), *note]
                ]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(one["text"] if isinstance(one, dict) else str(one) for one in value)
    if isinstance(value, Keyed):
        return value.key
    if hasattr(value, "all"):
        return "; ".join(record.key for record in in_order(value.all()))
    return str(value)


def harmless(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return (
        f"'{value}"
        if value.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        else value
    )


def web_address(source: Source) -> str:
    """The address of a source if it may be a link: http and https only, whatever else a file or an editor gave."""
    return source.address if source.address.startswith(("https://", "http://")) else ""
