"""Every string of the interface stands in every catalogue, translated, and with the placeholders of the original.

The strings are read from the sources here, so that no gettext tools are needed. A catalogue that lacks one is
brought up to date with `manage.py collect_words` (which needs them), and then translated.
"""

import ast
import re
from functools import cache
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation.template import templatize

from cms.management.commands.compile_words import APPS

# Languages whose catalogues wait for strings or translations: what is missing there is told, and fails nothing.
# Once they are whole, empty this: then every new string must come with its translations.
BEING_TRANSLATED: set[str] = set()

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
# How many strings a call takes, and whether the first is a context.
CALLS = {
    "_": "m",
    "gettext": "m",
    "gettext_lazy": "m",
    "gettext_noop": "m",
    "ngettext": "mp",
    "ngettext_lazy": "mp",
    "pgettext": "cm",
    "pgettext_lazy": "cm",
    "npgettext": "cmp",
    "npgettext_lazy": "cmp",
}
STRING = r"""\s*u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*"""
IN_TEMPLATE = re.compile(rf"\b(_|n?p?gettext)\({STRING}(?:,{STRING})?(?:,{STRING})?")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|<[^>]+>")


def entry(call: str, words: list[str]) -> tuple[str, str, str]:
    parts = dict(zip(CALLS[call], words, strict=False))
    return parts.get("c", ""), parts["m"], parts.get("p", "")


def of_python(file: Path):
    for node in ast.walk(ast.parse(file.read_text())):
        if not isinstance(node, ast.Call):
            continue
        call = getattr(node.func, "id", getattr(node.func, "attr", ""))
        kinds = CALLS.get(call)
        words = [
            arg.value for arg in node.args[: len(kinds or "")] if isinstance(arg, ast.Constant)
        ]
        if kinds and len(words) == len(kinds) and all(isinstance(word, str) for word in words):
            yield entry(call, words)


def of_template(file: Path):
    text = file.read_text()
    if "trans" not in text and "_(" not in text:
        return
    for call, *words in IN_TEMPLATE.findall(templatize(text)):
        yield entry(call, [ast.literal_eval(word) for word in words if word])


@cache
def strings_of(app: str) -> set[tuple[str, str, str]]:
    folder = settings.BASE_DIR / app
    python = (string for file in folder.rglob("*.py") for string in of_python(file))
    templates = (
        string
        for ending in ("html", "txt")
        for file in folder.rglob(f"*.{ending}")
        for string in of_template(file)
    )
    found = {*python, *templates}
    counted = {(context, one) for context, one, many in found if many}
    # gettext keeps a string that is also said of one thing among several once, with both forms.
    return {string for string in found if string[2] or string[:2] not in counted}


def catalogue(app: str, language: str) -> polib.POFile:
    return polib.pofile(
        str(settings.BASE_DIR / app / "locale" / language / "LC_MESSAGES/django.po")
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("app", APPS)
def test_strings_of_the_code_stand_in_the_catalogue(app, language):
    known = {(e.msgctxt or "", e.msgid, e.msgid_plural) for e in catalogue(app, language)}
    assert strings_of(app)
    nothing(strings_of(app) ^ known, language, "strings to collect with manage.py collect_words")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("app", APPS)
def test_strings_are_translated(app, language):
    untranslated = [e.msgid for e in catalogue(app, language) if e.fuzzy or not e.translated()]
    nothing(untranslated, language, "strings to translate")


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_kept(language):
    different = [
        (original, translation)
        for app in APPS
        for e in catalogue(app, language)
        for original, translation in forms(e)
        if translation
        and sorted(PLACEHOLDER.findall(original)) != sorted(PLACEHOLDER.findall(translation))
    ]
    assert different == []


def forms(e: polib.POEntry):
    if not e.msgid_plural:
        return [(e.msgid, e.msgstr)]
    singular, *others = (e.msgstr_plural[n] for n in sorted(e.msgstr_plural))
    return [(e.msgid, singular), *((e.msgid_plural, other) for other in others)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_string_is_translated_alike_everywhere(language):
    """Django has one set of strings for all apps: of two translations, one would never be seen."""
    found = {}
    for app in APPS:
        for e in catalogue(app, language):
            if e.translated():
                found.setdefault((e.msgctxt or "", e.msgid, e.msgid_plural), set()).add(
                    (e.msgstr, *e.msgstr_plural.values())
                )
    different = [key for key, translations in found.items() if len(translations) > 1]
    nothing(different, language, "strings with two translations")


def nothing(found, language: str, what: str) -> None:
    if found and language in BEING_TRANSLATED:
        pytest.xfail(f"{language}: {len(found)} {what}")
    assert sorted(found) == [], what
