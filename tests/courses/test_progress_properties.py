"""After any sequence of what learners and editors do, progress is what its facts amount to, and nobody loses anything.

Events are drawn by hypothesis and applied to a small course of four modules: required ones and two to choose from.
After each event the invariants are checked against a count of their own, which shares no code with `courses.counting`.
"""

import datetime as dt
import io
from collections import Counter

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale

from courses import services
from courses.models import (
    Course,
    CourseCompletion,
    CourseModule,
    Enrolment,
    Progress,
    ProgressCorrection,
)
from modules import regrading
from modules import services as modules
from modules.errors import AttemptClosed, AttemptsPaused, NoQuestions, NotOpen
from modules.models import (
    Activity,
    Attempt,
    ChangeClass,
    Completion,
    Question,
    QuestionStatus,
    Regrade,
)
from modules.pages.models import LessonPage, ModulePage
from tests.moments import NOON

LESSONS = [("T1", 0), ("T1", 1), ("M1", 0), ("M1", 1), ("A1", 0), ("A2", 0)]


class World:
    """Two learners, four modules, a test, and every event that touches what they have done."""

    def __init__(self, school, campus, learners) -> None:
        self.school, self.campus, self.learners = school, campus, learners
        self.at = NOON
        for code, lessons in (("M1", 2), ("A1", 1), ("A2", 1)):
            campus.module(code, lessons)
        campus.pages["T1"], campus.lessons["T1"] = school.module_page, list(school.lesson_pages)
        self.teach("required")
        self.fr, _made = Locale.objects.get_or_create(language_code="fr")
        self.editor = None

    # ---- learners

    def read(self, who: int, which: int) -> None:
        reading = self.reading(which)
        if reading and reading.is_live:
            self.act(modules.complete_reading, learner=self.learners[who], activity=reading)

    def read_on_two_devices(self, who: int, which: int) -> None:
        reading, stale = self.reading(which), self.reading(which)
        if reading and reading.is_live:
            self.act(modules.complete_reading, learner=self.learners[who], activity=reading)
            self.act(modules.complete_reading, learner=self.learners[who], activity=stale)

    def start(self, who: int, which: int) -> Attempt | None:
        test = Activity.objects.filter(module=self.school.module, kind="test").first()
        if test and test.is_live:
            return self.act(modules.start_attempt, learner=self.learners[who], activity=test)
        return None

    def start_in_two_tabs(self, who: int, which: int) -> None:
        assert self.start(who, which) == self.start(who, which)

    def hand_in(self, who: int, which: int) -> None:
        """An odd lesson stands for right answers, an even one for wrong ones."""
        attempt = Attempt.objects.open().filter(learner=self.learners[who]).first()
        if attempt:
            answers = self.school.right_answers(attempt, wrong=0 if which % 2 else 4)
            self.act(modules.record_attempt, attempt=attempt, answers=answers)

    def hand_in_twice(self, who: int, which: int) -> None:
        attempt = Attempt.objects.open().filter(learner=self.learners[who]).first()
        if attempt:
            stale = Attempt.objects.get(pk=attempt.pk)
            first = self.school.right_answers(attempt, wrong=0)
            self.act(modules.record_attempt, attempt=attempt, answers=first)
            again = self.school.right_answers(stale, wrong=4)
            self.act(modules.record_attempt, attempt=stale, answers=again)

    def enrol(self, who: int, which: int) -> None:
        course = Course.objects.get(pk=self.school.course.pk)
        services.enrol(learner=self.learners[who], course=course, at=self.at)

    def leave(self, who: int, which: int) -> None:
        for enrolment in Enrolment.objects.active().filter(learner=self.learners[who]):
            services.withdraw(enrolment=enrolment, at=self.at)

    def clock(self, who: int, which: int) -> None:
        self.at += dt.timedelta(hours=[1, -2, 30, -1, 24, 0][which])

    # ---- editors

    def publish_editorial(self, who: int, which: int) -> None:
        self.publish(which, ChangeClass.EDITORIAL)

    def publish_minor(self, who: int, which: int) -> None:
        self.publish(which, ChangeClass.MINOR)

    def publish_material(self, who: int, which: int) -> None:
        self.publish(which, ChangeClass.MATERIAL)

    def publish_module(self, who: int, which: int) -> None:
        page = ModulePage.objects.get(pk=self.school.module_page.pk)
        page.draw = 0 if page.draw and which == 0 else 4
        page.change_class = [*ChangeClass.values, *ChangeClass.values][which]
        page.save_revision().publish()

    def add(self, who: int, which: int) -> None:
        code = LESSONS[which][0]
        number = LessonPage.objects.count()
        self.campus.lesson(code, f"Added {number}", f"added-{number}")

    def translate(self, who: int, which: int) -> None:
        page = self.page(which)
        if page and not page.has_translation(self.fr):
            there = page.copy_for_translation(self.fr, copy_parents=True)
            there.title = "Leçon"
            there.save_revision().publish()

    def unpublish(self, who: int, which: int) -> None:
        page = self.page(which)
        if page and page.live:
            page.unpublish()

    def move(self, who: int, which: int) -> None:
        page = self.page(which)
        if page:
            target = ModulePage.objects.get(pk=self.campus.pages[LESSONS[which - 1][0]].pk)
            page.move(target, pos="first-child")

    def copy(self, who: int, which: int) -> None:
        page = self.page(which)
        if page:
            slug = f"copy-{LessonPage.objects.count()}"
            page.copy(update_attrs={"slug": slug, "title": slug})

    def delete(self, who: int, which: int) -> None:
        page = self.page(which)
        if page:
            page.delete()

    def regrade(self, who: int, which: int) -> None:
        question = Question.objects.filter(status=QuestionStatus.LIVE).order_by("pk").first()
        if question and Question.objects.filter(status=QuestionStatus.LIVE).count() > 1:
            rule = [Regrade.Rule.POINT, Regrade.Rule.OUT][which % 2]
            row = regrading.withdraw_and_regrade(
                question=question, by=self.editor, note="Wrong.", at=self.at, rule=rule
            )
            regrading.run(row.pk, at=self.at)

    def teach_otherwise(self, who: int, which: int) -> None:
        self.teach(["required", "optional", "gone"][which % 3])

    # ---- how it is done

    def teach(self, m1: str) -> None:
        lines = [{"code": "T1"}, {"code": "A1", "group": "A"}, {"code": "A2", "group": "A"}]
        if m1 != "gone":
            lines.insert(1, {"code": "M1", "is_required": m1 == "required"})
        self.school.course_page.refresh_from_db()
        self.campus.teach(*lines, groups=[{"letter": "A", "name": "Practice", "needed": 1}])

    def publish(self, which: int, change_class: str) -> None:
        page = self.page(which)
        if page:
            page.change_class, page.change_note = change_class, "Changed."
            page.save_revision().publish()

    def page(self, which: int) -> LessonPage | None:
        code, place = LESSONS[which]
        return LessonPage.objects.filter(pk=self.campus.lessons[code][place].pk).first()

    def reading(self, which: int) -> Activity | None:
        code, place = LESSONS[which]
        key = self.campus.lessons[code][place].translation_key
        return Activity.objects.select_related("module").filter(uuid=key).first()

    def act(self, service, **facts):
        """What a learner does may be refused, in words; nothing else may go wrong."""
        try:
            with transaction.atomic():
                return service(at=self.at, **facts)
        except (NotOpen, AttemptsPaused, NoQuestions, AttemptClosed):
            return None


