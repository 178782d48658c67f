"""Rows that many tests begin with, built once in a process and put back for each test in a few statements.

Building the small school takes some hundred queries; putting its rows back takes one a table. The code under test
builds it the first time, so the rows are always those that it makes.
"""

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, connection, transaction

Rows = dict[Any, tuple]


class Snapshot:
    """What `build` adds to the database and changes in it. Only for tests that roll back (`db`)."""

    def __init__(self, build: Callable[[], None]) -> None:
        self.build = build
        self.kept: list[tuple[str, list[str], list[tuple], list[tuple]]] | None = None

    def make(self) -> None:
        """Put the rows there; where others stand in their place already, build it as the first time."""
        if not connection.in_atomic_block:  # a test that commits: ids may be others then
            self.build()
        elif self.kept is None:
            before = _everything()
            self.build()
            self.kept = _difference(before, _everything())
        else:
            try:
                with transaction.atomic():
                    self._put_back()
            except DatabaseError:
                self.build()

    def _put_back(self) -> None:
        assert self.kept is not None
        quote = connection.ops.quote_name
        with connection.cursor() as cursor:
            for table, columns, added, changed in self.kept:
                names = ", ".join(quote(one) for one in columns)
                places = ", ".join(["%s"] * len(columns))
                key = quote(columns[0])
                for row in changed:
                    values = ", ".join(f"{quote(one)} = %s" for one in columns)
                    cursor.execute(
                        f"UPDATE {quote(table)} SET {values} WHERE {key} = %s", [*row, row[0]]
                    )
                if added:
                    rows = ", ".join([f"({places})"] * len(added))
                    flat = [value for row in added for value in row]
                    cursor.execute(f"INSERT INTO {quote(table)} ({names}) VALUES {rows}", flat)


def _everything() -> dict[str, tuple[list[str], Rows]]:
    """Every row of every table, by its first column, which is the primary key."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            found[table] = columns, {row[0]: tuple(row) for row in cursor.fetchall()}
    return found


def _difference(before, after) -> list[tuple[str, list[str], list[tuple], list[tuple]]]:
    kept = []
    for table, (columns, rows) in after.items():
        known = before[table][1]
        added = [row for key, row in rows.items() if key not in known]
        changed = [row for key, row in rows.items() if key in known and row != known[key]]
        if added or changed:
            kept.append((table, columns, added, changed))
    return kept
