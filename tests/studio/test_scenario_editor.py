"""Scenarios in the studio: errors beside their block, drafts that nobody plays, a picture and a trial."""

import dataclasses
import json
from html import unescape

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from cms import roles
from content import curriculum
from content.loading import Loader
from modules import scenario_blocks
from modules.loading import load_scenario, plain
from modules.models import Scenario
from modules.studio import scenario_picture
from tests.conftest import person
from tests.counting import at_most
from tests.modules.test_scenarios import DOCUMENT
from tests.moments import NOON

NAME = "wagtailsnippets_stoa_modules_scenario"


@pytest.fixture
def editor(as_person, studio):
    return as_person(person("Dario"), roles.EDITORS)


def choice(key, following, scores=""):
    return {
        "key": key, "text": f"I {key}.", "response": "So.", "next": following, "scores": scores,
        "facts": "", "recommendations": "", "guidance": "",
    }  # fmt: skip


def listed(*values) -> dict:
    """A ListBlock as its form posts it."""
    found = {"count": len(values)}
    return found | {
        str(n): {"deleted": "", "order": n, "type": "item", "id": "", "value": value}
        for n, value in enumerate(values)
    }


RECORDS = {"facts": "", "recommendations": "", "guidance": ""}


def parts(**changes) -> list:
    """The blocks of a small scenario as a form posts them."""
    first = listed(
        choice("ask", "weigh", "evidence 1"), choice("guess", changes.get("guess", "weigh"))
    )
    routes = listed(
        {"min": "evidence 1", "next": "good"}, {"min": changes.get("last", ""), "next": "poor"}
    )
    return [
        ("opening", {"city": "Vellmark", "role": "", "intro": "", "content_note": "", "start": ""}),
        ("criterion", {"key": "evidence", "title": "Evidence", "max": changes.get("max", "1")}),
        ("scene", {"key": "first", "title": "One", "text": "What now?", "choices": first, **RECORDS}),
        ("gate", {"key": "weigh", "title": "", "text": "", "routes": routes}),
        ("ending", {"key": "good", "title": "Good", "text": "Well.", **RECORDS | {"facts": changes.get("facts", "")}}),
        ("ending", {"key": "poor", "title": "Poor", "text": "Again.", **RECORDS}),
    ]  # fmt: skip


def posted(body=None, **fields) -> dict:
    return nested_form_data(
        {
            "title": "A gift", "key": "SC77", "module": "", "minutes": 20, "sensitivity": "open",
            "body": streamfield(parts() if body is None else body),
        } | fields
    )  # fmt: skip


def test_blocks_become_what_is_played(editor, client):
    answer = editor.post(reverse(f"{NAME}:add"), posted(**{"action-publish": "1"}))
    assert answer.status_code == 302
    scenario = Scenario.objects.get(key="SC77")
    assert scenario.live and scenario.document["start"] == "first"
    assert scenario.document["nodes"][0]["choices"][0]["scores"] == {"evidence": 1}
    assert "What now?" in client.get("/scenario/SC77/").content.decode()
    assert "Well." in client.get("/scenario/SC77/ask/").content.decode()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"guess": "nowhere"}, "There is no scene, gate or ending with the key “nowhere”."),
        ({"last": "evidence 1"}, "The last route must have no points"),
        ({"max": "3"}, "The most that a path can earn in “evidence” is 1, not 3."),
        ({"guess": "first"}, None),  # a circle with a way out is only said
    ],
)
def test_a_loose_end_stops_a_publication_and_not_a_draft(editor, changes, said):
    answer = editor.post(
        reverse(f"{NAME}:add"), posted(parts(**changes), **{"action-publish": "1"})
    )
    if said is None:
        assert answer.status_code == 302
        return
    html = answer.content.decode()
    assert answer.status_code == 200 and not Scenario.objects.exists()
    assert json.dumps(said)[1:-1] in unescape(html)
    assert "What now?" in html  # what was typed is kept
    assert editor.post(reverse(f"{NAME}:add"), posted(parts(**changes))).status_code == 302
    assert not Scenario.objects.get().live


def test_an_error_lies_at_its_block_and_field():
    raw = scenario_blocks.to_blocks(DOCUMENT)
    raw[2]["value"]["choices"][1]["value"]["next"] = "nowhere"
    value = Scenario._meta.get_field("body").stream_block.to_python(raw)
    with pytest.raises(scenario_blocks.StreamBlockValidationError) as found:
        scenario_blocks.refuse_loose_ends(value)
    told = found.value.as_json_data()["blockErrors"]
    assert list(told) == [2]
    assert "nowhere" in str(
        told[2]["blockErrors"]["choices"]["blockErrors"][1]["blockErrors"]["next"]
    )


