"""One point for a number within the tolerance, in any of the units."""

from decimal import Decimal
from typing import Any

from modules.kinds.numeric.numbers import PRECISE, exact
from modules.scoring import Mark, marked


def mark(content: dict[str, Any], answer: Any) -> Mark:
    """`answer` is {"value": decimal string, "unit": the unit it is in}."""
    number = content["number"]
    given = _in_main_unit(number, answer if isinstance(answer, dict) else {})
    if given is None:
        return marked(0.0, {})
    value, tolerance = exact(number["value"]), exact(number["tolerance"])
    is_right = (
        value is not None
        and tolerance is not None
        and abs(PRECISE.subtract(given, value)) <= tolerance
    )
    return marked(float(is_right), {number["id"]: is_right})


def _in_main_unit(number: dict[str, Any], answer: dict[str, Any]) -> Decimal | None:
    """value × factor of its unit. None for what is no number, or in a unit that is not offered."""
    value = exact(answer.get("value"))
    unit = answer.get("unit", "")
    if value is None or unit == number["unit"]:
        return value
    factors = {other["unit"]: exact(other["factor"]) for other in number.get("units", [])}
    factor = factors.get(unit) if isinstance(unit, str) else None
    return PRECISE.multiply(value, factor) if factor is not None else None
