"""Panels of the page editor that say what a publication means."""

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel

from modules import drawing, reckoning
from modules.blocks.rules import plain_rules
from modules.models import QuestionStatus
from modules.studio import findings, impact


class ImpactPanel(Panel):
    """Whom a publication touches, and what is still missing. Computed for the page as it was last saved."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "stoa_modules/studio/impact_panel.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk)

        @cached_property
        def sentences(self) -> list[str]:
            return impact.sentences(self.instance)

        @cached_property
        def findings(self) -> list[findings.Finding]:
            return findings.of_lesson(self.instance) if hasattr(self.instance, "body") else []


class MinutesPanel(Panel):
    """What is counted for a lesson, beside what its author says. For the page as it was last saved."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "stoa_modules/studio/minutes_panel.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk)

        @cached_property
        def counted(self) -> int:
            return reckoning.minutes_of(self.instance)

        @property
        def is_far(self) -> bool:
            said = self.instance.minutes
            return bool(said) and abs(said - self.counted) > reckoning.TOO_FAR


class TestPanel(Panel):
    """What the module test can draw from, with the way to the question bank."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "stoa_modules/studio/test_panel.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk)

        @cached_property
        def counts(self) -> dict[str, int]:
            return findings_of_bank(self.instance.module)

        @cached_property
        def unmet(self) -> list[str]:
            return unmet_rules(self.instance)

        @property
        def module(self):
            return self.instance.module


def findings_of_bank(module) -> dict[str, int]:
    """How many questions of a module may be drawn into its test today, and why the others may not. Two queries.

    Keys: "live", "resting" (in use, but a fact is not sound), "reviewed", "draft".
    """
    graded = module.questions.filter(is_graded=True).order_by()
    statuses = list(graded.values_list("status", flat=True))
    used = graded.filter(status=QuestionStatus.LIVE)
    resting = used.on_unsound(timezone.localdate()).count()
    return {
        "live": statuses.count(QuestionStatus.LIVE) - resting,
        "resting": resting,
        "reviewed": statuses.count(QuestionStatus.REVIEWED),
        "draft": statuses.count(QuestionStatus.DRAFT),
    }


def unmet_rules(page) -> list[str]:
    """What the rules of a test ask for and the bank cannot give today, as sentences. No rules, no query."""
    rules = plain_rules(page.draw_rules)
    if not rules:
        return []
    usable = page.module.questions.askable(timezone.localdate()).filter(is_graded=True)
    questions = list(usable.defer("answers").prefetch_related("tags", "facts"))
    return [
        _("Rule %(place)s finds %(found)s of %(count)s questions.")
        % {"place": place, "found": found, "count": rule["count"]}
        for place, rule in enumerate(rules, start=1)
        if (found := sum(drawing.fits(question, rule) for question in questions)) < rule["count"]
    ]
