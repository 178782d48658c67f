"""Does the reader accept a sound curriculum, and does it name file, line and reason of everything that is wrong?"""

import shutil
from datetime import date
from pathlib import Path

import pytest

from content.curriculum import CurriculumProblems, read
from content.curriculum.__main__ import main
from content.curriculum.reader import HERE

SMALL = Path(__file__).parent / "small_curriculum"
TODAY = date(2026, 11, 22)
MODULE = "modules/m01-lanterns/module.toml"
LESSON = "modules/m01-lanterns/01-light.md"
QUESTIONS = "modules/m01-lanterns/questions.toml"
SCENARIO = "modules/m01-lanterns/scenario-sc01.toml"
DRAWING = "modules/m01-lanterns/figures/lantern.svg"
FACTS = "knowledge/facts/01-lanterns.toml"


class Folder:
    """A copy of the small curriculum that a test may break."""

    def __init__(self, path: Path):
        self.path = path

    def change(self, file: str, before: str, after: str) -> int:
        """Replaces the first occurrence; returns the line in which it stands."""
        text = (self.path / file).read_text(encoding="utf-8")
        assert before in text
        (self.path / file).write_text(text.replace(before, after, 1), encoding="utf-8")
        return text[: text.index(before)].count("\n") + 1

    def problems(self) -> list[tuple[str, int, str]]:
        try:
            read(self.path, today=TODAY)
        except CurriculumProblems as found:
            return [(p.file, p.line, p.message) for p in found.problems]
        return []

    def warnings(self) -> list[tuple[str, int, str]]:
        return [(w.file, w.line, w.message) for w in read(self.path, today=TODAY).warnings]


@pytest.fixture
def folder(tmp_path):
    return Folder(Path(shutil.copytree(SMALL, tmp_path / "curriculum")))


def test_a_sound_curriculum_is_read_whole(folder):
    curriculum = read(folder.path, today=TODAY)
    assert curriculum.facts["F1.01"].review_by == date(2028, 11, 30)
    assert [lesson.key for lesson in curriculum.lessons_of("m01")] == ["m01-l01"]
    assert len(curriculum.questions_of("m01")) == 3
    assert curriculum.modules["m02"].is_planned
    assert curriculum.courses["keepers"].modules[1].short
    assert "<circle" in curriculum.figures["m01", "figures/lantern.svg"]
    assert curriculum.warnings == ()


def test_a_lesson_keeps_its_blocks_in_order(folder):
    blocks = read(folder.path, today=TODAY).lessons["m01-l01"].blocks
    assert [(b.type, b.key) for b in blocks[:4]] == [
        ("text", "start"), ("callout", "advice-hook"), ("text", "after-advice-hook"), ("figure", "lantern"),
    ]  # fmt: skip
    assert [(r.kind, r.key, r.label) for r in blocks[0].references] == [
        ("term", "lantern", "lantern"),
        ("fact", "F1.01", ""),
    ]
    assert blocks[1].data == {"kind": "advice", "title": "A hook"}
    assert blocks[1].text == "Hang it low [[DG-01]]."


NEW_KINDS = """
[[questions]]
key = "m01-q04"
version = 1
kind = "fill_in"
lesson = "m01-l01"
outcome = "m01-o1"
bloom = "remember"
difficulty = 1
graded = true
facts = ["F1.01"]
stem = "Fill in."

  [[questions.gaps]]
  key = "a"
  before = "Lanterns are cleaned in"
  accepted = ["spring", "springtime"]
  feedback = "Yes."

[[questions]]
key = "m01-q05"
version = 1
kind = "numeric"
lesson = "m01-l01"
outcome = "m01-o1"
bloom = "apply"
difficulty = 1
graded = true
facts = ["F1.01"]
stem = "How high?"

  [questions.number]
  key = "n"
  value = "2.5"
  tolerance = "0.1"
  unit = "m"
  feedback = "Yes."

  [[questions.number.units]]
  unit = "cm"
  factor = "0.01"

[[questions]]
key = "m01-q06"
version = 1
kind = "hotspot"
lesson = "m01-l01"
outcome = "m01-o1"
bloom = "apply"
difficulty = 1
graded = true
facts = ["F1.01"]
stem = "Where does it burn?"

  [questions.picture]
  file = "figures/lantern.svg"
  alt = "A lantern."

  [[questions.spots]]
  key = "flame"
  label = "The flame"
  x = 40
  y = 40
  width = 20
  height = 20
  correct = true
  feedback = "Yes."

  [[questions.spots]]
  key = "foot"
  label = "The foot"
  x = 40
  y = 80.5
  width = 20
  height = 15
  correct = false
  feedback = "It stands on it."
"""


