"""Counting queries as design section 6 means them: statements that read or write, not SAVEPOINT and COMMIT."""

from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

CONTROL = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


@contextmanager
def at_most(ceiling: int):
    with CaptureQueriesContext(connection) as captured:
        yield captured
    asked = [query["sql"] for query in captured if not query["sql"].startswith(CONTROL)]
    assert len(asked) <= ceiling, f"{len(asked)} queries, at most {ceiling}:\n" + "\n".join(
        sql[:300] for sql in asked
    )
