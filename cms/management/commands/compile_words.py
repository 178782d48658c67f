"""Compile the catalogues of the interface (`locale/*/LC_MESSAGES/*.po`) of our apps. In Python: no gettext tools are needed."""

import polib
from django.conf import settings
from django.core.management.base import BaseCommand

APPS = ("cms", "certification", "courses", "modules", "content")


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args, **options) -> None:
        for app in APPS:
            for file in sorted((settings.BASE_DIR / app / "locale").glob("*/LC_MESSAGES/*.po")):
                compiled = file.with_suffix(".mo")
                if not compiled.exists() or compiled.stat().st_mtime < file.stat().st_mtime:
                    polib.pofile(str(file)).save_as_mofile(str(compiled))
