"""A change in the studio: what it touches, who has to look at it, and the letter about it."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import ModelLogEntry

from cms import digests, roles
from content import changes, reviewing
from content.models import Change, Digest, ReviewTask
from tests.conftest import person
from tests.content import factories as make
from tests.counting import at_most
from tests.moments import NOON


@pytest.fixture
def taught(school):
    """F1.01 with one source, named by a lesson, a question, a recommendation; the roles are in place."""
    roles.sync_roles()
    school.source = make.source("S1")
    school.fact = make.fact("F1.01", sources=[school.source])
    school.advice = make.recommendation("GR-01", facts=[school.fact])
    school.lessons[0].facts.set([school.fact])
    school.questions[0].facts = [school.fact]
    school.questions[0].save()
    return school


@pytest.fixture
def editor(taught, client):
    found = person("Dario")
    found.groups.add(Group.objects.get(name=roles.EDITORS))
    client.force_login(found)
    return client


def change(school, change_class="minor", note="The number is newer.", record=None, **more):
    return changes.keep(
        record=record or school.fact, change_class=change_class, note=note, at=NOON, **more
    )


def form(fact, **more) -> dict:
    return {
        "topic": fact.topic_id, "title": fact.title, "text": fact.text, "certainty": fact.certainty,
        "valid_as_of": "2026-11-22", "review_by": "2099-01-01", "sources": "S1", "standing": fact.standing,
    } | more  # fmt: skip


def address(model: str, pk: int) -> str:
    return reverse(f"wagtailsnippets_stoa_content_{model}:edit", args=[pk])


def open_titles() -> set[str]:
    return {task.thing_kind for task in ReviewTask.objects.open()}


def test_an_editorial_change_asks_nobody_to_look(taught):
    change(taught, "editorial", "")
    assert Change.objects.count() == 1 and not ReviewTask.objects.exists()


@pytest.mark.parametrize(("change_class", "days"), [("minor", 60), ("material", 14)])
def test_another_change_opens_a_task_for_all_that_rests_on_it(taught, change_class, days):
    change(taught, change_class)
    assert open_titles() == {"lessons", "questions", "recommendations"}
    task = ReviewTask.objects.first()
    assert task.group.name == roles.EDITORS and task.due_on == NOON.date() + dt.timedelta(days)
    assert task.why == "F1.01: The number is newer."


def test_a_source_reaches_the_lessons_through_its_facts(taught):
    change(taught, record=taught.source)
    assert open_titles() == {"facts", "lessons", "questions", "recommendations"}


def test_a_second_change_doubles_no_task_and_keeps_the_nearer_day(taught):
    change(taught, "material", "First.")
    number = ReviewTask.objects.count()
    change(taught, "minor", "Second.")
    assert ReviewTask.objects.count() == number
    task = ReviewTask.objects.first()
    assert task.why == "F1.01: Second." and task.due_on == NOON.date() + dt.timedelta(14)


def test_the_owner_of_a_page_gets_its_task_if_they_may_close_it(taught, bruno, chiara):
    bruno.groups.add(Group.objects.get(name=roles.REVIEWERS))
    for page, owner in zip(taught.lesson_pages, (bruno, chiara), strict=True):
        page.owner = owner
        page.save()
    taught.lessons[1].facts.set([taught.fact])
    change(taught)
    owners = ReviewTask.objects.filter(thing_kind="lessons").values_list(
        "owner__email", "group__name"
    )
    assert set(owners) == {(bruno.email, None), (None, roles.EDITORS)}


def test_the_form_asks_what_a_change_means(editor, taught):
    page = address("fact", taught.fact.pk)
    refused = editor.post(page, form(taught.fact, change_class="material"))
    assert "change_note" in refused.context["form"].errors
    editor.post(page, form(taught.fact, change_class="minor", change_note="A newer number."))
    assert Change.objects.get().note == "A newer number."
    assert ModelLogEntry.objects.filter(action=changes.CHANGE).count() == 1


def test_disputing_a_fact_opens_tasks_whatever_the_class_and_settling_closes_them(editor, taught):
    page = address("fact", taught.fact.pk)
    refused = editor.post(page, form(taught.fact, standing="disputed"))
    assert "standing_note" in refused.context["form"].errors
    editor.post(page, form(taught.fact, standing="disputed", standing_note="Two studies disagree."))
    taught.fact.refresh_from_db()
    assert taught.fact.standing == "disputed" and ReviewTask.objects.open().count() == 3
    taught.questions[0].refresh_from_db()
    assert taught.questions[0].resting_since
    editor.post(page, form(taught.fact, standing="sound"))
    taught.questions[0].refresh_from_db()
    assert not ReviewTask.objects.open().exists() and taught.questions[0].resting_since is None


def test_withdrawing_a_source_opens_tasks_for_its_facts(editor, taught):
    data = {"title": "T", "body": "", "year": "", "address": "", "says": "", "is_withdrawn": "on"}
    data["withdrawn_note"] = "Replaced."
    editor.post(address("source", taught.source.pk), data)
    assert ReviewTask.objects.open().filter(thing_kind="facts").get().why == "S1: Replaced."


def test_the_panel_says_what_a_record_touches_in_fifteen_queries(editor, taught):
    from content import impact

    user = person_of(editor)
    user.get_all_permissions()
    for record in (taught.fact, taught.source, taught.advice):
        with at_most(15):
            found = {str(one.heading): one.number for one in impact.of(record, user)}
        assert found.get("Lessons", 0) == (0 if record is taught.advice else 1)
    shown = editor.get(address("fact", taught.fact.pk)).content.decode()
    assert "What rests on this" in shown and taught.lesson_pages[0].title in shown


def person_of(client):
    from cms.models import User

    return User.objects.get(pk=client.session["_auth_user_id"])


def test_a_task_is_closed_once_with_a_line(editor, taught):
    change(taught)
    task = ReviewTask.objects.open().first()
    page = reverse("stoa_content_task", args=[task.pk])
    assert editor.get(page).status_code == 200
    assert editor.post(page, {"note": "  "}).status_code == 422
    assert editor.post(page, {"note": "Looked; it holds."}).status_code == 302
    assert editor.post(page, {"note": "Again."}).status_code == 409
    task.refresh_from_db()
    assert (task.done_note, task.done_by.display_name) == ("Looked; it holds.", "Dario")
    assert ModelLogEntry.objects.filter(action=reviewing.CLOSE).count() == 1


def test_only_its_owner_closes_a_task(taught, chiara, client):
    chiara.groups.add(Group.objects.get(name=roles.REVIEWERS))
    client.force_login(chiara)
    change(taught)  # tasks of the editors
    task = ReviewTask.objects.first()
    assert client.get(reverse("stoa_content_task", args=[task.pk])).status_code == 200
    answer = client.post(reverse("stoa_content_task", args=[task.pk]), {"note": "Not mine."})
    assert answer.status_code == 302 and ReviewTask.objects.open().filter(pk=task.pk).exists()


@pytest.mark.parametrize("number", [2, 60])
def test_the_list_of_tasks_filters_pages_and_is_taken_away(editor, taught, number):
    rows = [
        ReviewTask(
            thing_kind="facts", thing_key=f"F9.{n}", title=f"F9.{n}", cause_kind="facts", cause_key="F1.01", why="w",
            opened_at=NOON, due_on=dt.date(2020 if n == 1 else 2099, 1, 1),
        )
        for n in range(1, number + 1)
    ]  # fmt: skip
    ReviewTask.objects.bulk_create(rows)
    page = reverse("stoa_content_tasks")
    editor.get(page)
    with at_most(15):
        shown = editor.get(page)
    assert len(shown.context["object_list"]) == min(number, 25)
    assert len(editor.get(page, {"state": "late"}).context["object_list"]) == 1
    assert not editor.get(page, {"kind": "lessons"}).context["object_list"]
    table = b"".join(editor.get(page, {"export": "csv"}).streaming_content).decode()
    assert table.count("F9.") >= number


# The weekly letter


def letters_of_the_week(at=NOON) -> None:
    for pk in reviewing.digests_due(at=at):
        digests.send(pk, at=at)


def test_each_person_gets_one_letter_a_week_and_none_if_nothing_waits(editor, taught, mailoutbox):
    letters_of_the_week()
    assert mailoutbox == []
    change(taught)
    letters_of_the_week()
    letters_of_the_week()
    (letter,) = mailoutbox
    assert letter.to == ["dario@example.org"] and letter.subject == "3 things wait to be looked at"
    assert "F1.01: The number is newer." in letter.body
    letters_of_the_week(NOON + dt.timedelta(days=7))
    assert len(mailoutbox) == 2


def test_a_letter_that_does_not_leave_is_sent_again(editor, taught, mailoutbox, monkeypatch):
    change(taught)

    def lost(*args):
        raise OSError

    with monkeypatch.context() as broken, pytest.raises(OSError):
        broken.setattr(digests, "send_mail", lost)
        letters_of_the_week()
    assert Digest.objects.get().sent_at is None
    letters_of_the_week()
    assert len(mailoutbox) == 1


def test_what_is_past_its_date_gets_a_task_until_it_is_checked(editor, taught):
    taught.fact.review_by = NOON.date() - dt.timedelta(days=1)
    taught.fact.save()
    page = taught.lesson_pages[0]
    page.review_by = NOON.date() - dt.timedelta(days=1)
    page.save()
    assert reviewing.open_overdue(at=NOON) == 2
    assert reviewing.open_overdue(at=NOON) == 0
    editor.post(address("fact", taught.fact.pk), form(taught.fact))
    assert open_titles() == {"lessons"}
