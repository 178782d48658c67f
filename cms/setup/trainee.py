"""How the walk reads like a trainee: finds questions on a page and answers them from what the lessons teach.

Nobody gives the walk a key: right answers are looked up in the curriculum files by the words on the page.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from bs4 import BeautifulSoup, Tag

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from content import curriculum


class Trainee:
    """Somebody who has read everything."""

    def __init__(self) -> None:
        self.known = {
            words(question.stem): question for question in curriculum.read().questions.values()
        }

    def answers(self, html: str) -> dict[str, str | list[str]]:
        """Right answers to every question on a page, as the form's fields."""
        found: dict[str, str | list[str]] = {}
        for fieldset in BeautifulSoup(html, "html.parser").select("fieldset.question"):
            legend = fieldset.find("legend")
            stem = words("".join(part for part in legend.find_all(string=True, recursive=False)))
            if stem in self.known:
                found |= self.answer(fieldset, self.known[stem])
        return found

    def answer(self, fieldset: Tag, question: "curriculum.Question") -> dict[str, str | list[str]]:
        match question.kind:
            case "ordering":
                place = {words(item.text): str(n) for n, item in enumerate(question.items, start=1)}
                return {select["name"]: place[words(label)] for label, select in rows(fieldset)}
            case "matching":
                partner = {words(pair.left): words(pair.right) for pair in question.pairs}
                return {
                    select["name"]: choice(select, partner[words(label)])
                    for label, select in rows(fieldset)
                }
            case "fill_in":
                fields = fieldset.find_all("input", type="text")
                return {
                    field["name"]: gap.accepted[0]
                    for field, gap in zip(fields, question.gaps, strict=True)
                }
            case "numeric":
                return {fieldset.find("input", type="text")["name"]: question.number.value}
            case "hotspot":
                right = {words(spot.label) for spot in question.spots if spot.correct}
                return ticked(fieldset, lambda label: label.partition(" ")[2] in right)
            case _:
                right = {words(option.text) for option in question.options if option.correct}
                return ticked(fieldset, lambda label: label in right)


def ticked(fieldset: Tag, is_right: Callable[[str], bool]) -> dict[str, str | list[str]]:
    """The boxes whose words are right, as the form's field."""
    boxes = [
        box
        for box in fieldset.find_all("input")
        if is_right(words(box.find_parent("label").get_text()))
    ]
    return {boxes[0]["name"]: [box["value"] for box in boxes]}


def rows(fieldset: Tag) -> list[tuple[str, Tag]]:
    """Each select of a question with the words of its label."""
    return [
        (select.find_parent("label").find("span").get_text(), select)
        for select in fieldset.find_all("select")
    ]


def choice(select: Tag, text: str) -> str:
    return next(
        option["value"] for option in select.find_all("option") if words(option.get_text()) == text
    )


def words(text: str) -> str:
    return " ".join(text.split())
