"""Which credential is in this file? JSON as it is, baked SVG, or a PDF with it attached; under limits, raising one error."""

import json
import math
from typing import Any

from certification.signing.bake import unbake_svg
from certification.signing.errors import NotPlain, Unreadable
from certification.signing.pdf_attachment import take_out
from certification.signing.plain import walk

MAX_BYTES = 1_000_000


def read_credential(data: bytes | str | dict[str, Any]) -> dict[str, Any]:
    """Return the JSON object in it, checked for size, depth, repeated members and numbers that are none.

    Raises  Unreadable.
    """
    return parse_json(_json_in(_as_bytes(data)))


def parse_json(content: bytes) -> dict[str, Any]:
    if len(content) > MAX_BYTES:
        raise Unreadable("The file is too large.")
    try:
        document = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_members,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
        for path, value in walk(document):
            # A lone surrogate, written \ud800, is no text; the path holds the names of the members.
            (path + value if isinstance(value, str) else path).encode()
    except RecursionError:
        raise Unreadable("The file is nested too deeply.") from None
    except NotPlain as error:
        raise Unreadable(f"The file is out of bounds: {error.reason}.") from None
    except ValueError:
        raise Unreadable("The file is not sound JSON.") from None
    if not isinstance(document, dict):
        raise Unreadable("The file holds no credential.")
    return document


def _as_bytes(data: bytes | str | dict[str, Any]) -> bytes:
    try:
        if isinstance(data, dict):
            data = json.dumps(data, allow_nan=False)
        return data.encode() if isinstance(data, str) else bytes(data)
    except (ValueError, TypeError, RecursionError):
        # a dict that is no JSON, a text with lone surrogates, or something else altogether
        raise Unreadable("The file is not sound JSON.") from None


def _json_in(content: bytes) -> bytes:
    if len(content) > MAX_BYTES:
        raise Unreadable("The file is too large.")
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:5]
    if start.startswith(b"%PDF-"):
        attached = take_out(content, limit=MAX_BYTES)
        if attached is None:
            raise Unreadable("No credential is attached to the PDF.")
        return attached
    return unbake_svg(content) if start.startswith(b"<") else content


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        # Readers differ on which of the two counts.
        raise ValueError("a member stands twice")
    return members


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number out of bounds")
    return number
