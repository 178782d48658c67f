"""How does a badge image carry its credential? As Open Badges 3.0, section "Baking", says for SVG.

One `openbadges:credential` element with the JSON in CDATA. PNG baking is not offered: phones strip what is in a PNG.
"""

import xml.etree.ElementTree as ElementTree  # noqa: S405 - only builds and names; parsing is defusedxml's
from xml.sax.saxutils import quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from certification.signing.errors import Unreadable

BADGES = "https://purl.imsglobal.org/ob/v3p0"
SVG = "http://www.w3.org/2000/svg"

_CREDENTIAL = f"{{{BADGES}}}credential"


def bake_svg(svg: str, credential: bytes) -> str:
    """Return the drawing with the credential in it.

    svg     a drawing of ours, without a credential and without DOCTYPE.
    Raises  Unreadable if it is no SVG, or carries a credential already.
    """
    root = _parse(svg.encode())
    if root.tag != f"{{{SVG}}}svg":
        raise Unreadable("The drawing is not SVG.")
    if root.find(f".//{_CREDENTIAL}") is not None:
        raise Unreadable("The drawing carries a credential already.")
    start = _end_of_root_tag(svg)
    # "]]>" would end the CDATA section: it is split over two.
    content = credential.decode().replace("]]>", "]]]]><![CDATA[>")
    element = f"<openbadges:credential xmlns:openbadges={quoteattr(BADGES)}><![CDATA[{content}]]></openbadges:credential>"
    if svg[start - 2] == "/":
        name = svg[svg.rindex("<", 0, start) + 1 :].split()[0].rstrip("/>")
        return f"{svg[: start - 2]}>{element}</{name}>{svg[start:]}"
    return svg[:start] + element + svg[start:]


def unbake_svg(svg: bytes) -> bytes:
    """Return the credential in a baked SVG.

    Raises  Unreadable if it is no sound XML, has a DOCTYPE, or does not carry exactly one credential as JSON.
    """
    found = list(_parse(svg).iter(_CREDENTIAL))
    if len(found) != 1 or len(found[0]) or not (found[0].text or "").strip():
        raise Unreadable("The image does not carry exactly one credential.")
    return (found[0].text or "").strip().encode()


def _parse(svg: bytes) -> ElementTree.Element:
    try:
        return fromstring(svg, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError):
        # LookupError: an encoding Python does not know.
        raise Unreadable("The image is not sound SVG.") from None


def _end_of_root_tag(svg: str) -> int:
    """Index behind the `>` of the root element's start tag; quotes may hold another `>`, comments another `<`."""
    position = 0
    while True:
        position = svg.index("<", position)
        if svg.startswith("<!--", position):
            position = svg.index("-->", position) + 3
        elif svg.startswith("<?", position):
            position = svg.index("?>", position) + 2
        else:
            break
    quote = ""
    for index in range(position, len(svg)):
        character = svg[index]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == ">":
            return index + 1
    raise Unreadable("The drawing is not SVG.")
