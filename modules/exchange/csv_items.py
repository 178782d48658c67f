"""Questions as a table, one a line: for spreadsheets, and to take a bank out and in again without loss.

Columns: kind, stem, explanation, language, difficulty, tags, key, title, graded; then what the answers need, numbered
from 1: answer_1, right_1, feedback_1 and so on. What each means is in COLUMNS.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modules.exchange.errors import UnreadableFile
from modules.exchange.items import (
    KINDS,
    MAX_ITEMS,
    MAX_PARTS,
    Finding,
    Item,
    NotRepresentable,
    Report,
    check_size,
    number,
    too_many,
)
from modules.exchange.texts import decode

COLUMNS = {
    "kind": gettext_lazy(
        "single, multiple, true_false, ordering, matching, fill_in, numeric, hotspot"
    ),
    "stem": gettext_lazy("The question"),
    "explanation": gettext_lazy("Shown after the answer"),
    "language": gettext_lazy("Code of the language, such as en"),
    "difficulty": gettext_lazy("1, 2 or 3"),
    "tags": gettext_lazy("Separated by |"),
    "key": gettext_lazy("The question's own key, to find it again"),
    "title": gettext_lazy("A short name"),
    "graded": gettext_lazy("yes or no: may be drawn into a test"),
    "tolerance": gettext_lazy("Number: how far off it may be"),
    "unit": gettext_lazy("Number: its unit"),
    "units": gettext_lazy("Number: other units, as cm=0.01 | mm=0.001"),
    "drawing": gettext_lazy("Picture: key of a drawing"),
    "image": gettext_lazy("Picture: number of an image in the library"),
    "alt": gettext_lazy("Picture: what it shows, in words"),
    "answer_1": gettext_lazy(
        "Option, item, left side, accepted forms (separated by |), number, or name of a place"
    ),
    "right_1": gettext_lazy("yes or no, for options and places"),
    "partner_1": gettext_lazy("Right side of a pair; a right side alone matches nothing"),
    "before_1": gettext_lazy("Text before a gap"),
    "after_1": gettext_lazy("Text after a gap"),
    "rules_1": gettext_lazy("Gap: case, accents, or both, if they matter"),
    "area_1": gettext_lazy("Place: left, top, width, height in per cent of the picture"),
    "feedback_1": gettext_lazy("Why the answer is right or wrong"),
    "id_1": gettext_lazy("Kept so that the answer stays the same one"),
}
PLAIN = [name for name in COLUMNS if not name.endswith("_1")]
NUMBERED = [name.removesuffix("_1") for name in COLUMNS if name.endswith("_1")]
YES, NO = {"yes", "y", "true", "1", "x", "right", "correct"}, {"no", "n", "false", "0", "", "wrong"}
# A cell that begins so would be run as a formula by a spreadsheet.
RISKY = ("=", "+", "-", "@", "'", "\t")
COLUMN = re.compile(rf"({'|'.join(NUMBERED)})_(\d{{1,3}})")

Parts = list[dict[str, str]]


def read(data: bytes) -> tuple[list[Item], list[Finding]]:
    """The questions of a table, and what there is to say about them. Rows are those of the spreadsheet."""
    check_size(data)
    report = Report()
    for row, cells in _rows(decode(data, report), report):
        if row > MAX_ITEMS + 1:
            raise too_many()
        report.name(row, cells.get("stem", ""))
        try:
            report.add(_item(cells, row, report))
        except NotRepresentable as reason:
            report.error(row, reason.code, reason.message)
    if not report.items and not report.findings:
        report.error(0, "nothing", _("There is no question in the file."))
    return report.result()


def _rows(text: str, report: Report) -> Iterator[tuple[int, dict[str, str]]]:
    first = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(max(csv.field_size_limit(), 200_000))
    table = csv.reader(io.StringIO(text.lstrip("\n"), newline=""), delimiter=delimiter)
    try:
        header = [cell.strip().lower().replace(" ", "_") for cell in next(table)]
        if not {"kind", "stem"} <= set(header):
            raise UnreadableFile("no-header", gettext_lazy("The first line of the table must name the columns, “kind” and “stem” among them."))  # fmt: skip
        double = sorted({name for name in header if name and header.count(name) > 1})
        if double:
            raise UnreadableFile("double-column", _("Two columns are named %(names)s.") % {"names": ", ".join(double)[:100]})  # fmt: skip
        strange = [name for name in header if name and name not in PLAIN and not _numbered(name)]
        if strange:
            report.warn(0, "column", _("These columns are not known and were left out: %(names)s.") % {"names": ", ".join(strange)[:200]})  # fmt: skip
        for row, cells in enumerate(table, start=2):
            if any(cell.strip() for cell in cells):
                if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
                    report.error(row, "cells", _("The line has more cells than there are columns."))
                    continue
                yield row, {name: _open(cell) for name, cell in zip(header, cells, strict=False)}
    except csv.Error as problem:
        raise UnreadableFile("not-a-table", _("The table cannot be read: %(problem)s.") % {"problem": problem}) from None  # fmt: skip
    except StopIteration:
        raise UnreadableFile("no-header", gettext_lazy("The table is empty.")) from None


def _numbered(name: str) -> bool:
    match = COLUMN.fullmatch(name)
    return bool(match) and 1 <= int(match[2]) <= MAX_PARTS


def _open(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in RISKY and cell[1:2] else cell


def _item(cells: dict[str, str], row: int, report: Report) -> Item:
    kind = cells.get("kind", "").strip().lower()
    if kind not in KINDS:
        raise NotRepresentable("kind", _("There is no kind of question “%(kind)s” here.") % {"kind": kind[:40]})  # fmt: skip
    numbers = sorted({int(match[2]) for name in cells if (match := COLUMN.fullmatch(name)) and _numbered(name)})  # fmt: skip
    parts = [
        part
        for n in numbers
        if any((part := {name: cells.get(f"{name}_{n}", "") for name in NUMBERED}).values())
    ]
    content = {
        "kind": kind,
        "stem": cells.get("stem", ""),
        "explanation": cells.get("explanation", ""),
        **READERS[kind](parts, cells),
    }
    return Item(
        content,
        title=cells.get("title", ""),
        key=cells.get("key", ""),
        tags=tuple(_split(cells.get("tags", ""))),
        difficulty=_difficulty(cells.get("difficulty", ""), row, report),
        language=cells.get("language", "").strip(),
        is_graded=_truth(cells.get("graded", "") or "yes"),
        row=row,
    )


def _difficulty(text: str, row: int, report: Report) -> int:
    if text.strip() in ("1", "2", "3"):
        return int(text)
    if text.strip():
        report.warn(row, "difficulty", _("“%(text)s” is no difficulty from 1 to 3; 1 was taken.") % {"text": text[:40]})  # fmt: skip
    return 1


def _truth(text: str) -> bool:
    word = text.strip().lower()
    if word not in YES | NO:
        raise NotRepresentable("yes-or-no", _("“%(text)s” is neither yes nor no.") % {"text": text[:40]})  # fmt: skip
    return word in YES


def _split(text: str) -> list[str]:
    r"""Parts between bars; \| is a bar, \\ a backslash."""
    pieces, current, characters = [], "", iter(text)
    for character in characters:
        if character == "\\":
            current += next(characters, "\\")
        elif character == "|":
            pieces.append(current)
            current = ""
        else:
            current += character
    return [piece.strip() for piece in [*pieces, current] if piece.strip()]


def _join(parts: Iterable[str]) -> str:
    return " | ".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)


def _tail(part: dict[str, str]) -> dict[str, str]:
    return {"id": part["id"], "feedback": part["feedback"]}


def _read_options(parts: Parts, cells: dict[str, str]) -> dict[str, Any]:
    listed = [{"text": p["answer"], "correct": _truth(p["right"]), **_tail(p)} for p in parts]
    return {"options": listed}


def _read_ordering(parts: Parts, cells: dict[str, str]) -> dict[str, Any]:
    return {"items": [{"text": part["answer"], **_tail(part)} for part in parts]}


def _read_matching(parts: Parts, cells: dict[str, str]) -> dict[str, Any]:
    pairs = [{"left": p["answer"], "right": p["partner"], **_tail(p)} for p in parts if p["answer"]]
    extra = [{"right": p["partner"], **_tail(p)} for p in parts if not p["answer"]]
    return {"pairs": pairs, "extra": extra}


def _read_fill_in(parts: Parts, cells: dict[str, str]) -> dict[str, Any]:
    gaps = []
    for part in parts:
        rules = set(re.split(r"[,\s]+", part["rules"].strip().lower())) - {""}
        if not rules <= {"case", "accents"}:
            raise NotRepresentable("rules", _("“%(text)s” is no rule; there are case and accents.") % {"text": part["rules"][:40]})  # fmt: skip
        gaps.append(
            {"before": part["before"], "after": part["after"], "accepted": _split(part["answer"]),
             "case": "case" in rules, "accents": "accents" in rules, **_tail(part)}
        )  # fmt: skip
    return {"gaps": gaps}


def _read_numeric(parts: Parts, cells: dict[str, str]) -> dict[str, Any]:
    if len(parts) != 1:
        raise NotRepresentable("no-answer", _("A number has one answer, in answer_1."))
    units = []
    for text in _split(cells.get("units", "")):
        unit, sign, factor = text.rpartition("=")
        if not sign:
            raise NotRepresentable("unit", _("“%(text)s” is not written as unit=factor.") % {"text": text[:40]})  # fmt: skip
        units.append({"unit": unit.strip(), "factor": factor.strip()})
    return {
        "number": {
            "value": parts[0]["answer"], "tolerance": cells.get("tolerance", ""), "unit": cells.get("unit", ""),
            "units": units, **_tail(parts[0]),
        }
    }  # fmt: skip


def _read_hotspot(parts: Parts, cells: dict[str, str]) -> dict[str, Any]:
    image = cells.get("image", "").strip()
    if image and not re.fullmatch(r"\d{1,9}", image):
        raise NotRepresentable("no-picture", _("“%(text)s” is no number of an image.") % {"text": image[:40]})  # fmt: skip
    if not image and not cells.get("drawing", "").strip():
        raise NotRepresentable("no-picture", _("There is no picture."))
    spots = []
    for part in parts:
        sides = [number(side) for side in part["area"].split()]
        if len(sides) != 4 or None in sides:
            raise NotRepresentable("area", _("“%(text)s” is not written as left, top, width and height with spaces between them.") % {"text": part["area"][:40]})  # fmt: skip
        area = dict(zip(("x", "y", "width", "height"), map(_figure, sides), strict=True))
        spots.append({"label": part["answer"], **area, "correct": _truth(part["right"]), **_tail(part)})  # fmt: skip
    picture = {
        "drawing": cells.get("drawing", "").strip(), "image": int(image) if image else None, "alt": cells.get("alt", ""),
    }  # fmt: skip
    return {"picture": picture, "spots": spots}


def _figure(value) -> int | float:
    return int(value) if value == int(value) else float(value)


READERS = {
    "single": _read_options,
    "multiple": _read_options,
    "true_false": _read_options,
    "ordering": _read_ordering,
    "matching": _read_matching,
    "fill_in": _read_fill_in,
    "numeric": _read_numeric,
    "hotspot": _read_hotspot,
}


# Out


def write(items: Iterable[Item]) -> tuple[bytes, list[Finding]]:
    """A table that holds everything an item has. UTF-8 with a mark, as spreadsheets want it."""
    rows = [_cells(item) for item in items]
    used = {name for row in rows for name, value in row.items() if value}
    most = max((int(name.rpartition("_")[2]) for name in used if COLUMN.fullmatch(name)), default=1)
    numbered = [f"{name}_{n}" for n in range(1, most + 1) for name in NUMBERED]
    header = PLAIN[:9] + [name for name in PLAIN[9:] + numbered if name in used]
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(header)
    table.writerows([_closed(row.get(name, "")) for name in header] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode(), []


def _closed(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; a number stays one."""
    return f"'{cell}" if cell.startswith(RISKY) and number(cell) is None else cell