@pytest.fixture
def wide(folder):
    """The small curriculum with a question of each newer kind."""
    with (folder.path / QUESTIONS).open("a", encoding="utf-8") as bank:
        bank.write(NEW_KINDS)
    return folder


def test_words_numbers_and_places_are_read(wide):
    read_back = read(wide.path, today=TODAY)
    assert read_back.warnings == ()
    gap, number, picture = (read_back.questions[f"m01-q0{n}"] for n in (4, 5, 6))
    assert gap.gaps[0].accepted == ("spring", "springtime")
    assert (number.number.value, number.number.units[0].factor) == ("2.5", "0.01")
    assert [spot.correct for spot in picture.spots] == [True, False]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('accepted = ["spring", "springtime"]', "accepted = []", "needs at least one accepted form"),
        ('accepted = ["spring", "springtime"]', 'accepted = ["spring", ""]', "none that is empty"),
        ('value = "2.5"', 'value = "2,5"', "“2,5” is no decimal number"),
        ('value = "2.5"', "value = 2.5", "“value” must be text"),
        ('value = "2.5"', 'value = "1e9"', "is no decimal number"),
        ('tolerance = "0.1"', 'tolerance = "-1"', "must not be below 0"),
        ('factor = "0.01"', 'factor = "0"', "a number above 0"),
        ('unit = "cm"', 'unit = "m"', "The unit “m” stands twice."),
        ('  unit = "m"\n', "", "Name the main unit"),
        ("figures/lantern.svg", "figures/lamp.svg", "is no SVG drawing"),
        ("figures/lantern.svg", "../../secret.svg", "is no SVG drawing"),
        ("y = 80.5", "y = 90", "“foot” reaches beyond the picture"),
        ("correct = true\n  feedback = \"Yes.\"\n\n  [[questions.spots]]",
         "correct = false\n  feedback = \"Yes.\"\n\n  [[questions.spots]]", "some correct and some not"),
        ('kind = "hotspot"', 'kind = "fill_in"', "has no “spots”"),
        ('kind = "numeric"', 'kind = "hotspot"', "needs a “picture”"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_them_is_named(wide, before, after, message):
    wide.change(QUESTIONS, before, after)
    found = wide.problems()
    assert any(file == QUESTIONS and message in words for file, _line, words in found), found


def test_several_right_places_are_announced(wide):
    wide.change(
        QUESTIONS,
        'correct = false\n  feedback = "It stands',
        'correct = true\n  feedback = "It stands',
    )
    wide.change(QUESTIONS, "  [[questions.spots]]", """  [[questions.spots]]
  key = "sky"
  label = "The sky"
  x = 0
  y = 0
  width = 10
  height = 10
  correct = false
  feedback = "No."

  [[questions.spots]]""")  # fmt: skip
    assert any("more than one place" in words for _file, _line, words in wide.warnings())


# Each line breaks one thing: file, what stands there, what to write instead, where it shows (None: on that line), the message.
BREAKS = {
    "TOML that cannot be read": (
        FACTS,
        'title = "Lanterns"',
        'title = "Lanterns',
        None,
        "This is not valid TOML",
    ),
    "an unknown field": (
        FACTS,
        'title = "Lanterns are',
        'titel = "Lanterns are',
        None,
        "Unknown field “titel”.",
    ),
    "a missing field": (FACTS, 'certainty = "own"\n', "", 15, "The field “certainty” is missing."),
    "a wrong type": (
        FACTS,
        "review_by = 2028-11-30",
        'review_by = "soon"',
        None,
        "The field “review_by” must be a date.",
    ),
    "an empty text": (FACTS, '"We advise handles."', '""', None, "The field “text” is empty."),
    "a value that is not allowed": (
        FACTS,
        '"own"',
        '"sure"',
        None,
        "“sure” is not allowed in “certainty”.",
    ),
    "a review before the fact": (
        FACTS,
        "2028-11-30",
        "2025-11-30",
        None,
        "lies before its valid-as-of date",
    ),
    "a key used twice": (
        FACTS,
        'key = "F1.02"',
        'key = "F1.01"',
        None,
        "The fact key “F1.01” is used already",
    ),
    "an unknown source": ("knowledge/cases.toml", '"S1"', '"S9"', None, "There is no source “S9”."),
    "an unknown module of a course": (
        "courses/keepers.toml",
        '"m02"',
        '"m09"',
        None,
        "There is no module “m09”.",
    ),
    "an unknown fact in a text": (
        LESSON,
        "[[F1.01]]",
        "[[F1.01]] [[F9.99]]",
        None,
        "There is no fact “F9.99”.",
    ),
    "an unknown term in a text": (
        LESSON,
        "[[term:lantern|",
        "[[term:lamp|",
        None,
        "There is no term “lamp”.",
    ),
    "an unknown kind of reference": (
        LESSON,
        "[[C01]]",
        "[[C01]] [[X1]]",
        None,
        "“[[X1]]” is not a reference we know.",
    ),
    "a list that names too much": (
        LESSON,
        'facts = ["F1.01"]',
        'facts = ["F1.01", "F1.02"]',
        None,
        "the text does not use it",
    ),
    "a list that names too little": (
        LESSON,
        'cases = ["C01"]',
        "cases = []",
        49,
        "“C01” is used here and missing from “cases”",
    ),
    "minutes unlike the module's": (
        LESSON,
        "minutes = 14",
        "minutes = 15",
        None,
        "The lesson says 15 minutes; module.toml says 14.",
    ),
    "a lesson that is too long": (
        MODULE,
        "minutes = 14",
        "minutes = 24",
        None,
        "A lesson takes 12 to 20 minutes, not 24.",
    ),
    "minutes unlike the hours": (
        MODULE,
        "quiz = 20",
        "quiz = 30",
        22,
        "The minutes add up to 70; the hours say 60 minutes.",
    ),
    "a planned lesson in a ready module": (
        MODULE,
        '"draft"',
        '"ready"',
        54,
        "is planned, and the module is marked as ready",
    ),
    "lessons of a planned module": (
        "modules/m02-bridges/module.toml",
        "lessons_planned =",
        "lessons =",
        None,
        "must be a table",
    ),
    "an unknown type of block": (
        LESSON,
        "::: fact spring",
        "::: fakt spring",
        None,
        "“fakt” is not a type of block.",
    ),
    "a block that stays open": (
        LESSON,
        'fact = "F1.01"\n:::\n',
        'fact = "F1.01"\n',
        74,
        "The block “spring” is not closed",
    ),
    "a block key used twice": (
        LESSON,
        "::: fact spring",
        "::: fact walk",
        None,
        "The block key “walk” is used already in line 66.",
    ),
    "a figure without alt": (
        LESSON,
        'alt = "Drawing of a lantern."\n',
        "",
        37,
        "The field “alt” is missing.",
    ),
    "a figure that is missing": (
        LESSON,
        "figures/lantern.svg",
        "figures/lamp.svg",
        36,
        "The file “figures/lamp.svg” is missing.",
    ),
    "a figure outside the module": (
        LESSON,
        "figures/lantern.svg",
        "../../x.svg",
        36,
        "must lie inside the folder of the module",
    ),
    "a draw larger than the pool": (
        LESSON,
        "draw = 2",
        "draw = 3",
        None,
        "The quiz draws 3 of 2 questions.",
    ),
    "practice in a graded quiz": (
        LESSON,
        '"m01-q02"]',
        '"m01-q03"]',
        60,
        "uses “m01-q03”, which is for practice only",
    ),
    "raw HTML": (
        LESSON,
        "And then",
        "<b>And</b> then",
        None,
        "Raw HTML is not allowed in a lesson.",
    ),
    "a script in a drawing": (
        DRAWING,
        "<circle",
        "<script/><circle",
        None,
        "“script” is not allowed in a drawing.",
    ),
    "an event in a drawing": (
        DRAWING,
        "<circle",
        '<circle onload="x()"',
        None,
        "The event attribute “onload” is not allowed",
    ),
    "a link out of a drawing": (
        DRAWING,
        "<circle",
        '<use href="https://example.org/x"/><circle',
        None,
        "must point inside the drawing",
    ),
    "a style sheet from outside": (
        DRAWING,
        "<svg",
        '<?xml-stylesheet href="x.css"?><svg',
        None,
        "A drawing must not hold processing instructions.",
    ),
    "captions that are missing": (LESSON, '"walk.vtt"', '"wlak.vtt"', 66, "“wlak.vtt” is missing"),
    "a drawing that is no XML": (DRAWING, "</svg>", "", 5, "This is not valid XML"),
    "two right answers": (
        QUESTIONS,
        "correct = false",
        "correct = true",
        4,
        "exactly one correct option; it has 2",
    ),
    "no feedback": (
        QUESTIONS,
        '  feedback = "That is late."\n',
        "",
        22,
        "The field “feedback” is missing.",
    ),
    "true and false under other keys": (
        QUESTIONS,
        'key = "true"',
        'key = "yes"',
        28,
        "must have the keys “true” and “false”",
    ),
    "a grade that rests on our advice": (
        QUESTIONS,
        '["F1.01"]',
        '["F1.02"]',
        None,
        "rests only on F1.02 (own)",
    ),
    "a grade that rests on nothing": (
        QUESTIONS,
        'facts = ["F1.01"]\n',
        "",
        12,
        "The graded question “m01-q01” names no fact.",
    ),
    "hours of a course that its modules do not take": (
        "courses/keepers.toml",
        'module = "m02", short = true',
        'module = "m02", short = false',
        10,
        "The modules take 1 hours; the course says 1.5.",
    ),
    "a way that leads nowhere": (
        SCENARIO,
        'next = "light"',
        'next = "lihgt"',
        None,
        "“weigh” leads to “lihgt”, and there is no such node.",
    ),
    "a circle": (SCENARIO, 'next = "light"', 'next = "dusk"', 21, "The scenario runs in a circle"),
    "a path without an end": (
        SCENARIO,
        'key = "light"\nkind = "ending"',
        'key = "light"\nkind = "scene"',
        54,
        "needs choices",
    ),
    "a wrong maximum": (
        SCENARIO,
        "max = 2",
        "max = 5",
        None,
        "The most that a path can earn in “care” is 2, not 5.",
    ),
    "a node nobody reaches": (
        SCENARIO,
        'next = "light"',
        'next = "night"',
        54,
        "No path reaches the node “light”.",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_is_broken_is_named_with_its_file_and_line(folder, name):
    file, before, after, line, message = BREAKS[name]
    changed = folder.change(file, before, after)
    found = folder.problems()
    assert any((f, n) == (file, line or changed) and message in m for f, n, m in found), found


def test_all_problems_are_reported_at_once(folder):
    folder.change(FACTS, 'certainty = "own"', 'certainty = "sure"')
    folder.change(LESSON, "minutes = 14", "minutes = 15")
    folder.change(QUESTIONS, "correct = false", "correct = true")
    folder.change(DRAWING, "<circle", "<script/><circle")
    assert {file for file, _, _ in folder.problems()} == {FACTS, LESSON, QUESTIONS, DRAWING}


def test_a_file_that_cannot_be_read_does_not_hide_the_others(folder):
    folder.change(FACTS, "[topic]", "[topic")
    folder.change(SCENARIO, "max = 2", "max = 5")
    assert {FACTS, SCENARIO} <= {file for file, _, _ in folder.problems()}


def test_a_missing_file_is_a_problem(folder):
    (folder.path / "knowledge" / "glossary.toml").unlink()
    assert ("knowledge/glossary.toml", 1, "This file is missing.") in folder.problems()


def test_a_lesson_nobody_lists_is_a_problem(folder):
    (folder.path / "modules/m01-lanterns/02-dusk.md").write_text("+++\n+++\n", encoding="utf-8")
    assert any(
        file.endswith("02-dusk.md") and "not listed" in message
        for file, _, message in folder.problems()
    )


def test_long_sentences_are_warned_of_and_do_not_stop_the_reader(folder):
    line = folder.change(
        LESSON, "And then the evening comes.", "And " + "then " * 30 + "the evening comes."
    )
    assert (LESSON, line) in {
        (file, n)
        for file, n, message in folder.warnings()
        if message.startswith("A sentence of 34 words")
    }


def test_a_fact_past_its_review_is_warned_of(folder):
    warnings = read(folder.path, today=date(2029, 1, 1)).warnings
    assert {(w.file, w.line) for w in warnings} == {(FACTS, 13), (FACTS, 23), (LESSON, 19)}


def test_the_command_prints_places_and_fails(folder, capsys):
    line = folder.change(FACTS, 'certainty = "own"', 'certainty = "sure"')
    assert main([str(folder.path)]) == 1
    assert f"{FACTS}:{line}: “sure” is not allowed" in capsys.readouterr().out


def test_the_command_counts_what_it_read(folder, capsys):
    assert main([str(folder.path)]) == 0
    assert "2 facts" in capsys.readouterr().out


def test_the_shipped_curriculum_has_no_problems():
    try:
        curriculum = read(HERE)
    except CurriculumProblems as found:
        pytest.fail(str(found), pytrace=False)
    assert len(curriculum.actions) == 6
    assert len(curriculum.recommendations) == 26
    assert len(curriculum.guidance) == 28
