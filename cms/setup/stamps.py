"""Says whether a step of the set-up must run again: a stamp holds the hash of what it was made from."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(inputs: Iterable[Path | str]) -> str:
    """Hash files by their content and strings as they are."""
    total = hashlib.sha256()
    for entry in inputs:
        total.update(entry.read_bytes() if isinstance(entry, Path) else entry.encode())
        total.update(b"\0")
    return total.hexdigest()


def is_fresh(stamp: Path, inputs: Iterable[Path | str]) -> bool:
    return stamp.exists() and stamp.read_text() == digest(inputs)


def write(stamp: Path, inputs: Iterable[Path | str]) -> None:
    stamp.write_text(digest(inputs))
