"""What is taught, assessed and carried out, and what is not yet: tables whose holes are shown as holes.

This app knows its records; the apps above register what they do with them, and never tell a person what that person may
not know of.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content import wording
from content.knowledge import in_order
from content.models import Action, Guidance, Recommendation

Text = str | Promise


@dataclass(frozen=True)
class Head:
    """What a row or a column is about. `short` stands where there is little room."""

    key: str
    title: str
    url: str = ""
    short: str = ""
    is_planned: bool = False


@dataclass(frozen=True)
class Cell:
    """How many of one thing there are. `is_named`: none yet, but somebody has said that there will be.

    words   shown instead of the number, to people who are not told how many
    """

    number: int = 0
    is_named: bool = False
    words: str = ""

    @property
    def shown(self) -> str:
        if self.number:
            return self.words or str(self.number)
        return _("planned") if self.is_named else "–"


NOTHING = Cell()


@dataclass(frozen=True)
class Row:
    head: Head
    cells: list[Cell]

    @property
    def number(self) -> int:
        return sum(cell.number for cell in self.cells)

    @property
    def is_hole(self) -> bool:
        return not self.number


@dataclass(frozen=True)
class Matrix:
    """Rows × columns. A row without anything in it is a hole; `hole` is the word for that."""

    key: str
    title: Text
    lead: Text
    row_name: Text
    hole: Text
    columns: list[Head]
    rows: list[Row] = field(default_factory=list)
    is_independent: bool = False

    @property
    def holes(self) -> list[Row]:
        return [row for row in self.rows if row.is_hole]

    @property
    def covered(self) -> int:
        return len(self.rows) - len(self.holes)

    @property
    def picture(self) -> "Picture":
        return Picture(self)

    def as_data(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "title": str(self.title),
            "columns": [{"key": one.key, "title": one.title} for one in self.columns],
            "rows": [
                {
                    "key": row.head.key,
                    "title": row.head.title,
                    "is_hole": row.is_hole,
                    "cells": [
                        {"number": cell.number, "is_planned": cell.is_named}
                        if not cell.words
                        else {"is_there": bool(cell.number), "is_planned": cell.is_named}
                        for cell in row.cells
                    ],
                }
                for row in self.rows
            ],
        }

    def as_lines(self) -> list[list[str]]:
        """A table for a CSV file, heading first."""
        head = [_("key"), str(self.row_name), *(one.short or one.title for one in self.columns)]
        return [
            [*head, _("hole")],
            *(
                [row.head.key, row.head.title, *(cell.shown for cell in row.cells), _("yes") if row.is_hole else ""]
                for row in self.rows
            ),
        ]  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A row of the picture: what is filled, what is only outlined, and whether the row is a hole."""

    label: str
    y: int
    filled: str
    outlined: str
    is_hole: bool


class Picture:
    """A matrix as squares on a grid: full for what is there, outlined for what is planned, a bar for a hole."""

    STEP, SIZE, TOP, START = 18, 12, 52, 86

    def __init__(self, matrix: Matrix) -> None:
        self.matrix = matrix
        self.width = self.START + self.STEP * max(1, len(matrix.columns)) + 8
        self.height = self.TOP + self.STEP * len(matrix.rows) + 4
        self.bar = self.STEP * max(1, len(matrix.columns)) - self.STEP + self.SIZE

    @property
    def columns(self) -> list[dict[str, Any]]:
        return [
            {"label": one.short or one.key, "x": self.START + self.STEP * n + self.SIZE // 2 + 4}
            for n, one in enumerate(self.matrix.columns)
        ]

    @property
    def lines(self) -> list[Line]:
        return [
            Line(
                label=row.head.short or row.head.key,
                y=(y := self.TOP + self.STEP * n),
                filled=self._squares(y, [bool(cell.number) for cell in row.cells]),
                outlined=self._squares(
                    y, [cell.is_named and not cell.number for cell in row.cells]
                ),
                is_hole=row.is_hole,
            )
            for n, row in enumerate(self.matrix.rows)
        ]

    def _squares(self, y: int, wanted: list[bool]) -> str:
        size = self.SIZE
        return "".join(
            f"M{self.START + self.STEP * n} {y}h{size}v{size}h-{size}z"
            for n, one in enumerate(wanted)
            if one
        )


Provider = Callable[[object], Iterable[Matrix]]
_providers: list[Provider] = []
_action_columns: list[tuple[str, Text, Combinable]] = []


def provide(provider: Provider) -> Provider:
    """Register `provider(user)` → matrices, in a fixed number of queries."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def provide_action_column(name: str, words: Text, number: Combinable) -> None:
    """Register what an Action has in an app above, as an expression that counts by Action (`OuterRef("pk")`)."""
    if name not in {known for known, _words, _number in _action_columns}:
        _action_columns.append((name, words, number))


def counted(rows: Any, by: str) -> Combinable:
    """`rows`, filtered by an OuterRef, as a number in a subquery."""
    number = rows.order_by().values(by).annotate(n=Count("pk", distinct=True)).values("n")[:1]
    return Coalesce(Subquery(number), Value(0), output_field=IntegerField())


for name, words, through, column in (
    ("recommendations", gettext_lazy("Recommendations"), Recommendation.actions.through, "action"),
    ("guidance", gettext_lazy("Design guidance"), Guidance.actions.through, "action"),
    ("sources", gettext_lazy("Sources"), Action.sources.through, "action"),
):
    rows = through._default_manager.filter(**{column: OuterRef("pk")})
    provide_action_column(name, words, counted(rows, column))


def of(user) -> list[Matrix]:
    """Every matrix there is, as this person may see it."""
    found = [matrix for provider in _providers for matrix in provider(user)]
    return [*found, actions()]


def actions() -> Matrix:
    """Actions × everything. One query."""
    numbers = {name: number for name, _words, number in _action_columns}
    records = wording.in_language(Action.originals.order_by("number").annotate(**{
        f"number_of_{name}": number for name, number in numbers.items()
    }))  # fmt: skip
    return Matrix(
        key="actions",
        title=gettext_lazy("Actions × everything"),
        lead=gettext_lazy("What carries each of the six Actions further."),
        row_name=gettext_lazy("Action of the Partnership"),
        hole=gettext_lazy("Nothing yet"),
        columns=[Head(name, str(words), short=str(words)) for name, words, _n in _action_columns],
        rows=[
            Row(
                Head(action.key, str(action), action.get_absolute_url()),
                [Cell(getattr(action, f"number_of_{name}")) for name in numbers],
            )
            for action in records
        ],
    )


def advice() -> dict[str, list]:
    """Recommendations and guidance in their order, in the reader's words. Two queries, two more in another language."""
    return {
        model.kind: wording.in_language(in_order(model.originals.order_by().only("key", "title")))
        for model in (Recommendation, Guidance)
    }
