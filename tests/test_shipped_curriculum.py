"""The real curriculum in a real site: it loads without a warning, twice, and its pages hold their weight."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.html import escape

from content.models import Fact, Guidance, Recommendation
from courses import services
from courses.models import Course
from courses.pages.models import CoursePage
from modules.models import Lesson, Module
from modules.pages.models import LessonPage, ModulePage
from tests.conftest import person
from tests.counting import at_most

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The shipped curriculum, loaded once for this file and taken out again."""
    from django.db import transaction

    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        out, err = StringIO(), StringIO()
        call_command("load_curriculum", stdout=out, stderr=err)
        yield out.getvalue(), err.getvalue()
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture
def school(loaded, db):
    return loaded


def test_it_loads_with_no_warning(school):
    out, err = school
    assert err == ""
    assert "0 conflicts" in out
    assert (Recommendation.objects.count(), Guidance.objects.count()) == (26, 28)
    assert Fact.objects.count() > 200


def test_loading_again_writes_nothing(school):
    out = StringIO()
    call_command("load_curriculum", stdout=out)
    assert "Wrote 0 records; 0 conflicts." in out.getvalue()


def test_what_is_written_is_complete(school):
    written = Module.objects.filter(is_planned=False)
    assert {"M01", "M05", "M08", "H01"} <= set(written.values_list("code", flat=True))
    for module in written:
        assert module.lessons.filter(is_live=True).exists(), module
        # A module with a test has more than one draw of it; one without asks for a piece of work instead.
        graded = module.questions.filter(is_graded=True).count()
        assert graded > module.draw or not module.draw, module
    assert Module.objects.count() == 17
    assert Course.objects.filter(is_live=True).count() == 10


def test_every_lesson_rests_on_facts_advice_and_links_both_ways(school, client):
    for lesson in Lesson.objects.filter(is_live=True):
        assert lesson.facts.exists(), lesson
        assert lesson.recommendations.exists() or lesson.guidance.exists(), lesson
    lesson = Lesson.objects.get(key="m08-l01")
    page = LessonPage.objects.get(translation_key=lesson.uuid)
    fact = client.get("/knowledge/facts/F8.01/").content.decode()
    assert page.url in fact
    assert "/knowledge/sources/" in fact
    assert "/knowledge/facts/F8.01/" in client.get(page.url).content.decode()


def test_no_reference_is_left_unresolved(school, client):
    reader = person("Reader")
    client.force_login(reader)
    for page in LessonPage.objects.live():
        html = client.get(page.url).content.decode()
        assert "[[" not in html, page.url
        # Each fact a sentence points to has its card, or its line in the panel, on the same page.
        for anchor in set(re.findall(r'href="#(f[0-9]+-[0-9]+)"', html)):
            assert f'id="{anchor}"' in html, (page.url, anchor)


def test_each_lesson_page_keeps_its_weight_and_its_queries(school, client):
    reader = person("Reader")
    for course in Course.objects.filter(is_live=True, is_planned=False):
        services.enrol(learner=reader, course=course, at=timezone.now())
    client.force_login(reader)
    heavy = {}
    for page in LessonPage.objects.live():
        client.get(page.url)
        with at_most(11):  # one of them looks for courses, where no open one has the module
            answer = client.get(page.url)
        if len(answer.content) > 40_000:
            heavy[page.url] = len(answer.content)
    assert heavy == {}


def test_module_and_course_pages_keep_theirs(school, client):
    client.force_login(person("Reader"))
    for page in ModulePage.objects.live():
        client.get(page.url)
        with at_most(15):
            assert client.get(page.url).status_code == 200
    for page in CoursePage.objects.live():
        client.get(page.url)
        with at_most(12):
            answer = client.get(page.url)
        assert answer.status_code == 200
        assert len(answer.content) <= 60_000


def test_the_map_shows_what_planned_modules_will_teach(school, client):
    client.get("/modules/")
    with at_most(8):
        html = client.get("/modules/").content.decode()
    planned = Module.objects.filter(is_planned=True).prefetch_related("outcomes")
    for module in planned:
        assert all(escape(outcome.text) in html for outcome in module.outcomes.all()), module
