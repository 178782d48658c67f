"""A reader that shares no code with ours understands what we write."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from modules.exchange import gift
from modules.exchange.items import Item, settle
from tests.factories.items import option

ROOT = Path(__file__).resolve().parents[3]
NODE_MODULES = Path(os.environ.get("STOA_NODE_MODULES", ROOT / "node_modules"))
READER = Path(__file__).with_name("reader") / "read_gift.mjs"
NASTY = "What {is} ~this~ = that: #1 \\ %50% [html] <b>?\nA second line."


def item(kind: str, **body) -> Item:
    found = Item(
        {"kind": kind, "stem": NASTY, "explanation": "So: 1 = 1.", **body},
        title="T: x",
        key="K-1",
        tags=("light",),
    )
    settle(found)
    return found


def part(**fields) -> dict:
    return {"id": "", "feedback": "", **fields}


ITEMS = [
    item("single", options=[option("Yes -> no", True, "a#b"), option("%50% of it"), option("[x] =")]),
    item("multiple", options=[option("A", True), option("B", True), option("C", False, "No.")]),
    item("true_false", options=[option("True", False, "no"), option("False", True, "yes")]),
    item("matching", pairs=[part(left="a -> b", right="x"), part(left="c", right="y")], extra=[part(right="z")]),
    item("fill_in", gaps=[part(before="", after="", accepted=["one", "1 = 1"], case=False, accents=True)]),
    item("numeric", number=part(value="-2.50", tolerance="0.5", unit="", units=[]) | {"feedback": "f"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    node = shutil.which("node")
    if not node or not (NODE_MODULES / "gift-pegjs").is_dir():
        pytest.skip(f"no node, or no gift-pegjs in {NODE_MODULES}; install the npm packages")
    data, losses = gift.write(ITEMS)
    assert losses == []
    file = tmp_path_factory.mktemp("gift") / "ours.gift"
    file.write_bytes(data)
    script = READER
    if "STOA_NODE_MODULES" in os.environ:
        script = shutil.copy(READER, NODE_MODULES.parent)
    done = subprocess.run([node, script, file], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_question_has_its_kind_and_its_words(theirs):
    assert [one["type"] for one in theirs] == ["MC", "MC", "TF", "Matching", "Short", "Numerical"]
    for one in theirs:
        assert (one["stem"]["text"], one["title"], one["id"]) == (NASTY, "T: x", "K-1")
        assert (one["tags"], one["globalFeedback"]["text"]) == (["light"], "So: 1 = 1.")


def test_the_key_is_ours(theirs):
    single, multiple, truth, matching, short, numeric = theirs
    assert [(c["isCorrect"], c["text"]["text"]) for c in single["choices"]] == [
        (True, "Yes -&gt; no"),  # in the format "html"
        (False, "%50% of it"),
        (False, "[x] ="),
    ]
    assert [c["weight"] for c in multiple["choices"]] == [50, 50, -50]
    assert truth["isTrue"] is False and truth["trueFeedback"]["text"] == "no"
    pairs = [(p["subquestion"]["text"], p["subanswer"]) for p in matching["matchPairs"]]
    assert pairs == [("a -&gt; b", "x"), ("c", "y"), ("", "z")]
    assert [c["text"]["text"] for c in short["choices"]] == ["one", "1 = 1"]
    assert numeric["choices"][0]["text"] == {"type": "range", "number": -2.5, "range": 0.5}
