"""Is a drawing safe to put inline into a page?"""

import re

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

_FORBIDDEN = {
    "script",
    "foreignobject",
    "iframe",
    "object",
    "embed",
    "image",
    "audio",
    "video",
    "handler",
    "listener",
    "set",
}
_INSTRUCTION = re.compile(r"<\?(?!xml\s)")
_CSS_OUTSIDE = re.compile(r"@import|url\((?!\s*['\"]?#)|expression\(|javascript:", re.IGNORECASE)


def why_unsafe(svg: str) -> list[tuple[int, str]]:
    """Every reason, as (line, message), why this text is not a safe SVG drawing; empty if it is one."""
    try:
        root = ElementTree.fromstring(svg, forbid_dtd=True)
    except ElementTree.ParseError as error:
        return [(error.position[0], f"This is not valid XML: {error}.")]
    except DefusedXmlException:
        return [(1, "A drawing must not declare a document type or entities.")]
    reasons = []
    if _local(root.tag) != "svg":
        reasons.append((1, "The root of a drawing must be “svg”."))
    for instruction in _INSTRUCTION.finditer(svg):
        reasons.append(
            (
                svg.count("\n", 0, instruction.start()) + 1,
                "A drawing must not hold processing instructions.",
            )
        )
    for element in root.iter():
        tag = _local(element.tag)
        if tag.lower() in _FORBIDDEN or tag.lower().startswith("animate"):
            reasons.append((_line(svg, f"<{tag}"), f"“{tag}” is not allowed in a drawing."))
        if tag.lower() == "style" and _CSS_OUTSIDE.search(element.text or ""):
            reasons.append(
                (_line(svg, "<style"), "A style must not load anything from outside the drawing.")
            )
        for name, value in element.attrib.items():
            local = _local(name)
            if local.lower().startswith("on"):
                reasons.append(
                    (
                        _line(svg, f"{local}="),
                        f"The event attribute “{local}” is not allowed in a drawing.",
                    )
                )
            elif local.lower() in ("href", "src") and not value.startswith("#"):
                reasons.append(
                    (
                        _line(svg, value),
                        f"“{local}” must point inside the drawing, not to “{value}”.",
                    )
                )
            elif _CSS_OUTSIDE.search(value):
                reasons.append(
                    (
                        _line(svg, value),
                        f"“{local}” must not load anything from outside the drawing.",
                    )
                )
    return reasons


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]


def _line(text: str, part: str) -> int:
    position = text.find(part)
    return text.count("\n", 0, position) + 1 if position >= 0 else 1
