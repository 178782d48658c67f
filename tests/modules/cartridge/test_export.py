"""What leaves: the bytes, who may take them, and what the report says stays behind."""

import io
import zipfile
from xml.etree import ElementTree

import pytest
from wagtail.models import Page

from modules.cartridge import exporting
from modules.cartridge.exporting import ExportRefused
from modules.models import Question, QuestionStatus, QuestionTranslation
from modules.pages.models import ModulePage
from tests.counting import at_most
from tests.factories import blocks
from tests.modules.cartridge import boxes
from tests.moments import NOON

CP = "{http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1}"
QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"


def export(school, user):
    return exporting.export(page=ModulePage.objects.get(pk=school.module_page.pk), user=user)


def opened(exported) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(exported.data))


def read(exported, part: str) -> str:
    archive = opened(exported)
    return archive.read(next(name for name in archive.namelist() if part in name)).decode()


def codes(exported) -> set[str]:
    return {finding["code"] for finding in exported.report}


def test_the_same_module_gives_the_same_bytes(full, dario):
    assert export(full, dario).data == export(full, dario).data


def test_the_manifest_is_first_and_names_every_file(exported):
    archive = opened(exported)
    assert archive.namelist()[0] == "imsmanifest.xml"
    root = ElementTree.fromstring(archive.read("imsmanifest.xml"))
    named = {file.get("href") for file in root.iter(f"{CP}file")}
    assert named == set(archive.namelist()) - {"imsmanifest.xml"}
    resources = {one.get("identifier") for one in root.iter(f"{CP}resource")}
    wanted = {item.get("identifierref") for item in root.iter(f"{CP}item")} - {None}
    assert wanted <= resources and root.findtext(f"{CP}metadata/{CP}schemaversion") == "1.3.0"


def test_lessons_stand_in_order_with_their_quizzes_after_them(exported):
    root = ElementTree.fromstring(opened(exported).read("imsmanifest.xml"))
    titles = [title.text for title in root.iter(f"{CP}title")]
    assert titles == [
        "Reading a square", "Lesson 1", "Lesson 2", "Everything in it", "Check", "Try", "Test: Reading a square",
    ]  # fmt: skip


def test_a_lesson_is_a_page_with_alternatives_sources_and_absolute_links(full, exported):
    html = read(exported, str(full.module_page.get_children().last().translation_key) + ".html")
    assert '<html lang="en">' in html and "<h1>Everything in it</h1>" in html
    assert '<img src="../images/t-square.svg" alt="A square.">' in html
    assert 'href="http://' in html and 'href="/' not in html and "[[" not in html
    assert "<cite>A source</cite>" in html


def test_kinds_that_fit_have_the_profile_of_the_format(exported):
    text = read(exported, "itest-")
    for profile in ("multiple_choice", "multiple_response", "true_false", "fib", "essay"):
        assert f"cc.{profile}.v0p1" in text


def test_the_report_says_what_each_loss_became(exported):
    assert {
        "module-settings", "question-settings", "quiz-after", "ticks", "private-note", "as-essay", "as-typed",
        "as-labels", "all-or-nothing",
    } <= codes(exported)  # fmt: skip
    essays = [f["item"] for f in exported.report if f["code"] == "as-essay"]
    assert sorted(essays) == ["In which order?", "What belongs?"]


def test_an_ordering_is_asked_in_another_order_than_the_right_one_and_keeps_its_key(school, dario):
    items = [{"id": str(n), "text": word, "feedback": ""} for n, word in enumerate(("b", "c", "a"))]
    boxes.question(school.module, {"kind": "ordering", "stem": "Order?", "explanation": "", "items": items})  # fmt: skip
    text = read(export(school, dario), "itest-")
    assert "– a\n– b\n– c" in text and "1. b\n2. c\n3. a" in text


def test_drafts_and_lessons_one_may_not_read_are_named_and_left_out(school, dario):
    school.module_page.add_child(instance=type(school.lesson_pages[0])(title="A draft", slug="draft", live=False))  # fmt: skip
    school.add_lesson("For few", "few", sensitivity="verified")
    dario.groups.first().permissions.filter(codename="read_verified").delete()
    dario = type(dario).objects.get(pk=dario.pk)
    exported = export(school, dario)
    assert {("lesson-draft", "A draft"), ("lesson-closed", "For few")} <= {
        (finding["code"], finding["item"]) for finding in exported.report
    }
    assert b"For few" not in opened(exported).read("imsmanifest.xml")


