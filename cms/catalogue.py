"""What the home page, the catalogue and the module index show."""

from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Locale, Page

from content.models import Fact, Level, Profile
from content.text import clean_line
from courses import presenting
from courses.models import Course
from courses.pages_mixins import CoursePageMixin
from modules.models import Module
from modules.models.structure import readable_by
from modules.pages_lookup import in_words, readers_address, urls_of
from modules.pages_mixins import ModulePageMixin

HOURS = {"1": (0, 1), "5": (0, 5), "more": (5, 10_000)}  # more than, at most


def home_context(request: HttpRequest) -> dict[str, Any]:
    shown = with_addresses(
        Course.objects.filter(is_live=True).order_by("position", "title"), request
    )
    current, due = None, []
    if request.user.is_authenticated:
        paths = presenting.paths_of(request.user)
        current = next((path for path in paths if path.following and not path.is_complete), None)
        due = presenting.updates_of(paths)
    return {
        "due": due,
        "open_courses": [pair for pair in shown if not pair[0].is_planned],
        "planned_courses": [pair for pair in shown if pair[0].is_planned],
        "first_hour": next((pair for pair in shown if pair[0].key == "first-hour"), None),
        "example_fact": Fact.originals.filter(key="F4.01").prefetch_related("sources").first(),
        "current": current,
    }


def catalogue_context(request: HttpRequest) -> dict[str, Any]:
    """Courses that match the filters of the address; an odd filter is ignored rather than refused."""
    profiles, levels = choices()
    asked = {
        name: clean_line(request.GET.get(name, ""))[:100]
        for name in ("q", "role", "time", "level", "lang")
    }
    known = {
        "role": {key for key, _title in profiles},
        "time": set(HOURS),
        "level": {key for key, _title in levels},
        "lang": {code for code, _name in settings.LANGUAGES},
    }
    for name, values in known.items():
        if asked[name] not in values:
            asked[name] = ""
    return {
        "courses": with_addresses(
            matching(asked).order_by("is_planned", "position", "title"), request
        ),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "profiles": profiles,
        "levels": levels,
    }


def choices() -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Roles and levels to choose from, as (key, title). One query for both."""
    roles = (
        Profile.originals.order_by()
        .annotate(what=Value("role"), place=F("position"))
        .values_list("what", "key", "title", "place")
    )
    levels = (
        Level.originals.order_by()
        .annotate(what=Value("level"), key=Cast("level", CharField()))
        .values_list("what", "key", "title", "level")
    )
    found = sorted(roles.union(levels, all=True), key=lambda row: (row[3], row[1]))
    return [row[1:3] for row in found if row[0] == "role"], [
        row[1:3] for row in found if row[0] == "level"
    ]


def with_addresses(courses: QuerySet[Course], request: HttpRequest) -> list[tuple[Course, str]]:
    """Courses that have a page, each with its address in the active language if there is one, else in any. One query."""
    first = Case(When(locale__language_code=get_language(), then=0), default=1)
    pages = Page.objects.live().filter(translation_key=OuterRef("uuid")).order_by(first, "pk")
    found = courses.annotate(
        page_path=Subquery(pages.values("url_path")[:1]),
        page_language=Subquery(pages.values("locale__language_code")[:1]),
    ).exclude(page_path=None)
    said = in_words(found, CoursePageMixin, ("title", "summary", "audience"))
    return [(course, _address(course.page_path, course.page_language, request)) for course in said]


def _address(path: str, language: str, request: HttpRequest) -> str:
    """Wagtail makes an address from these two alone, and keeps what it needs for all of them on the request."""
    url = Page(url_path=path, locale=Locale(language_code=language)).get_url(request) or ""
    return readers_address(url, language)


def matching(asked: dict[str, str]) -> QuerySet[Course]:
    courses = Course.objects.filter(is_live=True).annotate(
        module_count=Count("course_modules", distinct=True)
    )
    if asked["q"]:
        words = asked["q"]
        courses = courses.filter(
            Q(title__icontains=words)
            | Q(code__iexact=words)
            | Q(summary__icontains=words)
            | Q(audience__icontains=words)
            | Q(modules__title__icontains=words)
            | Q(modules__summary__icontains=words)
        )
    if asked["role"]:
        courses = courses.filter(profiles__key=asked["role"])
    if asked["time"]:
        low, high = HOURS[asked["time"]]
        courses = courses.filter(hours__gt=low, hours__lte=high)
    if asked["level"]:
        courses = courses.filter(level=int(asked["level"]))
    if asked["lang"]:
        courses = courses.filter(
            uuid__in=Page.objects.live()
            .filter(locale__language_code=asked["lang"])
            .values("translation_key")
        )
    return courses


def modules_context(request: HttpRequest) -> dict[str, Any]:
    """All modules; a lesson that this person may not know of is not counted either."""
    counted = Q(lessons__is_live=True, lessons__sensitivity__in=readable_by(request.user))
    modules = list(
        Module.objects.annotate(lesson_count=Count("lessons", filter=counted)).prefetch_related(
            "outcomes"
        )
    )
    in_words(modules, ModulePageMixin, ("title", "summary"))
    urls = urls_of([module.uuid for module in modules])
    return {"modules": [(module, urls.get(module.uuid, "")) for module in modules]}
