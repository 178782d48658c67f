"""The way back: from what a record says now to the text of its file. What did not change keeps its very bytes.

A record is a plain table here, as TOML reads it. `merged` lays what the site says over what the file said; `toml` and
`lesson` put the result into the text that was there, so that comments, order and line breaks stay and a diff shows
what an editor changed and nothing else.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

import tomlkit
from tomlkit.items import AoT, Array, InlineTable, Item, Table

from .lesson import Part

Data = dict[str, Any]
_ROW = 90  # characters; a longer list stands one item a line
_NUMBERS = re.compile(r"(\d+)")


class Unordered(list):
    """A list whose order means nothing on the site; that of the file stays, and what is new follows in order of key."""


def in_order(key: Any) -> tuple[tuple[bool, int, str], ...]:
    """Sort key that puts F2.10 after F2.9."""
    parts = _NUMBERS.split(str(key))
    return tuple((part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts)


# ---------------------------------------------------------------- what a record says now


def merged(shape: type, base: Mapping[str, Any], said: Mapping[str, Any]) -> Data:
    """`base`, a table of the files, with what the site says of it. A field the file leaves out stays out while it says
    what leaving it out means; a field the site does not know stays as it is.
    """
    found, hints = dict(base), _hints(shape)
    for spec in fields(shape):
        if spec.name not in said:
            continue
        value = said[spec.name]
        if spec.name in base:
            found[spec.name] = _merged(hints[spec.name], base[spec.name], value)
            if found[spec.name] is None:
                del found[spec.name]
        elif not _is_left_out(spec, value):
            nothing: Any = (
                {} if isinstance(value, Mapping) else [] if isinstance(value, list) else None
            )
            found[spec.name] = _merged(hints[spec.name], nothing, value)
    return found


def _merged(hint: Any, base: Any, said: Any) -> Any:
    if said is None:
        return None
    hint = _one_of(hint, said)
    if isinstance(said, Unordered) and isinstance(base, list):
        return _in_base_order(base, said)
    if is_dataclass(hint) and isinstance(base, Mapping) and isinstance(said, Mapping):
        return merged(hint, base, said)
    if get_origin(hint) is tuple and isinstance(base, list) and isinstance(said, list):
        inner = _one_of(get_args(hint)[0], said[0] if said else None)
        if is_dataclass(inner) and all(isinstance(one, Mapping) for one in (*base, *said)):
            name = identity_of(inner)
            known = {one.get(name): one for one in base}
            return [
                merged(inner, known.get(one.get(name), {}) if name else _at(base, n), one)
                for n, one in enumerate(said)
            ]
    same = bool(base == said) and isinstance(base, bool) == isinstance(said, bool)
    return base if same else _bare(said)


def _at(rows: list[Any], n: int) -> Any:
    return rows[n] if n < len(rows) else {}


def identity_of(shape: type) -> str:
    """The field by which two tables are known to be about the same thing; empty if it is their place."""
    names = {spec.name for spec in fields(shape)}
    return next((name for name in ("key", "criterion", "module", "unit") if name in names), "")


def _in_base_order(base: list[Any], said: Iterable[Any]) -> list[Any]:
    left = set(said)
    kept = [one for one in base if one in left]
    return kept + sorted(left - set(kept), key=in_order)


def _one_of(hint: Any, value: Any) -> Any:
    if get_origin(hint) is Union or type(hint).__name__ == "UnionType":
        options = [one for one in get_args(hint) if one is not type(None)]
        return next(
            (one for one in options if is_dataclass(one) == isinstance(value, Mapping)), options[0]
        )
    return hint


def _is_left_out(spec: Field, value: Any) -> bool:
    default = spec.default if spec.default_factory is MISSING else spec.default_factory()
    if default is MISSING:
        return False
    if value is None:
        return True
    if isinstance(value, list) and isinstance(default, tuple):
        return value == list(default)
    if is_dataclass(default) and isinstance(value, Mapping):
        return not any(value.values())
    return bool(value == default)


def _bare(value: Any) -> Any:
    """Without what TOML cannot say, and lists without an order in that of their keys."""
    if isinstance(value, Unordered):
        return sorted(value, key=in_order)
    if isinstance(value, Mapping):
        return {name: _bare(one) for name, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_bare(one) for one in value]
    return value


def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape)


# ---------------------------------------------------------------- TOML


def toml(text: str | None, data: Mapping[str, Any]) -> str:
    """A TOML text that says `data`: the given one where it says so already, else that one changed as little as can be."""
    if text is None:
        return _fresh(data)
    old = tomllib.loads(text)
    if same(old, data):
        return text
    document = tomlkit.parse(text)
    _change(document, old, data)
    changed = tomlkit.dumps(document)
    if "\n\n\n" not in text:
        changed = re.sub(r"\n{3,}", "\n\n", changed)
    try:
        if same(tomllib.loads(changed), data):
            return changed
    except tomllib.TOMLDecodeError:
        pass
    return _fresh(data)  # a layout that cannot be kept


def same(one: Any, other: Any) -> bool:
    """Equal, and true is not 1."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _fresh(data: Mapping[str, Any]) -> str:
    """Plain values first, then tables, as TOML wants it."""
    document = tomlkit.document()
    _fill(document, data)
    return re.sub(r"\n{3,}(?=\[|\Z)", "\n\n", tomlkit.dumps(document)).strip("\n") + "\n"


