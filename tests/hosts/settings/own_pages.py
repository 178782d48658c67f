"""A base page of the site's own (Wagtail 8), so modules.pages and courses.pages stay out."""

from tests.hosts.settings.common import NoMigrations
from tests.hosts.settings.everything import *
from tests.hosts.settings.everything import INSTALLED_APPS

INSTALLED_APPS = [
    "tests.hosts.lessons",
    "tests.hosts.board",
    *(app for app in INSTALLED_APPS if not app.endswith(".pages")),
]
WAGTAIL_PAGE_MODEL = "board.BoardPage"
MIGRATION_MODULES = NoMigrations()
