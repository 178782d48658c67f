"""Reads one lesson file: TOML between `+++` lines, then blocks and free text in order."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields

from .shapes import BLOCKS, MAY_HAVE_TEXT, NEED_TEXT, Block, FrontMatter, Lesson, Reference
from .sheets import Findings, Sheet, Wanted

OPENING = re.compile(r"^::: ([a-z_]+) ([a-z0-9-]+)$")
REFERENCE = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]*))?\]\]")
_TABLE_HEADER = re.compile(r"^\s*\[\[[A-Za-z0-9_.-]+\]\]\s*(#.*)?$")
_KINDS = (
    ("fact", re.compile(r"F\d+\.\d+")),
    ("recommendation", re.compile(r"GR-\d+")),
    ("guidance", re.compile(r"DG-\d+")),
    ("case", re.compile(r"C\d\d")),
    ("checklist", re.compile(r"K\d\d")),
    ("term", re.compile(r"term:[a-z0-9-]+")),
)
# front matter list -> kind of reference
LISTS = {
    "facts": "fact",
    "terms": "term",
    "cases": "case",
    "guidance": "guidance",
    "recommendations": "recommendation",
}


@dataclass(frozen=True)
class Part:
    """A block as it is written: rows of TOML, and the Markdown below them. Free text has type `text`."""

    type: str
    key: str
    head: list[str]
    text: str
    line: int
    text_line: int
    rows: list[str]


def read_lesson(text: str, file: str, findings: Findings) -> tuple[Lesson, Sheet] | None:
    """The lesson and its front matter, or None if the head cannot be found at all."""
    split = split_lesson(text, file, findings)
    if split is None:
        return None
    head, parts = split
    meta = head.build(FrontMatter)
    blocks = tuple(_block(part, file, findings) for part in parts)
    lesson = Lesson(meta=meta, blocks=blocks, file=file)
    _check_keys(lesson, findings)
    _check_lists(lesson, head)
    return lesson, head


def split_lesson(text: str, file: str, findings: Findings) -> tuple[Sheet, tuple[Part, ...]] | None:
    """The front matter and the blocks as they are written, or None if the head cannot be found or read."""
    rows = text.splitlines()
    if not rows or rows[0].rstrip() != "+++":
        findings.problem(file, 1, "A lesson starts with front matter between two lines of “+++”.")
        return None
    try:
        end = next(n for n in range(1, len(rows)) if rows[n].rstrip() == "+++")
    except StopIteration:
        findings.problem(file, 1, "The front matter is not closed by a line with “+++”.")
        return None
    head = Sheet("\n".join(rows[1:end]), file, findings, first_line=2)
    if not head.is_readable:
        return None
    return head, tuple(_parts(rows, end + 1, file, findings))


def used_keys(lesson: Lesson, kind: str) -> dict[str, int]:
    """Keys of one kind that the body uses, each with the line of its first use."""
    used: dict[str, int] = {}
    for block in lesson.blocks:
        for reference in block.references:
            if reference.kind == kind:
                used.setdefault(reference.key, reference.line)
        for spec in fields(BLOCKS[block.type]) if block.type in BLOCKS else ():
            if kind in spec.metadata.get("ref", ()) and len(spec.metadata["ref"]) == 1:
                value = block.data.get(spec.name, ())
                for key in (value,) if isinstance(value, str) else value:
                    used.setdefault(key, block.line)
    used.pop("", None)
    return used


def references_in(row: str, line: int, file: str, findings: Findings) -> Iterator[Reference]:
    for found in REFERENCE.finditer(row):
        written, label = found.group(1).strip(), found.group(2) or ""
        kind = next((kind for kind, pattern in _KINDS if pattern.fullmatch(written)), None)
        if kind is None:
            findings.problem(file, line, f"“[[{written}]]” is not a reference we know.")
            continue
        key = written.removeprefix("term:")
        if kind == "term" and not label:
            findings.problem(
                file, line, f"“[[{written}]]” needs the words to show: [[{written}|words]]."
            )
        findings.wanted.append(Wanted((kind,), key, file, line))
        yield Reference(kind, key, label, line)


def _parts(rows: list[str], start: int, file: str, findings: Findings) -> Iterator[Part]:
    previous, free, free_start, n = "", [], start, start

    def free_text() -> Iterator[Part]:
        if any(row.strip() for row in free):
            skipped = next(i for i, row in enumerate(free) if row.strip())
            key = f"after-{previous}" if previous else "start"
            line = free_start + skipped + 1
            yield Part("text", key, [], "\n".join(free).strip(), line, line, free[skipped:])

    while n < len(rows):
        if not rows[n].startswith(":::"):
            free.append(rows[n])
            n += 1
            continue
        opening = OPENING.match(rows[n].rstrip())
        if not opening:
            findings.problem(
                file,
                n + 1,
                f"“{rows[n].strip()}” does not open a block. Write “::: type key”, in small letters.",
            )
            free.append("")
            n += 1
            continue
        yield from free_text()
        end = next((i for i in range(n + 1, len(rows)) if rows[i].startswith(":::")), len(rows))
        if end == len(rows) or rows[end].rstrip() != ":::":
            findings.problem(
                file, n + 1, f"The block “{opening.group(2)}” is not closed by a line with “:::”."
            )
        yield _part(opening.group(1), opening.group(2), rows[n + 1 : end], n + 1)
        previous = opening.group(2)
        n = end + 1 if end < len(rows) and rows[end].rstrip() == ":::" else end
        free, free_start = [], n
    yield from free_text()


def _part(kind: str, key: str, rows: list[str], line: int) -> Part:
    split = next((i for i, row in enumerate(rows) if row.rstrip() == "---"), len(rows))
    blank = next((i for i, row in enumerate(rows[split + 1 :]) if row.strip()), 0)
    body = "\n".join(rows[split + 1 :]).strip()
    return Part(kind, key, rows[:split], body, line, line + split + blank + 2, rows)


def _block(part: Part, file: str, findings: Findings) -> Block:
    kind, key, line, body = part.type, part.key, part.line, part.text
    if not part.head and kind == "text":
        references = [
            reference
            for i, row in enumerate(part.rows)
            for reference in references_in(row, line + i, file, findings)
        ]
        return Block("text", key, {}, body, line, tuple(references), text_line=line)
    references = [
        reference
        for i, row in enumerate(part.rows)
        if not (i < len(part.head) and _TABLE_HEADER.match(row))
        for reference in references_in(row, line + i + 1, file, findings)
    ]
    data = {}
    if kind not in BLOCKS:
        known = ", ".join(BLOCKS)
        findings.problem(file, line, f"“{kind}” is not a type of block. Choose from: {known}.")
    else:
        sheet = Sheet("\n".join(part.head), file, findings, first_line=line + 1)
        if sheet.is_readable:
            data = asdict(sheet.build(BLOCKS[kind]))
            _check_block(kind, data, sheet)
    if kind in NEED_TEXT and not body:
        findings.problem(file, line, f"The block “{key}” needs a text after “---”.")
    if body and kind in BLOCKS and kind not in MAY_HAVE_TEXT:
        findings.problem(file, line, f"A block of type “{kind}” has no text after “---”.")
    if kind == "video" and data and not (data["transcript"] or body):
        findings.problem(file, line, f"The video “{key}” needs a transcript.")
    return Block(kind, key, data, body, line, tuple(references), text_line=part.text_line)


def _check_block(kind: str, data: dict, sheet: Sheet) -> None:
    if kind == "quiz" and not 1 <= data["draw"] <= len(data["questions"]):
        sheet.problem(
            ("draw",), f"The quiz draws {data['draw']} of {len(data['questions'])} questions."
        )
    if kind == "quiz" and len(set(data["questions"])) < len(data["questions"]):
        sheet.problem(("questions",), "The quiz names a question twice.")
    if kind == "video" and bool(data["file"]) == bool(data["url"]):
        sheet.problem((), "A video has either a file or a url.")
    if kind == "video" and data["url"] and not data["url"].startswith("https://"):
        sheet.problem(("url",), "The url of a video starts with https://.")
    if kind == "checklist":
        keys = [item["key"] for item in data["items"]]
        if not keys:
            sheet.problem(("items",), "A checklist has at least one item.")
        for n, key in enumerate(keys):
            if key in keys[:n]:
                sheet.problem(("items", n), f"The key “{key}” stands twice in this checklist.")


def _check_keys(lesson: Lesson, findings: Findings) -> None:
    seen: dict[str, int] = {}
    for block in lesson.blocks:
        if block.key in seen:
            findings.problem(
                lesson.file,
                block.line,
                f"The block key “{block.key}” is used already in line {seen[block.key]}.",
            )
        seen.setdefault(block.key, block.line)
    if not lesson.blocks:
        findings.problem(lesson.file, 1, "The lesson has no text.")


def _check_lists(lesson: Lesson, head: Sheet) -> None:
    for name, kind in LISTS.items():
        listed, used = getattr(lesson.meta, name), used_keys(lesson, kind)
        for key in sorted(set(listed) - set(used)):
            head.problem(
                (name,), f"“{key}” is listed in “{name}”, and the text does not use it.", key
            )
        for key in sorted(set(used) - set(listed)):
            head.findings.problem(
                head.file,
                used[key],
                f"“{key}” is used here and missing from “{name}” in the front matter.",
            )
        for n, key in enumerate(listed):
            if key in listed[:n]:
                head.problem((name,), f"“{key}” is listed twice in “{name}”.", key)
