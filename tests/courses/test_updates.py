"""What a publication means for those who have done it: three classes, and none takes anything away."""

import datetime as dt

import pytest

from courses import services
from courses.models import CourseCompletion, Progress
from modules import services as modules
from modules import updates
from modules.errors import NotOpen
from modules.models import ChangeClass, Completion, VersionSeen
from tests.counting import at_most
from tests.courses.test_progress import finish, read

NOTE = "The directive of 2027 replaces that of 2008."


def publish(school, page, change_class=ChangeClass.MATERIAL, note=NOTE):
    page.change_class, page.change_note = change_class, note
    school.publish(page)


@pytest.fixture
def done(school, amara, client):
    """Amara has completed the course, and is signed in."""
    now = dt.datetime.now(dt.UTC)
    school.enrolment = services.enrol(learner=amara, course=school.course, at=now)
    finish(amara, school, now)
    client.force_login(amara)
    school.client = client
    return school


def state(school, page=None) -> list[str]:
    answer = school.client.get((page or school.module_page).url)
    return [item.state for item in answer.context["outline"]]


@pytest.mark.parametrize("change_class", [ChangeClass.EDITORIAL, ChangeClass.MINOR])
def test_a_change_that_is_not_material_asks_nobody_to_read_again(done, change_class):
    publish(done, done.lesson_pages[0], change_class)
    assert state(done) == ["done", "done"]


def test_a_material_change_is_due_for_those_who_did_an_earlier_version(done):
    publish(done, done.lesson_pages[0])
    assert state(done) == ["due", "done"]
    assert NOTE in done.client.get(done.lesson_pages[0].url).content.decode()


def test_it_is_shown_wherever_the_learner_looks(done):
    publish(done, done.lesson_pages[0])
    for address in ("/learn/", done.course_page.url):
        text = done.client.get(address).content.decode()
        assert NOTE in text
        assert done.lesson_pages[0].url in text
    course = done.client.get(done.course_page.url).context["modules"][0]
    assert [step.state for step in course.steps] == ["due", "done", "done"]
    assert course.state == "due"


def test_it_touches_neither_progress_nor_completion(done):
    before = CourseCompletion.objects.get().snapshot
    publish(done, done.lesson_pages[0])
    progress = Progress.objects.get(enrolment=done.enrolment)
    assert (progress.done, progress.required) == (3, 3)
    assert CourseCompletion.objects.get().snapshot == before


def test_reading_it_again_settles_it_and_keeps_the_first_completion(done, amara):
    publish(done, done.lesson_pages[0])
    before = Completion.objects.get(activity__uuid=done.lessons[0].uuid)
    page = done.client.get(done.lesson_pages[0].url).content.decode()
    assert "I have read what changed" in page
    done.client.post(f"/lesson/{done.lessons[0].uuid}/done/")
    assert state(done) == ["done", "done"]
    assert NOTE not in done.client.get("/learn/").content.decode()
    after = Completion.objects.get(activity__uuid=done.lessons[0].uuid)
    assert (after.completed_at, after.module_version) == (
        before.completed_at,
        before.module_version,
    )
    assert VersionSeen.objects.get(learner=amara).version.note == NOTE


def test_confirming_twice_keeps_one_record(done):
    publish(done, done.lesson_pages[0])
    for _n in range(2):
        done.client.post(f"/lesson/{done.lessons[0].uuid}/done/")
    assert VersionSeen.objects.count() == 1


def test_reading_another_lesson_settles_nothing(done):
    publish(done, done.lesson_pages[0])
    done.client.post(f"/lesson/{done.lessons[1].uuid}/done/")
    assert state(done) == ["due", "done"]


def test_several_changes_of_a_lesson_are_settled_by_one_reading(done):
    publish(done, done.lesson_pages[0], note="First.")
    publish(done, done.lesson_pages[0], note="Second.")
    text = done.client.get(done.lesson_pages[0].url).content.decode()
    assert "First." in text and "Second." in text
    done.client.post(f"/lesson/{done.lessons[0].uuid}/done/")
    assert state(done) == ["done", "done"]


def test_a_learner_in_mid_course_finds_only_what_they_had_read(school, amara, client):
    services.enrol(learner=amara, course=school.course, at=dt.datetime.now(dt.UTC))
    read(amara, school.lessons[0], dt.datetime.now(dt.UTC))
    for page in school.lesson_pages:
        publish(school, page)
    client.force_login(amara)
    school.client = client
    assert state(school) == ["due", "now"]
    read(
        amara, school.lessons[1], dt.datetime.now(dt.UTC)
    )  # on the new version: nothing to read again
    assert state(school) == ["due", "done"]


def test_who_did_nothing_before_is_asked_nothing(school, chiara, client):
    publish(school, school.lesson_pages[0])
    client.force_login(chiara)
    assert not client.get(school.module_page.url).context["due"]


def test_a_material_change_of_the_module_as_a_whole_is_read_on_its_page(done):
    publish(done, done.module_page, note="The pass mark is 80 per cent.")
    text = done.client.get(done.module_page.url).content.decode()
    assert "The pass mark is 80 per cent." in text
    assert "The pass mark is 80 per cent." in done.client.get("/learn/").content.decode()
    assert done.client.post(f"/module/{done.module.uuid}/seen/").status_code == 302
    assert "The pass mark is 80 per cent." not in done.client.get("/learn/").content.decode()


def test_only_learners_of_the_module_can_confirm(done, chiara, now):
    publish(done, done.module_page)
    with pytest.raises(NotOpen):
        updates.see_module(learner=chiara, module=done.module, at=now)
    assert not VersionSeen.objects.exists()


def test_a_withdrawn_lesson_need_not_be_read_again(done):
    publish(done, done.lesson_pages[0])
    done.lesson_pages[0].unpublish()
    assert NOTE not in done.client.get("/learn/").content.decode()


def test_updates_cost_two_queries_however_many_there_are(done):
    def asked() -> int:
        done.client.get("/learn/")
        with at_most(12) as captured:
            done.client.get("/learn/")
        return len(captured)

    publish(done, done.lesson_pages[0])
    few = asked()
    for n in range(5):
        publish(done, done.lesson_pages[n % 2], note=f"Change {n}.")
    assert asked() == few


def test_what_a_learner_confirmed_is_disclosed_and_forgotten(done, amara):
    publish(done, done.lesson_pages[0])
    done.client.post(f"/lesson/{done.lessons[0].uuid}/done/")
    assert len(modules.disclose(learner=amara)["versions_seen"]) == 1
    modules.forget(learner=amara)
    assert not VersionSeen.objects.exists()
