"""Bring the catalogues of the interface up to date with the code: `makemessages` for every app, and nothing in them that changes by itself.

For developers: needs the gettext tools (on Debian: apt-get install gettext). A translation that gettext only guessed is emptied, not kept.
"""

import contextlib
from pathlib import Path

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from cms.management.commands.compile_words import APPS

# Two forms each: nothing here is counted in millions, where French and Spanish have a third.
PLURAL_FORMS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
}


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def handle(self, *args, **options) -> None:
        languages = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        for app in APPS:
            folder = settings.BASE_DIR / app
            (folder / "locale").mkdir(exist_ok=True)
            with contextlib.chdir(folder):
                call_command(
                    "makemessages",
                    locale=languages,
                    no_location=True,
                    no_wrap=True,
                    no_obsolete=True,
                    verbosity=0,
                )
            for language in languages:
                settle(folder / "locale" / language / "LC_MESSAGES" / "django.po", language)


def settle(file: Path, language: str) -> None:
    catalogue = polib.pofile(str(file), wrapwidth=0)
    catalogue.header = ""
    catalogue.metadata_is_fuzzy = False
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS[language],
    }
    for entry in catalogue:
        if entry.fuzzy:
            entry.flags.remove("fuzzy")
            entry.msgstr = ""
            entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
    catalogue.save(str(file))
