"""A file of questions comes in through the studio: looked through first, put in once, and goes out again."""

import json

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.images import get_image_model
from wagtail.models import Collection, ModelLogEntry, ReferenceIndex

from cms import roles
from modules import kinds, question_exports, question_import_work, question_imports, services
from modules.exchange import csv_items, gift, qti3
from modules.models import Question, QuestionImport, QuestionStatus, QuestionVersion
from modules.question_imports import NEW, SKIP, VERSION
from tests import moments
from tests.counting import at_most
from tests.factories import items as making
from tests.modules.exchange.conftest import address, upload

pytestmark = pytest.mark.django_db
UPLOAD = "/studio/questions/import/"
EXPORT = "/studio/questions/export/"
GIFT = """// [tag:light]
::One::Where do people sit? {=In the sun#Yes. ~In the wind ~On the road}

Is a square a room? {T}

::Old::%s {=the right one ~a wrong one}

Write about squares. {}

Where do people  SIT?? {=In the sun ~In the rain}
"""


def sent(client: Client, module, text, name="questions.txt", **fields) -> QuestionImport:
    response = client.post(UPLOAD, {"file": upload(text, name), "module": module.pk, **fields})
    assert response.status_code == 302, response.content.decode()[-3000:]
    return QuestionImport.objects.get(uuid=response["Location"].strip("/").rpartition("/")[2])


@pytest.fixture
def known(studio) -> Question:
    return studio.questions[0]


@pytest.fixture
def job(trainer, studio, known, at_once) -> QuestionImport:
    with at_once():
        return sent(trainer, studio.module, GIFT % known.stem.replace(":", "\\:"))


def test_a_file_is_read_before_anything_is_made(job, trainer, studio, known):
    job.refresh_from_db()
    assert (job.state, job.format, Question.objects.count()) == ("read", "gift", 6)
    rows = {row["row"]: row for row in job.rows}
    assert [question_imports.proposal(rows[n]) for n in range(1, 6)] == [NEW, NEW, SKIP, SKIP, SKIP]
    assert (rows[3]["known"], rows[4]["index"], rows[5]["twin"]) == (known.pk, None, 1)
    assert [finding["code"] for finding in job.findings] == ["titles"]
    page = trainer.get(address(job)).content.decode()
    assert "cannot be marked by itself" in page and "Titles are not kept" in page
    assert "The same as question 1 of this file." in page
    assert known.stem in page and "Where do people sit?" in page


def test_what_is_chosen_becomes_drafts_with_all_that_a_saved_question_has(
    job, trainer, studio, at_once, bruno
):  # fmt: skip
    with at_once():
        trainer.post(address(job), {"start": "1", "row-2": SKIP, "row-5": NEW})
    job.refresh_from_db()
    assert (job.state, job.done, job.of, job.items, job.file.name) == ("done", 2, 2, [], "")
    made = Question.objects.get(stem="Where do people sit?")
    assert (made.status, made.module, made.author) == ("draft", studio.module, bruno)
    assert [tag.name for tag in made.tags.all()] == ["light"]
    assert made.current.content == kinds.content_of(made)
    assert made.current.content["options"][0]["feedback"] == "Yes."
    assert not Question.objects.filter(stem="Is a square a room?").exists()
    assert ReferenceIndex.get_references_for_object(made).filter(to_object_id=str(studio.module.pk))
    assert ModelLogEntry.objects.filter(object_id=str(made.pk), user=bruno).count() == 1
    page = trainer.get(address(job)).content.decode()
    assert reverse(Question.snippet_viewset.get_url_name("inspect"), args=[made.pk]) in page


def test_the_bulk_path_keeps_the_version_that_saving_keeps(job, trainer, at_once, known):
    with at_once():
        trainer.post(address(job), {"start": "1"})
    for question in Question.objects.filter(status="draft"):
        assert (
            services.keep_question_version(question=question, at=moments.NOON) == question.current
        )


def test_two_clicks_and_two_tabs_import_once(job, trainer, studio, at_once):
    with at_once():
        again = sent(trainer, studio.module, GIFT % studio.questions[0].stem)
        for _click in range(2):
            trainer.post(address(job), {"start": "1"})
    assert again.pk == job.pk
    assert Question.objects.filter(stem="Where do people sit?").count() == 1
    question_import_work.put_in(job.pk, at=moments.NOON)
    assert Question.objects.count() == 8


def test_a_worker_that_died_goes_on_where_it_stopped(job, monkeypatch, bruno, at_once):
    monkeypatch.setattr(question_import_work, "CHUNK", 1)
    question_imports.start(job=job, by=bruno, at=moments.NOON)
    real, calls = question_import_work._create, []

    def dies_second(*args):
        calls.append(1)
        if len(calls) == 2:
            raise OSError
        return real(*args)

    monkeypatch.setattr(question_import_work, "_create", dies_second)
    with pytest.raises(OSError):
        question_import_work.put_in(job.pk, at=moments.NOON)
    job.refresh_from_db()
    assert (job.state, job.done, Question.objects.count()) == ("importing", 1, 7)
    with at_once():
        assert question_imports.overdue(at=moments.NOON + 2 * question_imports.PATIENCE) == 1
    job.refresh_from_db()
    assert (job.state, job.done, Question.objects.count()) == ("done", 2, 8)


