"""What a fact that is not sound does to questions and lessons, and that it all comes back."""

import datetime as dt

import pytest
from django.utils import timezone

from courses import services as courses
from modules import drawing, services
from tests.content import factories as make
from tests.counting import at_most

TODAY = timezone.localdate()


@pytest.fixture
def rested(school):
    """The first question of the school, and its first lesson, rest on F1.01, which has two sources."""
    school.fact = make.fact("F1.01", sources=[make.source("S1"), make.source("S2")])
    school.questions[0].facts = [school.fact]
    school.questions[0].save()
    text = "<p>Light helps [[F1.01]].</p>"
    page = school.lesson_pages[0]
    page.body = [("text", text)]
    school.publish(page)
    return school


def askable(school) -> int:
    return drawing.pool(school.test, TODAY).count()


def dispute(fact):
    fact.standing, fact.standing_since = "disputed", dt.date(2026, 11, 3)
    fact.standing_note = "Two studies disagree."
    fact.save()


def test_a_disputed_fact_takes_its_questions_out_of_new_draws_and_gives_them_back(rested):
    assert askable(rested) == 6
    dispute(rested.fact)
    assert askable(rested) == 5
    rested.fact.standing = "sound"
    rested.fact.save()
    assert askable(rested) == 6


def test_questions_leave_when_the_last_source_is_withdrawn_and_not_before(rested):
    one, two = rested.fact.sources.all()
    one.is_withdrawn = True
    one.save()
    assert askable(rested) == 6
    two.is_withdrawn = True
    two.save()
    assert askable(rested) == 5
    rested.fact.sources.clear()  # a fact that names no source was never resting on one
    assert askable(rested) == 6


def test_a_draw_that_was_made_stays_as_it_is(rested, amara):
    now = timezone.now()
    courses.enrol(learner=amara, course=rested.course, at=now)
    rested.module_page.draw = 6
    rested.publish(rested.module_page)
    attempt = services.start_attempt(learner=amara, activity=rested.test, at=now)
    dispute(rested.fact)
    attempt.refresh_from_db()
    answers = rested.right_answers(attempt)
    services.record_attempt(attempt=attempt, answers=answers, at=now)
    assert (len(attempt.drawn), attempt.score_max) == (6, 6)


def test_a_lesson_says_what_is_not_certain_and_since_when(rested, client):
    url = rested.lesson_pages[0].url
    assert "Not certain today" not in client.get(url).content.decode()
    dispute(rested.fact)
    with at_most(20):
        text = client.get(url).content.decode()
    assert "Disputed since 3 November 2026. Two studies disagree." in text
    rested.fact.standing = "sound"
    rested.fact.save()
    assert "Not certain today" not in client.get(url).content.decode()


@pytest.mark.parametrize(("days", "overdue"), [(1, False), (90, False), (91, True)])
def test_everyone_is_told_when_a_review_is_long_overdue(rested, client, days, overdue):
    rested.fact.review_by = TODAY - dt.timedelta(days=days)
    rested.fact.save()
    for url in (rested.lesson_pages[0].url, "/knowledge/facts/F1.01/"):
        text = client.get(url).content.decode()
        assert "It was to be checked again by" in text
        assert ("long overdue" in text) is overdue


def test_the_knowledge_base_shows_and_finds_what_is_not_sound(rested, client):
    for source in rested.fact.sources.all():
        source.is_withdrawn, source.withdrawn_note = True, "Replaced by a new edition."
        source.withdrawn_on = dt.date(2026, 10, 1)
        source.save()
    make.fact("F1.02")
    assert "Every document behind it is withdrawn, the last on 1 October 2026." in (
        client.get("/knowledge/facts/F1.01/").content.decode()
    )
    assert "Replaced by a new edition." in client.get("/knowledge/sources/S1/").content.decode()
    for standing, key in (("groundless", "F1.01"), ("sound", "F1.02")):
        found = client.get(f"/knowledge/facts/?standing={standing}").content.decode()
        assert f"/facts/{key}/" in found and found.count("/knowledge/facts/F") == 1
