"""A lesson may ask for a shortest time on its page; too early is refused kindly and costs nothing."""

import datetime as dt
import zoneinfo

import pytest

from courses import services as courses
from modules import presenting, services
from modules.errors import TooSoon
from modules.models import Completion
from tests.moments import NOON

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def slow(school, amara, client):
    """The first lesson asks for three minutes; Amara is enrolled and signed in."""
    page = school.lesson_pages[0]
    page.min_seconds = 180
    school.publish(page)
    courses.enrol(learner=amara, course=school.course, at=NOON)
    client.force_login(amara)
    school.reading = page.lesson.activities.get(kind="reading")
    return school


def complete(slow, learner, opened_at, at):
    return services.complete_reading(
        learner=learner, activity=slow.reading, opened_at=opened_at, at=at
    )


@pytest.mark.parametrize(
    ("opened_at", "left"),
    [
        (None, 180),
        (NOON, 180),
        (NOON - MINUTE, 120),
        (NOON - 3 * MINUTE + dt.timedelta(milliseconds=1), 1),
        (NOON + MINUTE, 180),  # the clock was set back: never more than the whole time
    ],
)
def test_too_early_says_how_long(slow, amara, opened_at, left):
    with pytest.raises(TooSoon) as refused:
        complete(slow, amara, opened_at, NOON)
    assert refused.value.seconds == left
    assert not Completion.objects.exists()


def test_after_the_shortest_time_it_completes(slow, amara):
    assert complete(slow, amara, NOON - 3 * MINUTE, NOON)


def test_time_is_counted_across_the_change_of_clocks(slow, amara):
    """Both moments are on one line of time: the hour that comes twice counts twice."""
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    opened_at = dt.datetime(2026, 10, 25, 2, 59, tzinfo=zone, fold=0)
    at = dt.datetime(2026, 10, 25, 2, 0, tzinfo=zone, fold=1)
    with pytest.raises(TooSoon) as refused:
        complete(slow, amara, opened_at.astimezone(dt.UTC), at.astimezone(dt.UTC))
    assert refused.value.seconds == 120


def test_once_done_it_asks_for_no_time_again(slow, amara):
    first = complete(slow, amara, NOON - 3 * MINUTE, NOON)
    assert complete(slow, amara, None, NOON) == first


def test_the_page_writes_nothing_and_carries_when_it_was_opened(
    slow, client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40) as captured:
        page = client.get(slow.lesson_pages[0].url)
    written = [q["sql"] for q in captured if q["sql"].startswith(("INSERT", "UPDATE"))]
    assert [sql for sql in written if "django_cache" not in sql] == []
    assert 'name="opened"' in page.content.decode()
    assert "at least 3 minutes" in page.content.decode()


def test_too_early_is_a_kind_page_that_keeps_the_time_so_far(slow, client):
    token = client.get(slow.lesson_pages[0].url).context["reading"].token
    answer = client.post(f"/lesson/{slow.lessons[0].uuid}/done/", {"opened": token})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing was lost" in text
    assert token in text
    again = client.get(f"{slow.lesson_pages[0].url}?opened={token}")
    assert again.context["reading"].token == token


def test_a_form_without_its_time_starts_the_clock_now(slow, client):
    answer = client.post(f"/lesson/{slow.lessons[0].uuid}/done/")
    assert answer.status_code == 422
    assert answer.context["token"]


def test_the_time_of_one_learner_is_no_use_to_another(slow, amara, chiara, client):
    token = presenting.sign_opened(slow.reading, chiara)
    assert presenting.read_opened(token, slow.reading, chiara)
    assert presenting.read_opened(token, slow.reading, amara) is None
    page = client.get(f"{slow.lesson_pages[0].url}?opened={token}")
    assert page.context["reading"].token != token


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "\x00", "é" * 5000])
def test_an_odd_token_is_no_token(slow, amara, client, token):
    assert presenting.read_opened(token, slow.reading, amara) is None
    answer = client.post(f"/lesson/{slow.lessons[0].uuid}/done/", {"opened": token})
    assert answer.status_code == 422


def test_a_lesson_that_asks_for_no_time_carries_none(slow, client):
    assert 'name="opened"' not in client.get(slow.lesson_pages[1].url).content.decode()
