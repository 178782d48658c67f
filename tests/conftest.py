"""Who is in the tests, and the small site they meet on.

Amara learns, Bruno trains, Chiara is a stranger who has an account, Dario edits, Elif reviews, Farid coordinates,
Greta works for the Partnership, Hana administers. All are invented.
"""

import datetime as dt
import os

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import translation
from wagtail.models import Locale

from cms import site_setup
from cms.models import HomePage, User
from courses.pages.models import CoursePage, CoursePageModule
from modules.models import Question
from modules.pages.models import LessonPage, ModulePage
from tests import moments
from tests.factories import questions as question_factory
from tests.snapshots import Snapshot

NOW = moments.NOON


@pytest.fixture(autouse=True)
def empty_caches():
    """What one test left in a cache is not there for the next: ids and keys come again, contents differ."""
    for name in settings.CACHES:
        caches[name].clear()


@pytest.fixture(autouse=True)
def in_english():
    """A page in French that one test asked for leaves the thread in French."""
    translation.activate(settings.LANGUAGE_CODE)


def person(name: str, **fields) -> User:
    return User.objects.create_user(
        f"{name.lower()}@example.org",
        "a long quiet sentence",
        display_name=name,
        certificate_name=f"{name} Example",
        **fields,
    )


@pytest.fixture
def amara(db) -> User:
    return person("Amara")


@pytest.fixture
def bruno(db) -> User:
    return person("Bruno")


@pytest.fixture
def chiara(db) -> User:
    return person("Chiara")


@pytest.fixture
def hana(db) -> User:
    return person("Hana", is_staff=True, is_superuser=True)


@pytest.fixture
def now() -> dt.datetime:
    return NOW


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On another database than SQLite only what asks a database is run again, and no browser: nothing else differs."""
    if os.environ.get("DATABASE_URL", "sqlite:").startswith("sqlite:"):
        return
    kept = [item for item in items if _depends_on_services(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _depends_on_services(item: pytest.Item) -> bool:
    if item.get_closest_marker("services"):
        return True
    fixtures = set(getattr(item, "fixturenames", ()))
    asks = item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"}
    elsewhere = item.get_closest_marker("browser") or item.get_closest_marker("one_database")
    return bool(asks) and not elsewhere


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The suite makes its tables without migrations, and one of Wagtail's makes the first language.

    wagtail-localize asks which migrations were applied.
    """
    with django_db_blocker.unblock():
        MigrationRecorder(connection).ensure_schema()
        Locale.objects.get_or_create(language_code="en")


@pytest.fixture
def site(db):
    """The bones of the site: its home page."""
    BONES.make()
    return HomePage.objects.get()


def publish(page) -> None:
    page.save_revision().publish()
    page.refresh_from_db()


def build_school() -> None:
    module_page = site_setup.module_index().add_child(
        instance=ModulePage(
            title="Reading a square", slug="reading-a-square", code="T01", summary="How to read a square.",
            draw=4, pass_percent=75, attempts_before_pause=2, pause_hours=24,
        )
    )  # fmt: skip
    question_factory.bank(module_page.module, count=6)
    for n in (1, 2):
        add_lesson(module_page, f"Lesson {n}", f"lesson-{n}")
    publish(module_page)
    course_page = site_setup.catalogue().add_child(
        instance=CoursePage(
            title="Reading places", slug="reading-places", summary="Read a place.", audience="Everyone",
            certificate_title="Reading places", certificate_text="The holder can read a place.", hours=1,
        )
    )  # fmt: skip
    course_page.course_modules = [CoursePageModule(module=module_page.module)]
    publish(course_page)


def add_lesson(module_page: ModulePage, title: str, slug: str, **fields) -> LessonPage:
    body = fields.pop("body", [{"type": "text", "value": "<p>A square is read by walking.</p>"}])
    page = module_page.add_child(
        instance=LessonPage(title=title, slug=slug, minutes=12, body=body, **fields)
    )
    publish(page)
    return page


BONES = Snapshot(site_setup.ensure_site)
SCHOOL = Snapshot(build_school)


class School:
    """A module with two lessons, a test of four questions drawn from six, and a course over it."""

    def __init__(self) -> None:
        SCHOOL.make()
        self.module_page = ModulePage.objects.get(slug="reading-a-square")
        self.module = self.module_page.module
        self.questions: list[Question] = list(
            Question.objects.filter(module=self.module).select_related("current").order_by("pk")
        )
        self.lesson_pages = list(LessonPage.objects.child_of(self.module_page).order_by("path"))
        self.course_page = CoursePage.objects.get(slug="reading-places")
        self.course = self.course_page.course

    def add_lesson(self, title: str, slug: str, **fields) -> LessonPage:
        return add_lesson(self.module_page, title, slug, **fields)

    def publish(self, page) -> None:
        publish(page)

    @property
    def lessons(self):
        return [page.lesson for page in self.lesson_pages]

    @property
    def test(self):
        return self.module.activities.get(block_id="test")

    def right_answers(self, attempt, *, wrong: int = 0) -> dict:
        """Answers to an attempt's questions: the first `wrong` of them wrong."""
        versions = {
            question.current_id: question.current
            for question in Question.objects.select_related("current")
        }
        answers = {}
        for place, entry in enumerate(attempt.drawn):
            options = versions[entry["version"]].content["options"]
            answers[entry["version"]] = next(
                o["id"] for o in options if o["correct"] is (place >= wrong)
            )
        return answers


@pytest.fixture
def school(site) -> School:
    return School()


@pytest.fixture
def in_french(site):
    """Publish a page in French: `in_french(page, title="Lire une place")`."""
    [french] = [one for one in site_setup.ensure_locales() if one.language_code == "fr"]

    def _translate(page, **words):
        said = page.copy_for_translation(french, copy_parents=True)
        for name, value in words.items():
            setattr(said, name, value)
        publish(said)
        return said

    return _translate
