"""The production settings as they are, but for what a test cannot wait for: migrations and collected files."""

from cms.settings.production import *  # noqa: F403
from cms.settings.production import STORAGES


class NoMigrations:
    def __contains__(self, label: str) -> bool:
        return True

    def __getitem__(self, label: str) -> None:
        return None


MIGRATION_MODULES = NoMigrations()
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
