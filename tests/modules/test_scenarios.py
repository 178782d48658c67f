"""A branching scenario: walked on the server, checked before it is published, completed at an ending."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content import curriculum
from courses import services as courses
from modules import playing, scenario_blocks, scenarios, services
from modules.blocks.scenario import ScenarioBody
from modules.errors import NotOpen, NotReadable
from modules.loading import plain
from modules.models import Completion, Scenario, Statement
from modules.scenario_checks import check
from tests.counting import at_most
from tests.moments import NOON

DOCUMENT = {
    "start": "first",
    "criteria": [{"key": "evidence", "title": "Evidence", "max": 1}],
    "nodes": [
        {
            "key": "first", "kind": "scene", "title": "One", "text": "What now?",
            "choices": [
                {"key": "ask", "text": "Ask.", "response": "Good.", "scores": {"evidence": 1}, "next": "weigh"},
                {"key": "guess", "text": "Guess.", "response": "Hm.", "scores": {}, "next": "weigh"},
            ],
        },
        {"key": "weigh", "kind": "gate", "title": "", "routes": [{"min": {"evidence": 1}, "next": "good"}, {"min": {}, "next": "poor"}]},
        {"key": "good", "kind": "ending", "title": "Good", "text": "Well."},
        {"key": "poor", "kind": "ending", "title": "Poor", "text": "Again."},
    ],
}  # fmt: skip


@pytest.fixture
def played(school):
    scenario = Scenario.objects.create(
        key="SC99", title="A scene", module=school.module, document=DOCUMENT
    )
    block = {
        "type": "scenario",
        "value": {"scenario": scenario.pk, "intro": "", "is_required": True},
    }
    school.add_lesson("With a scenario", "with-a-scenario", body=[block])
    return scenario


@pytest.fixture
def learner(amara, school, client):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    client.force_login(amara)
    return client


def test_a_gate_sends_by_score_and_is_never_shown():
    assert scenarios.follow(DOCUMENT, ["ask"]).node["key"] == "good"
    assert scenarios.follow(DOCUMENT, ["guess"]).node["key"] == "poor"


def test_an_unknown_choice_is_no_path():
    with pytest.raises(scenarios.NoSuchPath):
        scenarios.follow(DOCUMENT, ["fly"])


def changed(**of_nodes) -> dict:
    """The document with fields of its nodes replaced; None takes a node out."""
    document = copy.deepcopy(DOCUMENT)
    document["nodes"] = [
        node | of_nodes.get(node["key"], {})
        for node in document["nodes"]
        if of_nodes.get(node["key"], {}) is not None
    ]
    return document


def choice(key, following, **scores):
    return {"key": key, "text": key, "response": "", "scores": scores, "next": following}


LOOSE = {
    "no such node": (changed(poor=None), ("nodes", 1, "routes", 1, "next")),
    "no start": (DOCUMENT | {"start": "nowhere"}, ("start",)),
    "start is no scene": (DOCUMENT | {"start": "weigh"}, ("start",)),
    "key used twice": (changed(poor={"key": "good"}), ("nodes", 3, "key")),
    "choice used twice": (
        changed(first={"choices": [choice("ask", "good", evidence=1), choice("ask", "poor")]}),
        ("nodes", 0, "choices", 1, "key"),
    ),
    "scene without choices": (changed(first={"choices": []}), ("nodes", 0, "choices")),
    "gate without a way for all": (
        changed(weigh={"routes": [{"min": {"evidence": 1}, "next": "good"}]}),
        ("nodes", 1, "routes", 0, "min"),
    ),
    "gate that leads to itself": (
        changed(weigh={"routes": [{"min": {}, "next": "weigh"}]}),
        ("nodes", 1),
    ),
    "unknown criterion": (
        changed(first={"choices": [choice("ask", "good", courage=1)]}),
        ("nodes", 0, "choices", 0, "scores"),
    ),
    "maximum too high": (
        DOCUMENT | {"criteria": [{"key": "evidence", "title": "Evidence", "max": 2}]},
        ("criteria", 0, "max"),
    ),
    "maximum too low": (
        DOCUMENT | {"criteria": [{"key": "evidence", "title": "Evidence", "max": 0}]},
        ("criteria", 0, "max"),
    ),
}


@pytest.mark.parametrize("what", LOOSE)
def test_an_error_names_its_place(what):
    document, place = LOOSE[what]
    assert place in [finding.place for finding in check(document) if finding.is_error]


def test_a_circle_needs_a_way_out_for_everybody_who_walks_in():
    """A gate that never opens shuts people in, although the arrows lead out."""
    shut = changed(
        first={"choices": [choice("ask", "weigh", evidence=1), choice("guess", "wait")]},
        weigh={"routes": [{"min": {}, "next": "good"}]},
    )
    room = {
        "key": "wait",
        "kind": "scene",
        "title": "",
        "text": "Wait.",
        "choices": [choice("on", "door")],
    }
    door = {"key": "door", "kind": "gate", "title": "", "routes": [{"min": {"evidence": 1}, "next": "poor"}, {"min": {}, "next": "wait"}]}  # fmt: skip
    shut["nodes"] += [room, door]
    assert ("nodes", 4) in [finding.place for finding in check(shut) if finding.is_error]
    room["choices"].append(choice("leave", "poor"))
    assert not [finding for finding in check(shut) if finding.is_error]
    assert any("can come back" in finding.text for finding in check(shut))


def test_what_is_never_reached_is_said_and_stops_nothing():
    document = changed(first={"choices": [choice("ask", "weigh", evidence=1)]})
    findings = check(document)
    assert [(finding.place, finding.is_error) for finding in findings] == [(("nodes", 3), False)]


def test_the_scenarios_of_the_curriculum_have_no_findings():
    for scenario in curriculum.read().scenarios.values():
        assert check(plain(scenario)) == []


# Blocks and documents

keys = st.sampled_from(["a", "b", "c", "d"])
records = st.lists(st.sampled_from(["F8.01", "F10.01", "DG-01", "GR-02"]), max_size=2, unique=True)
words = st.text(max_size=8)
advised = {"facts": records, "recommendations": records, "guidance": records}
points = st.dictionaries(keys, st.integers(0, 9), max_size=2)
head = {"key": keys, "title": words, "text": words}
a_choice = st.fixed_dictionaries(
    {"key": keys, "text": words, "response": words, "next": keys, "scores": points, **advised}
)
none = st.just([])
a_node = st.one_of(
    st.fixed_dictionaries({"kind": st.just("scene"), "choices": st.lists(a_choice, max_size=3), "routes": none, **head, **advised}),
    st.fixed_dictionaries({"kind": st.just("ending"), "choices": none, "routes": none, **head, **advised}),
    st.fixed_dictionaries(
        {
            "kind": st.just("gate"), "choices": none, **head, "facts": none, "recommendations": none, "guidance": none,
            "routes": st.lists(st.fixed_dictionaries({"min": points, "next": keys}), max_size=3),
        }
    ),
)  # fmt: skip
a_debrief = st.fixed_dictionaries(
    {
        "title": words,
        "intro": words,
        "points": st.lists(st.fixed_dictionaries(head | advised), max_size=2),
        "criteria": st.lists(
            st.fixed_dictionaries(
                {"criterion": keys, "bound": st.integers(0, 9), "low": words, "high": words, "guidance": records}
            ),
            max_size=2,
        ),
        "reflection": st.none()
        | st.fixed_dictionaries({"prompt": st.text(min_size=1, max_size=8), "private": st.booleans()}),
    }
)  # fmt: skip
documents = st.fixed_dictionaries(
    {
        **dict.fromkeys(["city", "role", "intro", "content_note"], words),
        "start": keys,
        "criteria": st.lists(
            st.fixed_dictionaries({"key": keys, "title": words, "max": st.integers(0, 9)}),
            max_size=2,
        ),
        "nodes": st.lists(a_node, max_size=5),
        "debrief": st.just({}) | a_debrief,
        "version": st.integers(1, 3),  # what blocks do not show
        "outcomes": st.lists(words, max_size=2),
    }
)


@settings(max_examples=60, deadline=None)
@given(documents)
def test_blocks_lose_nothing_of_a_document(document):
    blocks = scenario_blocks.to_blocks(document)
    stored = ScenarioBody().to_python(blocks).get_prep_value()
    again = scenario_blocks.to_document(stored, document)
    named = {name: again.pop(name) for name in scenario_blocks.RECORDS}
    assert again == document
    assert scenario_blocks.to_blocks(again | named) == blocks == stored


@settings(max_examples=60, deadline=None)
@given(documents)
def test_whatever_is_checked_as_sound_can_be_walked_to_an_ending(document):
    """No finding, no crash: and what the check calls sound leaves nobody behind, whatever they choose."""
    if any(finding.is_error for finding in check(document)):
        return
    for turn in range(3):
        path: list[str] = []
        while not (step := scenarios.follow(document, path)).is_ending and len(path) < 60:
            path.append(step.choices[turn % len(step.choices)]["key"])
        assert step.is_ending or any("come back" in f.text for f in check(document))


def test_the_scenarios_of_the_curriculum_survive_being_written_as_blocks():
    for scenario in curriculum.read().scenarios.values():
        document = plain(scenario)
        blocks = ScenarioBody().to_python(scenario_blocks.to_blocks(document)).get_prep_value()
        assert scenario_blocks.to_document(blocks, document) == document


# Playing


def test_any_ending_completes_it_once(amara, school, played):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    for path in (["guess"], ["ask"]):
        services.complete_scenario(learner=amara, scenario=played, path=path, at=NOON)
    assert Completion.objects.filter(learner=amara, activity__kind="scenario").count() == 1


def test_every_walk_is_kept_with_its_points_and_a_second_click_is_none(amara, school, played):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    for path in (["guess"], ["guess"], ["ask"], ["ask"]):
        services.complete_scenario(learner=amara, scenario=played, path=path, at=NOON)
    kept = Statement.objects.filter(learner=amara, activity__kind="scenario").order_by("id")
    results = [statement.document["result"] for statement in kept]
    assert [result["score"]["raw"] for result in results] == [0, 1]
    assert results[1]["extensions"][playing.PLAY] == {
        "scenario": "SC99", "path": ["ask"], "ending": "good", "scores": {"evidence": 1},
    }  # fmt: skip


def test_stopping_before_an_ending_completes_nothing(amara, school, played):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    with pytest.raises(scenarios.NoSuchPath):
        services.complete_scenario(learner=amara, scenario=played, path=[], at=NOON)


def test_a_stranger_cannot_complete_it(chiara, played):
    with pytest.raises(NotOpen):
        services.complete_scenario(learner=chiara, scenario=played, path=["ask"], at=NOON)


@pytest.mark.parametrize("label", ["scenario", "lesson", "draft"])
def test_what_somebody_may_not_read_they_cannot_complete(amara, school, played, label):
    courses.enrol(learner=amara, course=school.course, at=NOON)
    if label == "scenario":
        played.sensitivity = "verified"
    elif label == "draft":
        played.live = False
    else:
        school.module.lessons.filter(title="With a scenario").update(sensitivity="verified")
        assert (
            services.complete_scenario(learner=amara, scenario=played, path=["ask"], at=NOON) == 0
        )
        return
    with pytest.raises(NotReadable):
        services.complete_scenario(learner=amara, scenario=played, path=["ask"], at=NOON)
    assert not Completion.objects.filter(activity__kind="scenario").exists()


def test_a_learner_sees_what_they_have_played(learner, amara, played):
    services.complete_scenario(learner=amara, scenario=played, path=["ask"], at=NOON)
    with at_most(12):
        html = learner.get("/scenario/SC99/").content.decode()
    assert "You have played 1 of 2 endings." in html and "1 of 1" in html
    assert "/scenario/SC99/ask/" in html
    learner.logout()
    assert "You have played" not in learner.get("/scenario/SC99/").content.decode()


def test_a_learner_in_the_middle_of_a_changed_scenario_can_begin_again(learner, played):
    learner.post("/scenario/SC99/ask/done/")
    played.document = changed(first={"choices": [choice("wait", "weigh")]})
    played.save()
    for answer in (learner.get("/scenario/SC99/ask/"), learner.post("/scenario/SC99/ask/done/")):
        html = answer.content.decode()
        assert answer.status_code == 404
        assert "This scenario was revised" in html and 'href="/scenario/SC99/"' in html
    # What was played before stays on record, and is not offered as a way any more.
    html = learner.get("/scenario/SC99/").content.decode()
    assert "You have played 1 of" in html and "/scenario/SC99/ask/" not in html


def test_a_draft_is_not_there_for_learners(learner, played):
    Scenario.objects.update(live=False)
    assert learner.get("/scenario/SC99/").status_code == 404
    assert learner.post("/scenario/SC99/ask/done/").status_code == 404
