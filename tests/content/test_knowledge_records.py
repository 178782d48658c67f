"""One record: what it says, what it rests on, what rests on it, both ways."""

import pytest
from django.contrib.auth.models import Permission
from wagtail.models import PageViewRestriction

from content.models import Area, Expectation, Level
from modules.models import Outcome
from tests.content import factories as make

pytestmark = pytest.mark.django_db


def links(client, address: str) -> dict[str, list[str]]:
    """What links to a record: {group: [key or title]}."""
    groups = client.get(address).context["used_by"]
    return {
        str(group.title): [record.key for record in group.records]
        + [link.title for link in group.links]
        for group in groups
    }


@pytest.fixture
def chain(school):
    """Source → fact → recommendation and guidance → lesson, and an outcome aligned to the recommendation."""
    source = make.source("S1")
    fact = make.fact("F8.01", sources=[source])
    recommendation = make.recommendation("GR-01", facts=[fact])
    guidance = make.guidance("DG-01", facts=[fact], sources=[source])
    lesson = school.lessons[0]
    lesson.facts.add(fact)
    lesson.recommendations.add(recommendation)
    lesson.guidance.add(guidance)
    outcome = Outcome.objects.create(key="t01-o1", module=school.module, text="Read a square")
    outcome.recommendations.add(recommendation)
    school.module.recommendations.add(recommendation)
    school.questions[0].facts.add(fact)
    school.questions[0].save()
    return lesson


def test_the_way_from_a_source_leads_to_lessons(client, chain):
    assert links(client, "/knowledge/sources/S1/") == {
        "Facts": ["F8.01"], "Recommendations": ["GR-01"], "Design guidance": ["DG-01"], "Lessons": ["Lesson 1"],
    }  # fmt: skip
    assert links(client, "/knowledge/facts/F8.01/") == {
        "Recommendations": ["GR-01"], "Design guidance": ["DG-01"], "Lessons": ["Lesson 1"],
    }  # fmt: skip
    assert links(client, "/knowledge/recommendations/GR-01/") == {
        "Lessons": ["Lesson 1"], "Modules": ["T01 Reading a square"], "Learning outcomes": ["Read a square"],
    }  # fmt: skip


def test_the_way_back_leads_from_advice_to_its_sources(client, chain):
    page = client.get("/knowledge/guidance/DG-01/").content.decode()
    assert 'href="/knowledge/facts/F8.01/"' in page and 'href="/knowledge/sources/S1/"' in page
    assert 'href="https://example.org/S1" rel="noopener external"' in page
    assert "opens another site" in page


def test_only_editors_learn_how_many_questions_rest_on_a_fact(client, chain, amara, chiara):
    client.force_login(amara)
    assert "Questions" not in links(client, "/knowledge/facts/F8.01/")
    chiara.user_permissions.add(
        Permission.objects.get(content_type__app_label="stoa_modules", codename="change_question")
    )
    client.force_login(chiara)
    assert links(client, "/knowledge/facts/F8.01/")["Questions"] == ["1 question of the bank"]


@pytest.mark.parametrize("address", ["/knowledge/facts/F8.01/", "/knowledge/sources/S1/"])
def test_a_lesson_for_others_is_not_even_named(client, chain, address):
    assert "Lesson 1" in client.get(address).content.decode()
    type(chain).objects.filter(pk=chain.pk).update(sensitivity="verified")
    assert "Lesson 1" not in client.get(address).content.decode()


def test_a_lesson_that_wagtail_keeps_private_is_not_even_named(client, chain, school):
    PageViewRestriction.objects.create(page=school.lesson_pages[0], restriction_type="login")
    assert "Lesson 1" not in client.get("/knowledge/facts/F8.01/").content.decode()


def test_an_unpublished_lesson_is_not_named(client, chain, school):
    school.lesson_pages[0].unpublish()
    assert "Lesson 1" not in client.get("/knowledge/facts/F8.01/").content.decode()


def test_certainty_and_dates_are_said_in_words(client):
    make.fact("F8.01", certainty="secondary", review_by="2020-01-31")
    page = client.get("/knowledge/facts/F8.01/").content.decode()
    assert "Check the primary text before you rely on it." in page
    assert "31 January 2020" in page and "Review long overdue" in page


def test_advice_says_that_it_is_an_independent_formulation(client):
    make.recommendation(basis_note="It rests mainly on our own judgement.")
    page = client.get("/knowledge/recommendations/GR-01/").content.decode()
    assert "Independent formulation" in page and "our own judgement" in page


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_only_web_addresses_become_links(client, address):
    make.fact("F8.01", sources=[make.source("S1", address=address)])
    for path in ("/knowledge/sources/S1/", "/knowledge/facts/F8.01/"):
        assert f'href="{address}' not in client.get(path).content.decode()


def test_a_key_in_another_case_leads_to_the_record(client):
    make.fact("F8.01")
    answer = client.get("/knowledge/facts/f8.01/")
    assert answer.status_code == 301 and answer["Location"] == "/knowledge/facts/F8.01/"


@pytest.mark.parametrize("key", ["F9.99", "%27", "x" * 300, "F8%0A01"])
def test_an_unknown_key_is_not_found(client, site, key):
    make.fact("F8.01")
    assert client.get(f"/knowledge/facts/{key}/").status_code == 404


def test_a_key_with_nul_is_refused(client, site):
    assert client.get("/knowledge/facts/F8.01%00/").status_code == 400


def test_topics_areas_and_roles_lead_to_where_they_are_shown(client):
    assert client.get("/knowledge/topics/T8/")["Location"] == "/knowledge/facts/?topic=T8"
    assert client.get("/knowledge/areas/E/")["Location"] == "/knowledge/competences/#area-E"
    assert client.get("/knowledge/profiles/UP/")["Location"] == "/knowledge/competences/#profile-UP"


def test_competences_show_levels_by_area_and_role(client, school):
    area, profile = Area.objects.create(key="E", title="Design and protect"), make.profile()
    Level.objects.create(level=3, title="Lead", text="You judge.")
    Expectation.objects.create(profile=profile, area=area, level=3)
    Outcome.objects.create(key="t01-o1", module=school.module, text="Read a square", area=area)
    school.course.profiles.add(profile)
    page = client.get("/knowledge/competences/").content.decode()
    assert '<th scope="row">' in page and "<caption>" in page and "<td>3</td>" in page
    assert "T01 Reading a square" in page and "Reading places" in page


def test_coverage_counts_facts_by_certainty_and_past_review(client):
    make.fact("F8.01", review_by="2020-01-01")
    make.fact("F8.02", certainty="own")
    rows = {
        row.certainty: (row.all, row.past)
        for row in client.get("/knowledge/coverage/").context["facts"]
    }
    assert rows == {"seen": (1, 1), "secondary": (0, 0), "general": (0, 0), "own": (1, 0)}


@pytest.mark.parametrize("path", ["", "facts/", "facts/F8.01/", "coverage/", "competences/"])
def test_everyone_reads_and_nobody_writes(client, chiara, path):
    make.fact("F8.01")
    assert client.get(f"/knowledge/{path}").status_code == 200
    client.force_login(chiara)
    assert client.get(f"/knowledge/{path}").status_code == 200
    assert client.post(f"/knowledge/{path}", {"title": "Mine"}).status_code == 405
