"""Done becomes smaller only by a correction that is recorded; rebuilding finds what lived."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from cms.models import User
from courses import services
from courses.models import CourseCompletion, Enrolment, Progress, ProgressCorrection
from courses.presenting import corrections_of
from modules.models import Completion
from tests.courses.test_progress import finish, read
from tests.moments import NOON


@pytest.fixture
def enrolled(school, amara):
    school.enrolment = services.enrol(learner=amara, course=school.course, at=NOON)
    return school


def stands(school) -> tuple[int, int]:
    progress = Progress.objects.get(enrolment=school.enrolment)
    return progress.done, progress.required


def test_when_more_is_asked_done_stays(enrolled, amara):
    read(amara, enrolled.lessons[0])
    enrolled.add_lesson("Lesson 3", "lesson-3")
    assert stands(enrolled) == (1, 4)
    assert not ProgressCorrection.objects.exists()


def test_a_lesson_that_was_done_and_is_withdrawn_is_a_correction(enrolled, amara, client):
    read(amara, enrolled.lessons[0])
    enrolled.lesson_pages[0].unpublish()
    row = ProgressCorrection.objects.get()
    assert (row.before_done, row.before_required, row.after_done, row.after_required) == (
        1,
        3,
        0,
        2,
    )
    assert row.reason == ProgressCorrection.Reason.CONTENT
    client.force_login(amara)
    text = client.get("/record/").content.decode()
    assert "When less was asked" in text
    assert "1 of 3" in text and "0 of 2" in text


def test_a_withdrawn_lesson_that_was_not_done_is_none(enrolled, amara):
    read(amara, enrolled.lessons[0])
    enrolled.lesson_pages[1].unpublish()
    assert stands(enrolled) == (1, 2)
    assert not ProgressCorrection.objects.exists()


def test_what_comes_back_counts_again(enrolled, amara):
    read(amara, enrolled.lessons[0])
    enrolled.lesson_pages[0].unpublish()
    enrolled.publish(enrolled.lesson_pages[0])
    assert stands(enrolled) == (1, 3)


def test_a_module_that_leaves_the_course_is_a_correction_of_the_course(enrolled, campus, amara):
    campus.pages["T1"] = enrolled.module_page
    campus.module("M1")
    campus.teach({"code": "T1"}, {"code": "M1"})
    campus.finish(amara, "M1")
    campus.teach({"code": "T1"})
    assert ProgressCorrection.objects.get().reason == ProgressCorrection.Reason.COURSE
    assert stands(enrolled) == (0, 3)


def test_completed_stays_completed_whatever_is_corrected(enrolled, amara):
    finish(amara, enrolled)
    enrolled.lesson_pages[0].unpublish()
    assert stands(enrolled) == (2, 2)
    assert CourseCompletion.objects.get().snapshot["required"] == 3


def test_who_has_left_keeps_a_true_number_and_completes_nothing(enrolled, amara):
    read(amara, enrolled.lessons[0])
    services.withdraw(enrolment=enrolled.enrolment, at=NOON)
    enrolled.lesson_pages[1].unpublish()
    enrolled.module_page.draw = 0
    enrolled.publish(enrolled.module_page)
    assert stands(enrolled) == (1, 1)
    assert not CourseCompletion.objects.exists()
    services.enrol(learner=amara, course=enrolled.course, at=NOON)
    assert CourseCompletion.objects.exists()


def test_facts_from_before_enrolment_count(school, amara):
    """The rule is stated (decisions/0001): a fact counts whenever it was earned."""
    school.enrolment = services.enrol(learner=amara, course=school.course, at=NOON)
    read(amara, school.lessons[0])
    services.withdraw(enrolment=school.enrolment, at=NOON)
    Progress.objects.all().delete()
    Enrolment.objects.all().delete()
    school.enrolment = services.enrol(
        learner=amara, course=school.course, at=NOON + dt.timedelta(days=30)
    )
    assert stands(school) == (1, 3)


def test_a_moved_lesson_keeps_what_was_done_in_it(enrolled, campus, amara):
    campus.module("M1")
    read(amara, enrolled.lessons[0])
    page = enrolled.lesson_pages[0]
    page.move(campus.pages["M1"], pos="last-child")
    assert stands(enrolled) == (0, 2)
    assert ProgressCorrection.objects.count() == 1
    page.refresh_from_db()
    page.move(enrolled.module_page, pos="last-child")
    assert stands(enrolled) == (1, 3)
    assert Completion.objects.filter(learner=amara).count() == 1


def test_a_lesson_keeps_its_place_with_its_page(enrolled, amara, client):
    page = enrolled.lesson_pages[0]
    page.move(enrolled.lesson_pages[1], pos="right")
    client.force_login(amara)
    modules = client.get(enrolled.course_page.url).context["modules"]
    assert [step.title for step in modules[0].lessons] == ["Lesson 2", "Lesson 1"]


def test_accepting_less_is_a_correction_and_self_reported_never_counts_by_itself(enrolled, amara):
    read(amara, enrolled.lessons[0])
    Completion.objects.update(graded_by="self")
    page = enrolled.course_page
    page.accepts = "server+person+self"
    enrolled.publish(page)
    assert stands(enrolled) == (1, 3)
    page.accepts = "server+person"
    enrolled.publish(page)
    assert stands(enrolled) == (0, 3)
    assert ProgressCorrection.objects.get().reason == ProgressCorrection.Reason.COURSE


def test_rebuild_says_where_it_differs(enrolled, amara, capsys):
    read(amara, enrolled.lessons[0])
    Progress.objects.update(done=3)
    call_command("rebuild_progress", "--dry-run")
    said = capsys.readouterr().out
    assert f"Enrolment {enrolled.enrolment.pk}: lived 3 of 3, rebuilt 1 of 3." in said
    assert "1 would change" in said
    assert stands(enrolled) == (3, 3)


def test_check_ends_with_code_one_when_something_differs(enrolled, amara, capsys):
    call_command("rebuild_progress", "--check")
    Progress.objects.update(done=3)
    with pytest.raises(CommandError) as refused:
        call_command("rebuild_progress", "--check")
    assert refused.value.returncode == 1
    assert stands(enrolled) == (3, 3)


def test_rebuild_records_what_it_takes_back(enrolled, amara):
    Progress.objects.update(done=3)
    call_command("rebuild_progress")
    row = ProgressCorrection.objects.get()
    assert (row.before_done, row.after_done, row.reason) == (3, 0, "rebuilt")


def test_rebuild_makes_progress_that_was_lost(enrolled, amara):
    read(amara, enrolled.lessons[0])
    Progress.objects.all().delete()
    call_command("rebuild_progress")
    assert stands(enrolled) == (1, 3)


def test_rebuild_names_twenty_and_counts_the_rest(school, capsys):
    people = User.objects.bulk_create(
        [User(email=f"learner{n}@example.org", password="!") for n in range(25)]
    )
    Enrolment.objects.bulk_create(
        [Enrolment(learner=one, course=school.course, enrolled_at=NOON) for one in people]
    )
    call_command("rebuild_progress", "--dry-run")
    said = capsys.readouterr().out
    assert said.count("lived nothing, rebuilt 0 of 3") == 20
    assert "… and 5 more." in said


def test_corrections_are_disclosed_and_forgotten(enrolled, amara):
    read(amara, enrolled.lessons[0])
    enrolled.lesson_pages[0].unpublish()
    assert services.disclose(learner=amara)["progress_corrections"][0]["before_done"] == 1
    services.forget(learner=amara)
    assert not ProgressCorrection.objects.exists()


def test_corrections_are_the_learners_own(enrolled, amara, chiara):
    read(amara, enrolled.lessons[0])
    enrolled.lesson_pages[0].unpublish()
    assert len(corrections_of(amara)) == 1
    assert corrections_of(chiara) == []
