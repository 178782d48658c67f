"""Is a translation laid over its source, and is every way in which it does not fit named with file and line?"""

from pathlib import Path

import pytest

from content.curriculum import read
from tests.content.test_curriculum_reader import (
    LESSON,
    MODULE,
    QUESTIONS,
    SCENARIO,
    TODAY,
    Folder,
    folder,
)

__all__ = ["folder"]
FACTS = "fr/knowledge/facts/01-lanterns.toml"


class French(Folder):
    """The small curriculum with its whole module as a French translation: copied, which is a translation too."""

    def __init__(self, path: Path):
        super().__init__(path)
        for file in (MODULE, LESSON, QUESTIONS, SCENARIO):
            target = path / "fr" / file
            target.parent.mkdir(parents=True, exist_ok=True)
            text = (path / file).read_text(encoding="utf-8")
            target.write_text(text.replace('language = "en"', 'language = "fr"'), encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        target = self.path / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


@pytest.fixture
def french(folder):
    return French(folder.path)


def test_words_are_laid_over_the_source(french):
    french.write(FACTS, '[[facts]]\nkey = "F1.01"\ntitle = "Titre"\ntext = "Phrase."\n')
    french.change(f"fr/{QUESTIONS}", 'stem = "', 'stem = "Dites : ')
    found = read(french.path, today=TODAY)
    said = found.translations["fr"]
    assert said.facts["F1.01"].title == "Titre"
    assert said.facts["F1.01"].review_by == found.facts["F1.01"].review_by
    assert list(said.facts) == ["F1.01"]
    first = next(iter(said.questions.values()))
    assert first.stem.startswith("Dites : ") and first.facts == found.questions[first.key].facts
    assert said.lessons["m01-l01"].blocks[0].text == found.lessons["m01-l01"].blocks[0].text
    assert list(said.scenarios) == list(found.scenarios)


def test_only_keys_and_words_are_needed(french):
    french.change(f"fr/{LESSON}", 'slug = "', 'slug = "nobody-reads-this-')
    text = (french.path / "fr" / LESSON).read_text(encoding="utf-8")
    kept = [
        row for row in text.splitlines() if not row.startswith(("minutes", "facts", "valid_as"))
    ]
    french.write(f"fr/{LESSON}", "\n".join(kept))
    assert french.problems() == []


@pytest.mark.parametrize(
    ("file", "before", "after", "message"),
    [
        (LESSON, "::: callout ", "::: callout other-", "Here the source has"),
        (LESSON, "[[F1.01]]", "", "The reference [[F1.01]] of the source is missing here."),
        (LESSON, "[[F1.01]]", "[[F1.01]] [[F9.99]]", "[[F9.99]] does not stand in the source"),
        (LESSON, 'title = "', 'title = ""\n# "', "The field “title” is empty."),
        (QUESTIONS, 'key = "m01-q01"', 'key = "m01-q99"', "There is no question “m01-q99”"),
        (QUESTIONS, 'key = "a"', 'key = "z"', "There is no “z” in"),
        (SCENARIO, "[[nodes]]\nkey = \"", "[[nodes]]\nkey = \"x", "of the source"),
        (MODULE, 'summary = "', 'sumary = "', "Unknown field “sumary”."),
        (MODULE, 'language = "fr"', 'language = "es"', "The language of this folder is “fr”."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(french, file, before, after, message):
    line = french.change(f"fr/{file}", before, after)
    problems = [(f, n, m) for f, n, m in french.problems() if message in m]
    assert problems, french.problems()
    assert problems[0][0] == f"fr/{file}"
    assert abs(problems[0][1] - line) <= 6


def test_a_missing_paragraph_and_a_stray_file_are_named(french):
    french.write("fr/knowledge/riddles.toml", "")
    french.change(f"fr/{LESSON}", "And then the", "Et puis.\n\nAnd then the")
    messages = [message for _file, _line, message in french.problems()]
    assert any("is no file" in m or "no such file" in m for m in messages)
    assert any("of this text is" in m for m in messages)