def _cells(item: Item) -> dict[str, str]:
    content = item.content
    cells = {
        "kind": item.kind, "stem": item.stem, "explanation": content["explanation"], "language": item.language,
        "difficulty": str(item.difficulty), "tags": _join(item.tags), "key": item.key, "title": item.title,
        "graded": "yes" if item.is_graded else "no",
    }  # fmt: skip
    if number_ := content.get("number"):
        cells |= {"tolerance": number_["tolerance"], "unit": number_["unit"]}
        cells["units"] = _join(f"{other['unit']}={other['factor']}" for other in number_["units"])
    if picture := content.get("picture"):
        image = "" if picture["image"] is None else str(picture["image"])
        cells |= {"drawing": picture["drawing"], "image": image, "alt": picture["alt"]}
    for n, part in enumerate(_parts(content), start=1):
        cells |= {f"{name}_{n}": value for name, value in part.items()}
    return cells


def _parts(content: dict[str, Any]) -> Iterator[dict[str, str]]:
    for part in (*content.get("options", []), *content.get("spots", [])):
        area = " ".join(_shown(part[side]) for side in ("x", "y", "width", "height")) if "x" in part else ""  # fmt: skip
        text = part["text"] if "text" in part else part["label"]
        yield {"answer": text, "right": "yes" if part["correct"] else "no", "area": area, **_tail(part)}  # fmt: skip
    for part in content.get("items", []):
        yield {"answer": part["text"], **_tail(part)}
    for part in (*content.get("pairs", []), *content.get("extra", [])):
        yield {"answer": part.get("left", ""), "partner": part["right"], **_tail(part)}
    for part in content.get("gaps", []):
        rules = " ".join(rule for rule in ("case", "accents") if part[rule])
        yield {"before": part["before"], "after": part["after"], "answer": _join(part["accepted"]), "rules": rules, **_tail(part)}  # fmt: skip
    if given := content.get("number"):
        yield {"answer": given["value"], **_tail(given)}


def _shown(figure: int | float) -> str:
    return repr(figure)
