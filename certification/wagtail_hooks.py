"""What the studio shows of this app: cities, their posts and coordinators; and the words of the audit log."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from certification.models import City, CityCoordinator, Post
from certification.studio import impact  # noqa: F401  (registers its teller)

ACTIONS = {
    "revoke": (_("Revoke certificate"), _("Revoked the certificate")),
    "request": (_("Request membership"), _("Asked for a post")),
    "invite": (_("Invite to a post"), _("Invited a person to a post")),
    "confirm": (_("Confirm membership"), _("Confirmed that a person holds a post")),
    "decline": (_("Decline membership"), _("Declined a membership")),
    "end": (_("End membership"), _("Ended a membership")),
    "export_roster": (_("Export roster"), _("Took the roster out as a table")),
}


@hooks.register("register_log_actions")
def log_actions(actions) -> None:
    for name, (label, message) in ACTIONS.items():
        actions.register_action(f"stoa_certification.{name}", label, message)


class CityViewSet(ModelViewSet):
    model = City
    icon = "site"
    menu_label = _("Cities")
    list_display = ["name", "country", "joined_on", "is_fictional"]
    list_filter = ["country", "is_fictional"]
    search_fields = ["name", "official_code"]
    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
        FieldRowPanel([FieldPanel("country"), FieldPanel("official_code")]),
        MultiFieldPanel(
            [
                FieldPanel("population"),
                FieldPanel("population_year"),
                FieldPanel("population_source"),
            ],
            heading=_("Inhabitants"),
        ),
        FieldPanel("is_union"),
        FieldPanel("is_fictional"),
        FieldPanel("joined_on"),
    ]


class PostViewSet(ModelViewSet):
    model = Post
    icon = "group"
    menu_label = _("Posts")
    list_display = ["__str__", "city", "profile", "from_on", "to_on"]
    list_filter = ["city", "profile"]
    panels = [
        FieldRowPanel([FieldPanel("city"), FieldPanel("profile")]),
        FieldRowPanel([FieldPanel("title"), FieldPanel("is_deputy")]),
        FieldRowPanel([FieldPanel("from_on"), FieldPanel("to_on")]),
    ]


class CoordinatorViewSet(ModelViewSet):
    model = CityCoordinator
    icon = "user"
    menu_label = _("Coordinators")
    list_display = ["user", "city"]
    list_filter = ["city"]
    panels = [FieldPanel("city"), FieldPanel("user")]


class CitiesGroup(ModelViewSetGroup):
    items = (CityViewSet, PostViewSet, CoordinatorViewSet)
    menu_label = _("Cities")
    menu_icon = "site"
    menu_order = 450


@hooks.register("register_admin_viewset")
def register_viewset() -> CitiesGroup:
    return CitiesGroup()
