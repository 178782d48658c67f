"""Is a JSON document plain enough that what we read in it is exactly what was signed?

A Data Integrity proof over RDF signs the *graph*, not the text. Several texts can make one graph: an undefined property
is dropped without a word, `null` and `[]` vanish, a full IRI may stand for a term, an inline context may give a word
another meaning. Whoever reads the text must therefore refuse every text that is not plain. The rules here are ours and
stricter than JSON-LD's; all we issue obeys them.
"""

import re
from collections.abc import Iterator
from typing import Any

from certification.signing.errors import NotPlain

MAX_DEPTH = 24
MAX_VALUES = 20_000

_TERM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*", re.ASCII)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+", re.ASCII)


def refuse_unless_plain(document: dict[str, Any], *, context: tuple[str, ...]) -> None:
    """Raise NotPlain unless the document is a tree of plain terms under exactly this `@context`."""
    if document.get("@context") != list(context):
        raise NotPlain("@context", "not the list of contexts this kind of document has")
    for path, value in walk({key: value for key, value in document.items() if key != "@context"}):
        _refuse_value(path, value)


def walk(value: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield (path, value) for the value and everything in it. Raises NotPlain beyond MAX_DEPTH and MAX_VALUES."""
    stack = [(path, value, depth)]
    count = 0
    while stack:
        path, value, depth = stack.pop()
        count += 1
        if depth > MAX_DEPTH or count > MAX_VALUES:
            raise NotPlain(path[:200], "too deep or too large")
        yield path, value
        if isinstance(value, dict):
            stack += [(f"{path}.{key}".lstrip("."), item, depth + 1) for key, item in value.items()]
        elif isinstance(value, list):
            stack += [(f"{path}[{index}]", item, depth + 1) for index, item in enumerate(value)]


def _refuse_value(path: str, value: Any) -> None:
    if value is None:
        raise NotPlain(path, "an empty value is not signed")
    if isinstance(value, str) and ("\ufffe" in value or "\uffff" in value):
        # RDFC-1.0 escapes these two, the JavaScript verifiers in use do not: their signatures would differ.
        raise NotPlain(path, "a noncharacter, which verifiers sign differently")
    if isinstance(value, dict):
        _refuse_node(path, value)
    elif isinstance(value, list):
        if not value:
            raise NotPlain(path, "an empty list is not signed")
        if any(isinstance(item, list) for item in value):
            raise NotPlain(path, "a list within a list is signed as one")
        if any(item in value[:index] for index, item in enumerate(value[:200])) or len(value) > 200:
            raise NotPlain(path, "a list with repeated, or very many, entries")


def _refuse_node(path: str, node: dict[str, Any]) -> None:
    for key in node:
        if not _TERM.fullmatch(key):
            raise NotPlain(f"{path}.{key[:80]}".lstrip("."), "not a plain term")
    if not set(node) - {"id"}:
        raise NotPlain(path, "says nothing")
    if "id" in node and not (isinstance(node["id"], str) and _ABSOLUTE.fullmatch(node["id"])):
        raise NotPlain(f"{path}.id".lstrip("."), "not an absolute address")
    if "type" in node:
        types = node["type"] if isinstance(node["type"], list) else [node["type"]]
        if not all(isinstance(name, str) and _TERM.fullmatch(name) for name in types):
            raise NotPlain(f"{path}.type".lstrip("."), "not a plain type")
