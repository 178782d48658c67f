"""What a kind of question is: how it is written, frozen, arranged, asked, read, marked, and told.

A new kind is a folder beside this file and one line in `modules/kinds/__init__.py`. Its `grading.py` is pure: content
and answer in, a Mark out.

A content is what versions keep and what other systems are told; an author's form keeps raw StreamField data.
`Kind.answers` turns the first into the second, exactly as Wagtail stores it, so that it can be assigned:
`Question(kind=…, answers=kind.answers(content))` has that very content again. Choosers are primary keys there (in a
content: a key, or an id), and lists are [{"type": "item", "id", "value"}], with ids that follow part and place, so
that the same content always gives the same bytes.
"""

import random
import uuid
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.http import QueryDict
from wagtail.blocks import Block

from modules.errors import UnreadableAnswer
from modules.scoring import Mark

MAX_TYPED = 300  # characters kept of what somebody types into one field
LISTS = uuid.UUID("6d0f7c52-4b0e-4f6e-9d0a-5b1f6a1c7e21")  # ids of list items are made from it


class Written(NamedTuple):
    """One part of a question as its author wrote it in the answers field."""

    block: str
    id: str
    value: dict[str, Any]


@dataclass
class Arranged:
    """What a learner sees: `order` are answer ids as shown, `left` the ids of the lines of a matching."""

    order: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


@dataclass
class Shown:
    """A question as a page shows it: positions only, no ids, no key. `mark` is there once it was answered."""

    name: str
    kind: str
    stem: str
    choices: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    version: int = 0
    extra: dict[str, Any] = field(
        default_factory=dict
    )  # what one kind needs beyond choices and rows
    mark: dict[str, Any] | None = None
    explanation: str = ""
    facts: list = field(default_factory=list)
    missing: int = 0
    lesson_title: str = ""
    lesson_url: str = ""
    error: str = ""

    @property
    def ask_template(self) -> str:
        return f"stoa_modules/kinds/{self.kind}/ask.html"

    @property
    def told_template(self) -> str:
        return f"stoa_modules/kinds/{self.kind}/told.html"


class Kind:
    """A kind of question. One instance a kind, without state."""

    name: str
    label: Any
    blocks: dict[str, Block] = {}  # what an author writes its answers with
    scripts: tuple[str, ...] = ()  # static modules that make the form nicer; it works without
    words: dict[
        str, tuple[str, ...]
    ] = {}  # what a translation says again: {name in content: fields}

    # The author's side

    def problem(self, written: list[Written]) -> str | None:
        """Why these answers do not make a question of this kind yet, or None."""
        raise NotImplementedError

    def content(self, written: list[Written]) -> dict[str, Any]:
        """What a version of the question keeps besides kind, stem and explanation."""
        raise NotImplementedError

    def answers(self, content: dict[str, Any]) -> list[dict[str, Any]]:
        """The raw answers field that gives this content: [{"type", "id", "value"}]. The inverse of `content`."""
        raise NotImplementedError

    def key_lines(self, written: list[Written]) -> list[dict[str, Any]]:
        """The key for the studio: [{"text", "right": bool or None where order or pairs decide, "feedback"}]."""
        raise NotImplementedError

    def author_help(self, written: list[Written]) -> dict[str, Any] | None:
        """What an author should see beside the key, even of half a question: {"template", "question": a Shown}."""
        return None

    def right_answer(self, content: dict[str, Any]) -> Any:
        """An answer that earns the full point."""
        raise NotImplementedError

    # The learner's side

    def arrange(self, content: dict[str, Any], dice: random.Random) -> Arranged:
        """What is shown in which order."""
        raise NotImplementedError

    def show(self, question: Shown, arranged: Arranged, content: dict[str, Any]) -> None:
        """Fill the question's choices and rows, named by position."""
        raise NotImplementedError

    def read(
        self, post: QueryDict, name: str, arranged: Arranged, content: dict[str, Any]
    ) -> tuple[Any, str]:
        """The answer in a posted form and what is wrong with it (one of the two is empty).

        Raises UnreadableAnswer for what no browser sends by itself.
        """
        raise NotImplementedError

    def put_back(self, question: Shown, post: QueryDict) -> None:
        """Show again what the person chose or typed."""
        chosen = post.getlist(question.name)
        for choice in question.choices:
            choice["chosen"] = choice["value"] in chosen
        for row in question.rows:
            row["chosen"] = post.get(row["name"], "")[:MAX_TYPED]

    def mark(self, content: dict[str, Any], answer: Any) -> Mark:
        """Marks an answer. An unreadable or missing one scores nothing. Pure."""
        raise NotImplementedError

    def tell(
        self,
        question: Shown,
        arranged: Arranged,
        content: dict[str, Any],
        answer: Any,
        mark: dict[str, Any],
    ) -> None:
        """Say beside each part what was right in the learner's own answer, and no more of the key than that."""
        raise NotImplementedError

    def chosen(self, content: dict[str, Any], answer: Any) -> list[str]:
        """The parts of the answer that item statistics count, by id. Typed text is not counted."""
        return []


