"""The share of gaps with an accepted form, and when two ways of writing are the same."""

import unicodedata
from typing import Any

from modules.scoring import Mark, shared

APOSTROPHES = "'\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\u0060\u00b4\uff07"
QUOTES = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033'
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
ALIKE = str.maketrans(
    {char: "'" for char in APOSTROPHES}
    | {char: '"' for char in QUOTES}
    | {char: "-" for char in DASHES}
)
NOTHING = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
# Letters whose stroke or ligature Unicode does not take apart.
PLAIN = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ħ": "h", "Ħ": "H", "ı": "i", "æ": "ae", "Æ": "AE",
     "œ": "oe", "Œ": "OE", "ß": "ss", "ẞ": "SS"}
)  # fmt: skip
SHORT = "\u0306"  # й and ў are letters of their own, not и and у with an accent


def mark(content: dict[str, Any], answer: Any) -> Mark:
    """`answer` is {gap id: what was typed}."""
    given = answer if isinstance(answer, dict) else {}
    return shared({gap["id"]: is_accepted(gap, given.get(gap["id"])) for gap in content["gaps"]})


def is_accepted(gap: dict[str, Any], typed: Any) -> bool:
    if not isinstance(typed, str):
        return False
    case, accents = bool(gap.get("case")), bool(gap.get("accents"))
    written = plain(typed, case=case, accents=accents)
    if not written:
        return False
    forms = [form for form in gap["accepted"] if isinstance(form, str)]
    if written in {plain(form, case=case, accents=accents) for form in forms}:
        return True
    if not case and is_greek_capitals(typed):  # which are written without accents
        bare = plain(typed, case=False, accents=False)
        return bare in {plain(form, case=False, accents=False) for form in forms}
    return False


def plain(text: str, *, case: bool, accents: bool) -> str:
    """What two writings of the same have in common.

    case     whether capitals matter; if not, ß is ss, ς is σ, and the four letters I of Turkish are one
    accents  whether accents matter; if not, é is e, ø is o
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFC", text).translate(ALIKE))
    text = " ".join(text.translate(ALIKE).translate(NOTHING).split())
    if not case:
        text = unicodedata.normalize("NFC", text.casefold()).replace("i\u0307", "i")
        text = unicodedata.normalize("NFC", text.replace("ı", "i").casefold())
    # A mark that stands alone leaves the space it stood on.
    return text if accents else " ".join(without_accents(text).split())


def without_accents(text: str) -> str:
    """Latin, Greek and Cyrillic letters without their marks; the vowel signs of other scripts stay."""
    kept: list[str] = []
    for char in unicodedata.normalize("NFD", text.translate(PLAIN)):
        is_letter_of_its_own = char == SHORT and kept and kept[-1] in "иИуУ"
        if not "\u0300" <= char <= "\u036f" or is_letter_of_its_own:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def is_greek_capitals(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return (
        bool(letters)
        and text == text.upper()
        and all("\u0370" <= char <= "\u03ff" for char in letters)
    )
