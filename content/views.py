"""The public knowledge base: what Stoa teaches from, each record with what links to it."""

import csv
from collections.abc import Iterable, Iterator
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content import backlinks, knowledge, links, soundness, svg, wording
from content import bibliography as references
from content import coverage as coverages
from content.knowledge import SHELVES, Hit, Shelf
from content.models import Area, Drawing, Expectation, Fact, Level, Profile, Source
from content.models.base import Keyed
from content.text import clean_line

PER_PAGE = 25
# Records that have no page of their own, and where to read about them: (address name, what follows it).
ELSEWHERE = {
    "topics": ("stoa_content:listing", ["facts"], "?topic="),
    "areas": ("stoa_content:competences", [], "#area-"),
    "profiles": ("stoa_content:competences", [], "#profile-"),
}


@require_safe
def drawing(request: HttpRequest, key: str, digest: str) -> HttpResponse:
    """A drawing for `<use href="…#plan">`; the address changes with the drawing, so it may be kept for ever."""
    found = get_object_or_404(Drawing, key=key)
    response = HttpResponse(svg.as_symbol(found.svg), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What the knowledge base holds. It used to be searched at this address, with `?q=`."""
    search = knowledge.clean_search(request.GET.get("q", ""))
    if search:
        return redirect(f"{reverse('stoa_content:search')}?{urlencode({'q': search})}")
    number = knowledge.counts()
    shelves = [{"shelf": shelf, "number": number[kind]} for kind, shelf in SHELVES.items()]
    context = {"shelves": shelves, "longest": knowledge.LONGEST_SEARCH}
    return render(request, "stoa_content/knowledge_index.html", context)


@require_safe
def listing(request: HttpRequest, kind: str) -> HttpResponse:
    """One shelf, searched and narrowed; `?format=csv` gives the same records as a table."""
    shelf = _shelf(kind)
    today = timezone.localdate()
    search = knowledge.clean_search(request.GET.get("q", ""))
    filters = _filters(request, shelf)
    chosen = {one["name"]: one["value"] for one in filters if one["value"]}
    hits = shelf.find(shelf.narrow(chosen, today), search)
    if request.GET.get("format") == "csv":
        return _csv(shelf, [hit.pk for hit in hits])
    page = Paginator(hits, PER_PAGE).get_page(request.GET.get("page"))
    is_narrowed = bool(search or chosen)
    context = {
        "shelf": shelf,
        "search": search,
        "longest": knowledge.LONGEST_SEARCH,
        "filters": filters,
        "chosen": [one for one in filters if one["value"]],
        "is_narrowed": is_narrowed,
        "total": shelf.model.originals.count() if is_narrowed else len(hits),
        "page_obj": page,
        "sections": _sections(
            shelf, page.object_list, today, by_letter=shelf.by_letter and not search
        ),
        "letters": _letters(hits) if shelf.by_letter and not search else [],
    }
    return render(request, "stoa_content/knowledge_listing.html", context)


@require_safe
def record(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Everything a record holds, what it rests on, and what rests on it."""
    key = _clean_key(key)
    if kind in ELSEWHERE:
        name, args, follow = ELSEWHERE[kind]
        return redirect(reverse(name, args=args) + follow + key)
    shelf = _shelf(kind)
    found = shelf.model.originals.select_related(*shelf.belongs_to).filter(key=key).first()
    if found is None:
        other = get_object_or_404(shelf.model.originals.order_by("pk").only("key"), key__iexact=key)
        return redirect(other, permanent=True)
    if request.GET.get("format") == "json":
        linked = [one.as_data() for one in links.of(found, request.user)]
        return JsonResponse({"kind": kind, "key": key, "title": str(found), "links": linked})
    about = [one for name in ("audiences", "topics", "actions") for one in _linked(found, name)]
    wording.in_language([found, *about, *([found.topic] if kind == "facts" else [])])
    context = {
        "shelf": shelf,
        "record": found,
        "name": getattr(found, shelf.name),
        "troubles": soundness.troubles(found, timezone.localdate()) if kind == "facts" else [],
        "reference": references.reference(found) if kind == "sources" else "",
        "web_address": knowledge.web_address(found) if kind == "sources" else "",
        "said": links.with_reason((kind, key), request.user),
        "rests_on": knowledge.rests_on(found),
        "used_by": knowledge.used_by(found) + knowledge.grouped(backlinks.of(found, request.user)),
    }
    return render(request, "stoa_content/knowledge_record.html", context)


@require_safe
def competences(request: HttpRequest) -> HttpResponse:
    """Who should be how good at what: profile × area, with where it is taught."""
    areas, profiles = list(Area.originals.all()), list(Profile.originals.all())
    steps = list(Level.originals.all())
    wording.in_language([*areas, *profiles, *steps])
    levels = {(one.profile_id, one.area_id): one.level for one in Expectation.objects.all()}
    taught = knowledge.taught_from(Area, [area.pk for area in areas], request.user)
    paths = knowledge.taught_from(Profile, [profile.pk for profile in profiles], request.user)
    context = {
        "levels": steps,
        "profiles": [{"profile": profile, "links": paths[profile.pk]} for profile in profiles],
        "areas": [
            {
                "area": area,
                "levels": [levels.get((profile.pk, area.pk)) for profile in profiles],
                "links": taught[area.pk],
            }
            for area in areas
        ],
    }
    return render(request, "stoa_content/knowledge_competences.html", context)


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """What is taught, assessed and carried out, and what is not; `?format=json`, or `?format=csv&table=` for one table."""
    matrices = coverages.of(request.user)
    match request.GET.get("format"):
        case "json":
            return JsonResponse({"tables": [matrix.as_data() for matrix in matrices]})
        case "csv":
            wanted = request.GET.get("table", "")
            found = next((matrix for matrix in matrices if matrix.key == wanted), None)
            if found is None:
                raise Http404
            return _table(f"coverage-{found.key}", found.as_lines())
    facts = knowledge.facts_by_certainty(timezone.localdate())
    context = {
        "matrices": matrices,
        "facts": facts,
        "facts_in_all": sum(row.all for row in facts),
        "facts_past": sum(row.past for row in facts),
        "facts_unsound": Fact.originals.unsound(timezone.localdate()).count(),
        "facts_unused": knowledge.unused_facts(),
        "facts_without_source": knowledge.facts_without_source(),
    }
    return render(request, "stoa_content/knowledge_coverage.html", context)


REFERENCES_PER_PAGE = 50


@require_safe
def bibliography(request: HttpRequest) -> HttpResponse:
    """Every source as a reference, narrowed by topic, use and kind; `?format=bibtex` and `csl` give the same ones."""
    filters = [_filter(request, name) for name in ("topic", "use", "document")]
    sources = knowledge.sources_for(**{one["name"]: one["value"] for one in filters})
    match request.GET.get("format"):
        case "bibtex":
            response = HttpResponse(references.bibtex(sources), content_type="application/x-bibtex")
            response["Content-Disposition"] = 'attachment; filename="stoa-sources.bib"'
            return response
        case "csl":
            response = JsonResponse(references.csl_json(sources), safe=False)
            response["Content-Type"] = "application/vnd.citationstyles.csl+json"
            response["Content-Disposition"] = 'attachment; filename="stoa-sources.json"'
            return response
    page = Paginator(sources, REFERENCES_PER_PAGE).get_page(request.GET.get("page"))
    lines = references.references(page.object_list)
    context = {
        "filters": filters,
        "is_narrowed": any(one["value"] for one in filters),
        "page_obj": page,
        "rows": [
            {"source": source, "reference": lines[source.key.lower()]}
            for source in page.object_list
        ],
    }
    return render(request, "stoa_content/knowledge_bibliography.html", context)


def _linked(record: Keyed, name: str) -> list[Keyed]:
    """What a record links to, fetched once for the template."""
    if not hasattr(record, name) or isinstance(record, Source):
        return []
    prefetch_related_objects([record], name)
    return list(getattr(record, name).all())


def _shelf(kind: str) -> Shelf:
    if kind not in SHELVES:
        raise Http404
    return SHELVES[kind]


def _clean_key(key: str) -> str:
    """The key as it may be asked of a database; PostgreSQL refuses NUL."""
    if clean_line(key) != key:
        raise Http404
    return key


def _filters(request: HttpRequest, shelf: Shelf) -> list[dict]:
    """The selects of a listing, each with its choices and what was chosen; an unknown value counts as none."""
    return [_filter(request, name) for name in shelf.filters]


def _filter(request: HttpRequest, name: str) -> dict:
    choices = knowledge.FILTERS[name].choices()
    words = dict(choices)
    value = request.GET.get(name, "")
    value = value if value in words else ""
    return {
        "name": name,
        "about": knowledge.FILTERS[name],
        "choices": choices,
        "value": value,
        "words": words.get(value),
    }


def _sections(shelf: Shelf, hits: list[Hit], today, *, by_letter: bool) -> list[dict]:
    """The rows of a page under their letters, or all under none."""
    rows = [
        {
            "record": found,
            "name": getattr(found, shelf.name),
            "text": _("%(number)s points") % {"number": len(found.items)}
            if shelf.kind == "checklists"
            else getattr(found, shelf.text),
            "asides": [aside for aside in shelf.asides(found) if aside],
            "troubles": soundness.troubles(found, today) if shelf.kind == "facts" else [],
        }
        for found in shelf.fetch([hit.pk for hit in hits])
    ]
    if not by_letter:
        return [{"letter": "", "rows": rows}] if rows else []
    return [
        {"letter": letter, "rows": list(part)}
        for letter, part in groupby(rows, lambda row: knowledge.letter(row["name"]))
    ]


def _letters(hits: list[Hit]) -> list[dict]:
    """Each letter of the glossary with the page on which it begins."""
    first: dict[str, int] = {}
    for place, hit in enumerate(hits):
        first.setdefault(knowledge.letter(hit.name), place // PER_PAGE + 1)
    return [{"letter": letter, "page": page} for letter, page in first.items()]


class _Line:
    """A file that hands each line straight back."""

    def write(self, line: str) -> str:
        return line


def _csv(shelf: Shelf, ids: list[int]) -> StreamingHttpResponse:
    return _table(shelf.kind, knowledge.rows(shelf, ids))


def _table(name: str, rows: Iterable[list[str]]) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        writer = csv.writer(_Line())
        yield "\ufeff"  # without it Excel reads UTF-8 as something else
        for row in rows:
            yield writer.writerow([knowledge.harmless(str(cell)) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="stoa-{name}.csv"'
    return response
