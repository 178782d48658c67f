"""A translation whose source was published later says so: to readers with a link, to editors as what is to be translated."""

import re

import pytest
from django.utils import timezone
from wagtail_localize.models import Translation, TranslationSource

from content import localizing
from tests.counting import at_most

NEWER = re.compile(r'<a href="[^"]*" hreflang="en">')


def progress(page) -> tuple[int, int]:
    return Translation.objects.get(source__object_id=page.translation_key).get_progress()


@pytest.mark.parametrize("kind", ["lesson", "module", "course"])
def test_a_translation_says_that_its_original_is_newer(client, school, in_french, kind):
    english = {
        "lesson": school.lesson_pages[0],
        "module": school.module_page,
        "course": school.course_page,
    }[kind]
    french = in_french(english, title="En français")
    localizing.keep([(english, french)], french.locale, at=timezone.now())
    total, translated = progress(english)
    assert total == translated > 0
    assert not NEWER.search(client.get(french.url).content.decode())
    english.summary = "Something else is said now."
    school.publish(english)
    assert progress(english) == (total + (kind == "lesson"), translated - (kind != "lesson"))
    page = client.get(french.url).content.decode()
    assert NEWER.search(page) and f'href="{english.url}" hreflang="en"' in page
    assert not NEWER.search(client.get(english.url).content.decode())
    with at_most(12):
        client.get(french.url)
    school.publish(french)
    assert not NEWER.search(client.get(french.url).content.decode())


def test_a_page_that_wagtail_localize_cannot_read_is_published_all_the_same(
    school, in_french, monkeypatch
):
    def fail(_source):
        raise TypeError

    english = school.lesson_pages[0]
    french = in_french(english)
    localizing.keep([(english, french)], french.locale, at=timezone.now())
    monkeypatch.setattr(TranslationSource, "update_from_db", fail)
    english.title = "Another title"
    school.publish(english)
    assert english.lesson.title == "Another title"
