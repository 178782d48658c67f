"""Numbers as people type them, read exactly. Pure.

The rule, whatever the language of the page:
1. Spaces and apostrophes group digits, in threes.
2. Where point and comma both stand, the last one is the decimal sign and the other groups digits.
3. A sign that stands several times groups digits.
4. A sign that stands once is the decimal sign, unless exactly three digits follow it and one to three, not just a nought,
   stand before it ("1.000"). Then the language decides: its decimal sign, or its sign for thousands. A sign that is
   neither in that language is refused rather than guessed.
"""

import re
import unicodedata
from decimal import Context, Decimal

MAX_DIGITS = (
    30  # of a number that somebody types or writes; a product of two still fits into PRECISE
)
PRECISE = Context(prec=300)
EXACT = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?", re.ASCII)
MINUS = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d", "-"))
GROUPING = str.maketrans(
    dict.fromkeys("'\u2019\u02bc\u066c\u00a0\u2007\u2009\u202f\t", " ")
    | {"\u066b": ".", "\uff0e": ".", "\uff0c": ","}
)
SHAPE = re.compile(r"([+-]?) ?([0-9., ]*[0-9][0-9., ]*)", re.ASCII)


class UnreadableNumber(ValueError):
    """What was typed is no number (`is_ambiguous` False), or could be two (True)."""

    def __init__(self, *, is_ambiguous: bool = False) -> None:
        self.is_ambiguous = is_ambiguous
        super().__init__()


def exact(text: object) -> Decimal | None:
    """A number as contents and answers keep it ("2.5"), or None."""
    if not isinstance(text, str) or not EXACT.fullmatch(text):
        return None
    return Decimal(text)


def plain(value: Decimal) -> str:
    """As contents and answers keep it, without an exponent: 1E+3 is "1000"."""
    return format(value, "f")


def read(text: str, *, decimal: str = ".", thousands: str = ",") -> Decimal:
    """What somebody typed, by the signs of the language in which they were asked. Raises UnreadableNumber."""
    found = SHAPE.fullmatch(_ascii(text))
    if not found or sum(char.isdigit() for char in found[2]) > MAX_DIGITS:
        raise UnreadableNumber
    sign, digits = found.groups()
    digits = digits.strip()
    point = _decimal_sign(digits, decimal, thousands)
    whole, _point, rest = digits.partition(point) if point else (digits, "", "")
    if not rest.isdigit() and rest:
        raise UnreadableNumber
    return Decimal(f"{sign}{_ungrouped(whole)}.{rest or '0'}" if rest else sign + _ungrouped(whole))


def _ascii(text: str) -> str:
    """Digits of every script as 0 to 9, every minus as one, every space and apostrophe as a space."""
    digits = (
        str(unicodedata.decimal(char)) if unicodedata.decimal(char, None) is not None else char
        for char in text.strip()
    )
    return "".join(digits).translate(MINUS).translate(GROUPING)


def _decimal_sign(digits: str, decimal: str, thousands: str) -> str:
    """Which sign in these digits begins the decimals, or an empty string."""
    places = {sign: digits.rfind(sign) for sign in ".," if sign in digits}
    if not places:
        return ""
    last = max(places, key=lambda sign: places[sign])
    if len(places) == 2:
        if digits.count(last) > 1:
            raise UnreadableNumber
        return last
    if digits.count(last) > 1:
        return ""
    before, _sign, after = digits.partition(last)
    could_group = len(after) == 3 and re.fullmatch(r"[1-9]\d{0,2}", before)
    if not could_group or last == decimal:
        return last
    if last == thousands:
        return ""
    raise UnreadableNumber(is_ambiguous=True)


def _ungrouped(digits: str) -> str:
    """The digits without their groups, which must be of three. Raises UnreadableNumber."""
    signs = {char for char in digits if not char.isdigit()}
    if not signs:
        return digits or "0"
    if len(signs) > 1 or not re.fullmatch(r"\d{1,3}([., ]\d{3})+", digits):
        raise UnreadableNumber
    return re.sub(r"\D", "", digits)
