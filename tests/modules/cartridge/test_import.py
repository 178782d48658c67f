"""What comes in: what it becomes, what is refused and why, and that nothing happens twice."""

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from content.models import Drawing
from modules.cartridge import importing, working
from modules.models import CartridgeImport, Question
from modules.pages.models import LessonPage, ModulePage
from tests.factories.blocks import SVG
from tests.modules.cartridge import boxes
from tests.moments import NOON


def codes(job) -> set[str]:
    return {finding["code"] for finding in job.report}


def lessons(job) -> list[LessonPage]:
    return list(
        LessonPage.objects.filter(pk__in=[e["page"] for e in job.made["pages"]]).order_by("path")
    )


def text(page) -> str:
    return "".join(child.value.source for child in page.body if child.block_type == "text")


def png() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (2, 2), "red").save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize("version", ["1.1", "1.2", "1.3"])
def test_every_version_becomes_a_draft_module(put, version):
    job = put(boxes.box(version=version), yes=True)
    module = ModulePage.objects.get(pk=job.made["modules"][0])
    assert (job.state, job.version, module.title, module.live) == ("done", version, "A box", False)
    assert [page.title for page in lessons(job)] == ["A page"]


def test_nothing_is_made_before_somebody_says_yes(put):
    before = ModulePage.objects.count(), Question.objects.count()
    job = put(boxes.with_quiz(boxes.choice()))
    assert (ModulePage.objects.count(), Question.objects.count()) == before
    assert job.state == "read" and job.counts["lessons"] == 1 and job.counts["questions"] == 1


def test_only_what_an_editor_could_write_comes_through(put):
    body = """<h1>Top</h1><p onclick="x()">A <b>bold</b> <a href="javascript:x()">bad</a>
      <a href="https://example.org/?a=1&amp;b=2" target="_blank">good</a></p><script>x()</script>
      <iframe src="https://example.org"></iframe><table><tr><td>a</td><td>b</td></tr></table>&lt;script&gt;"""
    job = put(boxes.box(body), yes=True)
    html = text(lessons(job)[0])
    assert "<h2>Top</h2>" in html and '<a href="https://example.org/?a=1&amp;b=2">good</a>' in html
    assert "<p>a | b</p>" in html and "&lt;script&gt;" in html
    assert not any(bad in html for bad in ("javascript", "onclick", "<script", "<iframe", "target"))
    assert {"frame-dropped", "link-dropped", "table-flat"} <= codes(job)


def test_images_become_images_of_the_library_once(put):
    body = '<p>See</p><img src="../i/x.png" alt="A red square"><img src="../i/x.png" alt="Again">'
    job = put(boxes.box(body, more={"i/x.png": png()}), yes=True)
    figures = [child.value for child in lessons(job)[0].body if child.block_type == "figure"]
    assert [figure["alt"] for figure in figures] == ["A red square", "Again"]
    assert (
        figures[0]["image"] == figures[1]["image"]
        and figures[0]["image"].uploaded_by_user == job.by
    )


def test_what_is_no_image_is_refused_whatever_its_name(put):
    body = (
        '<p>See</p><img src="x.png" alt="x"><img src="y.svg" alt="y"><img src="gone.png" alt="z">'
    )
    evil = SVG.replace("<path", "<script/><path")
    job = put(boxes.box(body, more={"a/x.png": b"MZ", "a/y.svg": evil}), yes=True)
    assert {"image-refused", "image-missing"} <= codes(job)
    assert [child.block_type for child in lessons(job)[0].body] == ["text"]


def test_a_plain_drawing_becomes_a_drawing(put):
    job = put(boxes.box('<img src="y.svg" alt="A plan">', more={"a/y.svg": SVG}), yes=True)
    figure = lessons(job)[0].body[0].value
    assert figure["drawing"] == Drawing.objects.get(svg=SVG) and figure["image"] is None


def test_a_person_who_may_not_add_images_is_told(put, dario):
    dario.groups.first().collection_permissions.all().delete()
    job = put(boxes.box('<p>See</p><img src="x.png" alt="x">', more={"a/x.png": png()}))
    assert "image-not-allowed" in codes(job)


def test_an_image_without_an_alternative_is_named(put):
    job = put(boxes.box('<img src="x.png">', more={"a/x.png": png()}))
    assert "image-alt" in codes(job)


