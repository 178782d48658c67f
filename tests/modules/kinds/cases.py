"""A strategy of contents for every kind of question, and ways to answer them. A new kind adds a line to CONTENTS."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Zl", "Zp")), max_size=12
)
said = words.filter(lambda text: text.strip())


def ids(count: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.uuids().map(str), min_size=count, max_size=count, unique=True)


@st.composite
def options(draw, least: int = 2, most: int = 6, right: int | None = 1) -> dict[str, Any]:
    count = draw(st.integers(least, most))
    number = right or draw(st.integers(1, count - 1))
    correct = draw(st.permutations([True] * number + [False] * (count - number)))
    return {
        "options": [
            {"id": key, "text": draw(said), "correct": is_right, "feedback": draw(words)}
            for key, is_right in zip(draw(ids(count)), correct, strict=True)
        ]
    }


@st.composite
def ordering(draw) -> dict[str, Any]:
    keys = draw(ids(draw(st.integers(3, 6))))
    return {"items": [{"id": key, "text": draw(said), "feedback": draw(words)} for key in keys]}


@st.composite
def matching(draw) -> dict[str, Any]:
    count, extra = draw(st.integers(2, 5)), draw(st.integers(0, 2))
    keys = draw(ids(count + extra))
    side = st.one_of(st.sampled_from(["prevention", "protection"]), said)
    return {
        "pairs": [
            {"id": key, "left": draw(said), "right": draw(side), "feedback": draw(words)}
            for key in keys[:count]
        ],
        "extra": [
            {"id": key, "right": f"x {draw(said)}", "feedback": draw(words)} for key in keys[count:]
        ],
    }


# What can be typed into one line: what clean_line leaves as it is.
typeable = st.text("abcçéßſİIıiøÅΣςώ 'ʼ’-–0²", min_size=1, max_size=10).filter(
    lambda text: any(char.isalnum() for char in text)
)


@st.composite
def fill_in(draw) -> dict[str, Any]:
    return {
        "gaps": [
            {
                "id": key,
                "before": draw(words),
                "after": draw(words),
                "accepted": draw(st.lists(typeable, min_size=1, max_size=3)),
                "case": draw(st.booleans()),
                "accents": draw(st.booleans()),
                "feedback": draw(words),
            }
            for key in draw(ids(draw(st.integers(1, 4))))
        ]
    }


decimals = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=3).map(
    lambda value: format(value, "f")
)
positive = st.decimals("0.001", 1000, places=3).map(lambda value: format(value, "f"))


@st.composite
def numeric(draw) -> dict[str, Any]:
    others = draw(st.lists(st.sampled_from(["cm", "km", "ft"]), max_size=2, unique=True))
    return {
        "number": {
            "id": draw(ids(1))[0],
            "value": draw(decimals),
            "tolerance": draw(st.one_of(st.just("0"), positive)),
            "unit": "m" if others else draw(st.sampled_from(["", "m", "°C"])),
            "units": [{"unit": unit, "factor": draw(positive)} for unit in others],
            "feedback": draw(words),
        }
    }


@st.composite
def hotspot(draw) -> dict[str, Any]:
    found = draw(options(least=2, right=None))["options"]
    side = st.integers(1, 50)
    return {
        "picture": {"drawing": "t-square", "image": None, "alt": draw(said)},
        "spots": [
            {
                "id": option["id"],
                "label": option["text"],
                "x": draw(side),
                "y": draw(side),
                "width": draw(side),
                "height": draw(st.floats(0.5, 49, allow_nan=False)),
                "correct": option["correct"],
                "feedback": option["feedback"],
            }
            for option in found
        ],
    }


CONTENTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "single": options(),
    "multiple": options(least=3, right=None),
    "true_false": options(most=2),
    "ordering": ordering(),
    "matching": matching(),
    "fill_in": fill_in(),
    "numeric": numeric(),
    "hotspot": hotspot(),
}


@st.composite
def questions(draw, kind: str) -> dict[str, Any]:
    """The whole content of a version of that kind."""
    return {"kind": kind, "stem": draw(said), "explanation": draw(words), **draw(CONTENTS[kind])}


def partly_right(content: dict[str, Any], right: set[int]) -> Any:
    """An answer that is right in the parts at these places and wrong in the others; None if the kind has one part."""
    match content["kind"]:
        case "multiple":
            return _ticked(content["options"], right)
        case "hotspot":
            return _ticked(content["spots"], right)
        case "ordering":
            return _placed([item["id"] for item in content["items"]], right)
        case "matching":
            keys = [pair["id"] for pair in content["pairs"]]
            return {key: key if place in right else "nobody" for place, key in enumerate(keys)}
        case "fill_in":
            return {
                gap["id"]: gap["accepted"][0] if place in right else "###"
                for place, gap in enumerate(content["gaps"])
            }
    return None


def _ticked(options: list[dict[str, Any]], right: set[int]) -> list[str]:
    return [
        option["id"]
        for place, option in enumerate(options)
        if option["correct"] is (place in right)
    ]


def _placed(keys: list[str], right: set[int]) -> list[str]:
    return [key if place in right else f"not {key}" for place, key in enumerate(keys)]


def number_of_parts(content: dict[str, Any]) -> int:
    for name in ("options", "spots", "items", "pairs", "gaps"):
        if name in content:
            return len(content[name])
    return 1


def off_by(number: dict[str, Any], share: Decimal) -> str:
    """A value away from the right one by a share of the tolerance."""
    return format(Decimal(number["value"]) + share * Decimal(number["tolerance"]), "f")
