"""From files in another language to pages and words in it: once, again, and after an editor had a hand in it."""

import re
import shutil
from pathlib import Path

import pytest
from django.utils import timezone
from wagtail_localize.models import StringTranslation, Translation

from cms import site_setup
from content import curriculum
from content.loading import Loader, load_knowledge
from content.models import Fact
from courses.loading import load_courses
from modules.loading import load_modules
from modules.models import Completion, Outcome, Question
from modules.pages.models import LessonPage
from tests.content.test_curriculum_translations import French

SMALL = Path(__file__).parents[1] / "content" / "small_curriculum"
VIDEO = re.compile(r"^:::+ video .*?^:::+\n", re.MULTILINE | re.DOTALL)
LESSON = "fr/modules/m01-lanterns/01-light.md"


@pytest.fixture
def files(tmp_path, site) -> French:
    site_setup.ensure_languages()
    folder = Path(shutil.copytree(SMALL, tmp_path / "curriculum"))
    for file in folder.rglob("*.md"):
        file.write_text(VIDEO.sub("", file.read_text()))
    french = French(folder)
    french.change(LESSON, 'title = "Light"', 'title = "Lumière"')
    french.change(LESSON, "And then the evening comes.", "Et puis vient le soir.")
    french.write(
        "fr/knowledge/facts/01-lanterns.toml",
        '[[facts]]\nkey = "F1.01"\ntitle = "Lanternes"\ntext = "On les nettoie au printemps."\n',
    )
    return french


def load(files: French) -> Loader:
    found, loader = curriculum.read(files.path), Loader(at=timezone.now())
    load_knowledge(found, loader)
    load_modules(found, loader, parent=site_setup.module_index())
    load_courses(found, loader, parent=site_setup.catalogue())
    return loader


def page(language: str = "fr") -> LessonPage:
    return LessonPage.objects.get(locale__language_code=language)


def test_a_translated_lesson_is_the_same_lesson_in_other_words(client, files, amara):
    loader = load(files)
    assert loader.conflicts == []
    french, english = page(), page("en")
    assert french.title == "Lumière" and french.slug == english.slug
    assert [block.id for block in french.body] == [block.id for block in english.body]
    assert Fact.objects.count() == Fact.originals.count() + 1
    assert Question.objects.first().translations.get().language == "fr"
    assert Outcome.objects.filter(words__has_key="fr").exists()
    shown = client.get(french.url).content.decode()
    assert "Et puis vient le soir." in shown and "On les nettoie au printemps." in shown
    assert 'class="said"' not in shown
    client.force_login(amara)
    Completion.objects.all().delete()
    assert (
        client.get(english.url).context["reading"].activity
        == client.get(french.url).context["reading"].activity
    )


def test_the_editor_of_translations_knows_what_came_from_files(files):
    load(files)
    said = StringTranslation.objects.filter(
        locale__language_code="fr", data="Et puis vient le soir."
    )
    assert said.get().translation_of.data == "And then the evening comes."
    work = Translation.objects.get(source__object_id=page().translation_key)
    total, translated = work.get_progress()
    assert total == translated > 5
    work.save_target()  # what it puts together again is what was loaded
    again = page()
    assert "Et puis vient le soir." in str(again.body)
    fact = Fact.objects.get(locale__language_code="fr")
    assert Translation.objects.get(source__object_id=fact.translation_key).get_progress() == (2, 2)


def test_loading_again_writes_nothing_and_an_editors_words_stay(files):
    load(files)
    again = load(files)
    assert {outcome for _kind, outcome in again.counts} == {"unchanged"}
    french = page()
    french.title = "Clarté"
    french.save_revision().publish()
    string = StringTranslation.objects.get(data="On les nettoie au printemps.")
    Fact.objects.filter(locale__language_code="fr").update(text="Au printemps.")
    files.change(LESSON, "Et puis vient le soir.", "Puis le soir vient.")
    files.change("fr/knowledge/facts/01-lanterns.toml", "au printemps", "chaque printemps")
    third = load(files)
    assert len(third.conflicts) == 2 and page().title == "Clarté"
    string.refresh_from_db()
    assert string.data == "On les nettoie au printemps."