def test_a_withdrawn_question_is_not_taken_out(full, dario):
    Question.objects.filter(pk=full.questions[0].pk).update(status=QuestionStatus.WITHDRAWN)
    exported = export(full, dario)
    archive = opened(exported)
    stem = full.questions[0].stem.encode()
    assert not any(stem in archive.read(name) for name in archive.namelist())
    assert ("not-in-use", str(full.questions[0])) in {
        (f["code"], f["item"]) for f in exported.report
    }


def test_what_no_test_asks_is_in_the_bank(school, dario):
    Question.objects.filter(pk=school.questions[0].pk).update(is_graded=False)
    root = ElementTree.fromstring(
        opened(export(school, dario)).read("assessments/question-bank.xml")
    )
    items = list(root.iter(f"{QTI}item"))
    assert len(items) == 1 and "Reading a square" in "".join(items[0].itertext())


def test_questions_leave_in_the_language_of_the_page(school, dario):
    from wagtail.models import Locale

    question = school.questions[0]
    QuestionTranslation.objects.create(
        question=question, language="fr", version=question.current, updated_at=NOON,
        texts={"stem": "Une question ?"},
    )  # fmt: skip
    french = Locale.objects.create(language_code="fr")
    pages = [school.module_page, *school.lesson_pages]
    Page.objects.filter(pk__in=[page.pk for page in pages]).update(locale=french)
    exported = export(school, dario)
    assert "Une question ?" in read(exported, "itest-")
    assert '<html lang="fr">' in read(exported, "lessons/")


def test_a_scenario_becomes_a_web_link(school, dario):
    from modules.models import Scenario

    knowledge = blocks.knowledge()
    scenario = Scenario.objects.create(key="s1", title="A noon", module=school.module, document={})
    value = {"scenario": scenario.pk, "intro": "", "is_required": False}
    school.add_lesson("With one", "with-one", body=[{"type": "scenario", "value": value}])
    link = read(export(school, dario), "links/")
    assert '<url href="http://' in link and "/scenario/s1/" in link and knowledge


def test_surveys_and_artefacts_leave_their_words(school, dario):
    from modules.rubrics import ensure_default

    rubric = ensure_default(at=NOON)
    survey = {
        "title": "Your view",
        "intro": "",
        "questions": [
            {"type": "scale", "value": {"text": "Was it clear?", "low": "no", "high": "yes"}}
        ],
        "threshold": 5,
    }
    artefact = {
        "title": "A plan",
        "brief": "Draw the square.",
        "fields": [],
        "files": {},
        "rubric": rubric.pk,
    }
    school.add_lesson(
        "Work",
        "work",
        body=[{"type": "survey", "value": survey}, {"type": "artefact", "value": artefact}],
    )
    exported = export(school, dario)
    archive = opened(exported)
    pages = "".join(
        archive.read(name).decode() for name in archive.namelist() if name.startswith("lessons/")
    )
    assert "Was it clear?" in pages and "Draw the square." in pages
    assert {"survey", "artefact"} <= codes(exported)


@pytest.mark.parametrize("person", ["amara", "bruno", "chiara"])
def test_who_may_not_change_it_may_not_take_it_out(person, school, request):
    with pytest.raises(ExportRefused):
        export(school, request.getfixturevalue(person))


def test_changing_pages_without_questions_is_not_enough(school, dario):
    dario.groups.first().permissions.filter(codename="change_question").delete()
    with pytest.raises(ExportRefused):
        export(school, type(dario).objects.get(pk=dario.pk))


def test_taking_out_costs_the_same_for_two_and_for_twelve_lessons(school, dario):
    def once():
        page = ModulePage.objects.get(pk=school.module_page.pk)
        user = type(dario).objects.get(pk=dario.pk)
        with at_most(18):
            exporting.export(page=page, user=user)

    once()
    for number in range(10):
        school.add_lesson(f"More {number}", f"more-{number}")
    once()
