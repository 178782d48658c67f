"""Private notes and checklists: nothing is written over unseen, and a list can be taken away as a document."""

import io
import json
import uuid
import zipfile

import pytest
from defusedxml import ElementTree
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from courses import services as courses
from modules import notes, services
from modules.errors import StaleNote
from modules.models import PersonalNote
from tests.factories import blocks
from tests.moments import NOON

ITEMS = [{"key": "a", "text": "Ask first."}, {"key": "b", "text": "Walk at night."}]
JSON = {"Accept": "application/json"}


@pytest.fixture
def lesson(school):
    item = lambda value: {"type": "item", "value": value, "id": str(uuid.uuid4())}  # noqa: E731
    known = blocks.knowledge()
    body = [
        {"type": "checklist", "value": {"checklist": known["checklist"].pk, "title": "Before the market", "intro": "", "items": [item(i) for i in ITEMS]}},
        {"type": "note", "value": {"title": "In your city", "prompt": "Which?", "minutes": 2, "note": ""}},
    ]  # fmt: skip
    return school.add_lesson("To keep", "to-keep", body=body)


@pytest.fixture
def checklist(lesson):
    return lesson.lesson.activities.get(kind="checklist")


@pytest.fixture
def note(lesson):
    return lesson.lesson.activities.get(kind="note")


@pytest.fixture
def learner(amara, school, client):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    client.force_login(amara)
    return client


def address(activity, name="note") -> str:
    return reverse(f"stoa_modules:{name}", args=[activity.uuid])


# Notes


def test_a_tab_left_open_does_not_write_over_a_newer_text(learner, note):
    learner.post(address(note), {"text": "one", "base": "0"})
    learner.post(address(note), {"text": "two, newer", "base": "1"})
    answer = learner.post(
        address(note), {"text": "one and an old thought", "base": "1"}, headers=JSON
    )
    assert answer.status_code == 409
    assert answer.json() == {"data": {"text": "two, newer"}, "version": 2}
    assert PersonalNote.objects.get().data == {"text": "two, newer"}


def test_without_javascript_both_texts_are_shown_and_either_can_stay(learner, note):
    learner.post(address(note), {"text": "the newer one", "base": "0"})
    answer = learner.post(address(note), {"text": "mine <b>", "base": "0"})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "the newer one" in html and "mine &lt;b&gt;</textarea>" in html
    assert 'name="base" value="1"' in html
    assert learner.post(address(note), {"text": "mine <b>", "base": "1"}).status_code == 302
    assert PersonalNote.objects.get().data["text"] == "mine <b>"


def test_saving_the_same_text_twice_is_no_conflict_and_no_new_version(learner, note):
    for _click in range(2):
        assert learner.post(address(note), {"text": "one", "base": "0"}).status_code == 302
    assert PersonalNote.objects.get().version == 1


def test_a_note_of_a_page_that_knew_no_version_is_kept(amara, school, note):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    for text in ("one", "two"):
        services.save_note(learner=amara, activity=note, data={"text": text}, at=NOON)
    with pytest.raises(StaleNote):
        services.save_note(learner=amara, activity=note, data={"text": "three"}, at=NOON, base=1)


@pytest.mark.parametrize("odd", ["", "-1", "1e3", "x", "9" * 40, "²"])
def test_an_odd_version_is_none(learner, note, odd):
    assert learner.post(address(note), {"text": "one", "base": odd}).status_code == 302


def test_a_text_that_is_too_long_comes_back_whole(learner, note):
    answer = learner.post(address(note), {"text": "ж" * 10_001, "base": "0"})
    html = answer.content.decode()
    assert answer.status_code == 422 and "ж" * 10_001 in html and "10001 characters" in html
    assert len(PersonalNote.objects.get().data["text"]) == 10_000


def test_the_limit_is_told_beside_the_field(learner, lesson):
    html = learner.get(lesson.url).content.decode()
    assert "Up to 10 000 characters." in html and 'maxlength="10000"' in html


# Checklists


def test_two_devices_keep_what_each_has_done(learner, checklist):
    shown = json.dumps({})
    learner.post(
        address(checklist), {"ticked": ["a"], "note-a": "At noon.", "note-b": "", "was": shown}
    )
    learner.post(
        address(checklist), {"ticked": ["b"], "note-a": "", "note-b": "With Bea.", "was": shown}
    )
    kept = PersonalNote.objects.get().data
    assert kept == {"ticked": ["a", "b"], "notes": {"a": "At noon.", "b": "With Bea."}}


