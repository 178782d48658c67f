"""Our short way to a page must refuse whatever Wagtail's own way refuses."""

from wagtail.models import PageViewRestriction

from tests.counting import at_most


def test_a_page_behind_a_login_restriction_sends_strangers_to_sign_in(client, school):
    page = school.lesson_pages[0]
    PageViewRestriction.objects.create(
        page=school.module_page, restriction_type=PageViewRestriction.LOGIN
    )
    answer = client.get(page.url)
    assert answer.status_code == 302
    assert "/account/login/" in answer.url


def test_an_unpublished_page_is_not_found(client, school):
    page = school.lesson_pages[0]
    page.unpublish()
    assert client.get(page.url).status_code == 404


def test_a_draft_below_a_published_page_is_not_found(client, school):
    page = school.lesson_pages[0]
    page.title = "A secret new title"
    page.save_revision()
    assert "secret" not in client.get(page.url).content.decode()


def test_a_page_is_found_in_two_queries_and_its_restrictions_in_one(client, school):
    client.get(school.lesson_pages[0].url)
    with at_most(9):
        client.get(school.lesson_pages[0].url)
