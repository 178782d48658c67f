"""Is this file what it says, and harmless? What a learner attaches is checked here and nowhere else.

Three things must agree: the ending of its name, the type the browser declares, and what is in it. Pictures are written
anew, without what a camera adds. Documents with macros, scripts or files inside are refused with a sentence.
"""

import io
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import filetype
from defusedxml import DefusedXmlException, ElementTree
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image, ImageOps

from content.text import clean_line
from modules import conf
from modules.errors import ModulesError
from modules.exchange.archives import Package, open_package
from modules.exchange.errors import UnreadablePackage

OFFICE = "application/vnd.openxmlformats-officedocument."
MAX_NAME = 120
MAX_PIXELS = 50_000_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_XML = 5 * 1024 * 1024  # bytes of one small part of a document that is read as XML
PDF_SECONDS = 30
UNDECLARED = {"", "application/octet-stream", "binary/octet-stream"}
ZIPS = {"application/zip", "application/x-zip-compressed"}


@dataclass(frozen=True)
class Type:
    """A type of file that may be attached. `sniffed` is what its first bytes are; `declared` is what browsers call it."""

    extension: str
    label: object
    media_type: str
    sniffed: str
    declared: frozenset[str] = frozenset()


def _office(extension: str, label, part: str) -> Type:
    return Type(extension, label, f"{OFFICE}{part}", "zip", frozenset(ZIPS))


TYPES = {
    found.extension: found
    for found in (
        Type("pdf", "PDF", "application/pdf", "pdf", frozenset({"application/x-pdf"})),
        _office("docx", "Word (docx)", "wordprocessingml.document"),
        Type("odt", "OpenDocument (odt)", "application/vnd.oasis.opendocument.text", "zip", frozenset(ZIPS)),
        _office("pptx", "PowerPoint (pptx)", "presentationml.presentation"),
        _office("xlsx", "Excel (xlsx)", "spreadsheetml.sheet"),
        Type("png", gettext_lazy("Picture (png)"), "image/png", "png"),
        Type("jpg", gettext_lazy("Picture (jpg)"), "image/jpeg", "jpg", frozenset({"image/jpg", "image/pjpeg"})),
    )
}  # fmt: skip
ALIASES = {"jpeg": "jpg", "jpe": "jpg"}
MAIN_PART = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
}
MACROS = re.compile(
    r"(^|/)(vbaProject[^/]*\.bin|vbaData\.xml|activeX/.+|macrosheets/.+|dialogsheets/.+|Basic/.+|Scripts/.+)$",
    re.IGNORECASE,
)
INSIDE = re.compile(r"(^|/)(embeddings|ObjectReplacements)/", re.IGNORECASE)
FETCHED = ("/attachedTemplate", "/oleObject", "/frame", "/subDocument")
PDF_SENTENCES = {
    "script": gettext_lazy("This PDF holds a script. Print it to a new PDF and attach that."),
    "launch": gettext_lazy("This PDF starts something or sends data. Print it to a new PDF and attach that."),
    "attachment": gettext_lazy("This PDF has other files inside. Attach them one by one."),
    "password": gettext_lazy("This PDF is protected with a password. Save it without one."),
    "zip": gettext_lazy("This file is two things at once, a PDF and an archive. Print it to a new PDF."),
}  # fmt: skip


class Refused(ModulesError):
    """A file is not taken. `sentence` says why, to whoever sent it; nothing of it is kept."""

    def __init__(self, sentence) -> None:
        self.sentence = str(sentence)
        super().__init__(self.sentence)


def safe_name(name: str, extension: str) -> str:
    """A name to show and to download by: one line, no folders, its ending the one of its type."""
    stem = PurePosixPath(clean_line(name).replace("\\", "/")).name
    stem = stem.rpartition(".")[0] if "." in stem else stem
    stem = re.sub(r'[<>:"|?*/]', "_", stem).strip(". ")
    return f"{stem[:MAX_NAME].strip() or _('File')}.{extension}"


def type_of(name: str, declared: str, head: bytes, allowed: list[str]) -> Type:
    """The type that the name, the declaration and the first bytes agree on. Raises Refused."""
    ending = clean_line(name).rpartition(".")[2].lower()
    found = TYPES.get(ALIASES.get(ending, ending))
    if found is None or found.extension not in allowed:
        labels = ", ".join(str(TYPES[key].extension) for key in allowed if key in TYPES)
        raise Refused(_("Files of this type cannot be attached. You can attach: %s.") % labels)
    declared = declared.partition(";")[0].strip().lower()
    if declared not in UNDECLARED | found.declared | {found.media_type}:
        raise Refused(_("The ending of this file's name and its type do not agree."))
    if not head:
        raise Refused(_("This file is empty."))
    if _sniff(head) != found.sniffed:
        raise Refused(
            _("What is in this file is no %(kind)s. Was it renamed?") % {"kind": found.label}
        )
    return found


def _sniff(head: bytes) -> str:
    """ "pdf", "png", "jpg", "zip" or another type's usual ending; the inside of a zip is looked at later."""
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    kind = filetype.guess(head)
    return kind.extension if kind else ""


