"""Cities in public: the register, a city's page; and the Partnership's page over all of them.

States of roles, never names, scores, or small numbers of people (decisions/0002).
"""

import csv
import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certification.coverage import CityCoverage, State, coverage, suppressed
from certification.forms import PartnershipFilter
from certification.models import City

PER_PAGE = 50


def today() -> dt.date:
    """The day for which a page is worked out: UTC, like the days of certificates."""
    return timezone.now().astimezone(dt.UTC).date()


@dataclass(frozen=True)
class Entry:
    """A city with what it covers."""

    city: City
    coverage: CityCoverage

    @property
    def certified(self) -> int | None:
        """People, if enough of them; only for the Partnership."""
        return suppressed(self.coverage.certified)


def entries(cities: list[City], on: dt.date) -> list[Entry]:
    found = coverage(cities, on)
    return [Entry(city, found[city.pk]) for city in cities]


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The public register."""
    on = today()
    page = Paginator(City.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = entries(list(page.object_list), on)
    return render(request, "stoa_certification/register.html", {"page_obj": page, "on": on})


@require_safe
def register_json(request: HttpRequest) -> HttpResponse:
    """The register for machines: the same, and no more."""
    on = today()
    document = {
        "on": on.isoformat(),
        "note": "Trained roles on this date; practice has not been reviewed yet. Not a statement about crime.",
        "cities": [_as_json(entry) for entry in entries(list(City.objects.all()), on)],
    }
    response = JsonResponse(document)
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _as_json(entry: Entry) -> dict:
    city = entry.city
    return {
        "slug": city.slug,
        "name": city.name,
        "country": city.country,
        "official_code": city.official_code,
        "is_fictional": city.is_fictional,
        "is_union": city.is_union,
        "registered_since": city.joined_on.isoformat(),
        "roles": {role.profile.key: role.state for role in entry.coverage.roles},
    }


@require_safe
def city(request: HttpRequest, slug: str) -> HttpResponse:
    """A city's page: which role families hold a valid certificate today."""
    found = get_object_or_404(City, slug=slug)
    on = today()
    context = {
        "city": found,
        "coverage": coverage([found], on)[found.pk],
        "on": on,
        "is_coordinator": City.objects.coordinated_by(request.user).filter(pk=found.pk).exists(),
    }
    return render(request, "stoa_certification/city.html", context)


@dataclass(frozen=True)
class Role:
    """A role family over all the cities shown: in how many it is covered."""

    title: str
    covered: int
    in_progress: int


@require_safe
@never_cache
@login_required
@permission_required("stoa_certification.view_partnership", raise_exception=True)
def partnership(request: HttpRequest) -> HttpResponse:
    """All cities: where roles are missing, which one is the bottleneck."""
    form, found, on = _filtered(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = [entry.certified for entry in found if entry.certified]
    context = {
        "form": form,
        "page_obj": page,
        "on": on,
        "city_count": len(found),
        "roles": _roles(found),
        # The sum of what is shown, so that no hidden number can be worked out from it.
        "certified": sum(shown),
        "hidden_count": sum(entry.certified is None for entry in found),
    }
    return render(request, "stoa_certification/partnership.html", context)


def _filtered(request: HttpRequest) -> tuple[PartnershipFilter, list[Entry], dt.date]:
    on = today()
    cities = list(City.objects.all())
    form = PartnershipFilter(request.GET, countries=sorted({city.country for city in cities}))
    wanted = form.cleaned_data if form.is_valid() else {}
    if wanted.get("country"):
        cities = [city for city in cities if city.country == wanted["country"]]
    found = entries(cities, on)
    if wanted.get("status"):
        found = [entry for entry in found if entry.coverage.status == wanted["status"]]
    return form, found, on


def _roles(found: list[Entry]) -> list[Role]:
    columns = zip(*(entry.coverage.roles for entry in found), strict=True)
    return [
        Role(
            title=str(column[0].profile),
            covered=sum(role.state == State.CERTIFIED for role in column),
            in_progress=sum(role.state == State.IN_PROGRESS for role in column),
        )
        for column in columns
    ]


@require_safe
@never_cache
@login_required
@permission_required("stoa_certification.view_partnership", raise_exception=True)
def partnership_csv(request: HttpRequest) -> HttpResponse:
    _form, found, on = _filtered(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cities-{on.isoformat()}.csv"'
    writer = csv.writer(response)
    roles = [role.profile.key for role in found[0].coverage.roles] if found else []
    writer.writerow([_("City"), _("Country"), _("Roles covered"), _("Certified people"), *roles])
    for entry in found:
        certified = entry.certified if entry.certified is not None else _("fewer than 5")
        states = [role.state for role in entry.coverage.roles]
        writer.writerow(
            [
                harmless(entry.city.name),
                entry.city.country,
                entry.coverage.covered,
                certified,
                *states,
            ]
        )
    return response


def harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
