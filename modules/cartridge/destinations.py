"""Where a cartridge can be put: under a page that holds modules, or (an app above registers that) one that holds courses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractPage, get_page_models

from modules.pages_lookup import all_pages
from modules.pages_mixins import ModulePageMixin

ADD_QUESTION = "stoa_modules.add_question"


@dataclass(frozen=True)
class Destination:
    """A kind of import.

    child    the mixin of the page that is put under the chosen page
    divided  whether the top folders of the cartridge are modules of their own
    finish   makes the page above the modules: (parent, plan, module pages, user) → page; None if the module is all
    """

    kind: str
    label: Any
    child: type
    divided: bool = False
    finish: Callable[[AbstractPage, Any, list[AbstractPage], Any], AbstractPage] | None = None


DESTINATIONS: dict[str, Destination] = {}


def register(destination: Destination) -> None:
    DESTINATIONS[destination.kind] = destination


register(Destination("module", _("Module"), ModulePageMixin))


def holds(page_class: type[AbstractPage] | None, child: type) -> bool:
    """Whether pages of this class may have such a page under them."""
    return page_class is not None and any(
        issubclass(model, child) for model in page_class.allowed_subpage_models()
    )


def destinations_for(parent: AbstractPage) -> list[Destination]:
    """What can be put under this page; several where a host lets a page hold anything. The root holds sites only."""
    if parent.is_root():
        return []
    model = parent.specific_class
    return [found for found in DESTINATIONS.values() if holds(model, found.child)]


def may_import(parent: AbstractPage, user, kind: str = "") -> bool:
    """Whoever may add pages here and write questions."""
    fitting = destinations_for(parent)
    return (
        any(found.kind == kind or not kind for found in fitting)
        and user.has_perm(ADD_QUESTION)
        and parent.permissions_for_user(user).can_add_subpage()
    )


def page(pk: int | None) -> AbstractPage | None:
    found = all_pages().filter(pk=pk).first() if pk else None
    return found.specific if found else None


def module_parents(user) -> list[AbstractPage]:
    """Pages under which this person may put modules, in the order of the tree."""
    models = {model for model in get_page_models() if holds(model, ModulePageMixin)}
    if not models:
        return []
    found = all_pages().exact_type(*models).filter(depth__gt=1).order_by("path")
    return [one for one in found if one.permissions_for_user(user).can_add_subpage()]