def check(data: bytes, name: str, found: Type) -> bytes:
    """Look through a whole file. Returns the bytes to keep: pictures are written anew.

    Raises  Refused with a sentence. Anything else a scanner raises is its own fault: the file waits.
    """
    if found.sniffed == "pdf":
        _check_pdf(data)
    elif found.sniffed == "zip":
        _check_document(data, found.extension)
    else:
        data = _redraw(data, found)
    verdict = scanner()(data, name)
    if verdict:
        raise Refused(_("The virus scanner does not let this file pass."))
    return data


def scanner() -> Callable[[bytes, str], str]:
    """The scanner of this site; without one, everything passes."""
    if not conf.UPLOAD_SCANNER:
        return lambda data, name: ""
    return import_string(conf.UPLOAD_SCANNER)


def _check_pdf(data: bytes) -> None:
    program = Path(__file__).with_name("uploads_pdf.py")  # not imported: it runs by itself
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(program)],
            input=data,
            capture_output=True,
            timeout=PDF_SECONDS,
            check=False,
        )
        word = done.stdout.decode(errors="replace").strip()
    except subprocess.TimeoutExpired:
        word = "damaged"
    if word != "clean":
        raise Refused(
            PDF_SENTENCES.get(
                word, _("This PDF could not be read. Print it to a new PDF and attach that.")
            )
        )


def _check_document(data: bytes, extension: str, depth: int = 0) -> None:
    if b"%PDF-" in data[:1024]:
        raise Refused(_("This file is two things at once, a PDF and an archive."))
    try:
        package = open_package(data, max_bytes=MAX_UNPACKED)
        if extension == "odt":
            _check_odt(package)
        else:
            _check_office(package, extension)
        if any(MACROS.search(member) for member in package):
            raise Refused(_("This document holds macros. Save it without them."))
        for member in package:
            if INSIDE.search(member):
                _check_inside(package, member, depth)
    except UnreadablePackage as problem:
        raise Refused(problem.sentence) from None
    except KeyError:
        raise Refused(_("This is no document of the kind its name says.")) from None


def _check_office(package: Package, extension: str) -> None:
    main, content_type = MAIN_PART[extension]
    types = _xml(package, "[Content_Types].xml")
    kinds = {
        node.get("PartName", "").lstrip("/"): node.get("ContentType", "")
        for node in types.iter()
        if node.tag.endswith("}Override")
    }
    if main not in package or kinds.get(main) != OFFICE + content_type:
        raise Refused(_("This is no document of the kind its name says, or it holds macros."))
    if any("macroEnabled" in kind or "vbaProject" in kind for kind in kinds.values()):
        raise Refused(_("This document holds macros. Save it without them."))
    for member in package:
        if member.lower().endswith(".rels"):
            _check_relations(_xml(package, member))


def _check_relations(root) -> None:
    for node in root.iter():
        is_outside = node.get("TargetMode", "").lower() == "external"
        if is_outside and node.get("Type", "").endswith(FETCHED):
            raise Refused(_("This document loads parts from another place. Save it without them."))


def _check_odt(package: Package) -> None:
    if package["mimetype"].strip() != TYPES["odt"].media_type.encode():
        raise Refused(_("This is no document of the kind its name says."))
    if b"encryption-data" in _bytes(package, "META-INF/manifest.xml"):
        raise Refused(_("This document is protected with a password. Save it without one."))
    content = package["content.xml"]
    if b"script:event-listener" in content or re.search(rb"<office:script[\s>]", content):
        raise Refused(_("This document holds macros. Save it without them."))


def _check_inside(package: Package, member: str, depth: int) -> None:
    """A document within the document: a chart brings its table along. Nothing else may be inside."""
    ending = member.rpartition(".")[2].lower()
    if ending in {"png", "jpg", "jpeg", "emf", "wmf", "xml", "rels"} or "." not in member:
        return
    if ending not in MAIN_PART or depth >= 1:
        raise Refused(_("This document has other files inside. Attach them one by one."))
    _check_document(package[member], ending, depth + 1)


def _bytes(package: Package, member: str) -> bytes:
    if package.size(member) > MAX_XML:
        raise Refused(_("A part of this document is larger than such parts are."))
    return package[member]


def _xml(package: Package, member: str):
    try:
        return ElementTree.fromstring(_bytes(package, member), forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError):
        raise Refused(_("A part of this document is damaged.")) from None


def _redraw(data: bytes, found: Type) -> bytes:
    """The picture written anew, upright, without position, camera, comments or anything behind its end."""
    kind = "PNG" if found.extension == "png" else "JPEG"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[kind]) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise Refused(_("This picture is too large. Make it smaller and try again."))
                image.load()
                upright = ImageOps.exif_transpose(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(_("This picture is too large. Make it smaller and try again.")) from None
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, OverflowError):
        raise Refused(_("This picture is damaged.")) from None
    return _written(upright, kind)


def _written(picture: Image.Image, kind: str) -> bytes:
    profile = picture.info.get("icc_profile") if picture.mode in {"RGB", "RGBA"} else None
    has_alpha = picture.has_transparency_data and kind == "PNG"
    clean = picture.convert("RGBA" if has_alpha else "RGB")
    clean.info = {}
    out = io.BytesIO()
    clean.save(out, kind, quality=88, icc_profile=profile)
    return out.getvalue()
