"""Every address × every role, the stranger included: design section 4, and nothing left out."""

import re
import uuid

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.security import doors
from tests.security.conftest import ROLES, STRANGER, World

pytestmark = pytest.mark.one_database

TABLES = {
    "knowledge": doors.KNOWLEDGE,
    "learning": doors.LEARNING,
    "certification": doors.CERTIFICATION,
    "site": doors.SITE,
    "account": doors.ACCOUNT,
    "studio, pages": doors.PAGES,
    "studio, bank": doors.BANK,
    "studio, marking": doors.MARKING,
    "studio, people and cities": doors.PEOPLE_AND_CITIES,
}


def open_door(world: World, door: doors.Door, method: str, role: str) -> doors.Outcome:
    """Knock, and undo whatever that did."""
    cache.clear()
    client = world.client(role)
    with transaction.atomic():
        address = door.make(world)
        response = client.get(address) if method == "get" else client.post(address, door.data)
        transaction.set_rollback(True)
    return doors.outcome_of(response)


@pytest.mark.parametrize("table", TABLES)
def test_each_role_finds_what_it_may(world, table):
    """A door without `post` takes none, from whomever: two roles are enough to see that."""
    wrong = []
    for door in TABLES[table]:
        asked = [("get", role, door.get[role]) for role in ROLES]
        if door.post is not None:
            asked += [("post", role, door.post[role]) for role in ROLES]
        elif door.get["trainee"] == 200:
            asked += [("post", role, 405) for role in ("trainee", "administrator")]
        for method, role, expected in asked:
            found = open_door(world, door, method, role)
            if found != expected:
                wrong.append(
                    f"{method.upper()} {door.make(world)} as {role}: {found}, expected {expected}"
                )
    assert not wrong, "\n".join(wrong)


# Allauth's old addresses, which lead to its new ones, and two of Wagtail's patterns that stand here twice.
NOT_A_PAGE_OF_THEIR_OWN = {
    "account/social/login/cancelled/", "account/social/login/error/", "account/social/signup/", "account/social/connections/",
    r"^((?:[\w\-]+/)*)$",
    "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
}  # fmt: skip


def test_no_address_is_missing_from_the_table():
    known = {door.name for table in TABLES.values() for door in table} | NOT_A_PAGE_OF_THEIR_OWN
    missing = {name for name, pattern in doors.walk() if not pattern.startswith("studio/")} - known
    assert not missing, f"Say in tests/security/doors.py who may open {sorted(missing)}."


# Wagtail's, without anything of ours behind them that is not in the table.
WAGTAILS = {
    "wagtail_bulk_action", "wagtail_localize", "wagtailadmin_account", "wagtailadmin_api", "wagtailadmin_block_preview",
    "wagtailadmin_choose_page", "wagtailadmin_choose_page_anchor_link", "wagtailadmin_choose_page_child",
    "wagtailadmin_choose_page_chosen_multiple", "wagtailadmin_choose_page_email_link",
    "wagtailadmin_choose_page_external_link", "wagtailadmin_choose_page_phone_link", "wagtailadmin_choose_page_search",
    "wagtailadmin_dismissibles", "wagtailadmin_editing_sessions", "wagtailadmin_error_test", "wagtailadmin_explore_results",
    "wagtailadmin_explore_root", "wagtailadmin_javascript_catalog", "wagtailadmin_login", "wagtailadmin_logout",
    "wagtailadmin_password_reset", "wagtailadmin_password_reset_complete", "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_done", "wagtailadmin_sprite", "wagtailadmin_tag_autocomplete",
    "wagtailadmin_tag_model_autocomplete", "wagtaildocs_chooser", "wagtailembeds", "wagtailimages_chooser",
    "wagtailsettings", "wagtailsnippets", "studio/^.*/$", "studio/test404/",
}  # fmt: skip


def test_no_part_of_the_studio_is_missing_from_the_table():
    known = {door.name.partition(":")[0] for table in TABLES.values() for door in table} | WAGTAILS
    missing = {
        name.partition(":")[0] for name, pattern in doors.walk() if pattern.startswith("studio/")
    } - known
    assert not missing, f"Say in tests/security/doors.py who may open {sorted(missing)}."


EVERYBODYS = {
    "wagtailadmin_sprite",
    "wagtailadmin_javascript_catalog",
}  # icons and words of Wagtail itself
ANY = {"slug": "x", "str": "1", "int": "1", "path": "x", "uuid": str(uuid.UUID(int=1))}


def addresses_of_the_studio():
    """Every pattern, filled with something."""
    for name, pattern in doors.walk():
        if pattern.startswith("studio/") and name not in EVERYBODYS and "(?P" not in pattern:
            filled = re.sub(r"<(\w+):\w+>", lambda found: ANY[found[1]], pattern)
            yield "/" + filled.replace("^", "").replace("$", "").replace(
                "studio/.*", "studio/pages"
            )


def test_the_studio_is_closed_to_all_who_do_not_work_in_it(world):
    opened = []
    for role in (STRANGER, "trainee", "coordinator"):
        client = world.client(role)
        for address in addresses_of_the_studio():
            for method in (client.get, client.post):
                with transaction.atomic():
                    found = doors.outcome_of(method(address))
                    transaction.set_rollback(True)
                expected = "login" if role == STRANGER or address == "/studio/login/" else 403
                if found != expected and not (found == 404 and "password_reset" in address):
                    opened.append(f"{method.__name__} {address} as {role}: {found}")
    assert not opened, "\n".join(opened)
