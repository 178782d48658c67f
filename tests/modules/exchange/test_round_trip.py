"""What goes out comes in again as it was, or the loss was named."""

import copy

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from modules.exchange import csv_items, gift, qti3
from modules.exchange.items import KINDS, Item, settle
from modules.exchange.shared import PRACTICE
from tests.factories import items as making

QUIET = settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def settled(item: Item) -> dict:
    """An item as plain data, as a reader would give it."""
    twin = copy.deepcopy(item)
    settle(twin)
    return {name: value for name, value in twin.as_json().items() if name not in ("row", "picture")}


def nothing_lost(format_, item: Item) -> None:
    data, _losses = format_.write([item])
    back, findings = format_.read(data)
    assert not [finding for finding in findings if finding.is_error], findings
    assert [settled(one) for one in back] == [settled(item)]


@pytest.mark.parametrize("kind", KINDS)
@QUIET
@given(data=st.data())
def test_a_table_holds_everything(kind, data):
    nothing_lost(csv_items, data.draw(making.items(kind)))


@pytest.mark.parametrize("kind", KINDS)
@QUIET
@given(data=st.data())
def test_a_qti_package_holds_everything(kind, data):
    item = data.draw(making.items(kind))
    assume(PRACTICE not in item.tags)
    nothing_lost(qti3, item)


def without_ids(value):
    """GIFT has no place for the ids of answers."""
    if isinstance(value, dict):
        return {name: without_ids(part) for name, part in value.items() if name != "id"}
    return [without_ids(part) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize("kind", ["single", "multiple", "true_false", "matching", "fill_in", "numeric"])  # fmt: skip
@QUIET
@given(data=st.data())
def test_gift_holds_what_it_says_nothing_about(kind, data):
    item = data.draw(making.items(kind))
    if kind == "true_false":
        first, second = item.content["options"]
        first["text"], second["text"] = "True", "False"
    text, losses = gift.write([item])
    if losses:  # named, or the question was left out
        assert {(loss.row, bool(loss.message)) for loss in losses} == {(1, True)}
        return
    back, findings = gift.read(text)
    assert not findings, (text.decode(), findings)
    assert [without_ids(settled(one)) for one in back] == [without_ids(settled(item))]


@QUIET
@given(st.lists(making.items(), max_size=4))
def test_several_questions_stay_apart(several):
    for format_ in (csv_items, qti3):
        data, _losses = format_.write(several)
        assert len(format_.read(data)[0]) == len(several)


def test_gift_names_what_it_cannot_hold():
    ordering = Item(
        {"kind": "ordering", "stem": "Put in order", "explanation": "",
         "items": [{"id": c, "text": c, "feedback": ""} for c in "abc"]},
        row=7,
    )  # fmt: skip
    data, losses = gift.write([ordering])
    assert data == b""
    assert [(loss.row, loss.code, loss.name) for loss in losses] == [(7, "kind", "Put in order")]


def test_a_cell_is_never_a_formula():
    item = making.choice('=HYPERLINK("http://example.org")', "+1", "@sum", "-2 degrees")
    data, _losses = csv_items.write([item])
    cells = data.decode("utf-8-sig").split("\r\n")[1]
    assert "\"'=HYPERLINK" in cells and "'@sum" in cells and "'-2 degrees" in cells
    assert csv_items.read(data)[0][0].stem == '=HYPERLINK("http://example.org")'


def test_a_package_of_many_questions_comes_in_again():
    several = [making.choice(f"Question {n}?", "Yes", "No") for n in range(2100)]
    data, _losses = qti3.write(several)
    assert len(qti3.read(data)[0]) == 2100
