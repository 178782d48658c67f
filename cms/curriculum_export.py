"""The whole curriculum from the site back to files, and whether files say what the site says."""

import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from content import curriculum
from content.curriculum.lesson import split_lesson
from content.curriculum.sheets import Findings
from content.curriculum.writing import same
from content.exporting import Export, export_knowledge, read_files
from courses.exporting import export_courses
from modules.exporting import export_modules

KINDS = {
    "actions": ("action",), "sources": ("source", "reference"), "topic": ("topic",), "facts": ("fact",),
    "recommendations": ("recommendation",), "guidance": ("guidance",), "cases": ("case",), "checklists": ("checklist",),
    "terms": ("term",), "areas": ("area",), "levels": ("level",), "profiles": ("profile",), "questions": ("question",),
}  # fmt: skip


def export(files: Mapping[str, str]) -> Export:
    """What the site says today, laid over these files."""
    found = Export(files=dict(files))
    export_knowledge(found)
    export_modules(found)
    export_courses(found)
    found.files = dict(sorted(found.files.items()))
    return found


def write(files: Mapping[str, str], folder: Path) -> None:
    """Put the files into the folder, all or none: it is written beside and moved. Other files in it stay."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    old = beside / "old"
    new = beside / "new"
    try:
        if folder.exists():
            shutil.copytree(folder, new, symlinks=True)
            for path in read_files(folder):
                if path not in files:
                    (new / path).unlink()
        for path, text in files.items():
            file = new / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def problems(files: Mapping[str, str]) -> list[str]:
    """What the reader would say of these files."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "curriculum"
        write(files, folder)
        try:
            curriculum.read(folder)
        except curriculum.CurriculumProblems as found:
            return [str(problem) for problem in found.problems]
    return []


class Step:
    """Does the site say already what these files say of a record? Asked only where files changed since they were loaded."""

    def __init__(self, files: Mapping[str, str]):
        self.files = dict(files)

    def __call__(self, kind: str, key: str) -> bool:
        return (kind, key) not in self._differing

    @cached_property
    def _differing(self) -> set[tuple[str, str]]:
        after = export(self.files).files
        found: set[tuple[str, str]] = set()
        for path in self.files.keys() | after.keys():
            if self.files.get(path) != after.get(path):
                found |= set(differing(path, self.files.get(path), after.get(path)))
        return found


def differing(path: str, one: str | None, other: str | None) -> Iterator[tuple[str, str]]:
    """(kind, key) of the records of a file that are not the same in two texts of it."""
    parts = path.split("/")
    language = "" if parts[0] in ("knowledge", "modules", "courses") else f" {parts[0]}"
    name = parts[-1]
    if name.endswith(".svg"):
        yield "drawing", name.removesuffix(".svg")
    elif name.endswith(".md"):
        for text in (one, other):
            split = split_lesson(text, path, Findings()) if text else None
            if split:
                yield f"lesson{language}", split[0].data.get("key", "")
    elif name.endswith(".toml"):
        a, b = (tomllib.loads(text) if text else {} for text in (one, other))
        yield from _tables(a, b, name, language)


def _tables(
    a: dict[str, Any], b: dict[str, Any], name: str, language: str
) -> Iterator[tuple[str, str]]:
    whole = {"module.toml": ("module", "module page")}.get(name)
    if whole is None and name.startswith("scenario-"):
        whole = ("scenario",)
    if whole is None and "certificate" in (a or b):
        whole = ("course",)
    if whole:
        key = (a or b).get("key", "")
        yield from ((f"{kind}{language}", key) for kind in whole)
        if name == "module.toml" and not all(
            same(a.get(part), b.get(part)) for part in ("short", "assessment")
        ):
            for entry in (*a.get("lessons", ()), *b.get("lessons", ())):
                yield f"lesson{language}", entry.get("key", "")
        return
    for table, kinds in KINDS.items():
        rows = [_by_key(data.get(table, [])) for data in (a, b)]
        for key in rows[0].keys() | rows[1].keys():
            if not same(rows[0].get(key), rows[1].get(key)):
                yield from ((f"{kind}{language}", str(key)) for kind in kinds)


def _by_key(rows: Any) -> dict[Any, Any]:
    return {
        one.get("key", one.get("level")): one
        for one in ([rows] if isinstance(rows, dict) else rows)
    }
