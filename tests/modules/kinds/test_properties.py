"""What holds for every kind of question, whatever its author wrote and whatever a learner answers."""

import random

import pytest
from django.core.cache import caches
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modules import kinds, scoring
from modules.errors import UnreadableAnswer
from modules.kinds.base import Shown, texts_of, translated
from tests.modules.kinds import cases
from tests.modules.kinds.filling import fill_in

quick = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
every_kind = pytest.mark.parametrize("name", list(kinds.KINDS))

key = st.one_of(st.sampled_from(["a", "b", "", "picture"]), st.uuids().map(str))
typed = st.one_of(st.text(max_size=20), st.sampled_from(["NaN", "Infinity", "1e999999", "-0", "٣"]))
garbage = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), typed, key),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(key, st.sampled_from(["value", "unit"])), inner, max_size=4),
    ),
    max_leaves=8,
)


@pytest.fixture(autouse=True)
def no_picture(monkeypatch):
    """Contents here name a drawing that nobody has; the question is asked all the same."""
    monkeypatch.setattr("modules.kinds.hotspot.pictures.find", lambda picture: dict(url=""))


def is_sound(mark: scoring.Mark) -> bool:
    return (
        0 <= mark["score"] <= scoring.MAX_POINTS
        and mark["correct"] == (mark["score"] == scoring.MAX_POINTS)
        and all(isinstance(part, str) for part in mark["parts"])
    )


@every_kind
def test_garbage_never_raises_and_scores_within_bounds(name):
    @quick
    @given(cases.questions(name), garbage)
    def check(content, answer):
        assert is_sound(kinds.mark(content, answer))
        kinds.get(name).chosen(content, answer)

    check()


@every_kind
def test_nothing_answered_earns_nothing(name):
    @quick
    @given(cases.questions(name))
    def check(content):
        assert kinds.mark(content, None)["score"] == 0

    check()


@every_kind
def test_the_right_answer_earns_the_full_point(name):
    @quick
    @given(cases.questions(name))
    def check(content):
        mark = kinds.mark(content, kinds.get(name).right_answer(content))
        assert is_sound(mark) and mark["correct"]

    check()


@every_kind
def test_one_more_part_right_never_lowers_the_score(name):
    @quick
    @given(cases.questions(name), st.data())
    def check(content, data):
        places = range(cases.number_of_parts(content))
        right = data.draw(st.sets(st.sampled_from(places)))
        more = right | data.draw(st.sets(st.sampled_from(places)))
        if cases.partly_right(content, right) is None:
            return
        less_mark = kinds.mark(content, cases.partly_right(content, right))
        more_mark = kinds.mark(content, cases.partly_right(content, more))
        assert is_sound(less_mark) and is_sound(more_mark)
        assert less_mark["score"] <= more_mark["score"]

    check()


def shown(content: dict, seed: int) -> tuple[Shown, object]:
    """The question as a page shows it, and how it is arranged there."""
    kind = kinds.get(content["kind"])
    arranged = kind.arrange(content, random.Random(seed))
    question = Shown("q3", content["kind"], content["stem"])
    kind.show(question, arranged, content)
    return question, arranged


@every_kind
def test_what_is_shown_and_filled_in_right_earns_the_full_point(name):
    """And it does in whatever order it is shown."""

    @quick
    @given(cases.questions(name), st.integers())
    def check(content, seed):
        question, arranged = shown(content, seed)
        post = fill_in(question, arranged, kinds.get(name).right_answer(content), content)
        answer, problem = kinds.get(name).read(post, "q3", arranged, content)
        assert problem == ""
        assert kinds.mark(content, answer)["correct"]

    check()


@every_kind
def test_what_was_filled_in_is_put_back(name):
    @quick
    @given(cases.questions(name), st.integers())
    def check(content, seed):
        question, arranged = shown(content, seed)
        post = fill_in(question, arranged, kinds.get(name).right_answer(content), content)
        kinds.get(name).put_back(question, post)
        again = QueryDict(mutable=True)
        for one in post:
            again.setlist(one, put_back(question, one))
        assert dict(again.lists()) == dict(post.lists())

    check()


def put_back(question: Shown, field: str) -> list[str]:
    """What a field of the page holds after `put_back`."""
    rows = [str(row["chosen"]) for row in question.rows if row.get("name") == field]
    if rows:
        return rows
    if field.endswith("-language"):
        return [question.extra["language"]]
    if question.kind == "numeric" and field == question.name:
        return [question.extra["value"]]
    return [choice["value"] for choice in question.choices if choice.get("chosen")]


@every_kind
def test_a_form_that_no_browser_sends_is_refused_or_read(name):
    @quick
    @given(cases.questions(name), st.data())
    def check(content, data):
        _question, arranged = shown(content, 1)
        post = QueryDict(mutable=True)
        fields = ["q3", "q3-unit", "q3-language", *(f"q3-{n}" for n in range(4))]
        for field in data.draw(st.lists(st.sampled_from(fields), unique=True)):
            post.setlist(field, data.draw(st.lists(typed, max_size=3)))
        try:
            answer, problem = kinds.get(name).read(post, "q3", arranged, content)
        except UnreadableAnswer:
            return
        assert bool(answer) != bool(problem)
        assert is_sound(kinds.mark(content, answer))

    check()


