"""Aiken, a text format for questions with one right answer. In only.

Question
A. Answer
B) Answer
ANSWER: B
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from modules.exchange.items import (
    MAX_ITEMS,
    Finding,
    Item,
    NotRepresentable,
    Report,
    check_size,
    options,
    too_many,
)
from modules.exchange.texts import decode, from_html

OPTION = re.compile(r"([A-Za-z])\s*[.)]\s+(.*)|([A-Z])[.)](.+)")
ANSWER = re.compile(r"ANSWERS?\s*:\s*(.*)", re.I)


def read(data: bytes) -> tuple[list[Item], list[Finding]]:
    """The questions of an Aiken file, and what there is to say about them."""
    check_size(data)
    report = Report()
    row = 0
    for lines, answer in _blocks(decode(data, report)):
        row += 1
        if row > MAX_ITEMS:
            raise too_many()
        report.name(row, *lines)
        try:
            report.add(_item(lines, answer, row, report))
        except NotRepresentable as reason:
            report.error(row, reason.code, reason.message)
    if not row:
        report.error(0, "nothing", _("There is no question in the file."))
    return report.result()


def _blocks(text: str) -> Iterator[tuple[list[str], str | None]]:
    """A question ends with its line ANSWER; what is left without one, with None. An empty line after options ends it too."""
    lines: list[str] = []
    for raw in text.split("\n"):
        line = raw.strip()
        if match := ANSWER.fullmatch(line):
            yield lines, match[1].strip()
            lines = []
        elif not line and lines and any(OPTION.fullmatch(known) for known in lines):
            lines.append("")
        elif line:
            # An empty line behind options, and no further option: the line ANSWER was forgotten.
            if lines and lines[-1] == "" and not OPTION.fullmatch(line):
                yield lines, None
                lines = []
            lines.append(line)
    if any(lines):
        yield lines, None


def _item(lines: list[str], answer: str | None, row: int, report: Report) -> Item:
    stem: list[str] = []
    found: list[tuple[str, str]] = []
    for line in filter(None, lines):
        match = OPTION.fullmatch(line)
        letter = ((match[1] or match[3]).upper()) if match else ""
        if match and letter == chr(ord("A") + len(found)):
            found.append((letter, (match[2] or match[4]).strip()))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line}")
        else:
            stem.append(line)
    if answer is None:
        raise NotRepresentable("no-answer", _("The line “ANSWER: …” is missing."))
    letters = answer.upper().rstrip(".)")
    if letters not in [letter for letter, _text in found]:
        if re.fullmatch(r"[A-Z](\s*(,|;|and|&)\s*[A-Z])+", letters, re.I):
            raise NotRepresentable("several", _("“ANSWER: %(answer)s” names several answers; Aiken has one.") % {"answer": answer[:40]})  # fmt: skip
        raise NotRepresentable("no-answer", _("“ANSWER: %(answer)s” names none of the answers.") % {"answer": answer[:40]})  # fmt: skip
    given = [(from_html(text, report, row), letter == letters, "") for letter, text in found]
    content = {
        "kind": "single",
        "stem": from_html("\n".join(stem), report, row),
        "explanation": "",
        "options": options(given),
    }
    return Item(content, row=row)
