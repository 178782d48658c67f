"""Is this zip archive safe to look into? The one place where packages from outside are opened.

Nothing is ever unpacked to the disk. Names are checked before anything is read, and what comes out of the
decompressor is counted, because the sizes in an archive are claims.
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import IO

from django.utils.translation import gettext_lazy as _

from modules.exchange.errors import UnreadablePackage

MAX_MEMBERS = 2000
MAX_BYTES = 200 * 1024 * 1024
MAX_RATIO = 200
SMALL = 1024 * 1024  # below this a high ratio is harmless: an empty table packs very well
MAX_NAME = 400

REFUSALS = {
    "not-a-zip": _("This is no zip archive, or it is damaged."),
    "encrypted": _("The archive is protected with a password. Save it without one."),
    "too-many-members": _("The archive holds too many files."),
    "too-large": _("The archive is too large when it is unpacked."),
    "bomb": _("The archive unpacks to far more than its size; it was not opened."),
    "bad-name": _("The archive holds a file whose name leads out of it, or is none."),
    "link": _("The archive holds a link instead of a file."),
    "twice": _("The archive holds two files of one name."),
    "damaged": _("A file of the archive is damaged."),
}


def refuse(code: str) -> UnreadablePackage:
    return UnreadablePackage(code, REFUSALS[code])


class Package(Mapping[str, bytes]):
    """The files of an archive by name ("a/b.xml"), read when asked for: `package["imsmanifest.xml"]` is bytes.

    Raises KeyError for a name that is not there, UnreadablePackage for what is damaged or larger than allowed.
    """

    def __init__(self, archive: zipfile.ZipFile, *, max_bytes: int) -> None:
        self._archive = archive
        self._members = {_safe_name(info): info for info in archive.infolist() if not info.is_dir()}
        self._left = max_bytes
        self._counted: set[str] = set()

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __contains__(self, name: object) -> bool:  # Mapping's own would read the file
        return name in self._members

    def __getitem__(self, name: str) -> bytes:
        info = self._members[name]
        try:
            with self._archive.open(info) as stream:
                # One byte more than may come: so a lie about the size shows.
                data = stream.read(min(self._allowance(name), info.file_size) + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
            raise refuse("damaged") from None
        except NotImplementedError:  # a method of compression that Python does not have
            raise refuse("damaged") from None
        self._count(name, len(data))
        return data

    def size(self, name: str) -> int:
        """Bytes the file claims to have."""
        return self._members[name].file_size

    def _allowance(self, name: str) -> int:
        return self._members[name].file_size if name in self._counted else self._left

    def _count(self, name: str, read: int) -> None:
        if name in self._counted:
            return
        if read > self._left:
            raise refuse("too-large")
        self._left -= read
        self._counted.add(name)


def open_package(
    source: bytes | IO[bytes],
    *,
    max_members: int = MAX_MEMBERS,
    max_bytes: int = MAX_BYTES,
    max_ratio: int = MAX_RATIO,
) -> Package:
    """Look into a zip archive: all names and claimed sizes are checked now, each file's bytes when it is read.

    max_bytes  of everything that is read from it together, unpacked
    max_ratio  unpacked to packed, of one file and of the whole
    Raises     UnreadablePackage with a sentence for whoever sent it.
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        archive = zipfile.ZipFile(stream)
        members = archive.infolist()
        stream.seek(0, io.SEEK_END)
        packed = stream.tell()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError):
        raise refuse("not-a-zip") from None
    if len(members) > max_members:
        raise refuse("too-many-members")
    _check_members(members, max_ratio)
    claimed = sum(info.file_size for info in members)
    if claimed > max_bytes:
        raise refuse("too-large")
    # Files that overlap in the archive look small one by one and are large together.
    if claimed > SMALL and claimed > packed * max_ratio:
        raise refuse("bomb")
    return Package(archive, max_bytes=max_bytes)


def is_zip(data: bytes) -> bool:
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def _check_members(members: list[zipfile.ZipInfo], max_ratio: int) -> None:
    names: set[str] = set()
    for info in members:
        name = _safe_name(info)
        if info.flag_bits & 0x1:
            raise refuse("encrypted")
        mode = info.external_attr >> 16
        if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise refuse("link")
        if info.file_size > SMALL and info.file_size > max(info.compress_size, 1) * max_ratio:
            raise refuse("bomb")
        if name in names:
            raise refuse("twice")
        names.add(name)


def _safe_name(info: zipfile.ZipInfo) -> str:
    """The name with forward slashes and without "./"; refused if it leads out of the archive."""
    raw = info.orig_filename  # zipfile cuts `filename` at a NUL, so that it looks innocent
    name = raw.replace("\\", "/")
    while name.startswith("./"):
        name = name[2:]
    parts = name.rstrip("/").split("/")
    if (
        not name.strip("/ ")
        or len(name) > MAX_NAME
        or any(ord(character) < 32 for character in name)
        or name.startswith("/")
        or ":" in parts[0]
        or any(part in ("", ".", "..") for part in parts)
    ):
        raise refuse("bad-name")
    return name.rstrip("/")
