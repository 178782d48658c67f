"""What does a course certify today? Frozen as a version, so that what was earned never changes with the course."""

import copy
import datetime as dt
from collections.abc import Iterable
from itertools import chain, zip_longest
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from certification.models import Achievement, AchievementVersion
from content import wording
from content.models import Guidance, Level, Recommendation
from content.models.base import source_language
from courses.models import Course
from courses.pages_mixins import CoursePageMixin
from modules.models import Module, Outcome
from modules.pages_lookup import in_words
from modules.pages_mixins import ModulePageMixin

MOST_OUTCOMES = 12
"""As many as a reader takes in. A long path names the first of each module before the second of any."""

SAID = ("title", "summary", "certificate_title", "certificate_text")


def freeze(course: Course, *, at: dt.datetime, language: str = "") -> AchievementVersion:
    """The version that says what the course certifies now: the newest one, or a new one if anything has changed.

    language  of the holder. A course without a page in it is certified in its own; then `texts["language"]` says so.
    Call it inside a transaction.
    """
    achievement, _is_new = Achievement.objects.get_or_create(course=course)
    Achievement.objects.select_for_update().get(pk=achievement.pk)
    content = _content(course, language or source_language())
    newest, same = None, None
    for version in achievement.versions.order_by("-number"):
        newest = newest or version
        if version.texts["language"] == content["texts"]["language"]:
            same = version
            break
    if same and all(getattr(same, name) == value for name, value in content.items()):
        return same
    number = newest.number + 1 if newest else 1
    return AchievementVersion.objects.create(
        achievement=achievement, number=number, created_at=at, **content
    )


def _content(course: Course, wanted: str) -> dict[str, Any]:
    with translation.override(wanted):
        [said] = in_words([copy.copy(course)], CoursePageMixin, SAID)
    language = getattr(said, "language", source_language())
    modules = list(
        Module.objects.filter(course_modules__course=course, course_modules__is_required=True)
        .order_by("course_modules__position", "course_modules__pk")
        .prefetch_related("outcomes", "recommendations", "guidance")
    )
    with translation.override(language):
        in_words(modules, ModulePageMixin, ("title",))
        facts = _facts(course, modules)
        texts = {
            "title": said.certificate_title or said.title,
            "description": said.certificate_text or said.summary or said.title,
            "criteria": _criteria(modules, facts["assessment"], _choices(course)),
            "language": language,
        }
    return {
        "kind": course.certificate_kind,
        "texts": texts,
        "facts": facts,
        "validity_months": course.validity_months,
    }


def _criteria(modules: list[Module], assessment: str, choices: list[str]) -> str:
    parts = []
    if modules:
        words = _("Every required activity of these modules was completed: %(modules)s.")
        parts.append(words % {"modules": "; ".join(map(str, modules))})
    return " ".join([*parts, *choices, f"{assessment}."])


def _choices(course: Course) -> list[str]:
    """A sentence for each group of modules that a learner chooses from."""
    found = []
    for group in course.groups.prefetch_related("course_modules__module"):
        members = in_words(
            [row.module for row in group.course_modules.all()], ModulePageMixin, ("title",)
        )
        if members:
            words = _("Of these, any %(needed)d: %(modules)s.")
            needed = min(group.needed, len(members))
            found.append(words % {"needed": needed, "modules": "; ".join(map(str, members))})
    return found


def _facts(course: Course, modules: list[Module]) -> dict[str, Any]:
    outcomes = list(_in_turn([list(module.outcomes.all()) for module in modules]))
    level = next(iter(wording.in_language(Level.originals.filter(level=course.level)[:1])), None)
    return {
        "hours": f"{course.hours or sum(module.hours for module in modules):.1f}".removesuffix(
            ".0"
        ),
        "level": course.level,
        "level_title": level.title if level else "",
        "outcomes": [
            {"key": outcome.key, "text": outcome.in_language().text} for outcome in outcomes
        ],
        "alignments": _alignments(modules),
        "modules": [{"code": module.code, "title": module.title} for module in modules],
        "assessment": _assessment(modules),
        "mode": _("Online, at one’s own pace"),
    }


def _in_turn(groups: list[list[Outcome]]) -> Iterable[Outcome]:
    """The outcomes to name, in the order of the course."""
    first = [outcome for outcome in chain.from_iterable(zip_longest(*groups)) if outcome][
        :MOST_OUTCOMES
    ]
    named = {outcome.pk for outcome in first}
    return (outcome for outcome in chain.from_iterable(groups) if outcome.pk in named)


def _alignments(modules: list[Module]) -> list[dict[str, str]]:
    advice: dict[str, Recommendation | Guidance] = {}
    for module in modules:
        advice |= {
            found.key: found for found in (*module.recommendations.all(), *module.guidance.all())
        }
    return [
        {
            "code": found.key,
            "title": found.title,
            "kind": type(found).__name__,
            "path": reverse("stoa_content:record", args=[found.kind, found.key]),
        }
        for found in wording.in_language(
            sorted(advice.values(), key=lambda found: found.number_in_order)
        )
    ]


def _assessment(modules: list[Module]) -> str:
    marks = sorted({module.pass_percent for module in modules if module.draw})
    if not marks:
        return _("Exercises with feedback, no test")
    if len(marks) == 1:
        return _("Tests marked by the server, passed with at least %(percent)d %%") % {
            "percent": marks[0]
        }
    return _("Tests marked by the server, passed with at least %(low)d to %(high)d %%") % {
        "low": marks[0],
        "high": marks[-1],
    }
