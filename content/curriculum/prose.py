"""Is the prose of a lesson easy to read, and free of raw HTML?"""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt

from .lesson import REFERENCE
from .shapes import Lesson
from .sheets import Findings

LONGEST_SENTENCE = 28
LONGEST_AVERAGE = 20
_MARKDOWN = MarkdownIt("commonmark")
_END = re.compile(r"(?<=[.!?])[\"”’»)]*\s+(?=[\"“„«(]*[A-Z0-9])")
# Sentences of other languages begin and end in other ways; after an abbreviation none ends.
_ENDS = {
    "fr": re.compile(
        r"(?<=[.!?…])(?<!\b[Aa]rt\.)(?<!\bp\. ex\.)(?:\s?[»”’)])*\s+(?=(?:[“«(]\s?)*[A-ZÀÂÇÈÉÊËÎÏÔÙÛŒ0-9])"
    ),
    "es": re.compile(
        r"(?<=[.!?…])(?<!\b[Aa]rt\.)(?<!\bp\. ej\.)(?<!\bEE\.)[”’»)]*\s+(?=[“«(¿¡]*[A-ZÁÉÍÑÓÚÜ0-9])"
    ),
}
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")


def check_prose(lesson: Lesson, findings: Findings) -> None:
    """Warns of long sentences; raw HTML is a problem, because it would reach the page unchecked."""
    lengths = []
    for block in lesson.blocks:
        if not block.text:
            continue
        for line, sentence in sentences(block.text, block.text_line, lesson.file, findings):
            count = len(_WORD.findall(sentence))
            lengths.append(count)
            if count > LONGEST_SENTENCE:
                start = " ".join(sentence.split()[:6])
                findings.warn(lesson.file, line, f"A sentence of {count} words: “{start} …”.")
    if lengths and sum(lengths) / len(lengths) > LONGEST_AVERAGE:
        average = sum(lengths) / len(lengths)
        findings.warn(
            lesson.file,
            1,
            f"The average sentence has {average:.1f} words; aim at {LONGEST_AVERAGE} or fewer.",
        )


def words(lesson: Lesson) -> int:
    """Words of prose, headings included, references left out."""
    return sum(
        len(_WORD.findall(REFERENCE.sub(lambda m: m.group(2) or "", block.text)))
        for block in lesson.blocks
    )


def sentence_lengths(lesson: Lesson, language: str = "en") -> list[int]:
    """The words of each sentence in the prose of a lesson."""
    return [
        len(_WORD.findall(sentence))
        for block in lesson.blocks
        for _line, sentence in sentences(block.text, 1, lesson.file, Findings(), language)
    ]


def sentences(
    text: str, line: int, file: str, findings: Findings, language: str = "en"
) -> Iterator[tuple[int, str]]:
    end = _ENDS.get(language, _END)
    for token in _MARKDOWN.parse(REFERENCE.sub(lambda m: m.group(2) or "", text)):
        at = line + (token.map[0] if token.map else 0)
        children = token.children or ()
        if token.type == "html_block" or any(child.type == "html_inline" for child in children):
            findings.problem(file, at, "Raw HTML is not allowed in a lesson.")
        if token.type == "inline":
            plain = "".join(
                " " if c.type in ("softbreak", "hardbreak") else c.content for c in children
            )
            for sentence in end.split(plain):
                yield at, sentence