def _fill(table: Any, data: Mapping[str, Any]) -> None:
    tables = {name for name, value in data.items() if _is_table(name, value)}
    for name, value in data.items():
        if name not in tables:
            table[name] = _item(name, value)
    for name in (name for name in data if name in tables):
        table[name] = _item(name, data[name])


def _is_table(name: str, value: Any) -> bool:
    if isinstance(value, Mapping):
        return name not in _INLINE_TABLES
    return _is_tables(value) and name not in _INLINE_LISTS


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, Mapping) for v in value)


_INLINE_LISTS = {"modules", "units"}
_INLINE_TABLES = {"scores", "min"}


def _item(name: str, value: Any) -> Item:
    if isinstance(value, Mapping):
        table = tomlkit.inline_table() if name in _INLINE_TABLES else tomlkit.table()
        (table.update if name in _INLINE_TABLES else lambda rows: _fill(table, rows))(value)
        return table
    if _is_tables(value) and not _stands_inline(name, value):
        rows = tomlkit.aot()
        for one in value:
            row = tomlkit.table()
            _fill(row, one)
            row.add(tomlkit.nl())
            rows.append(row)
        return rows
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        for one in value:
            array.append(_inline(one) if isinstance(one, Mapping) else _item("", one))
        long = sum(len(str(one)) for one in value) > _ROW and not all(map(_is_key, value))
        return _line_by_line(array) if _is_tables(list(value)) or long else array
    if isinstance(value, str) and "\n" in value:
        return tomlkit.string(value, multiline=True)
    return tomlkit.item(value)


def _line_by_line(array: Array) -> Array:
    """One item a line, so that a diff shows the item that changed."""
    rows = tomlkit.array()
    for one in array:
        rows.add_line(one, indent="  ")
    rows.add_line(indent="")
    return rows


def _stands_inline(name: str, rows: list[Any]) -> bool:
    return name in _INLINE_LISTS or all(set(row) == {"key", "text"} for row in rows)


def _is_key(value: Any) -> bool:
    return isinstance(value, int) or (isinstance(value, str) and " " not in value)


def _inline(row: Mapping[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(row)
    return table


def _change(table: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    for name in old:
        if name not in new:
            del table[name]
    for name, value in new.items():
        if name not in old:
            table[name] = _item(name, value)
        elif not same(old[name], value):
            _replace(table, name, old[name], value)


def _replace(table: Any, name: str, old: Any, new: Any) -> None:
    held = table[name]
    if isinstance(held, Table | InlineTable) and isinstance(new, Mapping):
        _change(held, old, new)
    elif isinstance(held, AoT) and _is_tables(new):
        key = next(
            (k for k in ("key", "criterion", "level") if all(k in one for one in (*old, *new))),
            None,
        )
        before = [one[key] for one in old] if key else []
        if key and before == [one[key] for one in new]:
            for row, one, other in zip(held, old, new, strict=True):
                _change(row, one, other)
            return
        known = {one[key]: (row, one) for row, one in zip(held, old, strict=True)} if key else {}
        rows = tomlkit.aot()
        for one in new:
            row, was = known.get(one.get(key), (None, None)) if key else (None, None)
            if row is None:
                row = tomlkit.table()
                _fill(row, one)
                row.add(tomlkit.nl())
            else:
                _change(row, was, one)
            rows.append(row)
        table[name] = rows
    elif isinstance(held, Array) and isinstance(new, list):
        array = _item(name, new)
        if isinstance(array, Array) and "\n" in held.as_string():
            array = _line_by_line(array)
        table[name] = array
    else:
        item = _item(name, new)
        if isinstance(held, Item) and isinstance(item, Item) and hasattr(held, "trivia"):
            item.trivia.comment_ws, item.trivia.comment = (
                held.trivia.comment_ws,
                held.trivia.comment,
            )
        table[name] = item


# ---------------------------------------------------------------- lessons


@dataclass(frozen=True)
class Written:
    """A block of a lesson as it is to stand in the file. `part` is the one that stood there, if one did."""

    type: str
    key: str
    data: Data = field(default_factory=dict)
    text: str = ""
    part: Part | None = None

    @property
    def is_free(self) -> bool:
        return self.type == "text" and (self.key == "start" or self.key.startswith("after-"))


def lesson(head_text: str | None, head: Mapping[str, Any], blocks: Iterable[Written]) -> str:
    """The text of a lesson file: its head between `+++`, then its blocks, an empty line between each two."""
    parts = [f"+++\n{toml(head_text, head).strip(chr(10))}\n+++"]
    previous = ""
    for block in blocks:
        free = block.is_free and block.key == (f"after-{previous}" if previous else "start")
        parts.append(block.text.strip() if free else _block(block))
        previous = previous if free else block.key
    return "\n\n".join(parts) + "\n"


def _block(block: Written) -> str:
    head = None if block.part is None else "\n".join(block.part.head)
    rows = [f"::: {block.type} {block.key}"]
    if block.data or head:
        rows += [row for row in [toml(head, block.data).strip("\n")] if row]
    if block.text:
        rows += ["---", block.text.strip()]
    return "\n".join([*rows, ":::"])