EVENTS = [
    World.read, World.read_on_two_devices, World.start, World.start_in_two_tabs, World.hand_in,
    World.hand_in_twice, World.enrol, World.leave, World.clock, World.publish_editorial,
    World.publish_minor, World.publish_material, World.publish_module, World.add, World.translate,
    World.unpublish, World.move, World.copy, World.delete, World.regrade, World.teach_otherwise,
]  # fmt: skip


class Watch:
    """What must hold after every event, and what must never be lost between two."""

    def __init__(self) -> None:
        self.look()

    def look(self) -> None:
        self.completions = set(
            Completion.objects.values_list("learner", "activity", "completed_at")
        )
        self.courses = {row.pk: row.snapshot for row in CourseCompletion.objects.all()}
        self.done = dict(Progress.objects.values_list("enrolment", "done"))
        self.corrections = Counter(ProgressCorrection.objects.values_list("enrolment", flat=True))
        self.passed = set(
            Attempt.objects.submitted().filter(is_passed=True).values_list("pk", flat=True)
        )

    def check(self) -> None:
        before = Watch.__new__(Watch)
        before.__dict__.update(self.__dict__)
        self.look()
        assert before.completions <= self.completions, "Somebody lost what they had done."
        assert before.courses.items() <= self.courses.items(), "A course completion changed."
        assert before.passed <= self.passed, "A pass was taken back."
        for pk, done in before.done.items():
            if self.done[pk] < done:
                assert self.corrections[pk] > before.corrections[pk], "Done sank unrecorded."
        for progress in Progress.objects.select_related("enrolment__course"):
            check_one(progress)


