"""Marking is pure: content and answer in, points out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules import kinds, scoring


def multiple(right: int, wrong: int) -> dict:
    options = [{"id": f"r{n}", "correct": True} for n in range(right)] + [
        {"id": f"w{n}", "correct": False} for n in range(wrong)
    ]
    return {"kind": "multiple", "options": options}


@pytest.mark.parametrize(
    ("chosen", "score"),
    [
        (["r0", "r1"], 1.0),
        (["r0"], 0.5),
        (["r0", "r1", "w0"], 0.5),
        (["r0", "w0"], 0.0),
        (["w0"], 0.0),
        ([], 0.0),
    ],
)
def test_multiple_choice_gives_part_scores_and_never_less_than_nothing(chosen, score):
    assert kinds.mark(multiple(2, 2), chosen)["score"] == score


def test_ordering_counts_items_in_their_place():
    content = {"kind": "ordering", "items": [{"id": key} for key in "abcd"]}
    assert kinds.mark(content, ["a", "b", "d", "c"])["score"] == 0.5
    assert kinds.mark(content, list("abcd"))["correct"] is True


def test_matching_accepts_any_pair_with_the_same_right_side():
    pairs = [
        {"id": "a", "right": "prevention"},
        {"id": "b", "right": "protection"},
        {"id": "c", "right": "prevention"},
    ]
    content = {"kind": "matching", "pairs": pairs, "extra": []}
    assert kinds.mark(content, {"a": "c", "b": "b", "c": "a"})["correct"] is True


ids = st.sampled_from(["r0", "r1", "r2", "w0", "w1", "nonsense"])
odd = st.one_of(st.none(), st.integers(), st.text(), st.lists(ids), st.dictionaries(ids, ids))


@given(odd)
def test_any_answer_scores_between_nothing_and_full(answer):
    contents = [
        multiple(3, 2),
        {"kind": "single", "options": multiple(1, 2)["options"]},
        {"kind": "ordering", "items": [{"id": "r0"}, {"id": "r1"}, {"id": "w0"}]},
        {
            "kind": "matching",
            "pairs": [{"id": "r0", "right": "x"}, {"id": "r1", "right": "y"}],
            "extra": [],
        },
    ]
    for content in contents:
        mark = kinds.mark(content, answer)
        assert 0 <= mark["score"] <= scoring.MAX_POINTS
        assert mark["correct"] == (mark["score"] == scoring.MAX_POINTS)


@given(st.lists(ids, unique=True), st.randoms())
def test_the_order_of_ticks_does_not_matter(chosen, dice):
    shuffled = list(chosen)
    dice.shuffle(shuffled)
    assert kinds.mark(multiple(3, 2), chosen) == kinds.mark(multiple(3, 2), shuffled)
