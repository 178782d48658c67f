"""From the site back to files: nothing lost, nothing invented, and an editor's change is one line of a diff."""

import json
import re
import sys
import uuid
from io import StringIO

import pytest
from django.core.management import call_command

from content.exporting import read_files
from content.models import Fact
from modules.models import Lesson, Question
from modules.pages.models import LessonPage
from tests.content.test_curriculum_reader import SMALL

VIDEO = re.compile(r"^:::+ video .*?^:::+\n", re.MULTILINE | re.DOTALL)
LESSON = "modules/m01-lanterns/01-light.md"
FACTS = "knowledge/facts/01-lanterns.toml"


@pytest.fixture
def school(db, tmp_path):
    """The small curriculum, loaded; a function that exports it to a folder and returns its files."""
    before = {path: VIDEO.sub("", text) for path, text in read_files(SMALL).items()}
    write(tmp_path / "before", before)
    load(tmp_path / "before")

    def export(name: str = "after") -> dict[str, str]:
        call_command(
            "export_curriculum", path=tmp_path / name, stdout=StringIO(), stderr=sys.stderr
        )
        return read_files(tmp_path / name)

    export.folder, export.before = tmp_path, before
    return export


def write(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def load(folder) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("load_curriculum", path=folder, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def edit_lesson(change) -> LessonPage:
    page = LessonPage.objects.get(translation_key=Lesson.objects.get(key="m01-l01").uuid)
    body = page.body.get_prep_value()
    change(body)
    page.body = json.dumps(body)
    page.save_revision().publish()
    return page


def test_what_nobody_changed_keeps_its_bytes_and_strangers_stay(school):
    (school.folder / "after").mkdir()
    (school.folder / "after" / "notes.md").write_text("Not of the curriculum.")
    assert school() == school.before
    assert (school.folder / "after" / "notes.md").exists()


def test_an_editors_words_come_out_where_they_stood_and_load_as_nothing_new(school):
    Fact.originals.filter(key="F1.01").update(title="Cleaned in May")
    edit_lesson(
        lambda body: body[0].update(value='<p data-block-key="q">A <b>new</b> start [[F1.01]].</p>')
    )
    after = school()
    assert 'title = "Cleaned in May"' in after[FACTS]
    assert "\nA **new** start [[F1.01]].\n" in after[LESSON]
    assert {path for path in after if after[path] != school.before[path]} == {FACTS, LESSON}
    out, err = load(school.folder / "after")
    assert "Wrote 0 records; 0 conflicts." in out, (out, err)


def test_what_a_studio_made_keeps_its_ids_in_another_site(school, django_db_blocker):
    mine = str(uuid.uuid4())
    question = Question.objects.get(key="m01-q01")
    option = {"type": "item", "value": "Yes", "id": str(uuid.uuid4())}
    poll = {
        "title": "Poll", "intro": "", "is_required": False, "threshold": 5, "show_results": True, "closes_on": None,
        "questions": [{"type": "single", "id": str(uuid.uuid4()), "value": {"text": "Is it dark?", "is_required": True, "options": [option, option | {"value": "No", "id": str(uuid.uuid4())}]}}],
    }  # fmt: skip
    edit_lesson(lambda body: body.insert(1, {"type": "survey", "value": poll, "id": mine}))
    after = school()
    assert f"::: survey {mine}\n" in after[LESSON]
    Lesson.objects.update(key=None)
    LessonPage.objects.all().delete()
    load(school.folder / "after")
    page = LessonPage.objects.get(slug="light")
    block = next(block for block in page.body.get_prep_value() if block["id"] == mine)
    assert block["value"]["questions"] == poll["questions"]
    assert school("again") == after
    assert question.key


def test_a_conflict_stays_one_after_an_export(school):
    Fact.originals.filter(key="F1.01").update(title="The editor's")
    school()
    files = school.before[FACTS]
    title = re.search(r'\ntitle = "([^"]+)"\ntext', files)[1]
    (school.folder / "before" / FACTS).write_text(files.replace(title, "The file's"))
    _out, err = load(school.folder / "before")
    assert "kept: fact F1.01" in err
    assert Fact.originals.get(key="F1.01").title == "The editor's"
