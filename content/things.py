"""Things that the web of evidence joins, by kind and key, whichever app they live in.

`content` knows nobody above it, so an app above registers each kind of thing it has: how to find them by key, and for
whom. A key is what never changes: the key of a record or an outcome, the uuid of a lesson, question or artefact.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from content import wording
from content.models import (
    Action,
    Area,
    Case,
    Checklist,
    Fact,
    Guidance,
    Recommendation,
    Source,
    Term,
)
from content.models.base import Keyed

Text = str | Promise
Ref = tuple[str, str]
"""(kind, key)"""


@dataclass(frozen=True)
class Thing:
    """One thing as links, lists and tasks name it. An empty `url`: it has no page that everybody may open."""

    kind: str
    key: str
    title: str
    url: str = ""
    edit_url: str = ""
    owner_id: int | None = None
    note: str = ""

    @property
    def ref(self) -> Ref:
        return self.kind, self.key


Finder = Callable[[Collection[str], object], Iterable[Thing]]


@dataclass(frozen=True)
class Kind:
    """A kind of thing. `find(keys, user)` answers, in a fixed number of queries, those the user may know of.

    user   None asks for everything, on behalf of the site itself
    """

    name: str
    one: Text
    many: Text
    find: Finder


_kinds: dict[str, Kind] = {}


def provide(kind: Kind) -> Kind:
    _kinds[kind.name] = kind
    return kind


def kinds() -> list[Kind]:
    return list(_kinds.values())


def kind_named(name: str) -> Kind | None:
    return _kinds.get(name)


def find(refs: Iterable[Ref], user) -> dict[Ref, Thing]:
    """The things that exist and that this person may know of. A fixed number of queries for each kind that occurs."""
    wanted: dict[str, set[str]] = {}
    for kind, key in refs:
        wanted.setdefault(kind, set()).add(key)
    return {
        thing.ref: thing
        for kind, keys in wanted.items()
        if kind in _kinds
        for thing in _kinds[kind].find(keys, user)
    }


# The records of this app. Everyone may read them.


def of_record(record: Keyed) -> Thing:
    model = type(record)
    return Thing(
        kind=record.kind,
        key=record.key,
        title=_title(record),
        url=record.get_absolute_url(),
        edit_url=_edit_url(model._meta.model_name or "", record.pk),
    )


def _title(record: Keyed) -> str:
    words = getattr(record, "title", "") or getattr(record, "term", "")
    return words if record.kind in {"glossary", "sources", "actions"} else f"{record.key} {words}"


def _edit_url(model: str, pk: int) -> str:
    try:
        return reverse(f"wagtailsnippets_stoa_content_{model}:edit", args=[pk])
    except NoReverseMatch:  # not edited in the studio, or a host without it
        return ""


def _finder(model: type[Keyed]) -> Finder:
    def find_records(keys: Collection[str], user) -> list[Thing]:
        found = list(model.originals.filter(key__in=keys))
        if user is not None:  # what the site keeps for itself is in its own language
            found = wording.in_language(found)
        return [of_record(record) for record in found]

    return find_records


for model, one, many in (
    (Recommendation, _("Recommendation"), _("Recommendations")),
    (Guidance, _("Design guidance"), _("Design guidance")),
    (Fact, _("Fact"), _("Facts")),
    (Source, _("Source"), _("Sources")),
    (Case, _("Case"), _("Cases")),
    (Checklist, _("Checklist"), _("Checklists")),
    (Term, _("Term"), _("Glossary")),
    (Action, _("Action of the Partnership"), _("Actions")),
    (Area, _("Competence area"), _("Competence areas")),
):
    provide(Kind(model.kind, one, many, _finder(model)))