def test_a_known_question_gets_its_next_version_only_from_who_may_change_it(
    job, trainer, studio, known, at_once, as_person, chiara
):  # fmt: skip
    with at_once():  # a trainer may not change what is in use
        assert VERSION not in trainer.get(address(job)).content.decode()
        trainer.post(address(job), {"start": "1", "row-3": VERSION})
    job.refresh_from_db()
    assert [3, known.pk, "refused"] in job.made
    editor = as_person(chiara, roles.EDITORS)
    with at_once():
        second = sent(editor, studio.module, f"{known.stem} {{=the right one ~something else}}")
    with at_once():
        editor.post(address(second), {"start": "1", "row-1": VERSION})
    known.refresh_from_db()
    assert (known.status, known.current.number) == (QuestionStatus.LIVE, 2)
    right, other = known.current.content["options"]
    assert (right["id"], other["text"]) == ("a", "something else")  # the same words keep their id


def test_nothing_chosen_and_decided_twice_are_said(job, trainer, at_once):
    nothing = trainer.post(address(job), {"start": "1", "row-1": SKIP, "row-2": SKIP})
    assert nothing.status_code == 422 and "Nothing is chosen" in nothing.content.decode()
    trainer.post(address(job), {"drop": "1"})
    late = trainer.post(address(job), {"start": "1"}, follow=True)
    job.refresh_from_db()
    assert (job.state, job.items, job.file.name) == ("dropped", [], "")
    assert "decided already" in late.content.decode()


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "empty.txt", "empty"),
        (b"just words", "words.txt", "not known"),
        (b"<html/>", "a.xml", "no format of questions"),
        (b"PK\x03\x04 broken", "a.zip", "no zip archive"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_gets_a_sentence(trainer, studio, at_once, data, name, said):
    with at_once():
        response = trainer.post(UPLOAD, {"file": upload(data, name), "module": studio.module.pk})
    if response.status_code == 422:  # the form itself refuses an empty file
        assert said in response.content.decode()
        return
    page = trainer.get(response["Location"]).content.decode()
    assert said in page and QuestionImport.objects.get().state == "failed"


def test_people_without_the_right_are_refused(job, studio, as_person, amara, chiara, client):
    reviewer = as_person(chiara, roles.REVIEWERS)
    assert reviewer.get(UPLOAD).status_code == 302  # Wagtail's way to refuse
    assert reviewer.get(EXPORT).status_code == 200
    learner = as_person(amara)
    for url in (UPLOAD, EXPORT, address(job)):
        assert learner.get(url).status_code in (302, 403)
        assert client.get(url).status_code == 302
    assert Question.objects.count() == 6


def test_an_import_is_shown_to_its_owner_only(job, as_person, chiara):
    assert as_person(chiara, roles.EDITORS).get(address(job)).status_code == 404


def test_pages_cost_the_same_with_many_rows(trainer, studio, at_once):
    def asked(count: int) -> int:
        text = "\n\n".join(f"Question {count} {n}? {{=Yes ~No}}" for n in range(count))
        with at_once():
            job = sent(trainer, studio.module, text)
        trainer.get(address(job))
        with at_most(25) as captured:
            trainer.get(address(job))
        with at_once():
            trainer.post(address(job), {"start": "1"})
        with at_most(25):
            trainer.get(address(job))
        with at_most(25):
            assert trainer.get(EXPORT, {"format": "gift"}).status_code == 200
        return len(captured)

    asked(1)
    assert asked(2) == asked(60)


def test_putting_in_costs_few_queries_a_question(trainer, studio, at_once):
    text = "\n\n".join(f"// [tag:t]\nQuestion {n}? {{=Yes ~No}}" for n in range(100))
    with at_once():
        job = sent(trainer, studio.module, text)
    with at_most(260), at_once():
        trainer.post(address(job), {"start": "1"})
    assert Question.objects.filter(status="draft").count() == 100


def test_choices_are_kept_from_page_to_page(trainer, studio, at_once):
    text = "\n\n".join(f"Question {n}? {{=Yes ~No}}" for n in range(120))
    with at_once():
        job = sent(trainer, studio.module, text)
    response = trainer.post(address(job), {"row-1": SKIP, "page": "1", "go": "2"})
    assert response["Location"].endswith("?p=2")
    page = trainer.get(response["Location"]).content.decode()
    assert 'name="row-101"' in page and 'name="row-1"' not in page
    with at_once():
        trainer.post(address(job), {"start": "1", "row-120": SKIP})
    assert Question.objects.filter(status="draft").count() == 118


# Out


def test_the_loss_is_shown_before_the_file(trainer, studio):
    Question.objects.create(
        module=studio.module, kind="ordering", stem="Put them in order",
        answers=[{"type": "item", "id": c, "value": {"text": c, "feedback": ""}} for c in "abc"],
    )  # fmt: skip
    page = trainer.get(EXPORT, {"format": "gift", "module": studio.module.pk}).content.decode()
    assert "GIFT has no question of the kind" in page and "Put them in order" in page
    file = trainer.post(EXPORT, {"format": "gift", "module": studio.module.pk})
    assert file["Content-Disposition"] == 'attachment; filename="questions.gift.txt"'
    assert len(gift.read(file.content)[0]) == 6
    some = trainer.post(EXPORT, {"format": "csv", "kind": "ordering", "status": "draft"})
    assert [item.stem for item in csv_items.read(some.content)[0]] == ["Put them in order"]


def test_nothing_that_fits_gives_no_file(trainer):
    response = trainer.post(EXPORT, {"format": "gift", "status": "withdrawn"})
    assert response.status_code == 422 and "No question fits" in response.content.decode()
    assert trainer.get(EXPORT, {"format": "odd"}).status_code == 422


BANK = [
    {"options": [making.option("Yes", True, "f"), making.option("No")]},
    {"options": [making.option("Yes", True), making.option("Also", True), making.option("No")]},
    {"options": [making.option("True", True), making.option("False")]},
    {"items": [{"id": c, "text": c.upper(), "feedback": ""} for c in "abc"]},
    {"pairs": [{"id": c, "left": c, "right": c * 2, "feedback": "f"} for c in "ab"], "extra": [{"id": "x", "right": "x", "feedback": ""}]},
    {"gaps": [{"id": "g", "before": "A", "after": "c", "accepted": ["b", "B"], "case": True, "accents": False, "feedback": ""}]},
    {"number": {"id": "n", "value": "2.50", "tolerance": "0.1", "unit": "m", "units": [{"unit": "cm", "factor": "0.01"}], "feedback": ""}},
]  # fmt: skip
NAMES = ["single", "multiple", "true_false", "ordering", "matching", "fill_in", "numeric"]


def _picture():
    if not Collection.get_first_root_node():
        Collection.add_root(name="Root")
    image = get_image_model()(title="A square")
    image.file = ContentFile(making.PIXEL, name="square.png")
    image.save()
    return image


def _bank(module, image) -> list[Question]:
    spots = [
        {"id": c, "label": c, "x": 10.5, "y": 20, "width": 5, "height": 5, "correct": c == "a", "feedback": ""}
        for c in "ab"
    ]  # fmt: skip
    bodies = [*zip(NAMES, BANK, strict=True)]
    bodies.append(("hotspot", {"picture": {"drawing": "", "image": image.pk, "alt": "A square"}, "spots": spots}))  # fmt: skip
    made = []
    for kind, body in bodies:
        question = Question(module=module, kind=kind, stem=f"A {kind}?\n\nReally", explanation="So.", difficulty=2, is_graded=False)  # fmt: skip
        question.answers = kinds.get(kind).answers({"kind": kind, **body})
        question.save()
        question.tags.add("light", "night | day")
        made.append(question)
    return made


@pytest.mark.parametrize("format_", ["csv", "qti"])
def test_a_bank_of_every_kind_goes_out_and_comes_in_as_it_was(hana, studio, at_once, format_):
    image = _picture()
    questions = _bank(studio.module, image)
    before = {q.stem: json.loads(json.dumps(kinds.content_of(q))) for q in questions}
    client = Client()
    client.force_login(hana)
    file = client.post(EXPORT, {"format": format_, "status": "draft"})
    assert file.status_code == 200
    Question.objects.filter(pk__in=[q.pk for q in questions]).update(current=None)
    QuestionVersion.objects.filter(question__in=questions).delete()
    for question in questions:
        question.delete()
    with at_once():
        job = sent(client, studio.module, file.content, f"bank.{format_}")
    with at_once():
        client.post(address(job), {"start": "1"})
    job.refresh_from_db()
    assert (job.state, len(job.made)) == ("done", 8), (job.problem, job.rows)
    back = Question.objects.filter(status="draft")
    assert {q.stem: kinds.content_of(q) for q in back} == before
    assert {tuple(sorted(tag.name for tag in q.tags.all())) for q in back} == {("light", "night | day")}  # fmt: skip
    assert {(q.difficulty, q.is_graded) for q in back} == {(2, False)}
    assert get_image_model().objects.count() == 1


def test_the_picture_of_a_stranger_is_added_to_the_library_once(hana, studio, at_once):
    image = _picture()
    question = _bank(studio.module, image)[-1]
    data, _losses = qti3.write(question_exports.items([question]))
    image.delete()
    client = Client()
    client.force_login(hana)
    with at_once():
        job = sent(client, studio.module, data, "bank.zip")
    with at_once():
        client.post(address(job), {"start": "1", "row-1": NEW})
    made = Question.objects.order_by("pk").last()
    added = get_image_model().objects.get()
    assert kinds.content_of(made)["picture"]["image"] == added.pk
    assert added.uploaded_by_user == hana
