"""The editor of modules and lessons: how a new one starts, what a draft may leave open, review, copies, impact."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, TaskState
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from cms import roles
from courses import services as courses
from modules.models import Activity, Lesson, Module, Question, QuestionStatus
from modules.pages.models import LessonPage, ModulePage
from modules.studio import impact
from tests.conftest import person
from tests.factories import questions as question_factory


def lesson_form(title: str, *, blocks=None, **fields) -> dict:
    blocks = (
        [("text", rich_text("<p>A square is read by walking.</p>"))] if blocks is None else blocks
    )
    return nested_form_data(
        {
            "title": title, "slug": title.lower().replace(" ", "-"), "summary": "", "minutes": 15, "min_seconds": 0, "sensitivity": "open", "objectives": "Read",
            "content_note": "", "body": streamfield(blocks), "valid_as_of": "2026-01-01", "review_by": "2027-01-01",
            "change_class": "editorial", "change_note": "", "search_description": "", "seo_title": "",
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000},
        } | fields
    )  # fmt: skip


def add_address(studio) -> str:
    return reverse(
        "wagtailadmin_pages:add", args=["stoa_modules_pages", "lessonpage", studio.module_page.pk]
    )


def edit_address(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def test_a_new_lesson_starts_with_the_anatomy_of_one(trainer, studio):
    form = trainer.get(add_address(studio)).context["form"]
    assert [child.block_type for child in form["body"].value()] == [
        "callout",
        "text",
        "quiz",
        "callout",
        "note",
        "advice",
    ]
    assert form["review_by"].value() > form["valid_as_of"].value()


def test_an_address_is_made_of_the_title(trainer, studio):
    trainer.post(add_address(studio), lesson_form("Without an address", slug=""))
    assert LessonPage.objects.get(title="Without an address").slug == "without-an-address"


def test_the_first_tab_of_a_lesson_asks_for_few_things(trainer, studio):
    handler = LessonPage.get_edit_handler()
    first = handler.children[0]
    assert len([name for name in first.get_form_options()["fields"] if name != "content_note"]) <= 8


def test_a_draft_may_hold_an_unknown_key_but_review_may_not(trainer, studio):
    blocks = [("text", rich_text("<p>Nine in ten agree. [[F99.99]]</p>"))]
    trainer.post(add_address(studio), lesson_form("Unknown key", blocks=blocks))
    page = LessonPage.objects.get(slug="unknown-key")
    refused = trainer.post(
        edit_address(page), lesson_form("Unknown key", blocks=blocks) | {"action-submit": "1"}
    )
    assert refused.status_code == 200
    assert "The knowledge base has no F99.99" in refused.content.decode()
    assert not page.workflow_in_progress


def test_words_of_the_template_cannot_be_sent_to_review(trainer, studio):
    from modules.studio import lesson_template

    blocks = [("text", rich_text(f"<p>{lesson_template.EXPLAIN}</p>"))]
    trainer.post(add_address(studio), lesson_form("Template", blocks=blocks))
    page = LessonPage.objects.get(slug="template")
    refused = trainer.post(
        edit_address(page), lesson_form("Template", blocks=blocks) | {"action-submit": "1"}
    )
    assert "The template still speaks here" in refused.content.decode()


def test_a_change_that_is_not_editorial_needs_its_line(as_person, studio):
    client = as_person(person("Dario"), roles.EDITORS)
    page = studio.lesson_pages[0]
    refused = client.post(
        edit_address(page),
        lesson_form(page.title, slug=page.slug, change_class="material") | {"action-publish": "1"},
    )
    assert "Say in one line what changed" in refused.content.decode()
    answer = client.post(
        edit_address(page),
        lesson_form(
            page.title, slug=page.slug, change_class="material", change_note="The law is new."
        )
        | {"action-publish": "1"},
    )
    assert answer.status_code == 302
    assert studio.module.versions.order_by("-number").first().note == "The law is new."


def test_a_figure_without_words_for_the_blind_is_refused(as_person, studio):
    client = as_person(person("Dario"), roles.EDITORS)
    figure = (
        "figure",
        {
            "drawing": "",
            "image": "",
            "caption": "",
            "alt": "",
            "long_description": "",
            "legend": streamfield([]),
            "facts": streamfield([]),
        },
    )
    page = studio.lesson_pages[0]
    refused = client.post(
        edit_address(page),
        lesson_form(page.title, slug=page.slug, blocks=[figure]) | {"action-publish": "1"},
    )
    assert refused.status_code == 200
    page.refresh_from_db()
    assert page.body[0].block_type == "text"


def test_review_by_another_profession_publishes_the_lesson_and_its_questions(
    trainer, as_person, studio
):
    question = question_factory.single(studio.module, "What is read first?")
    Question.objects.filter(pk=question.pk).update(status=QuestionStatus.DRAFT)
    quiz = ("quiz", {"title": "Check", "mode": "graded", "questions": streamfield([]), "draw": 1})
    form = lesson_form("Reviewed", blocks=[quiz])
    form |= {"body-0-value-questions-count": "1", "body-0-value-questions-0-value": question.pk, "body-0-value-questions-0-order": "0",
             "body-0-value-questions-0-deleted": "", "body-0-value-questions-0-id": ""}  # fmt: skip
    trainer.post(add_address(studio), form)
    page = LessonPage.objects.get(slug="reviewed")
    trainer.post(edit_address(page), form | {"action-publish": "1"})
    page.refresh_from_db()
    assert not page.live, "a trainer cannot publish"

    trainer.post(edit_address(page), form | {"action-submit": "1"})
    state = TaskState.objects.get(workflow_state__object_id=str(page.pk), status="in_progress")
    reviewer = as_person(person("Elif"), roles.REVIEWERS)
    assert page.title in reviewer.get(reverse("wagtailadmin_home")).content.decode()
    reviewer.post(
        reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk]),
        {"comment": "Good."},
    )

    page.refresh_from_db()
    question.refresh_from_db()
    assert page.live
    assert question.status == QuestionStatus.LIVE
    assert Activity.objects.get(lesson=page.lesson, kind="quiz").config["questions"] == [
        question.pk
    ]


def test_nobody_approves_what_they_sent(as_person, studio):
    both = as_person(person("Bea"), roles.TRAINERS, roles.REVIEWERS)
    both.post(add_address(studio), lesson_form("Alone"))
    page = LessonPage.objects.get(slug="alone")
    both.post(edit_address(page), lesson_form("Alone") | {"action-submit": "1"})
    state = TaskState.objects.get(workflow_state__object_id=str(page.pk), status="in_progress")
    both.post(
        reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk]),
        {"comment": "Mine."},
    )
    page.refresh_from_db()
    state.refresh_from_db()
    assert not page.live
    assert state.status == "in_progress"


def test_a_reviewer_takes_nothing_down(as_person, studio):
    reviewer = as_person(person("Elif"), roles.REVIEWERS)
    page = studio.lesson_pages[0]
    reviewer.post(reverse("wagtailadmin_pages:unpublish", args=[page.pk]))
    page.refresh_from_db()
    assert page.live


def test_a_withdrawn_question_stays_withdrawn_when_its_lesson_is_published(studio):
    question = studio.questions[0]
    Question.objects.filter(pk=question.pk).update(status=QuestionStatus.WITHDRAWN)
    body = [
        {
            "type": "quiz",
            "value": {"title": "Check", "mode": "graded", "questions": [question.pk], "draw": 1},
        }
    ]
    studio.add_lesson("Third", "third", body=body)
    question.refresh_from_db()
    assert question.status == QuestionStatus.WITHDRAWN


def test_a_copied_lesson_has_activities_of_its_own(studio):
    body = [
        {
            "type": "note",
            "id": "11111111-1111-4111-8111-111111111111",
            "value": {"title": "In your city", "prompt": "Which square?", "minutes": 2},
        }
    ]
    page = studio.add_lesson("Original", "original", body=body)
    copy = page.copy(update_attrs={"slug": "copy", "title": "Copy"}).specific
    assert copy.translation_key != page.translation_key
    assert set(copy.lesson.activities.values_list("uuid", flat=True)).isdisjoint(
        page.lesson.activities.values_list("uuid", flat=True)
    )
    assert copy.lesson.activities.count() == 2
    assert copy.lesson.module == page.lesson.module


def test_a_copied_module_has_a_row_and_lessons_of_its_own(studio):
    copy = studio.module_page.copy(
        recursive=True, update_attrs={"slug": "copy", "title": "Copy"}
    ).specific
    assert copy.module != studio.module
    lessons = Lesson.objects.filter(uuid__in=copy.get_children().values("translation_key"))
    assert lessons.count() == 2
    assert set(lessons.values_list("module", flat=True)) == {copy.module.pk}
    assert Module.objects.get(pk=studio.module.pk).lessons.count() == 2


def test_the_editor_says_whom_a_publication_touches(trainer, studio, amara, now):
    courses.enrol(learner=amara, course=studio.course, at=now)
    assert impact.sentences(studio.module_page) == [
        "1 learner is mid-course, 0 have completed.",
        "0 certificates rest on this.",
    ]
    assert (
        "1 learner is mid-course"
        in trainer.get(edit_address(studio.lesson_pages[0])).content.decode()
    )
    assert impact.sentences(LessonPage(title="New")) == []


@pytest.mark.parametrize("mode", ["", "stranger"])
def test_pages_can_be_previewed_before_they_have_rows(trainer, studio, mode):
    address = reverse(
        "wagtailadmin_pages:preview_on_add",
        args=["stoa_modules_pages", "lessonpage", studio.module_page.pk],
    )
    quiz = (
        "quiz",
        {"title": "Check this", "mode": "graded", "questions": streamfield([]), "draw": 1},
    )
    trainer.post(
        address, lesson_form("Preview me", blocks=[("text", rich_text("<p>Words.</p>")), quiz])
    )
    answer = trainer.get(address, {"mode": mode})
    assert answer.status_code == 200
    assert "Preview me" in answer.content.decode() and "Check this" in answer.content.decode()
    assert not Lesson.objects.filter(title="Preview me").exists()


def test_saved_pages_are_previewed_as_trainee_and_stranger(trainer, studio):
    for page in (studio.lesson_pages[0], studio.module_page, studio.course_page):
        for mode, _words in page.preview_modes:
            answer = trainer.get(
                reverse("wagtailadmin_pages:view_draft", args=[page.pk]), {"mode": mode}
            )
            assert answer.status_code == 200, page


def test_only_sensible_pages_can_be_made_below_each_other(studio):
    assert studio.module_page.creatable_subpage_models() == [LessonPage]
    assert LessonPage.creatable_subpage_models() == []
    assert ModulePage.creatable_subpage_models() == [LessonPage]
    index = Page.objects.get(slug="modules").specific
    assert index.creatable_subpage_models() == [ModulePage]


def test_idle_since_is_counted_in_whole_days(studio, amara, now):
    from courses.studio import stuck

    enrolment = courses.enrol(learner=amara, course=studio.course, at=now)
    everybody = type(enrolment).objects.all()
    assert stuck.find(everybody, at=now + timezone.timedelta(days=13)) == []
    found = stuck.find(everybody, at=now + timezone.timedelta(days=15))
    assert [(one.reasons, one.where) for one in found] == [(["idle"], "Lesson 1")]
