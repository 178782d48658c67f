"""One site in three languages: which one is spoken where, and how to change it without losing one's place."""

import pytest
from wagtail.models import Locale, Page

from cms import site_setup


@pytest.fixture
def languages(site):
    site_setup.ensure_languages()
    return site


def test_the_bones_stand_in_every_language_and_setting_up_twice_adds_nothing(client, languages):
    before = Page.objects.count()
    site_setup.ensure_languages()
    assert Page.objects.count() == before
    for language in ("fr", "es"):
        for path in ("", "catalogue/", "modules/", "about/", "knowledge/"):
            answer = client.get(f"/{language}/{path}")
            assert answer.status_code == 200, path
            assert f'<html lang="{language}"' in answer.content.decode()
    assert Locale.objects.count() == 3


def test_a_page_without_translation_is_read_in_the_frame_of_the_readers_language(
    client, languages, school
):
    lesson = school.lesson_pages[0]
    page = client.get(f"/fr{lesson.url}").content.decode()
    assert '<html lang="fr"' in page and f'<h1 lang="en">{lesson.title}</h1>' in page
    assert 'lang="en"><p>A square is read' in page.replace("\n", "")
    assert f'href="/fr{school.lesson_pages[1].url}"' in page  # the way on stays in French
    assert f'rel="canonical" href="http://testserver{lesson.url}"' in page
    assert (
        'lang="en"'
        not in client.get(lesson.url).content.decode().partition("<main")[2].partition("</main>")[0]
    )


def test_the_choice_leads_to_the_same_place_with_its_query_and_is_kept(client, languages, amara):
    client.force_login(amara)
    answer = client.post("/language/", {"language": "fr", "next": "/knowledge/facts/?q=walk"})
    assert answer.url == "/fr/knowledge/facts/?q=walk"
    amara.refresh_from_db()
    assert amara.language == "fr"
    answer = client.post("/language/", {"language": "en", "next": answer.url})
    assert answer.url == "/knowledge/facts/?q=walk"
    assert client.post("/language/", {"language": "es", "next": "/about/"}).url == "/es/about/"
    assert client.post("/language/", {"language": "xx", "next": "/about/"}).url == "/about/"
    assert client.post("/language/", {"language": "fr", "next": "//evil.example/"}).url == "/fr/"


def test_a_translation_under_another_address_is_found(client, languages, school):
    french = site_setup.module_index("fr")
    page = school.module_page.copy_for_translation(french.locale)
    page.title, page.slug = "Lire une place", "lire-une-place"
    page.save_revision().publish()
    answer = client.post("/language/", {"language": "fr", "next": school.module_page.url})
    assert answer.url == "/fr/modules/lire-une-place/"
    shown = client.get(answer.url).content.decode()
    assert "<h1>Lire une place</h1>" in shown
    assert f'<span lang="en">{school.lesson_pages[0].title}</span>' in shown
    back = client.post("/language/", {"language": "en", "next": answer.url})
    assert back.url == school.module_page.url


def test_an_address_without_language_is_answered_in_the_readers(client, languages, amara):
    known = {"headers": {"referer": "http://testserver/fr/catalogue/", "host": "testserver"}}
    assert '<html lang="fr"' in client.get("/account/login/", **known).content.decode()
    assert '<html lang="fr"' in client.get("/account/signup/").content.decode()  # and stays
    amara.language = "es"
    amara.save()
    client.force_login(amara)
    assert '<html lang="es"' in client.get("/account/profile/").content.decode()


def test_a_lesson_names_its_course_in_the_readers_language(client, school, in_french, amara):
    in_french(school.course_page, title="Lire les lieux")
    client.force_login(amara)
    page = client.get(f"/fr{school.lesson_pages[0].url}").content.decode()
    assert "Lire les lieux" in page and "Reading places" not in page
    assert "Reading places" in client.get(school.lesson_pages[0].url).content.decode()