def pick(order: list[str], value: str) -> str:
    """The id at a posted position. Raises UnreadableAnswer."""
    places = {str(place): key for place, key in enumerate(order)}
    if value not in places:
        raise UnreadableAnswer
    return places[value]


def raw(block: str, part: dict[str, Any]) -> dict[str, Any]:
    """A part of a content as the raw answers field holds it."""
    return {"type": block, "id": part["id"], "value": {k: v for k, v in part.items() if k != "id"}}


def raw_list(part_id: str, values: list[Any]) -> list[dict[str, Any]]:
    """A list inside a part as the raw answers field holds it."""
    return [
        {"type": "item", "id": str(uuid.uuid5(LISTS, f"{part_id}:{place}")), "value": value}
        for place, value in enumerate(values)
    ]


def texts_of(kind: Kind, content: dict[str, Any]) -> dict[str, Any]:
    """What a translation of this content has to say: {path: words}, as QuestionTranslation keeps it.

    A path is "stem", "explanation" or "<part id>.<field>"; the words of an accepted answer are a list.
    """
    texts = {name: content[name] for name in ("stem", "explanation") if content.get(name)}
    for name, fields in kind.words.items():
        for part in _as_list(content.get(name, [])):
            found = {f"{part.get('id', name)}.{one}": part.get(one) for one in fields}
            texts |= {path: words for path, words in found.items() if words}
    return texts


def translated(kind: Kind, content: dict[str, Any], texts: dict[str, Any]) -> dict[str, Any]:
    """The content in the words of a translation; what that leaves out stays. Ids, order and key are the same.

    The same words in two parts (two lines of a classification) stay the same words.
    """
    said: dict[tuple[str, str], str] = {}
    for path, own in texts_of(kind, content).items():
        new = texts.get(path)
        if isinstance(own, str) and isinstance(new, str) and new:
            said.setdefault((path.rpartition(".")[2], own), new)

    def words(path: str, own: Any) -> Any:
        if isinstance(own, str):
            return said.get((path.rpartition(".")[2], own), own)
        new = texts.get(path)
        return new if own and new and isinstance(new, list) else own

    found = content | {
        name: words(name, content[name]) for name in ("stem", "explanation") if name in content
    }
    for name, fields in kind.words.items():
        parts = [
            part
            | {
                one: words(f"{part.get('id', name)}.{one}", part[one])
                for one in fields
                if one in part
            }
            for part in _as_list(content.get(name, []))
        ]
        if parts:
            found[name] = parts if isinstance(content[name], list) else parts[0]
    return found


def _as_list(parts: Any) -> list[dict[str, Any]]:
    return parts if isinstance(parts, list) else [parts]


def parts_of(written: list[Written], block: str) -> list[dict[str, Any]]:
    """The parts of one block type as a content keeps them."""
    return [{"id": part.id, **part.value} for part in written if part.block == block]


def shuffle_really(order: list[str], dice: random.Random) -> None:
    """Shuffle, but never into the order it had: the right one must not be a gift."""
    original = list(order)
    dice.shuffle(order)
    if order == original and len(order) > 1:
        order.append(order.pop(0))
