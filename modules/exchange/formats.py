"""The formats by name, and which of them a file is in."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from modules.exchange import aiken, csv_items, gift, moodle_xml, qti3
from modules.exchange.archives import is_zip
from modules.exchange.errors import UnreadableFile
from modules.exchange.items import Finding, Item, Report, check_size
from modules.exchange.texts import decode

Reader = Callable[[bytes], tuple[list[Item], list[Finding]]]
Writer = Callable[[Iterable[Item]], tuple[bytes, list[Finding]]]


@dataclass(frozen=True)
class Format:
    key: str
    label: Any
    read: Reader
    write: Writer | None = None
    extension: str = ""
    content_type: str = ""


FORMATS = {
    found.key: found
    for found in (
        Format("gift", _("GIFT"), gift.read, gift.write, "gift.txt", "text/plain; charset=utf-8"),
        Format("moodle_xml", _("Moodle XML"), moodle_xml.read),
        Format("qti", _("QTI 2.x or 3.0"), qti3.read, qti3.write, "zip", "application/zip"),
        Format("aiken", _("Aiken"), aiken.read),
        Format("csv", _("Table (CSV)"), csv_items.read, csv_items.write, "csv", "text/csv; charset=utf-8"),
    )
}  # fmt: skip


def detect(data: bytes) -> Format:
    """The format of a file by what is in it. Raises UnreadableFile."""
    check_size(data)
    if is_zip(data):
        return FORMATS["qti"]
    text = decode(data[:200_000], Report()).lstrip("\ufeff \n\t")
    if text.startswith("<"):
        root = re.search(r"<(?:\w+:)?([A-Za-z][\w-]*)", re.sub(r"<[?!][^>]*>", "", text[:20_000]))
        name = root[1].lower() if root else ""
        if name == "quiz":
            return FORMATS["moodle_xml"]
        if "assessment" in name or name in ("manifest", "questestinterop"):
            return FORMATS["qti"]
        raise UnreadableFile("unknown", _("This is XML, but no format of questions that is known here."))  # fmt: skip
    first = re.split(r"[,;\t]", text.split("\n", 1)[0].lower().replace('"', ""))
    if {"kind", "stem"} <= {cell.strip() for cell in first}:
        return FORMATS["csv"]
    if re.search(r"^\s*ANSWER\s*:", text, re.M) and re.search(r"^\s*A\s*[.)]", text, re.M):
        return FORMATS["aiken"]
    if "{" in text:
        return FORMATS["gift"]
    raise UnreadableFile("unknown", _("The format of the file is not known. Choose it, if it is one of those in the list."))  # fmt: skip
