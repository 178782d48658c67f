"""XML in and out: read without entities or namespaces, written the same every time."""

from xml.etree.ElementTree import Element, ParseError, indent, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from content.text import clean_text

MAX_DEPTH = 100


class Unreadable(ValueError):
    """The bytes are no XML that we read: damaged, in a wrong encoding, with entities, or nested without end."""


def read(data: bytes) -> Element:
    """The root, tags and attributes without their namespaces: the versions of a format differ in nothing else."""
    try:
        root = fromstring(data)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as problem:
        raise Unreadable from problem
    waiting = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise Unreadable
        node.tag = _local(node.tag)
        node.attrib = {_local(name): value for name, value in node.attrib.items()}
        waiting.extend((child, depth + 1) for child in node)
    return root


def _local(name: str) -> str:
    return str(name).rpartition("}")[2]


def text_at(node: Element, path: str) -> str:
    """All text of the first element at a path, "" without one."""
    found = node.find(path)
    return "" if found is None else "".join(found.itertext()).strip()


def node(tag: str, *children: Element | str | None, **attributes: str) -> Element:
    """An element. Text is given as a child; `type_` is the attribute `type`, `xmlns__lom` the attribute `xmlns:lom`."""
    made = Element(tag, {_attribute(key): clean_text(value) for key, value in attributes.items()})
    for child in children:
        if isinstance(child, str):
            made.text = clean_text(child)
        elif child is not None:
            made.append(child)
    return made


def _attribute(name: str) -> str:
    return name.rstrip("_").replace("__", ":")


def write(root: Element) -> bytes:
    indent(root, space=" ")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"
