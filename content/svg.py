"""Drawings as SVG: what may be in one, and how it is served so that pages can refer to it."""

import re
from xml.etree.ElementTree import Element, ParseError, register_namespace, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = {
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "title", "desc",
    "defs", "clipPath", "pattern", "marker", "use", "symbol",
}  # fmt: skip
MAX_BYTES = 200_000
register_namespace("", SVG[1:-1])


class UnsafeDrawing(ValueError):
    """The file is no drawing we serve. The message says why, for the person who uploaded it."""


def read(text: str) -> Element:
    """The drawing as an element tree. Raises UnsafeDrawing for anything but plain shapes and words."""
    if len(text.encode()) > MAX_BYTES:
        raise UnsafeDrawing(f"The drawing is larger than {MAX_BYTES // 1000} kB.")
    try:
        root = fromstring(text)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnsafeDrawing("The file is not well-formed SVG.") from error
    if root.tag != f"{SVG}svg" or "viewBox" not in root.attrib:
        raise UnsafeDrawing("The drawing needs an svg element with a viewBox.")
    for element in root.iter():
        _check(element)
    return root


def _check(element: Element) -> None:
    name = str(element.tag).removeprefix(SVG)
    if name not in ELEMENTS:
        raise UnsafeDrawing(f"A drawing may not contain <{name}>.")
    for attribute, value in element.attrib.items():
        plain = attribute.rpartition("}")[2]
        if plain.startswith("on") or plain == "style":
            raise UnsafeDrawing(f"A drawing may not use the attribute {plain}.")
        if plain == "href" and not value.startswith("#"):
            raise UnsafeDrawing("A drawing may refer to its own parts only.")
        if re.search(r"url\(\s*[^#)\s]", value) or "javascript:" in value.lower():
            raise UnsafeDrawing("A drawing may not load anything from elsewhere.")


def view_box(text: str) -> str:
    return read(text).attrib["viewBox"]


def as_symbol(text: str) -> str:
    """The drawing with everything inside `<g id="plan">`, to be shown by `<use href="…#plan">`.

    Presentation attributes of the root move to the group: a page's `use` does not inherit them from the file's root.
    """
    root = read(text)
    kept = {
        name: value
        for name, value in root.attrib.items()
        if name not in {"viewBox", "role", "width", "height"}
    }
    group = Element(
        f"{SVG}g", {"id": "plan"} | {n: v for n, v in kept.items() if not n.startswith("aria-")}
    )
    group.extend([child for child in root if child.tag not in {f"{SVG}title", f"{SVG}desc"}])
    sheet = Element(f"{SVG}svg", {"viewBox": root.attrib["viewBox"]})
    sheet.append(group)
    return tostring(sheet, encoding="unicode")
