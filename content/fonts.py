"""Which letters can the typefaces of our PDF files draw? PDF/A and PDF/UA forbid a missing glyph, so this is asked before setting."""

import re
import struct
import unicodedata
from functools import cache
from pathlib import Path

FONT_FILES = (
    "AtkinsonHyperlegibleNext_400Regular.ttf",
    "AtkinsonHyperlegibleNext_700Bold.ttf",
    "NotoSans_400Regular.ttf",
    "NotoSans_700Bold.ttf",
    "AtkinsonHyperlegibleNext_400Regular_Italic.ttf",
)
"""Atkinson sets Latin; Noto Sans, second in line, Greek, Cyrillic and the rest. Both SIL OFL 1.1."""

_STRAY_JOINER = re.compile(r"(?:^|(?<=\s))[\u200c\u200d]+|[\u200c\u200d]+(?=\s|$)")

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class FontsMissing(Exception):
    """The fonts were not installed; files are never set in whatever the machine happens to have."""

    def __init__(self, fonts_dir: Path, missing: list[str]):
        self.fonts_dir, self.missing = fonts_dir, missing
        super().__init__(
            f"Fonts missing below {fonts_dir}: {', '.join(missing)}. Run the set-up of the site."
        )


@cache
def find_fonts(fonts_dir: Path) -> tuple[Path, ...]:
    """The files of FONT_FILES, anywhere below `fonts_dir`. Raises FontsMissing."""
    found = {path.name: path for path in sorted(fonts_dir.rglob("*.ttf"))}
    missing = [name for name in FONT_FILES if name not in found]
    if missing:
        raise FontsMissing(fonts_dir, missing)
    return tuple(found[name] for name in FONT_FILES)


def drawable(text: str, *, fonts_dir: Path) -> str:
    """The text without signs no font has: emoji and their joiners go, a letter becomes U+FFFD so that it is missed."""
    covered = _covered(fonts_dir)
    kept = (character if ord(character) in covered else _stand_in(character) for character in text)
    # What joined an emoji to the next would be left over, and hold a line together that should break.
    return _STRAY_JOINER.sub("", "".join(kept)).strip()


def missing_letters(text: str, *, fonts_dir: Path) -> list[str]:
    """Letters that would be replaced, in order, each once; to warn whoever issues before a name is maimed."""
    covered = _covered(fonts_dir)
    missing = [letter for letter in text if ord(letter) not in covered and _stand_in(letter)]
    return list(dict.fromkeys(missing))


def _stand_in(character: str) -> str:
    if character in "\n\t":
        return character
    return (
        REPLACEMENT
        if unicodedata.category(character)[0] in "LMN" and not _is_selector(character)
        else ""
    )


def _is_selector(character: str) -> bool:
    return 0xFE00 <= ord(character) <= 0xFE0F or 0xE0100 <= ord(character) <= 0xE01EF


@cache
def _covered(fonts_dir: Path) -> frozenset[int]:
    """Code points every weight can draw by one family or another; the italic covers what its upright does."""
    atkinson, atkinson_bold, noto, noto_bold = (
        _code_points(path.read_bytes()) for path in find_fonts(fonts_dir)[:4]
    )
    return frozenset((atkinson & atkinson_bold) | (noto & noto_bold))


def _code_points(font: bytes) -> set[int]:
    """Code points with a glyph. OpenType 1.9, "cmap", formats 4 and 12; other formats add nothing to these."""
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * index) for index in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    found: set[int] = set()
    for index in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        start = cmap + struct.unpack_from(">I", font, cmap + 4 + 8 * index + 4)[0]
        kind = struct.unpack_from(">H", font, start)[0]
        found |= {4: _format_4, 12: _format_12}.get(kind, lambda *_: set())(font, start)
    return found


def _format_4(font: bytes, start: int) -> set[int]:
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{count}H", font, start + 14 + part * 2 * count + (2 if part else 0))
        for part in range(4)
    )
    offsets_at = start + 16 + 6 * count
    found = set()
    for segment in range(count):
        for code in range(starts[segment], min(ends[segment], 0xFFFE) + 1):
            glyph = code
            if offsets[segment]:
                at = offsets_at + 2 * segment + offsets[segment] + 2 * (code - starts[segment])
                glyph = struct.unpack_from(">H", font, at)[0]
                if not glyph:
                    continue
            if (glyph + deltas[segment]) & 0xFFFF:
                found.add(code)
    return found


def _format_12(font: bytes, start: int) -> set[int]:
    count = struct.unpack_from(">I", font, start + 12)[0]
    found: set[int] = set()
    for index in range(count):
        first, last, glyph = struct.unpack_from(">III", font, start + 16 + 12 * index)
        found.update(range(first + (glyph == 0), last + 1))
    return found