@every_kind
def test_what_is_told_names_nothing_of_the_key_that_was_not_found(name):
    """Each wanted word carries a mark; a wrong answer is told without any of them."""

    @quick
    @given(cases.questions(name), st.integers())
    def check(content, seed):
        if name not in SECRETS:
            return
        content, wrong = SECRETS[name](content)
        question, arranged = shown(content, seed)
        mark = kinds.mark(content, wrong)
        assert mark["score"] == 0
        kinds.get(name).tell(question, arranged, content, wrong, mark)
        assert "31415" not in repr((question.rows, question.choices, question.extra))

    check()


def _secret_words(content):
    gaps = [gap | {"accepted": ["x31415"], "feedback": "31415"} for gap in content["gaps"]]
    return content | {"gaps": gaps}, {gap["id"]: "y" for gap in gaps}


def _secret_number(content):
    number = content["number"] | {"value": "31415.5", "tolerance": "0.5", "feedback": "31415"}
    return content | {"number": number}, {"value": "2", "unit": number["unit"]}


def _secret_places(content):
    spots = [spot | {"feedback": "31415" if spot["correct"] else ""} for spot in content["spots"]]
    wrong = [spot["id"] for spot in spots if not spot["correct"]]
    return content | {"spots": spots}, wrong


SECRETS = {"fill_in": _secret_words, "numeric": _secret_number, "hotspot": _secret_places}


@every_kind
def test_a_page_shows_no_id_and_no_key(name):
    @quick
    @given(cases.questions(name), st.integers())
    def check(content, seed):
        question, _arranged = shown(content, seed)
        said = repr((question.choices, question.rows, question.extra))
        parts = [part for value in content.values() if isinstance(value, list) for part in value]
        assert not any(part["id"] in said for part in parts)
        assert "correct" not in said and "accepted" not in said

    check()


@every_kind
def test_the_order_of_the_author_changes_nothing_in_the_picture(name):
    """Areas are lettered as they lie; whoever wrote the right one first has not told so."""
    if name != "hotspot":
        return

    @quick
    @given(cases.questions(name), st.randoms())
    def check(content, dice):
        other = content | {"spots": dice.sample(content["spots"], len(content["spots"]))}
        # Areas in the very same place with the very same words are the same to anybody who looks.
        said = [(c["text"], c["area"]) for c in shown(content, 0)[0].choices]
        assert [(c["text"], c["area"]) for c in shown(other, 0)[0].choices] == said

    check()


@every_kind
def test_marking_is_the_same_in_every_language(name):
    """Ids are marked, so other words change nothing; gaps are marked by the forms of the language that was shown."""

    @quick
    @given(cases.questions(name), st.data())
    def check(content, data):
        kind = kinds.get(name)
        texts = {
            path: [f"{word} ζ" for word in words] if isinstance(words, list) else f"{words} ζ"
            for path, words in texts_of(kind, content).items()
            if data.draw(st.booleans())
        }
        there = translated(kind, content, texts)
        assert kinds.mark(there, kind.right_answer(there))["correct"]
        if name != "fill_in":
            answer = data.draw(answers_to(content))
            assert kinds.mark(there, answer) == kinds.mark(content, answer)
        assert texts_of(kind, there).keys() == texts_of(kind, content).keys()

    check()


def test_lines_of_a_classification_stay_together_in_a_translation_of_half_of_it():
    content = {
        "kind": "matching", "stem": "?", "explanation": "", "extra": [],
        "pairs": [{"id": key, "left": key, "right": "to see", "feedback": ""} for key in "ab"],
    }  # fmt: skip
    there = translated(kinds.get("matching"), content, {"b.right": "sehen"})
    assert [pair["right"] for pair in there["pairs"]] == ["sehen", "sehen"]
    assert kinds.mark(there, {"a": "b", "b": "a"})["correct"]


def answers_to(content: dict) -> st.SearchStrategy:
    """Readable answers, right, wrong or in between."""
    places = range(cases.number_of_parts(content))
    if cases.partly_right(content, set()) is not None:
        return st.sets(st.sampled_from(places)).map(lambda one: cases.partly_right(content, one))
    if content["kind"] == "numeric":
        return st.sampled_from(
            [{"value": content["number"]["value"], "unit": ""}, {"value": "7", "unit": "cm"}]
        )
    return st.sampled_from([option["id"] for option in content["options"]])


def test_pictures_are_asked_for_once(django_assert_num_queries, db, monkeypatch):
    monkeypatch.undo()
    from modules.kinds.hotspot import pictures
    from tests.factories import kinds as factory

    for alias in caches:
        caches[alias].clear()
    factory.drawing()
    content = factory.content("hotspot")
    with django_assert_num_queries(1):
        found = [pictures.find(content["picture"]) for _again in range(20)]
    assert found[0]["url"].endswith(".svg") and found[0]["view_box"] == "0 0 760 380"
