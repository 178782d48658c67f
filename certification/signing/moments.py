"""How is a moment written in a credential, and how is one read back? UTC, whole seconds, RFC 3339."""

import re
from datetime import UTC, datetime, timedelta

CLOCK_SKEW = timedelta(seconds=300)
"""How far two honest clocks may be apart."""

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def timestamp(at: datetime) -> str:
    """Raises ValueError for a naive datetime: nobody could say which moment was signed."""
    if at.utcoffset() is None:
        raise ValueError("A moment in a credential needs a time zone.")
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def read_timestamp(value: object) -> datetime:
    """Raises ValueError unless it is an RFC 3339 timestamp with a zone."""
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise ValueError("not a timestamp with a time zone")
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except OverflowError:
        raise ValueError("a timestamp outside the calendar") from None
