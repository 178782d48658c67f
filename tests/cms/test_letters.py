"""Learners are told when their work was marked and their appeal answered: once, and not with what result."""

import pytest
from django.utils import timezone

from cms import letters
from courses import services as courses
from modules import appeals, marking
from tests.factories import artefacts as make
from tests.factories.people import trainer


@pytest.fixture
def marked(amara, school, django_capture_on_commit_callbacks):
    now = timezone.now()
    courses.enrol(learner=amara, course=school.course, at=now)
    submission = make.handed_in(amara, make.lesson(school), at=now)
    with django_capture_on_commit_callbacks(execute=True):
        marking.conclude(submission=submission, points=make.FAILING, at=now)
    return submission


def test_a_learner_is_told_once_that_work_was_marked(marked, mailoutbox):
    assert not letters.tell_marked(marked.pk, at=timezone.now())
    (letter,) = mailoutbox
    assert letter.subject == "Your work was marked: A plan for one square"
    assert letter.to == ["amara@example.org"]
    assert f"/artefact/try/{marked.uuid}/" in letter.body and "Dear Amara," in letter.body
    assert "7" not in letter.body.replace(str(marked.uuid), "")


def test_a_learner_is_told_that_an_appeal_was_answered(
    marked, school, amara, mailoutbox, django_capture_on_commit_callbacks
):
    bruno = trainer("Bruno", school, amara, permission="answer_appeal")
    now = timezone.now()
    appeal = appeals.contest_mark(submission=marked, text="It names them.", at=now)
    with django_capture_on_commit_callbacks(execute=True):
        appeals.answer(appeal=appeal, by=bruno, is_upheld=False, text="No <lamp>.", at=now)
    letter = mailoutbox[-1]
    assert letter.subject == "Your appeal was answered: A plan for one square"
    assert f"/appeal/artefact/{marked.uuid}/" in letter.body and "lamp" not in letter.body
    assert not letters.tell_answered(appeal.pk, at=now)


def test_a_letter_that_does_not_leave_is_sent_again(marked, mailoutbox, monkeypatch):
    type(marked).objects.update(told_at=None)

    def lost(*args):
        raise OSError

    monkeypatch.setattr(letters, "send_mail", lost)
    with pytest.raises(OSError):
        letters.tell_marked(marked.pk, at=timezone.now())
    monkeypatch.undo()
    assert letters.tell_marked(marked.pk, at=timezone.now())
