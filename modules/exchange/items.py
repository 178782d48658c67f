"""What a question is on its way in or out, and what there is to say about it.

`Item.content` is the content of a QuestionVersion (modules/kinds): {"kind", "stem", "explanation"} and what the kind
adds. Readers give only items that hold together; everything else is a finding that names the row and the reason.
"""

import re
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.text import clean_line, clean_text
from modules.exchange.errors import UnreadableFile

MAX_BYTES = 10 * 1024 * 1024
MAX_ITEMS = 5000
MAX_STEM, MAX_LONG, MAX_TAG, MAX_PARTS = 5000, 5000, 100, 100
ID = re.compile(r"[A-Za-z0-9_-]{1,60}")
DECIMAL = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?")

KINDS = (
    "single",
    "multiple",
    "true_false",
    "ordering",
    "matching",
    "fill_in",
    "numeric",
    "hotspot",
)  # fmt: skip
KIND_LABELS = {
    "single": gettext_lazy("one right answer"),
    "multiple": gettext_lazy("several right answers"),
    "true_false": gettext_lazy("true or false"),
    "ordering": gettext_lazy("put in order"),
    "matching": gettext_lazy("match pairs"),
    "fill_in": gettext_lazy("fill in"),
    "numeric": gettext_lazy("number"),
    "hotspot": gettext_lazy("places in a picture"),
}
"""The lists of parts in a content, and how long a line of each may be (as the blocks of modules/kinds have it)."""
LINES: dict[str, dict[str, int]] = {
    "options": {"text": 400},
    "items": {"text": 400},
    "pairs": {"left": 300, "right": 300},
    "extra": {"right": 300},
    "gaps": {"before": 400, "after": 400},
    "spots": {"label": 300},
}
MAX_FORM, MAX_FORMS, MAX_GAPS, MAX_UNIT, MAX_UNITS = 300, 50, 30, 40, 20


@dataclass(frozen=True)
class Finding:
    """`row` is the number of the question in its file (of the line in a table), 0 for the file as a whole."""

    row: int
    severity: Literal["error", "warning"]
    code: str
    message: str
    name: str = ""  # how the question begins, so that somebody finds it in the file

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


@dataclass
class Picture:
    """The picture of a hotspot question: where it stands in the package, or the bytes to put there."""

    href: str = ""
    data: bytes = b""
    width: int = 0
    height: int = 0