def test_a_quiz_joins_the_lesson_before_it(put):
    items = boxes.choice("First?", ident="1") + boxes.choice("Second?", ident="2", right="b")
    page = lessons(put(boxes.with_quiz(items), yes=True))[0]
    quiz = next(child.value for child in page.body if child.block_type == "quiz")
    assert [question.stem for question in quiz["questions"]] == ["First?", "Second?"]
    options = [(o.value["text"], o.value["correct"]) for o in quiz["questions"][1].answers]
    assert options == [("Option a", False), ("Option b", True)]


def test_questions_that_cannot_be_taken_are_named(put):
    items = (
        boxes.choice("Good?", ident="1")
        + boxes.choice("Essay?", ident="2", profile="cc.essay.v0p1")
        + boxes.choice("Odd?", ident="3", profile="vendor.matching")
        + boxes.choice("None right?", ident="4", right="zz")
        + boxes.choice("One only?", ident="5", options="a")
    )
    job = put(boxes.with_quiz(items))
    found = {(finding["code"], finding["item"]) for finding in job.report}
    assert {
        ("essay", "Essay?"), ("question-kind", "Odd?"), ("question-broken", "None right?"),
        ("question-broken", "One only?"),
    } <= found  # fmt: skip
    assert job.counts["questions"] == 1


def test_the_same_question_twice_is_one(put):
    job = put(boxes.with_quiz(boxes.choice(ident="1") + boxes.choice(ident="2")))
    assert job.counts["questions"] == 1 and "question-again" in codes(job)


def test_several_to_tick_with_one_right_is_a_question_with_one_right_answer(put):
    item = boxes.choice(profile="cc.multiple_response.v0p1").replace("Single", "Multiple")
    job = put(boxes.with_quiz(item), yes=True)
    assert Question.objects.get(pk=job.made["questions"][0][0]).kind == "single"
    assert "question-single" in codes(job)


def test_web_links_become_links_and_the_rest_is_named(put):
    link = '<webLink><title>Far</title><url href="{}"/></webLink>'
    kinds = {"l": "imswl_xmlv1p3", "m": "imswl_xmlv1p3", "d": "imsdt_xmlv1p3", "t": "imsbasiclti_xmlv1p3", "x": "weird_xmlv1p0", "f": "webcontent"}  # fmt: skip
    files = {"l": link.format("https://example.org/"), "m": link.format("javascript:x()"), "d": "<topic/>", "t": "<lti/>", "x": "<x/>", "f": "%PDF"}  # fmt: skip
    names = {key: f"{key}.pdf" if key == "f" else f"{key}.xml" for key in kinds}
    job = put(
        boxes.box(
            items="".join(f'<item identifier="i{k}" identifierref="{k}"><title>{k}</title></item>' for k in kinds)
            + '<item identifier="iz" identifierref="z"><title>z</title></item>',
            resources="".join(
                f'<resource identifier="{k}" type="{t}" href="{names[k]}"><file href="{names[k]}"/></resource>'
                for k, t in kinds.items()
            ),
            more={names[key]: data for key, data in files.items()},
        ),
        yes=True,
    )  # fmt: skip
    assert '<li><a href="https://example.org/">Far</a></li>' in text(lessons(job)[0])
    assert {("link-bad", "m"), ("discussion", "d"), ("tool", "t"), ("other", "x"), ("file", "f"), ("resource-gone", "z")} <= {
        (finding["code"], finding["item"]) for finding in job.report
    }  # fmt: skip


def test_the_same_cartridge_again_is_put_in_only_when_asked(put):
    first = put(boxes.box(), yes=True)
    second = put(boxes.box("<p>Other words.</p>"))
    assert [page.pk for page in importing.here_already(second)] == first.made["modules"]
    with pytest.raises(importing.ImportedBefore):
        importing.confirm(job=second, by=second.by, at=NOON)
    second.refresh_from_db()
    assert second.state == "read"


def test_our_own_cartridge_names_the_module_it_came_from(exported, put, school):
    assert [page.pk for page in importing.here_already(put(exported.data))] == [
        school.module_page.pk
    ]


def test_the_same_file_sent_twice_is_one_import(put):
    assert put(boxes.box()).pk == put(boxes.box()).pk