def test_the_last_save_of_a_point_wins(learner, checklist):
    was = {"ticked": ["a"], "notes": {"a": "first"}}
    learner.post(address(checklist), {"ticked": ["a"], "note-a": "first", "was": "{}"})
    learner.post(address(checklist), {"ticked": [], "note-a": "second", "was": json.dumps(was)})
    learner.post(address(checklist), {"ticked": ["a"], "note-a": "third", "was": json.dumps(was)})
    assert PersonalNote.objects.get().data == {"ticked": [], "notes": {"a": "third"}}


def test_a_form_that_says_nothing_of_what_it_was_is_taken_whole(learner, checklist):
    for broken in ("", "[", "[1]", '{"ticked": 3, "notes": []}'):
        assert learner.post(address(checklist), {"ticked": ["b"], "was": broken}).status_code == 302
        assert PersonalNote.objects.get().data["ticked"] == ["b"]


states = st.fixed_dictionaries(
    {
        "ticked": st.lists(st.sampled_from("ab"), unique=True).map(sorted),
        "notes": st.dictionaries(st.sampled_from("ab"), st.sampled_from("xy"), max_size=2),
    }
)


@settings(max_examples=80, deadline=None)
@given(states, states, states)
def test_merging_takes_what_was_changed_and_leaves_the_rest(before, was, sent):
    sent = sent | {"notes": {"a": "", "b": ""} | sent["notes"]}
    kept = notes.merged(ITEMS, before, sent, was)
    for key in "ab":
        changed = (key in sent["ticked"]) != (key in was["ticked"])
        assert (key in kept["ticked"]) == (key in (sent if changed else before)["ticked"])
        mine, old = sent["notes"][key], was["notes"].get(key, "")
        wanted = mine if mine != old else before["notes"].get(key, "")
        assert kept.get("notes", {}).get(key, "") == wanted


@pytest.fixture
def filled(learner, checklist):
    sent = {
        "ticked": ["a"], "note-a": "At noon.\nWith <Bea>.", "note-b": "", "heading": "Night walk, Łódź style",
        "on": "2026-11-20", "was": "{}",
    }  # fmt: skip
    assert learner.post(address(checklist), sent).status_code == 302
    return checklist


def test_a_list_is_a_page_to_print(learner, filled):
    html = learner.get(address(filled, "note-print")).content.decode()
    for words in (
        "<h1>Night walk, Łódź style</h1>",
        "1 of 2 points, on 20 November 2026",
        "With &lt;Bea&gt;.",
        "Open",
    ):
        assert words in html


def test_a_list_is_plain_text(learner, filled):
    answer = learner.get(address(filled, "note-text"))
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    text = answer.content.decode()
    assert "[x] Ask first.\n    At noon.\n    With <Bea>.\n[ ] Walk at night." in text


def test_a_list_is_an_odt_with_headings_and_states_in_words(learner, filled):
    answer = learner.get(address(filled, "note-odt"))
    assert answer["Content-Disposition"] == 'attachment; filename="before-the-market.odt"'
    package = zipfile.ZipFile(io.BytesIO(answer.content))
    assert package.namelist()[0] == "mimetype"
    assert package.read("mimetype") == b"application/vnd.oasis.opendocument.text"
    content = ElementTree.fromstring(package.read("content.xml"))
    text = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    headings = ["".join(h.itertext()) for h in content.iter(f"{text}h")]
    assert headings == ["Night walk, Łódź style", "Ask first.", "Walk at night."]
    said = ["".join(p.itertext()) for p in content.iter(f"{text}p")]
    assert "☑ Done" in said and "☐ Open" in said and "With <Bea>." in said
    assert b"<dc:title>Night walk" in package.read("meta.xml")


def test_a_list_of_which_nothing_is_kept_can_be_taken_out_empty(learner, checklist):
    for name in ("note-print", "note-text", "note-odt"):
        assert learner.get(address(checklist, name)).status_code == 200


def test_nobody_finds_the_list_of_somebody_else(client, chiara, filled):
    client.force_login(chiara)
    assert b"Bea" not in client.get(address(filled, "note-print")).content


def test_a_heading_of_an_odd_day_or_length_is_cut(learner, checklist):
    learner.post(
        address(checklist), {"heading": "x" * 300 + "\nNUL\x00", "on": "2026-13-45", "was": "{}"}
    )
    assert PersonalNote.objects.get().data == {"ticked": [], "heading": "x" * 120}
