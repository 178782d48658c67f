"""In which line of a TOML text does a value stand? tomllib does not say, so we look."""

import re

_HEADER = re.compile(r"^\s*\[(\[?)\s*([A-Za-z0-9_.\"-]+)\s*\]\]?\s*(#.*)?$")
_ASSIGNMENT = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")
_INLINE_ITEM = re.compile(r"^\s*\{")
Path = tuple[str | int, ...]


class Lines:
    """Maps paths such as ("nodes", 2, "choices", 0, "next") to lines of the file, as well as a scan can."""

    def __init__(self, text: str, first_line: int = 1):
        self.rows = text.splitlines()
        self.first_line = first_line
        self.known: dict[Path, int] = {(): 0}
        self._scan()

    def at(self, path: Path, value: object = None) -> int:
        """Line of the longest known start of `path`; with `value`, of that string at or after it."""
        while path not in self.known:
            path = path[:-1]
        row = self.known[path]
        if isinstance(value, str):
            wanted = f'"{value}"'
            row = next((n for n in range(row, len(self.rows)) if wanted in self.rows[n]), row)
        return self.first_line + row

    def _scan(self) -> None:
        table: Path = ()
        counts: dict[Path, int] = {}
        assignment: Path = ()
        inside_string = False
        for number, row in enumerate(self.rows):
            quotes = row.count('"""') + row.count("'''")
            if inside_string:
                inside_string = quotes % 2 == 0
                continue
            if header := _HEADER.match(row):
                table = self._table(header.group(2).split("."), bool(header.group(1)), counts)
                self.known.setdefault(table, number)
                assignment = ()
            elif found := _ASSIGNMENT.match(row):
                assignment = (*table, found.group(1))
                self.known.setdefault(assignment, number)
                counts.pop(assignment, None)
            elif assignment and _INLINE_ITEM.match(row):
                index = counts.get(assignment, -1) + 1
                counts[assignment] = index
                self.known.setdefault((*assignment, index), number)
            inside_string = quotes % 2 == 1

    @staticmethod
    def _table(names: list[str], is_array: bool, counts: dict[Path, int]) -> Path:
        path: Path = ()
        for position, name in enumerate(names):
            path = (*path, name)
            if is_array and position == len(names) - 1:
                counts[path] = counts.get(path, -1) + 1
            if path in counts:
                path = (*path, counts[path])
        return path