def test_yes_said_twice_and_a_task_that_runs_again_make_it_once(
    put, django_capture_on_commit_callbacks
):
    job = put(boxes.with_quiz(boxes.choice()), yes=True)
    pages, questions = ModulePage.objects.count(), Question.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        importing.confirm(job=job, by=job.by, at=NOON)
    working.read(job.pk, at=NOON)
    working.put_in(job.pk, at=NOON)
    assert (ModulePage.objects.count(), Question.objects.count()) == (pages, questions)


def test_a_worker_that_dies_goes_on_where_it_stopped(put, monkeypatch):
    job = put(boxes.with_quiz(boxes.choice()))
    importing.confirm(job=job, by=job.by, at=NOON)
    real, calls = working.drafting.make, []

    def dies(step, **rest):
        calls.append(step.what)
        if calls.count("lesson") == 1 and step.what == "lesson":
            real(step, **rest)
            raise OSError("the worker was stopped")
        real(step, **rest)

    monkeypatch.setattr(working.drafting, "make", dies)
    before = LessonPage.objects.count()
    with pytest.raises(OSError):
        working.put_in(job.pk, at=NOON)
    assert LessonPage.objects.count() == before
    working.put_in(job.pk, at=NOON)
    job.refresh_from_db()
    assert job.state == "done" and LessonPage.objects.count() == before + 1
    assert calls == ["module", "questions", "lesson", "lesson"]


def test_file_and_plan_with_their_keys_go_when_it_is_over(put, django_capture_on_commit_callbacks):
    job = put(boxes.box())
    storage, name = job.file.storage, job.file.name
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        importing.drop(job=job, at=NOON)
    job.refresh_from_db()
    assert (job.state, job.plan, bool(job.file)) == ("dropped", {}, False)
    assert not storage.exists(name)
    with pytest.raises(importing.WrongState):
        importing.confirm(job=job, by=job.by, at=NOON)


def test_a_parent_that_is_gone_when_it_is_put_in_is_said(put):
    job = put(boxes.box())
    CartridgeImport.objects.filter(pk=job.pk).update(parent_pk=999_999)
    with pytest.raises(importing.NotAllowed):
        importing.confirm(job=job, by=job.by, again=True, at=NOON)
    CartridgeImport.objects.filter(pk=job.pk).update(state="confirmed")
    working.put_in(job.pk, at=NOON)
    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", "parent-gone")


def test_the_sweep_sends_what_waits_again_and_drops_what_nobody_wanted(put, django_capture_on_commit_callbacks):  # fmt: skip
    waiting, forgotten = put(boxes.box()), put(boxes.box("<p>Other.</p>", identifier="b2"))
    CartridgeImport.objects.filter(pk=waiting.pk).update(state="confirmed")
    with django_capture_on_commit_callbacks(execute=True):
        assert importing.overdue(at=NOON + importing.KEPT * 2) == 2
    waiting.refresh_from_db(), forgotten.refresh_from_db()
    assert (waiting.state, forgotten.state) == ("done", "dropped")


def test_who_may_not_add_pages_or_write_questions_is_refused(put, school, amara, chiara):
    for person in (amara, chiara):
        with pytest.raises(importing.NotAllowed):
            put(boxes.box(), by=person)
    assert not CartridgeImport.objects.exists()


def test_a_lesson_keeps_its_label_when_it_comes_back(school, dario, put):
    from modules.cartridge import exporting

    school.add_lesson("For few", "few", sensitivity="verified")
    exported = exporting.export(page=ModulePage.objects.get(pk=school.module_page.pk), user=dario)
    page = next(one for one in lessons(put(exported.data, yes=True)) if one.title == "For few")
    assert (page.sensitivity, page.lesson.sensitivity) == ("verified", "verified")


def test_titles_that_are_too_long_are_cut_not_refused(put):
    job = put(boxes.box(title="T" * 900, items="<item><title>no resource</title></item>"), yes=True)
    assert len(ModulePage.objects.get(pk=job.made["modules"][0]).title) == 250


def test_a_file_that_went_missing_on_the_disk_is_left_for_the_sweep(put):
    job = put(boxes.box())
    CartridgeImport.objects.filter(pk=job.pk).update(state="uploaded")
    job.file.storage.delete(job.file.name)
    with pytest.raises(OSError):
        working.read(job.pk, at=NOON)
    job.file.save("cartridge", ContentFile(boxes.box()))
    working.read(job.pk, at=NOON)
    job.refresh_from_db()
    assert job.state == "read"
