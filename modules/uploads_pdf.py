"""What does this PDF carry besides pages? Run as a program of its own: `python uploads_pdf.py < file`.

A hostile PDF may want gigabytes or never end; this process has limits of its own and can be lost without harm. It
knows nothing of Django. Prints one word: "clean", "script", "launch", "attachment", "password", "damaged", "zip".
"""

import io
import sys
import zipfile

import pikepdf

MEMORY = 1024 * 1024 * 1024  # bytes of address space
SECONDS = 15  # of processor time
MOST_OBJECTS = 300_000
DEPTH = 60

SCRIPTS = {"/JavaScript", "/Rendition"}
LAUNCHES = {"/Launch", "/ImportData", "/SubmitForm", "/GoToE"}


def limit() -> None:
    try:
        import resource
    except ImportError:  # not on this system
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def look(data: bytes) -> str:
    if not data.startswith(b"%PDF-"):
        return "damaged"
    if zipfile.is_zipfile(io.BytesIO(data)):
        return "zip"
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.objects) > MOST_OBJECTS or not len(pdf.pages):
                return "damaged"
            found = [word for each in pdf.objects if (word := inside(each))]
            found += [inside(pdf.trailer)]
    except pikepdf.PasswordError:
        return "password"
    except (pikepdf.PdfError, ValueError, RuntimeError, MemoryError, RecursionError):
        return "damaged"
    return next((word for word in found if word), "clean")


def inside(value, depth: int = 0) -> str:
    """What stands in a dictionary or array that should not; what it only points to is looked at on its own."""
    if depth > DEPTH:
        return "damaged"
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        return _entries(value, depth)
    if isinstance(value, pikepdf.Array):
        return next((word for each in _direct(value) if (word := inside(each, depth + 1))), "")
    return ""


def _entries(value, depth: int) -> str:
    names = set(value.keys())
    if names & {"/JS", "/XFA"}:
        return "script"
    if names & {"/EF", "/EmbeddedFiles", "/RichMediaContent"}:
        return "attachment"
    if "/Type" in names and value["/Type"] == pikepdf.Name("/EmbeddedFile"):
        return "attachment"
    kind = str(value["/S"]) if "/S" in names and isinstance(value["/S"], pikepdf.Name) else ""
    if kind in SCRIPTS:
        return "script"
    if kind in LAUNCHES:
        return "launch"
    entries = (value[name] for name in names)
    return next((word for each in _direct(entries) if (word := inside(each, depth + 1))), "")


def _direct(values):
    return (each for each in values if not getattr(each, "is_indirect", False))


if __name__ == "__main__":
    limit()
    print(look(sys.stdin.buffer.read()))
