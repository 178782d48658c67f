"""A package from outside: what is read, and what is refused before it can do harm."""

import io
import stat
import struct
import zipfile

import pytest

from modules.exchange.archives import open_package
from modules.exchange.errors import UnreadablePackage


def packed(files: dict[str, bytes], method=zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def code_of(data: bytes, **limits) -> str:
    with pytest.raises(UnreadablePackage) as problem:
        package = open_package(data, **limits)
        for name in package:
            package[name]
    assert str(problem.value.sentence)
    return problem.value.code


def test_files_are_read_by_their_name():
    package = open_package(packed({"imsmanifest.xml": b"<manifest/>", "items/a.xml": b"<a/>"}))
    assert list(package) == ["imsmanifest.xml", "items/a.xml"]
    assert package["items/a.xml"] == b"<a/>"
    assert "items/b.xml" not in package
    with pytest.raises(KeyError):
        package["items/b.xml"]


def test_names_of_windows_are_read_as_paths():
    data = packed({"items/a.xml": b"x"}).replace(b"items/a.xml", b"items\\a.xml")
    assert list(open_package(data)) == ["items/a.xml"]


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/x", "C:/x", "a//x", "a/./x", "..\\x", "a\nb", "x" * 500]
)
def test_a_name_that_leads_out_is_refused(name):
    assert code_of(packed({name: b"x"})) == "bad-name"


def test_a_name_cut_by_a_nul_byte_is_refused():
    assert code_of(packed({"a.xmlX.py": b"x"}).replace(b"a.xmlX.py", b"a.xml\0.py")) == "bad-name"


def test_a_bomb_is_refused_before_it_is_read():
    assert code_of(packed({"zeros": bytes(20_000_000)})) == "bomb"


def test_files_that_lie_about_their_size_are_refused():
    data = bytearray(packed({"a.txt": b"y" * 5000}, zipfile.ZIP_DEFLATED))
    central = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 10)  # the size as the directory claims it
    assert code_of(bytes(data)) == "damaged"


def test_more_than_allowed_is_refused():
    files = {f"{n}.txt": bytes([n]) * 1000 for n in range(10)}
    assert code_of(packed(files), max_members=9) == "too-many-members"
    assert code_of(packed(files), max_bytes=9000) == "too-large"


def test_links_and_doubles_are_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert code_of(stream.getvalue()) == "link"
    assert code_of(packed({"a.txt": b"1", "b.txt": b"2"}).replace(b"b.txt", b"a.txt")) == "twice"


def test_protected_archives_are_refused_with_a_reason():
    data = bytearray(packed({"a.txt": b"1"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert code_of(bytes(data)) == "encrypted"


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04" + bytes(100), b"hello" * 100])
def test_what_is_no_archive_is_refused(data):
    assert code_of(data) == "not-a-zip"


def test_a_damaged_file_is_refused():
    data = packed({"a.txt": b"hello hello hello"}, zipfile.ZIP_STORED)
    assert code_of(data.replace(b"hello hello", b"hellO hello", 1)) == "damaged"