@dataclass
class Item:
    content: dict[str, Any]
    title: str = ""
    key: str = ""
    tags: tuple[str, ...] = ()
    difficulty: int = 1  # 1 to 3
    language: str = ""  # empty where the file does not say
    is_graded: bool = True
    row: int = 0
    picture: Picture | None = None

    @property
    def kind(self) -> str:
        return self.content["kind"]

    @property
    def stem(self) -> str:
        return self.content["stem"]

    def as_json(self) -> dict[str, Any]:
        """Everything but the bytes of a picture, which stay in the file."""
        return {
            "content": self.content, "title": self.title, "key": self.key, "tags": list(self.tags),
            "difficulty": self.difficulty, "language": self.language, "is_graded": self.is_graded, "row": self.row,
            "picture": {"href": self.picture.href} if self.picture else None,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Item":
        picture = Picture(**data["picture"]) if data.get("picture") else None
        return cls(**data | {"tags": tuple(data["tags"]), "picture": picture})


class NotRepresentable(Exception):
    """This question has no place in our bank, or in the format it is written to. Becomes an error finding."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(code)


@dataclass
class Report:
    """What a reader or a writer collects: items in the order of the file, and findings."""

    items: list[Item] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)  # row: how the question begins
    lost: dict[int, set[str]] = field(default_factory=dict)  # row: elements of formatting
    _shared: dict[str, tuple[str, list[int]]] = field(default_factory=dict)

    def error(self, row: int, code: str, message: str) -> None:
        self.findings.append(Finding(row, "error", code, message, self.names.get(row, "")))

    def warn(self, row: int, code: str, message: str) -> None:
        finding = Finding(row, "warning", code, message, self.names.get(row, ""))
        if finding not in self.findings[-20:]:  # said once a question, however many answers it has
            self.findings.append(finding)

    def name(self, row: int, *texts: str) -> None:
        """Call a question by the first of these texts that says something."""
        lines = (clean_line(text) for text in texts)
        self.names[row] = next((line for line in lines if line), "")[:80]

    def share(self, row: int, code: str, message: str) -> None:
        """A warning that many questions of a file have in common: said once, with the numbers of the questions."""
        self._shared.setdefault(code, (message, []))[1].append(row)

    def add(self, item: Item) -> None:
        """Take an item that holds together; say why not of one that does not. Raises UnreadableFile after 5,000."""
        if len(self.items) >= MAX_ITEMS:
            raise too_many()
        settle(item)
        problem = problem_of(item.content)
        if problem:
            self.error(item.row, *problem)
        else:
            self.items.append(item)

    def result(self) -> tuple[list[Item], list[Finding]]:
        for code, (message, rows) in self._shared.items():
            self.findings.append(
                Finding(0, "warning", code, f"{message} {named_rows(dict.fromkeys(rows))}")
            )
        self._shared.clear()
        for row, tags in self.lost.items():
            shown = ", ".join(sorted(tags)[:8])
            self.warn(row, "formatting", _("Formatting is lost: %(tags)s.") % {"tags": shown})
        self.lost.clear()
        return self.items, self.findings


def named_rows(rows: Iterable[int]) -> str:
    numbers = list(rows)
    shown = ", ".join(str(number) for number in numbers[:20])
    if len(numbers) > 20:
        return _("(Questions %(rows)s and %(more)d more.)") % {
            "rows": shown,
            "more": len(numbers) - 20,
        }
    return _("(Questions %(rows)s.)") % {"rows": shown}


def check_size(data: bytes) -> None:
    """Raises UnreadableFile for an empty file and for one of more than 10 MB."""
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableFile("empty", gettext_lazy("The file is empty."))
    if len(data) > MAX_BYTES:
        raise UnreadableFile(
            "too-large", gettext_lazy("The file has more than 10 MB. Split it and send the parts.")
        )


def too_many() -> UnreadableFile:
    return UnreadableFile(
        "too-many",
        gettext_lazy("The file holds more than 5,000 questions. Split it and send the parts."),
    )


def fingerprint(kind: str, stem: str) -> str:
    """The same for questions of a kind that ask the same, whatever their capitals, accents, spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", stem).casefold()
    # Letters and digits, and the signs that may be all there is to a question ("2+2" and "2-2").
    kept = "".join(c for c in plain if unicodedata.category(c)[0] in "LN" or c in "+-−*/=<>%√")
    return f"{kind}:{kept or plain.strip()}"


def new_id() -> str:
    return str(uuid.uuid4())


def number(text: str) -> Decimal | None:
    """A decimal number in plain or scientific writing, else None. A comma is read as a point."""
    text = text.strip().replace("−", "-")
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    if not DECIMAL.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def plain_number(value: Decimal) -> str:
    """2.50 as "2.5", 1E+3 as "1000"."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def options(
    texts: Iterable[tuple[str, bool, str]], ids: Iterable[str] | None = None
) -> list[dict[str, Any]]:
    """Options from (text, is right, feedback)."""
    names = iter(ids) if ids is not None else None
    return [
        {
            "id": next(names, "") if names else "",
            "text": text,
            "correct": right,
            "feedback": feedback,
        }
        for text, right, feedback in texts
    ]


def settle(item: Item) -> None:
    """Bring an item into the form in which the bank keeps it: clean text, every field there, ids that are unique."""
    content = item.content
    kept: dict[str, Any] = {
        "kind": content["kind"],
        "stem": clean_text(content["stem"]).strip(),
        "explanation": clean_text(content.get("explanation", "")).strip(),
    }
    taken: set[str] = set()
    for name in LINES:
        if name in content:
            kept[name] = [_part(name, part, taken) for part in content[name]]
    if kept["kind"] == "matching":
        kept.setdefault("extra", [])
    if "number" in content:
        kept["number"] = _number(content["number"], taken)
    if "picture" in content:
        picture = content["picture"]
        kept["picture"] = {
            "drawing": picture.get("drawing") or "",
            "image": picture.get("image"),
            "alt": clean_line(picture.get("alt", "")),
        }
    item.content = kept
    item.title = clean_line(item.title)[:MAX_STEM]
    item.key = clean_line(item.key)
    item.tags = tuple(
        dict.fromkeys(tag for tag in (clean_line(t)[:MAX_TAG] for t in item.tags) if tag)
    )


def _part(name: str, part: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    kept: dict[str, Any] = {"id": _id(part.get("id", ""), taken)}
    for line in LINES[name]:
        kept[line] = clean_line(part.get(line, ""))
    if name == "gaps":
        kept["accepted"] = [form for form in map(clean_line, part["accepted"]) if form]
        kept["case"], kept["accents"] = bool(part.get("case")), bool(part.get("accents"))
    if name == "spots":
        for side in ("x", "y", "width", "height"):
            kept[side] = part[side]
    if name in ("options", "spots"):
        kept["correct"] = bool(part["correct"])
    kept["feedback"] = clean_text(part.get("feedback", "")).strip()
    return kept


def _number(given: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    return {
        "id": _id(given.get("id", ""), taken),
        "value": _figure(given["value"]),
        "tolerance": _figure(given.get("tolerance") or "0"),
        "unit": clean_line(given.get("unit", "")),
        "units": [
            {"unit": clean_line(other["unit"]), "factor": _figure(other["factor"])}
            for other in given.get("units", [])
        ],
        "feedback": clean_text(given.get("feedback", "")).strip(),
    }


def _figure(text: str) -> str:
    """A number as the bank writes it, 2.50 as it is and 1E+3 as 1000; what is no number is left for the check."""
    text = clean_line(text)
    value = number(text)
    if value is None or re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    return plain_number(value)


def _id(wanted: str, taken: set[str]) -> str:
    name = wanted if ID.fullmatch(wanted) and wanted not in taken else new_id()
    taken.add(name)
    return name


def problem_of(content: dict[str, Any]) -> tuple[str, str] | None:
    """Why a settled content makes no question: (code, sentence), or None."""
    if content["kind"] not in KINDS:
        return "kind", _("There is no kind of question “%(kind)s” here.") % {
            "kind": content["kind"][:40]
        }
    if not content["stem"]:
        return "no-stem", _("There is no question text.")
    if max(len(content["stem"]), len(content["explanation"])) > MAX_STEM:
        return "too-long", _(
            "The question or its explanation is longer than %(max)d characters."
        ) % {"max": MAX_STEM}
    return _length_problem(content) or CHECKS[content["kind"]](content)


def _length_problem(content: dict[str, Any]) -> tuple[str, str] | None:
    for name, limits in LINES.items():
        parts = content.get(name, [])
        if len(parts) > MAX_PARTS:
            return "too-many-parts", _("There are more than %(max)d answers.") % {"max": MAX_PARTS}
        for part in parts:
            for line, limit in limits.items():
                if len(part[line]) > limit:
                    return "too-long", _(
                        "“%(start)s…” is longer than %(max)d characters; shorten it there, nothing is cut here."
                    ) % {"start": part[line][:30], "max": limit}
            if len(part["feedback"]) > MAX_LONG:
                return "too-long", _("A feedback is longer than %(max)d characters.") % {
                    "max": MAX_LONG
                }
    return None


def _check_options(content: dict[str, Any]) -> tuple[str, str] | None:
    given = content.get("options", [])
    right = sum(option["correct"] for option in given)
    if not all(option["text"] for option in given):
        return "empty-answer", _("An answer has no text.")
    if len(given) < 2:
        return "too-few", _("A choice needs at least two answers.")
    if content["kind"] == "true_false" and len(given) != 2:
        return "too-many", _("True or false has exactly two answers.")
    if content["kind"] != "multiple" and right != 1:
        return "right-answers", _("Exactly one answer must be right; here it is %(count)d.") % {
            "count": right
        }
    if right < 1:
        return "right-answers", _("No answer is marked as right.")
    return None


def _check_ordering(content: dict[str, Any]) -> tuple[str, str] | None:
    given = content.get("items", [])
    if not all(item["text"] for item in given):
        return "empty-answer", _("An answer has no text.")
    return None if len(given) >= 3 else ("too-few", _("An order needs at least three items."))


def _check_matching(content: dict[str, Any]) -> tuple[str, str] | None:
    pairs = content.get("pairs", [])
    sides = [side for pair in pairs for side in (pair["left"], pair["right"])]
    if not all([*sides, *(extra["right"] for extra in content["extra"])]):
        return "empty-answer", _("One side of a pair has no text.")
    return None if len(pairs) >= 2 else ("too-few", _("Matching needs at least two pairs."))


def _check_fill_in(content: dict[str, Any]) -> tuple[str, str] | None:
    gaps = content.get("gaps", [])
    if len(gaps) > MAX_GAPS:
        return "too-many-parts", _("There are more than %(max)d gaps.") % {"max": MAX_GAPS}
    if not gaps or not all(gap["accepted"] for gap in gaps):
        return "no-answer", _("A gap has no accepted answer.")
    forms = [form for gap in gaps for form in gap["accepted"]]
    if max(map(len, forms)) > MAX_FORM or max(len(g["accepted"]) for g in gaps) > MAX_FORMS:
        return "too-long", _("A gap takes at most %(forms)d answers of %(max)d characters.") % {
            "forms": MAX_FORMS,
            "max": MAX_FORM,
        }
    return None


def _check_numeric(content: dict[str, Any]) -> tuple[str, str] | None:
    given = content.get("number")
    if not given:
        return "no-answer", _("There is no number to expect.")
    value, tolerance = number(given["value"]), number(given["tolerance"])
    if value is None or tolerance is None or tolerance < 0:
        return "not-a-number", _("“%(value)s ± %(tolerance)s” is no number with a tolerance.") % {
            "value": given["value"][:40],
            "tolerance": given["tolerance"][:40],
        }
    names = [given["unit"], *(other["unit"] for other in given["units"])]
    factors = [number(other["factor"]) for other in given["units"]]
    if len(factors) > MAX_UNITS or max(map(len, names)) > MAX_UNIT:
        return "too-long", _("A number takes at most %(units)d units of %(max)d characters.") % {
            "units": MAX_UNITS,
            "max": MAX_UNIT,
        }
    if any(factor is None or factor <= 0 for factor in factors):
        return "not-a-number", _("A unit has no name, or no factor above 0.")
    if len(names) > 1 and (not all(names) or len(set(names)) < len(names)):
        return "unit", _("A unit has no name, or the name of another.")
    return None


def _check_hotspot(content: dict[str, Any]) -> tuple[str, str] | None:
    spots, picture = content.get("spots", []), content.get("picture")
    right = sum(spot["correct"] for spot in spots)
    if picture is None:
        return "no-picture", _("There is no picture.")
    if len(spots) < 2 or not 0 < right < len(spots):
        return "right-answers", _("A picture needs at least one right and one wrong place.")
    if not all(spot["label"] for spot in spots):
        return "empty-answer", _("A place in the picture has no name.")
    for spot in spots:
        sides = [spot[side] for side in ("x", "y", "width", "height")]
        if not all(isinstance(side, int | float) and 0 <= side <= 100 for side in sides):
            return "off-picture", _("A place lies outside the picture.")
        if spot["width"] <= 0 or spot["height"] <= 0 or spot["x"] + spot["width"] > 100.01 or spot["y"] + spot["height"] > 100.01:  # fmt: skip
            return "off-picture", _("A place lies outside the picture.")
    return None


CHECKS = {
    "single": _check_options,
    "multiple": _check_options,
    "true_false": _check_options,
    "ordering": _check_ordering,
    "matching": _check_matching,
    "fill_in": _check_fill_in,
    "numeric": _check_numeric,
    "hotspot": _check_hotspot,
}