def check_one(progress: Progress) -> None:
    """Done and required against a count made step by step."""
    enrolment = progress.enrolment
    facts = set(
        Completion.objects.filter(
            learner=enrolment.learner_id, graded_by__in=["server", "person"]
        ).values_list("activity", flat=True)
    )
    done = required = 0
    group_complete = group_size = 0
    for row in CourseModule.objects.filter(course=enrolment.course_id):
        asked = set(
            Activity.objects.filter(
                module=row.module_id, is_live=True, is_required=True
            ).values_list("pk", flat=True)
        )
        if row.is_required:
            required += len(asked)
            done += len(asked & facts)
        elif row.group_id and asked:
            group_size += 1
            group_complete += asked <= facts
    needed = min(1, group_size)
    done, required = done + min(needed, group_complete), required + needed
    assert 0 <= progress.done <= progress.required
    assert (progress.done, progress.required) == (done, required)
    if 0 < required == done and enrolment.withdrawn_at is None:
        assert CourseCompletion.objects.filter(enrolment=enrolment).exists()


@pytest.fixture
def world(school, campus, amara, chiara, hana, settings) -> World:
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("fr", "French")]
    found = World(school, campus, [amara, chiara])
    found.editor = hana
    found.enrol(0, 0)
    return found


def rebuilt_equals_lived() -> None:
    call_command("rebuild_progress", "--check", stdout=io.StringIO())


class Undo(Exception):
    """Leaves the database as it was before an example."""


def live(world: World, events: list) -> None:
    """Apply events one by one under watch, then rebuild, then forget that it happened."""
    cache.clear()
    kept = world.__dict__ | {}
    lessons = {code: list(pages) for code, pages in world.campus.lessons.items()}
    try:
        with transaction.atomic():
            watch = Watch()
            for event, who, which in events:
                event(world, who, which)
                watch.check()
            rebuilt_equals_lived()
            raise Undo
    except Undo:
        world.__dict__.update(kept)
        world.campus.lessons = lessons


steps = st.tuples(st.sampled_from(EVENTS), st.integers(0, 1), st.integers(0, 5))


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(events=st.lists(steps, min_size=4, max_size=9))
def test_any_sequence_of_events_keeps_progress_true_and_loses_nothing(world, events):
    live(world, events)


BEGUN = [
    (World.read, 0, 0), (World.read, 0, 2), (World.read, 0, 4), (World.start, 0, 0), (World.enrol, 1, 0),
    (World.read, 1, 0), (World.start, 1, 0),
]  # fmt: skip
FINISHED = [
    *((World.read, who, which) for which in range(6) for who in (0, 1)),
    *((World.hand_in, who, 1) for who in (0, 1)),
]


BOTH_WAYS = {World.hand_in, World.publish_module, World.move, World.regrade, World.teach_otherwise}


def test_each_event_in_the_middle_of_attempts_and_after_the_end(world):
    """Both learners sit the test and have read something when it happens, and once more when all is done."""
    for event in EVENTS:
        for which in (0, 1) if event in BOTH_WAYS else (0,):
            live(world, [*BEGUN, (event, 0, which), *FINISHED, (event, 0, which)])


def test_the_events_do_what_they_say(world):
    """A watch over events that never happen would be worth nothing."""
    for event in (*BEGUN, *FINISHED):
        event[0](world, *event[1:])
    assert CourseCompletion.objects.count() == 2
    world.unpublish(0, 0)
    assert ProgressCorrection.objects.count() == 2
    world.move(0, 1)
    assert (
        Activity.objects.get(uuid=world.school.lesson_pages[1].translation_key).module.code == "T01"
    )
    world.move(0, 2)
    assert (
        Activity.objects.get(uuid=world.campus.lessons["M1"][0].translation_key).module.code
        == "T01"
    )
    world.translate(0, 3)
    assert LessonPage.objects.filter(locale=world.fr, live=True).count() == 1
    before = LessonPage.objects.count()
    world.delete(0, 3)
    world.copy(0, 4)
    assert LessonPage.objects.count() == before
    world.regrade(0, 0)
    assert Regrade.objects.get().state == Regrade.State.DONE


def test_a_watch_notices_what_is_wrong(world):
    world.read(0, 0)
    watch = Watch()
    Progress.objects.update(done=0)
    with pytest.raises(AssertionError, match="unrecorded"):
        watch.check()
    Progress.objects.update(done=2)
    with pytest.raises(AssertionError):
        Watch().check()
