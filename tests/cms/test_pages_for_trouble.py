"""Errors, headers, the mailroom, and what search engines are told."""

import importlib
import json
import re

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.test import Client, RequestFactory
from django.urls import clear_url_caches

import cms.urls
from cms.views import errors


def test_a_missing_page_is_404_and_offers_ways_on(client, site):
    response = client.get("/no/such/place/")
    assert response.status_code == 404
    assert (
        "This way ends here" in response.content.decode()
        and 'action="/catalogue/"' in response.content.decode()
    )


@pytest.mark.parametrize(
    ("view", "exception", "status"),
    [
        (errors.bad_request, BadRequest(), 400),
        (errors.refused, PermissionDenied(), 403),
        (errors.not_found, Exception(), 404),
    ],
)
def test_error_pages_render_even_before_anybody_is_known(view, exception, status):
    response = view(RequestFactory().get("/"), exception)
    assert response.status_code == status and b"<h1" in response.content


def test_the_page_for_our_own_faults_needs_no_database(client):
    response = errors.broken(
        RequestFactory().get("/")
    )  # no database mark on this test: a query would fail it
    assert response.status_code == 500 and b"Something broke here" in response.content


def test_a_form_without_its_token_says_that_nothing_is_lost(site):
    response = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "x"})
    assert response.status_code == 403
    assert "What you typed is not lost" in response.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/catalogue/",
        "/knowledge/",
        "/account/login/",
        "/account/signup/",
        "/verify/",
        "/no/such/place/",
    ],
)
def test_public_pages_have_a_strict_policy_and_no_inline_code(client, site, path):
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert (
        "default-src 'none'" in policy and "unsafe" not in policy and "script-src 'self'" in policy
    )
    assert (
        response["X-Frame-Options"] == "SAMEORIGIN"
        and response["X-Content-Type-Options"] == "nosniff"
    )
    page = response.content.decode()
    assert " style=" not in page and " onclick=" not in page and "javascript:" not in page
    loaded = re.findall(
        r"<(?:script|img|link|use|iframe)[^>]*>",
        re.sub(r'<link rel="(?:canonical|alternate)"[^>]*>', "", page),  # named, not loaded
    )
    assert not [tag for tag in loaded if "//" in tag]


def test_a_course_page_describes_itself_with_a_nonce(client, school):
    response = client.get("/catalogue/reading-places/")
    found = re.search(
        r'<script type="application/ld\+json" nonce="([^"]+)">(.*?)</script>',
        response.content.decode(),
    )
    assert f"'nonce-{found[1]}'" in response["Content-Security-Policy"]
    about = json.loads(found[2])
    assert (
        about["@type"] == "Course"
        and about["name"] == "Reading places"
        and about["hasCourseInstance"]["courseMode"] == "Online"
    )


def test_a_course_cannot_close_the_script_it_stands_in(client, school):
    school.course_page.title = "</script><b>bold & brave"
    school.publish(school.course_page)
    page = client.get("/catalogue/reading-places/").content.decode()
    assert "</script><b>" not in page


def test_links_have_one_address_and_a_picture(client, site):
    page = client.get("/about/?from=letter").content.decode()
    assert re.search(r'<link rel="canonical" href="http://[^"]+/about/">', page)
    assert 'property="og:image"' in page


def test_the_sitemap_names_open_lessons_only(client, school):
    for sensitivity in ("registered", "verified"):
        school.add_lesson(sensitivity, f"for-{sensitivity}", sensitivity=sensitivity)
    found = client.get("/sitemap.xml").content.decode()
    assert "/lesson-1/" in found
    assert "for-registered" not in found and "for-verified" not in found


def test_translations_are_named_where_they_are_real(client, school, in_french):
    first, second = school.lesson_pages
    french = in_french(
        first, title="Leçon 1"
    )  # its module page becomes an alias, which says nothing
    found = client.get("/sitemap.xml").content.decode()
    assert (
        f"<loc>{french.full_url}</loc>" in found and "/fr/modules/reading-a-square/<" not in found
    )
    entry = found.partition(f"<loc>{first.full_url}</loc>")[2].partition("</url>")[0]
    assert f'hreflang="fr" href="{french.full_url}"' in entry and 'hreflang="en"' in entry
    assert f"/fr{second.url}" not in found
    assert 'hreflang="fr"' in client.get(first.url).content.decode().partition("</head>")[0]
    for page in (client.get(school.module_page.url), client.get(f"/fr{second.url}")):
        assert 'hreflang="fr"' not in page.content.decode().partition("</head>")[0]


def test_the_mailroom_exists_in_development_only(client, site, settings):
    assert client.get("/mail/").status_code == 200
    del settings.STOA_MAILROOM_DIR
    importlib.reload(cms.urls)
    clear_url_caches()
    try:
        assert client.get("/mail/").status_code == 404
        assert 'href="/mail/"' not in client.get("/account/signup/").content.decode()
    finally:
        settings.STOA_MAILROOM_DIR = "restored"
        importlib.reload(cms.urls)
        clear_url_caches()


def test_the_mailroom_shows_the_code_alone(client, site, settings, tmp_path):
    settings.STOA_MAILROOM_DIR = tmp_path
    settings.EMAIL_BACKEND = "cms.mailroom.FileBackend"
    client.post(
        "/account/signup/",
        {"display_name": "Ilse", "email": "ilse@example.org", "password1": "a long quiet sentence"},
    )
    page = client.get("/mail/").content.decode()
    assert re.search(r"<strong>[A-Z0-9-]{4,}</strong>", page) and "ilse@example.org" in page


@pytest.mark.parametrize("path", ["/robots.txt", "/healthz", "/readyz", "/favicon.ico"])
@pytest.mark.django_db
def test_pages_for_machines_answer(client, path):
    assert client.get(path).status_code in {200, 302}
