"""Questions on their way in or out, invented by hypothesis or by hand."""

import uuid

from hypothesis import strategies as st

from content.text import clean_line, clean_text
from modules.exchange.items import Item, Picture

# 1 × 1, so that nobody needs an image library to make one.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
# What formats use for themselves, spaces of all kinds, and writing that goes its own ways.
ALPHABET = (
    "abcXYZ 019  ~=#{}:\\|;,\"'<>&%*[]()->$/@+_?!.\n\tßétê£–“”مرحباשдж日本😀\ufeff\u200d\u2028\xa0"
)
characters = st.sampled_from(ALPHABET)
lines = st.text(characters, max_size=60).map(clean_line)
full_lines = lines.filter(bool)
texts = st.text(characters, max_size=120).map(lambda text: clean_text(text).strip())
ids = st.uuids().map(str)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1000, max_value=1000).map(str)  # fmt: skip
sizes = st.decimals(min_value=0, max_value=100, places=2, allow_nan=False).map(str)


def parts(**fields):
    return st.fixed_dictionaries({"id": ids, **fields, "feedback": texts})


def _one_right(options):
    return [option | {"correct": n == 0} for n, option in enumerate(options)]


option_lists = st.lists(parts(text=full_lines, correct=st.booleans()), min_size=2, max_size=5)
pairs = st.lists(parts(left=full_lines, right=full_lines), min_size=2, max_size=5)
gaps = parts(
    before=lines, after=lines, accepted=st.lists(full_lines, min_size=1, max_size=3, unique=True),
    case=st.booleans(), accents=st.booleans(),
)  # fmt: skip
spot = parts(
    label=full_lines, x=st.integers(0, 5000).map(lambda n: n / 100), y=st.integers(0, 50),
    width=st.integers(1, 50), height=st.integers(100, 5000).map(lambda n: n / 100), correct=st.booleans(),
)  # fmt: skip


def _apart(number):
    """Each unit with a name of its own, and a main unit where there are others."""
    for n, other in enumerate(number["units"]):
        other["unit"] = f"{other['unit']} {n}"
    if number["units"]:
        number["unit"] = number["unit"] or "m"
    return number


numbers = st.fixed_dictionaries(
    {
        "id": ids, "value": decimals, "tolerance": sizes, "unit": lines.map(lambda t: t[:20].strip()),
        "units": st.lists(
            st.fixed_dictionaries(
                {
                    "unit": full_lines.map(lambda t: t[:20].strip()),
                    "factor": st.integers(1, 9999).map(lambda n: str(n / 1000)),
                }
            ),
            max_size=2,
        ),
        "feedback": texts,
    }
)  # fmt: skip

BODIES = {
    "single": st.fixed_dictionaries({"options": option_lists.map(_one_right)}),
    "multiple": st.fixed_dictionaries(
        {"options": option_lists.filter(lambda o: any(x["correct"] for x in o))}
    ),
    "true_false": st.fixed_dictionaries({"options": option_lists.map(lambda o: _one_right(o[:2]))}),
    "ordering": st.fixed_dictionaries(
        {"items": st.lists(parts(text=full_lines), min_size=3, max_size=5)}
    ),
    "matching": st.fixed_dictionaries(
        {"pairs": pairs, "extra": st.lists(parts(right=full_lines), max_size=2)}
    ),
    "fill_in": st.fixed_dictionaries({"gaps": st.lists(gaps, min_size=1, max_size=3)}),
    "numeric": st.fixed_dictionaries({"number": numbers.map(_apart)}),
    "hotspot": st.fixed_dictionaries(
        {
            "picture": st.fixed_dictionaries(
                {
                    "drawing": st.just(""),
                    "image": st.integers(1, 99),
                    "alt": full_lines,
                }
            ),
            "spots": st.lists(spot, min_size=2, max_size=4).map(_one_right),
        }
    ),
}


@st.composite
def items(draw, *kinds: str) -> Item:
    """Items that hold together, of these kinds or of all."""
    kind = draw(st.sampled_from(kinds or tuple(BODIES)))
    body = draw(BODIES[kind])
    content = {"kind": kind, "stem": draw(texts.filter(bool)), "explanation": draw(texts), **body}
    picture = None
    if kind == "hotspot":
        picture = Picture(f"pictures/image-{body['picture']['image']}.png", PIXEL, 640, 480)
    return Item(
        content,
        title=draw(lines),
        key=draw(lines),
        tags=tuple(draw(st.lists(full_lines, max_size=3, unique=True))),
        difficulty=draw(st.sampled_from([1, 2, 3])),
        language=draw(st.sampled_from(["", "en", "fr", "pt-BR"])),
        is_graded=draw(st.booleans()),
        row=1,
        picture=picture,
    )


def option(text: str, correct: bool = False, feedback: str = "") -> dict:
    return {"id": str(uuid.uuid4()), "text": text, "correct": correct, "feedback": feedback}


def choice(stem: str, *texts: str, kind: str = "single") -> Item:
    """A choice whose first answer is right."""
    options_ = [option(text, n == 0) for n, text in enumerate(texts)]
    return Item({"kind": kind, "stem": stem, "explanation": "", "options": options_}, row=1)
