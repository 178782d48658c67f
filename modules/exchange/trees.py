"""XML from strangers: no entities, no document type, no bottomless nesting."""

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modules.exchange.errors import UnreadableFile
from modules.exchange.items import Report
from modules.exchange.texts import decode

MAX_DEPTH = 150
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def parse(data: bytes, report: Report) -> Element:
    """The root of a document. Characters that XML forbids are left out and said.

    Raises UnreadableFile for what is no XML, defines entities, or is nested too deeply.
    """
    try:
        root = _parse(data)
    except (ParseError, ValueError, LookupError) as first:
        text = decode(data, report)
        try:
            root = _parse(DECLARATION.sub("", text, count=1).encode())
        except (ParseError, ValueError, LookupError):
            line = getattr(first, "position", (0, 0))[0]
            raise UnreadableFile(
                "not-xml", _("This is no well-formed XML (line %(line)d).") % {"line": line}
            ) from None
    if _depth(root) > MAX_DEPTH:
        raise UnreadableFile("too-deep", gettext_lazy("The XML is nested too deeply."))
    return root


def _parse(data: bytes) -> Element:
    try:
        return fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise UnreadableFile(
            "entities",
            gettext_lazy("The XML has a document type or entities of its own; that is not read."),
        ) from None


def _depth(root: Element) -> int:
    """Levels of elements, counted without recursion."""
    depth, level = 0, [root]
    while level and depth <= MAX_DEPTH:
        depth, level = depth + 1, [child for element in level for child in element]
    return depth
