"""A link to a branching scenario. Config: {"scenario": key}."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import BooleanBlock, TextBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from modules.activities.base import DO, ActivityBlock


class ScenarioBlock(ActivityBlock):
    kind = "scenario"
    label_of_kind = _("Scenario")

    scenario = SnippetChooserBlock("stoa_modules.Scenario", label=_("Scenario"))
    intro = TextBlock(required=False, rows=2, label=_("Introduction"))
    is_required = BooleanBlock(required=False, label=_("Needed to complete the lesson"))

    class Meta:
        icon = "pick"
        group = DO
        label = _("Scenario")
        description = _("A link to a branching scenario.")
        template = "stoa_modules/blocks/scenario.html"

    def describe(self, value):
        if not value["scenario"]:
            return None
        return {
            "title": value["scenario"].title,
            # What nobody can play yet, nobody can be asked for.
            "is_required": bool(value["is_required"]) and value["scenario"].live,
            "config": {"scenario": value["scenario"].key},
        }

    def plain(self, value):
        scenario = value["scenario"]
        if not scenario or not scenario.live:
            return {"scenario": None}
        scenario = scenario.in_language()
        known = {
            name: getattr(scenario, name) for name in ("key", "title", "minutes", "sensitivity")
        }
        return {
            "scenario": known | {"document": {"intro": scenario.document.get("intro", "")}},
            "intro": value["intro"],
        }
