"""What leaves comes back: structure, texts, and the questions that a cartridge can hold."""

import pytest

from modules.cartridge import exporting
from modules.models import Question
from modules.pages.models import LessonPage, ModulePage

KEPT = {"single", "multiple", "true_false", "fill_in"}


@pytest.fixture
def back(exported, put):
    job = put(exported.data, yes=True)
    assert job.state == "done", job.problem
    return ModulePage.objects.get(pk=job.made["modules"][0])


def lessons(page) -> list[LessonPage]:
    return list(page.get_children().order_by("path").specific())


def test_lessons_come_back_in_order_as_drafts(full, back):
    assert not back.live
    assert (back.title, back.summary) == (full.module_page.title, full.module_page.summary)
    assert [page.title for page in lessons(back)] == [
        page.title for page in lessons(full.module_page)
    ]
    assert not any(page.live for page in lessons(back))


def test_what_a_lesson_says_of_itself_comes_back(full, back):
    before, after = lessons(full.module_page)[-1], lessons(back)[-1]
    for name in ("summary", "minutes", "sensitivity", "objectives", "content_note"):
        assert getattr(after, name) == getattr(before, name)


def said(page, *kinds_of_blocks) -> list:
    return [
        (child.block_type, {n: getattr(v, "source", v) for n, v in child.value.items()} if hasattr(child.value, "items") else child.value.source)
        for child in page.body
        if child.block_type in kinds_of_blocks
    ]  # fmt: skip


def test_texts_come_back_word_for_word(full, back):
    for before, after in zip(lessons(full.module_page), lessons(back), strict=True):
        texts = [text for text in said(after, "text") if "http://" not in text[1]]
        assert texts == said(before, "text")


def test_boxes_notes_and_figures_come_back(full, back):
    before, after = lessons(full.module_page)[-1], lessons(back)[-1]
    assert said(after, "callout", "note") == said(before, "callout", "note")
    for name in ("drawing", "alt", "caption"):
        shown = [child.value[name] for child in after.body if child.block_type == "figure"]
        assert shown == [c.value[name] for c in before.body if c.block_type == "figure"]
    lists = [child.value for child in after.body if child.block_type == "checklist"]
    assert [[dict(i) for i in value["items"]] for value in lists] == [
        [{"key": "a", "text": "Do a."}]
    ]


def comparable(content: dict) -> dict:
    return {name: value for name, value in content.items() if name != "number"}


def test_questions_that_a_cartridge_can_hold_come_back_equal(full, back):
    from modules import kinds

    kept = Question.objects.filter(module=full.module, kind__in=KEPT)
    before = [kinds.content_of(question) for question in kept]
    after = [kinds.content_of(q) for q in Question.objects.filter(module=back.module)]
    assert [content for content in before if content not in after] == []
    assert len(before) >= 8


def test_questions_come_back_as_drafts(back):
    assert set(Question.objects.filter(module=back.module).values_list("status", flat=True)) == {
        "draft"
    }


def test_quizzes_ask_the_same_questions(full, back):
    def stems(page):
        return [
            [question.stem for question in child.value["questions"]]
            for child in page.body
            if child.block_type == "quiz"
        ]

    assert stems(lessons(back)[-1]) == stems(lessons(full.module_page)[-1])
    assert not any(stems(page) for page in lessons(back)[:-1])


def test_what_comes_back_leaves_again_as_the_same_texts(full, back, dario):
    for page in [back, *lessons(back)]:
        page.save_revision().publish()
    second = exporting.export(page=ModulePage.objects.get(pk=back.pk), user=dario)
    assert "lesson-draft" not in {finding["code"] for finding in second.report}
