"""Turns one TOML text into shapes, and writes down everything that does not fit."""

import re
import tomllib
import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from .lines import Lines, Path
from .problems import Problem

_NAMES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date",
}


@dataclass(frozen=True)
class Wanted:
    """A key that some record uses, to be resolved when everything is read."""

    kinds: tuple[str, ...]
    key: str | int
    file: str
    line: int


@dataclass
class Findings:
    """What the reader collects on its way."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)

    def problem(self, file: str, line: int, message: str) -> None:
        self.problems.append(Problem(file, line, message))

    def warn(self, file: str, line: int, message: str) -> None:
        self.warnings.append(Problem(file, line, message))


class Sheet:
    """One TOML text of one file (or of one block of a lesson, which starts at `first_line`)."""

    def __init__(self, text: str, file: str, findings: Findings, first_line: int = 1):
        self.file = file
        self.findings = findings
        self.lines = Lines(text, first_line)
        self.data: dict[str, Any] = {}
        self.is_readable = True
        try:
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self.is_readable = False
            where = re.search(r"\(at line (\d+)", str(error))
            row = int(where.group(1)) - 1 if where else max(len(self.lines.rows) - 1, 0)
            self.findings.problem(file, first_line + row, f"This is not valid TOML: {error}")

    def problem(self, path: Path, message: str, value: object = None) -> None:
        self.findings.problem(self.file, self.lines.at(path, value), message)

    def warn(self, path: Path, message: str) -> None:
        self.findings.warn(self.file, self.lines.at(path), message)

    def build(self, shape: type, data: Any = None, path: Path = ()) -> Any:
        """An instance of `shape`. What is missing or wrong is written down and replaced by an empty value."""
        data = self.data if data is None else data
        hints, values = _hints(shape), {}
        for name in data:
            if name not in hints:
                self.problem((*path, name), f"Unknown field “{name}”.")
        for spec in fields(shape):
            place = (*path, spec.name)
            if spec.name in data:
                values[spec.name] = self._convert(hints[spec.name], data[spec.name], place, spec)
            elif spec.default is MISSING and spec.default_factory is MISSING:
                self.problem(path, f"The field “{spec.name}” is missing.")
                values[spec.name] = _empty(hints[spec.name])
        return shape(**values)

    def _convert(self, hint: Any, value: Any, path: Path, spec: Any) -> Any:
        origin = get_origin(hint)
        if origin in (Union, types.UnionType):
            options = [option for option in get_args(hint) if option is not type(None)]
            hint = next(
                (o for o in options if is_dataclass(o) == isinstance(value, dict)), options[0]
            )
            return self._convert(hint, value, path, spec)
        if origin is tuple:
            if not isinstance(value, list):
                return self._wrong(path, "a list", ())
            return tuple(
                self._convert(get_args(hint)[0], item, (*path, n), spec)
                for n, item in enumerate(value)
            )
        if origin is Mapping:
            if not isinstance(value, dict):
                return self._wrong(path, "a table", {})
            return {
                name: self._convert(get_args(hint)[1], item, (*path, name), spec)
                for name, item in value.items()
            }
        if is_dataclass(hint):
            if not isinstance(value, dict):
                return self._wrong(path, "a table", _empty(hint))
            return self.build(hint, value, path)
        return self._scalar(hint, value, path, spec)

    def _scalar(self, hint: type, value: Any, path: Path, spec: Any) -> Any:
        if not _fits(hint, value):
            return self._wrong(path, _NAMES[hint], _empty(hint))
        meta = spec.metadata
        if "choices" in meta and value not in meta["choices"]:
            allowed = ", ".join(map(str, meta["choices"]))
            self.problem(
                path, f"“{value}” is not allowed in “{spec.name}”. Choose from: {allowed}.", value
            )
        may_be_empty = meta.get("may_be_empty", spec.default == "")
        if value == "" and not may_be_empty:
            self.problem(path, f"The field “{spec.name}” is empty.")
        elif isinstance(value, str) and value and not value.strip():
            self.problem(path, f"The field “{spec.name}” holds only spaces.")
        if "ref" in meta and value != "":
            self.findings.wanted.append(
                Wanted(meta["ref"], value, self.file, self.lines.at(path, value))
            )
        return value

    def _wrong(self, path: Path, expected: str, instead: Any) -> Any:
        name = next(str(part) for part in reversed(path) if isinstance(part, str))
        self.problem(path, f"The field “{name}” must be {expected}.")
        return instead


@cache
def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape)


def _fits(hint: type, value: Any) -> bool:
    if hint is bool:
        return isinstance(value, bool)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if hint is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, hint)


def _empty(hint: Any) -> Any:
    """Stands in for a missing value, so that the other checks can go on."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return None if type(None) in get_args(hint) else _empty(get_args(hint)[0])
    if origin is tuple:
        return ()
    if origin is Mapping:
        return {}
    if is_dataclass(hint):
        return hint(**{spec.name: _empty(_hints(hint)[spec.name]) for spec in fields(hint)})
    return {str: "", int: 0, float: 0.0, bool: False, date: date.max}[hint]
