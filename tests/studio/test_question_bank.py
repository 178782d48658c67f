"""The question bank: what a form refuses, what a status allows, and what the lists cost."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry
from wagtail.test.utils.form_data import nested_form_data, streamfield

from cms import roles
from content.models import Fact, Topic
from modules import kinds, regrading, sweeping
from modules import statistics as counting
from modules.models import Question, QuestionStatus
from modules.studio import question_status, statistics
from tests.conftest import person
from tests.factories import blocks
from tests.factories import questions as question_factory

NAME = "wagtailsnippets_stoa_modules_question"


@pytest.fixture
def old_fact(db) -> Fact:
    day = dt.date(2025, 1, 1)
    return Fact.objects.create(
        key="F99.01", topic=Topic.objects.create(key="T99", title="Old things"), title="An old fact",
        text="It was so.", certainty="seen", valid_as_of=day, review_by=day,
    )  # fmt: skip


def option(text: str, correct: bool = False) -> tuple[str, dict]:
    return ("option", {"text": text, "correct": correct, "feedback": ""})


def posted(studio, **fields) -> dict:
    answers = fields.pop("answers", [option("Yes", True), option("No")])
    blocks = [
        (
            name,
            {key: value for key, value in parts.items() if value is not False}
            | ({"correct": "on"} if parts.get("correct") else {}),
        )
        for name, parts in answers
    ]
    return nested_form_data(
        {
            "module": studio.module.pk, "kind": "single", "stem": "What comes first?", "explanation": "The question.", "difficulty": 1,
            "is_graded": "on", "facts": "", "guidance": "", "tags": "", "lesson": "", "outcome": "", "answers": streamfield(blocks),
        } | fields
    )  # fmt: skip


def test_a_trainers_new_question_is_a_draft_with_a_version(trainer, studio):
    answer = trainer.post(reverse(f"{NAME}:add"), posted(studio, status="live"))
    assert answer.status_code == 302
    question = Question.objects.get(stem="What comes first?")
    assert question.status == QuestionStatus.DRAFT
    assert question.current.content["options"][0]["text"] == "Yes"


def test_what_was_typed_stays_and_the_error_stands_beside_its_field(trainer, studio):
    answer = trainer.post(
        reverse(f"{NAME}:add"),
        posted(studio, stem="Kept words?", facts="F99.99", answers=[option("Yes"), option("No")]),
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Kept words?" in page
    assert "There is no record with the key F99.99." in page
    assert "mark exactly one as right" in page


def item(text):
    return ("item", {"text": text, "feedback": ""})


def pair(left, right):
    return ("pair", {"left": left, "right": right, "feedback": ""})


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("single", [option("a", True), option("b")], [option("a", True), option("b", True)]),
        (
            "multiple",
            [option("a", True), option("b", True), option("c")],
            [option("a", True), option("b", True), option("c", True)],
        ),
        (
            "true_false",
            [option("True", True), option("False")],
            [option("True", True), option("False"), option("Perhaps")],
        ),
        ("ordering", [item("1"), item("2"), item("3")], [item("1"), item("2")]),
        ("matching", [pair("a", "1"), pair("b", "2")], [pair("a", "1")]),
        (
            "matching",
            [pair("a", "1"), pair("b", "2"), ("extra", {"right": "3"})],
            [pair("a", "1"), pair("b", "2"), option("c")],
        ),
    ],
)
def test_each_kind_takes_its_own_answers(kind, good, bad):
    def asked(parts):
        raw = [{"type": name, "value": value} for name, value in parts]
        return kinds.problem_of(Question(kind=kind, stem="?", answers=raw))

    assert asked(good) is None
    assert asked(bad)


def test_a_question_moves_only_as_its_states_allow(studio, hana):
    question = studio.questions[0]
    question_status.move(
        question=question, action=question_status.WITHDRAW, at=timezone.now(), user=hana
    )
    with pytest.raises(question_status.WrongMove):
        question_status.move(
            question=question, action=question_status.WITHDRAW, at=timezone.now(), user=hana
        )
    question_status.move(
        question=question, action=question_status.BRING_BACK, at=timezone.now(), user=hana
    )
    question.refresh_from_db()
    assert question.status == QuestionStatus.LIVE
    assert ModelLogEntry.objects.filter(action__startswith="stoa_modules.", user=hana).count() == 2


def test_an_editor_withdraws_after_a_confirmation(as_person, studio):
    client = as_person(person("Dario"), roles.EDITORS)
    question = studio.questions[0]
    address = reverse(f"{NAME}:move", args=[question.pk, "withdraw"])
    assert "Nobody is asked this question any more" in client.get(address).content.decode()
    question.refresh_from_db()
    assert question.status == QuestionStatus.LIVE
    client.post(address)
    question.refresh_from_db()
    assert question.status == QuestionStatus.WITHDRAWN


def test_a_copy_is_a_new_draft(trainer, studio):
    question = studio.questions[0]
    form = trainer.get(reverse(f"{NAME}:copy", args=[question.pk]))
    assert form.context["autosave_enabled"] is False
    assert question.stem in form.content.decode()
    trainer.post(reverse(f"{NAME}:add"), posted(studio, stem=question.stem))
    assert (
        Question.objects.filter(stem=question.stem)
        .values_list("status", flat=True)
        .order_by("pk")
        .last()
        == QuestionStatus.DRAFT
    )


def test_nobody_deletes_a_question(as_person, studio, hana):
    question = studio.questions[0]
    for client in (as_person(hana), as_person(person("Dario"), roles.EDITORS)):
        assert client.post(reverse(f"{NAME}:delete", args=[question.pk])).status_code in (302, 403)
    assert Question.objects.filter(pk=question.pk).exists()


def test_a_preview_shows_the_question_without_its_key(trainer, studio):
    address = reverse(f"{NAME}:preview_on_add")
    trainer.post(address, posted(studio, stem="How does it look?"))
    asked = trainer.get(address, {"mode": "asked"}).content.decode()
    answered = trainer.get(address, {"mode": "answered"}).content.decode()
    assert "How does it look?" in asked and "The question." not in asked
    assert "The question." in answered


def queries_of(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as context:
        assert client.get(address).status_code == 200
    return len(context)


def test_lists_cost_the_same_for_many_questions(as_person, studio, hana):
    client = as_person(person("Dario"), roles.EDITORS)
    few = {
        name: queries_of(client, reverse(name))
        for name in (f"{NAME}:list", "stoa_modules_statistics")
    }
    question_factory.bank(studio.module, count=200)
    many = {name: queries_of(client, reverse(name)) for name in few}
    assert many == few
    assert max(many.values()) <= 15, many


def answer_tests(studio, learner, times: int, *, wrong: int, now) -> None:
    from courses import services as courses
    from modules import services

    courses.enrol(learner=learner, course=studio.course, at=now)
    for n in range(times):
        at = now + timezone.timedelta(days=2 * n)
        attempt = services.start_attempt(learner=learner, activity=studio.test, at=at)
        services.record_attempt(
            attempt=attempt, answers=studio.right_answers(attempt, wrong=wrong), at=at
        )


def test_the_report_names_no_learner_and_hides_a_few(trainer, studio, amara, now):
    answer_tests(studio, amara, 2, wrong=4, now=now)
    counting.refresh(now)
    page = trainer.get(reverse("stoa_modules_statistics")).content.decode()
    assert "under 5" in page and "Too hard?</" not in page.replace(" ", "")
    answer_tests(studio, amara, 7, wrong=4, now=now + timezone.timedelta(days=20))
    counting.refresh(now)
    page = trainer.get(reverse("stoa_modules_statistics")).content.decode()
    assert "Amara" not in page and "Too hard?" in page
    csv = trainer.get(reverse("stoa_modules_statistics"), {"export": "csv"})
    assert b"Share right" in b"".join(csv.streaming_content)


def test_new_answers_are_counted_on_demand(
    trainer, studio, amara, now, django_capture_on_commit_callbacks
):
    answer_tests(studio, amara, 1, wrong=0, now=now)
    assert "Count them now" in trainer.get(reverse("stoa_modules_statistics")).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        trainer.post(reverse("stoa_modules_statistics_refresh"))
    assert not counting.is_behind()
    assert "Count them now" not in trainer.get(reverse("stoa_modules_statistics")).content.decode()


def test_the_sweep_counts_finishes_and_lets_rest(studio, amara, now, old_fact):
    answer_tests(studio, amara, 1, wrong=0, now=now)
    resting, again = studio.questions[:2]
    regrade = regrading.withdraw_and_regrade(
        question=studio.questions[2], by=None, note="", at=now, rule="point"
    )
    resting.facts.add(old_fact)
    resting.save()
    Question.objects.filter(pk=again.pk).update(resting_since=now)
    later = now + timezone.timedelta(hours=1)
    assert sweeping.bank(at=later) == {"statistics": 1, "regrades": 1, "resting": 2}
    regrade.refresh_from_db()
    assert regrade.state == "done"
    assert sweeping.bank(at=later) == {"statistics": 0, "regrades": 0, "resting": 0}
    resting.refresh_from_db()
    again.refresh_from_db()
    assert (resting.resting_since, again.resting_since) == (later, None)
    assert resting.status == QuestionStatus.LIVE
    logged = ModelLogEntry.objects.filter(action__contains="rest").values_list(
        "action", "object_id"
    )
    assert set(logged) == {
        (question_status.REST, str(resting.pk)),
        (question_status.END_REST, str(again.pk)),
    }


def test_the_list_says_why_a_question_is_not_asked(trainer, studio, old_fact):
    question = studio.questions[0]
    question.facts.add(old_fact)
    question.save()
    said = "Not asked: fact F99.01 is disputed, past review or without a source"
    for address in (
        reverse(f"{NAME}:list"),
        reverse("stoa_modules_statistics"),
        reverse(f"{NAME}:inspect", args=[question.pk]),
    ):
        assert said in trainer.get(address).content.decode()
    assert listed(trainer, flag="stale") == [question.stem]


def listed(client, **filters) -> list[str]:
    page = client.get(reverse(f"{NAME}:list"), filters)
    assert page.status_code == 200
    return [question.stem for question in page.context["object_list"]]


def test_the_list_is_filtered_by_what_a_question_is(trainer, studio, bruno, amara, now):
    one, two, three, *_rest = studio.questions
    one.tags.add("light")
    fact = blocks.knowledge()["fact"]
    two.facts.add(fact)
    two.save()
    Question.objects.filter(pk=three.pk).update(author=bruno, status="reviewed", kind="multiple")
    assert listed(trainer, tag="light") == [one.stem]
    assert listed(trainer, fact="f1.01") == [two.stem]
    for name, value in (("author", bruno.pk), ("status", "reviewed"), ("kind", "multiple")):
        assert listed(trainer, **{name: value}) == [three.stem]
    assert listed(trainer, q="Question 4 about") == [studio.questions[4].stem]
    answer_tests(studio, amara, 9, wrong=4, now=now)
    counting.refresh(now)
    hard = [pk for pk, item in statistics.by_question().items() if "hard" in item.flags]
    assert len(listed(trainer, flag="hard")) == len(hard) > 0


def test_the_list_is_taken_away_as_a_table(trainer, studio):
    studio.questions[0].tags.add("light", "bins")
    answer = trainer.get(reverse(f"{NAME}:list"), {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0].startswith("Key,Module,Question,Kind,Status")
    assert '"bins, light"' in lines[1]
    assert len(lines) == 7


# Review, history, authors


def test_a_new_question_knows_its_author(trainer, studio, bruno):
    trainer.post(reverse(f"{NAME}:add"), posted(studio))
    assert Question.objects.get(stem="What comes first?").author == bruno
    assert "Bruno" in trainer.get(reverse(f"{NAME}:list")).content.decode()


DRAFT, REVIEWED, LIVE, WITHDRAWN = (
    QuestionStatus.DRAFT,
    QuestionStatus.REVIEWED,
    QuestionStatus.LIVE,
    QuestionStatus.WITHDRAWN,
)
ALLOWED = {
    (DRAFT, question_status.REVIEW): REVIEWED,
    (DRAFT, question_status.PUT_INTO_USE): LIVE,
    (REVIEWED, question_status.PUT_INTO_USE): LIVE,
    (REVIEWED, question_status.BACK_TO_DRAFT): DRAFT,
    (LIVE, question_status.WITHDRAW): WITHDRAWN,
    (WITHDRAWN, question_status.BRING_BACK): LIVE,
}
ACTIONS = (
    question_status.REVIEW,
    question_status.BACK_TO_DRAFT,
    question_status.PUT_INTO_USE,
    question_status.WITHDRAW,
    question_status.BRING_BACK,
)


def test_every_move_is_allowed_or_refused_as_written(studio, hana):
    question = studio.questions[0]
    for status in QuestionStatus:
        for action in ACTIONS:
            Question.objects.filter(pk=question.pk).update(status=status)
            before = ModelLogEntry.objects.filter(action=action).count()
            wanted = ALLOWED.get((status, action))
            try:
                question_status.move(question=question, action=action, at=timezone.now(), user=hana)
            except question_status.WrongMove:
                assert wanted is None, (status, action)
            question.refresh_from_db()
            assert question.status == (wanted or status), (status, action)
            logged = ModelLogEntry.objects.filter(action=action).count() - before
            assert logged == (1 if wanted else 0)


def test_nobody_reviews_a_question_of_their_own(as_person, studio):
    editor, reviewer = person("Dario"), person("Elif")
    question = studio.questions[0]
    Question.objects.filter(pk=question.pk).update(status="draft", author=editor)
    address = reverse(f"{NAME}:move", args=[question.pk, "review"])
    own = as_person(editor, roles.EDITORS)
    assert "Mark as reviewed" not in own.get(reverse(f"{NAME}:list")).content.decode()
    assert own.post(address)["Location"] == reverse("wagtailadmin_home")
    with pytest.raises(question_status.OwnQuestion):
        Question.objects.filter(pk=question.pk).update(status="draft")
        question_status.move(
            question=question, action=question_status.REVIEW, at=timezone.now(), user=editor
        )
    as_person(reviewer, roles.REVIEWERS).post(address)
    question.refresh_from_db()
    assert question.status == QuestionStatus.REVIEWED


def test_an_edit_ends_a_review_and_stands_in_the_history(trainer, studio, bruno):
    question = studio.questions[0]
    Question.objects.filter(pk=question.pk).update(status="reviewed")
    address = reverse(f"{NAME}:edit", args=[question.pk])
    assert trainer.get(address).context["autosave_enabled"] is False
    answer = trainer.post(address, posted(studio, stem="A better question?"))
    assert answer.status_code == 302
    old = question.current_id
    question.refresh_from_db()
    assert (question.status, question.stem) == (QuestionStatus.DRAFT, "A better question?")
    assert question.current_id != old and question.versions.count() == 2
    first, second = question.revisions.order_by("pk")
    compared = trainer.get(
        reverse(f"{NAME}:revisions_compare", args=[question.pk, first.pk, second.pk])
    ).content.decode()
    assert "A better question?" in compared and "Question 0 about" in compared


def test_an_old_revision_brings_back_words_and_no_status(trainer, studio):
    question = studio.questions[0]
    Question.objects.filter(pk=question.pk).update(status="draft")
    trainer.post(reverse(f"{NAME}:edit", args=[question.pk]), posted(studio, stem="Second?"))
    first = question.revisions.order_by("pk").first()
    Question.objects.filter(pk=question.pk).update(status="reviewed")
    address = reverse(f"{NAME}:revisions_revert", args=[question.pk, first.pk])
    assert "Question 0 about" in trainer.get(address).content.decode()
    answer = trainer.post(
        address, posted(studio, stem="Question 0 again?") | {"revision": first.pk}
    )
    assert answer.status_code == 302
    question.refresh_from_db()
    assert (question.stem, question.status) == ("Question 0 again?", QuestionStatus.DRAFT)
    assert question.current.content["stem"] == "Question 0 again?"


def test_what_files_bring_needs_no_revision(studio):
    assert Question.objects.filter(latest_revision__isnull=False).count() == 0
    assert Question.objects.in_use().count() == 6


def test_a_trainer_may_withdraw_and_not_put_into_use(trainer, studio):
    question = studio.questions[0]
    trainer.post(reverse(f"{NAME}:move", args=[question.pk, "bring-back"]))
    trainer.post(reverse(f"{NAME}:move", args=[question.pk, "withdraw"]))
    question.refresh_from_db()
    assert question.status == QuestionStatus.WITHDRAWN
    trainer.post(reverse(f"{NAME}:move", args=[question.pk, "bring-back"]))
    question.refresh_from_db()
    assert question.status == QuestionStatus.WITHDRAWN
    assert trainer.get(reverse(f"{NAME}:move", args=[question.pk, "fly"])).status_code == 404
