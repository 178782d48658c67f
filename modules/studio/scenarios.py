"""Scenarios in the studio: written as blocks, seen as a picture, tried out before anybody else can play them."""

from typing import Any

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, Panel
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import EditView, InspectView, SnippetViewSet

from modules import scenario_blocks, scenario_pages, scenarios
from modules.models import Scenario
from modules.scenario_checks import Finding, check
from modules.studio import scenario_picture

policy = ModelPermissionPolicy(Scenario)


class ScenarioForm(WagtailAdminModelForm):
    """What is written in blocks becomes the document that is played. Drafts may have loose ends."""

    def __init__(self, *args, **kwargs):
        instance = kwargs.get("instance")
        if instance is not None and instance.document and not instance.body:
            instance.body = scenario_blocks.to_blocks(instance.document)
        super().__init__(*args, **kwargs)
        if self.instance.pk and "key" in self.fields:
            self.fields["key"].disabled = True  # lessons and what learners did point at it

    def _post_clean(self):
        super()._post_clean()  # fills the instance from the form
        if "body" not in self.errors:
            row = self.instance
            row.document = scenario_blocks.to_document(
                row.body.get_prep_value(), row.document
            ) | {
                "key": row.key, "title": row.title, "minutes": row.minutes, "sensitivity": row.sensitivity,
            }  # fmt: skip


def findings_of(document: dict[str, Any]) -> list[tuple[str, Finding]]:
    """What is wrong with a scenario, each with the name of its place; keys of records that nobody knows included."""
    if not document:
        return []
    return [
        (_name(document, finding), finding) for finding in [*check(document), *_unknown(document)]
    ]


def _name(document: dict[str, Any], finding: Finding) -> str:
    match finding.place:
        case ("nodes", int(n), "choices", int(m), *_rest):
            node = document["nodes"][n]
            return f"{node['key']} / {node['choices'][m]['key']}"
        case ("nodes", int(n), *_rest):
            return document["nodes"][n]["key"] or str(n + 1)
        case ("criteria", int(n), *_rest):
            return document["criteria"][n]["key"]
        case ("debrief", *_rest):
            return _("Looking back")
    return ""


def _unknown(document: dict[str, Any]) -> list[Finding]:
    found = []
    for name, model in scenario_pages.RECORDS.items():
        wanted = set(document.get(name) or [])
        if wanted:
            known = model.originals.filter(key__in=wanted).values_list("key", flat=True)
            missing = sorted(wanted.difference(known))
            if missing:
                text = _("The knowledge base has no %(keys)s.") % {"keys": ", ".join(missing)}
                found.append(Finding((), text, is_error=False))
    return found


def seen(scenario: Scenario) -> dict[str, Any]:
    """The picture of a scenario as it was last saved, what is wrong with it, and where to try it out."""
    return {
        "picture": scenario_picture.draw(scenario.document),
        "findings": findings_of(scenario.document),
        "play_url": play_url(scenario) if scenario.pk else "",
    }


class PicturePanel(Panel):
    """Where the paths lead. Computed for the scenario as it was last saved."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "stoa_modules/studio/scenario_picture.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk) and bool(self.instance.document)

        def get_context_data(self, parent_context=None):
            return super().get_context_data(parent_context) | seen(self.instance)


PANELS = ObjectList(
    [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("key"), FieldPanel("module")]),
        FieldRowPanel([FieldPanel("minutes"), FieldPanel("sensitivity")]),
        PicturePanel(heading=gettext_lazy("Where the paths lead")),
        FieldPanel("body"),
    ],
    base_form_class=ScenarioForm,
)


def play_url(scenario: Scenario, path: str = "") -> str:
    name = Scenario.snippet_viewset.get_url_name("play")
    if path:
        return reverse(name, args=[quote(scenario.pk), path])
    return reverse(name, args=[quote(scenario.pk)])


def play(request: HttpRequest, pk: int, path: str = "") -> HttpResponse:
    """The scenario as it was last saved, draft or not, as a learner would play it. Nothing is recorded."""
    if not policy.user_has_any_permission(request.user, {"add", "change", "publish", "view"}):
        raise PermissionDenied
    latest = get_object_or_404(Scenario, pk=pk).get_latest_revision_as_object()
    viewset = Scenario.snippet_viewset
    may_change = policy.user_has_permission(request.user, "change")
    back = reverse(viewset.get_url_name("edit" if may_change else "inspect"), args=[quote(pk)])
    try:
        step = scenarios.follow(latest.document, scenarios.split(path))
    except scenarios.NoSuchPath as problem:
        context = {
            "scenario": latest,
            "missing": str(problem),
            "edit_url": back,
            "start_url": play_url(latest),
        }
        return render(request, "stoa_modules/studio/scenario_torn.html", context, status=404)
    context = scenario_pages.scenario_context(latest, step, path, lambda way: play_url(latest, way))
    return render(
        request, "stoa_modules/scenario.html", context | {"tried_out": True, "edit_url": back}
    )


class Playable:
    """A button to try the scenario out."""

    @cached_property
    def header_more_buttons(self):
        button = Button(_("Try it out"), url=play_url(self.object), icon_name="view", priority=5)
        return [button, *super().header_more_buttons]


class ScenarioEditView(Playable, EditView):
    pass


class ScenarioInspectView(Playable, InspectView):
    template_name = "stoa_modules/studio/scenario_inspect.html"

    def get_context_data(self, **kwargs):
        latest = self.object.get_latest_revision_as_object()
        return super().get_context_data(**kwargs) | {"scenario": latest} | seen(latest)


class ScenarioViewSet(SnippetViewSet):
    """Written by editors; a draft is played by nobody but them."""

    model = Scenario
    icon = "pick"
    menu_order = 120
    add_to_admin_menu = True
    inspect_view_enabled = True
    copy_view_enabled = False
    list_display = ["title", "key", "module", "minutes"]
    list_filter = ["module", "sensitivity"]
    search_backend_name = None
    search_fields = ["title", "key"]
    edit_handler = PANELS
    edit_view_class = ScenarioEditView
    inspect_view_class = ScenarioInspectView
    inspect_template_name = "stoa_modules/studio/scenario_inspect.html"
    inspect_view_fields_exclude = ["document", "body"]

    def get_queryset(self, request):
        return Scenario.objects.select_related("module").defer("document", "body")

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("play/<int:pk>/", play, name="play"),
            path("play/<int:pk>/<str:path>/", play, name="play"),
        ]