def test_a_half_edited_scenario_never_reaches_learners(editor, client):
    scenario = Scenario.objects.create(key="SC77", title="A gift", document=DOCUMENT)
    edit = reverse(f"{NAME}:edit", args=[scenario.pk])
    assert "Ask." in editor.get(edit).content.decode()  # blocks made of the document
    torn = parts(guess="nowhere")
    assert editor.post(edit, posted(torn)).status_code == 302
    scenario.refresh_from_db()
    assert scenario.document == DOCUMENT and scenario.has_unpublished_changes
    assert client.get("/scenario/SC77/guess/").status_code == 200
    tried = editor.get(reverse(f"{NAME}:play", args=[scenario.pk, "guess"]))
    assert tried.status_code == 404 and "nowhere" in tried.content.decode()


def test_a_draft_is_tried_out_as_it_was_saved_and_records_nothing(editor):
    editor.post(reverse(f"{NAME}:add"), posted())
    scenario = Scenario.objects.get()
    play = reverse(f"{NAME}:play", args=[scenario.pk])
    html = editor.get(play).content.decode()
    assert "Nothing is recorded." in html and f'href="{play}ask/"' in html
    html = editor.get(f"{play}ask/").content.decode()
    assert "Well." in html and "/done/" not in html
    assert editor.get("/scenario/SC77/").status_code == 404


def test_the_editor_shows_where_paths_lead(editor):
    editor.post(reverse(f"{NAME}:add"), posted(parts(guess="nowhere", facts="F99.99")))
    scenario = Scenario.objects.get()
    for name in ("edit", "inspect"):
        with at_most(60):
            html = editor.get(reverse(f"{NAME}:{name}", args=[scenario.pk])).content.decode()
        assert 'role="img"' in html and "Scenes: 1, gates: 1, endings: 2." in html
        assert "Must be settled before publishing." in html
        assert "The knowledge base has no F99.99." in html
        assert 'style="' not in html.split('class="stoa-picture"')[1].split("</svg>")[0]


def test_the_key_stays(editor):
    scenario = Scenario.objects.create(key="SC77", title="A gift", document=DOCUMENT)
    edit = reverse(f"{NAME}:edit", args=[scenario.pk])
    editor.post(edit, posted(key="SC78", **{"action-publish": "1"}))
    scenario.refresh_from_db()
    assert scenario.key == "SC77" and scenario.document["key"] == "SC77"


def test_reviewers_look_and_change_nothing(as_person, studio):
    scenario = Scenario.objects.create(key="SC77", title="A gift", document=DOCUMENT)
    client = as_person(person("Elif"), roles.REVIEWERS)
    assert client.get(reverse(f"{NAME}:inspect", args=[scenario.pk])).status_code == 200
    assert client.get(reverse(f"{NAME}:play", args=[scenario.pk])).status_code == 200
    assert client.post(reverse(f"{NAME}:edit", args=[scenario.pk]), posted()).status_code in (
        302,
        403,
    )
    scenario.refresh_from_db()
    assert scenario.document == DOCUMENT and not scenario.has_unpublished_changes


def test_every_node_has_a_place_of_its_own():
    picture = scenario_picture.draw(DOCUMENT)
    places = [(box.x, box.y) for box in picture.boxes]
    assert len(set(places)) == len(DOCUMENT["nodes"])
    assert len(picture.lines) == 3 and not any(line.is_back for line in picture.lines)
    assert scenario_picture.draw({}).boxes == []


def test_lines_lead_on_unless_a_path_comes_back():
    for scenario in curriculum.read().scenarios.values():
        assert not any(line.is_back for line in scenario_picture.draw(plain(scenario)).lines)
    nodes = [
        {"key": "a", "kind": "scene", "choices": [{"next": "b"}, {"next": "c"}]},
        {"key": "b", "kind": "scene", "choices": [{"next": "a"}]},
        {"key": "c", "kind": "ending"},
        {"key": "d", "kind": "ending"},
    ]
    picture = scenario_picture.draw({"start": "a", "nodes": nodes})
    assert [line.is_back for line in picture.lines] == [False, False, True]
    assert [box.key for box in picture.boxes if not box.is_reached] == ["d"]


def test_a_draft_in_the_studio_is_not_loaded_over(studio):
    """The files changed, and an editor has a draft: the editor's work stays, and the loader says so."""
    found = curriculum.read().scenarios["SC01"]
    load_scenario(found, studio.module, Loader(at=NOON))
    scenario = Scenario.objects.get(key="SC01")
    assert (
        scenario_blocks.to_document(scenario.body.get_prep_value()) | scenario.document
        == scenario.document
    )
    again = Loader(at=NOON)
    load_scenario(found, studio.module, again)
    assert again.counts["scenario", "unchanged"] == 1
    scenario.document = scenario.document | {"intro": "An editor's words."}
    scenario.save_revision()
    last = Loader(at=NOON)
    load_scenario(dataclasses.replace(found, intro="New words of the file."), studio.module, last)
    assert last.conflicts and last.counts["scenario", "conflict"] == 1
