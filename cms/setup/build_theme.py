"""Builds what the browser gets from the front-end packages: one sheet, its fonts, htmx.

Standard library only: it runs with any Python 3.11, after `npm ci` (see node.py).
"""

import gzip
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import node
import stamps
from machine import ROOT, say

SOURCES = ROOT / "cms" / "theme"
BUILT = ROOT / "cms" / "static" / "stoa_cms" / "built"
PACKAGES = ROOT / "node_modules"
CEILING = 25_000  # bytes of gzipped CSS, our share of the 60 kB of a lesson page

# Upright faces only; `unicode-range` lets a browser fetch no more than it shows.
FACES = {
    "atkinson-hyperlegible-next": ("latin-ext", "latin"),
    "noto-sans": ("greek-ext", "greek", "cyrillic-ext", "cyrillic"),  # what Atkinson lacks
}

# Bootstrap writes left and right; start and end are right in every direction of writing.
CORNERS = {"top-left": "start-start", "top-right": "start-end"}
CORNERS |= {"bottom-left": "end-start", "bottom-right": "end-end"}
SIDE = {"left": "start", "right": "end"}


def build() -> int:
    """Write the built files; returns the gzipped bytes of the sheet."""
    shutil.rmtree(BUILT, ignore_errors=True)
    (BUILT / "fonts").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as work:
        Path(work, "fonts.css").write_text(copy_fonts())
        sheet = logical(compile_scss(load_paths=[PACKAGES, Path(work)]))
    (BUILT / "stoa.css").write_text(sheet, encoding="utf-8")
    shutil.copy(PACKAGES / "htmx.org" / "dist" / "htmx.min.js", BUILT / "htmx.min.js")
    return len(gzip.compress(sheet.encode(), 9, mtime=0))


def copy_fonts() -> str:
    """Copy the font files we serve; returns their @font-face rules."""
    rules = []
    for family, subsets in FACES.items():
        package = PACKAGES / "@fontsource-variable" / family
        blocks = re.findall(r"@font-face \{.*?\}", (package / "wght.css").read_text(), re.DOTALL)
        for subset in subsets:
            name = f"{family}-{subset}-wght-normal.woff2"
            rules += [
                block.replace("./files/", "fonts/") for block in blocks if f"/{name}" in block
            ]
            shutil.copy(package / "files" / name, BUILT / "fonts" / name)
    return "\n".join(rules)


def compile_scss(*, load_paths: list[Path]) -> str:
    command = [
        *node.command("node"),
        str(PACKAGES / "sass" / "sass.js"),
        "--style=compressed",
        "--no-source-map",
        "--no-charset",
        "--quiet-deps",
        "--silence-deprecation=import",  # Bootstrap 5.3 has no other way
        *(f"--load-path={path}" for path in load_paths),
        str(SOURCES / "theme.scss"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"The theme does not compile:\n{done.stderr}")
    return done.stdout


def logical(css: str) -> str:
    """Turn physical sides into logical ones, so that one sheet serves both directions."""
    css = re.sub(
        r"(?<=[;{])border-(top|bottom)-(left|right)-radius:",
        lambda m: f"border-{CORNERS[f'{m[1]}-{m[2]}']}-radius:",
        css,
    )
    css = re.sub(
        r"(?<=[;{])(margin|padding|border)-(left|right)(-width|-color|-style)?:",
        lambda m: f"{m[1]}-inline-{SIDE[m[2]]}{m[3] or ''}:",
        css,
    )
    css = re.sub(r"(?<=[;{])(left|right):", lambda m: f"inset-inline-{SIDE[m[1]]}:", css)
    css = re.sub(r"(?<=[;{])text-align:(left|right)", lambda m: f"text-align:{SIDE[m[1]]}", css)
    css = re.sub(
        r"(?<=[;{])(float|clear):(left|right)", lambda m: f"{m[1]}:inline-{SIDE[m[2]]}", css
    )
    # Four values name top, right, bottom and left; only those with differing sides need a change.
    return re.sub(
        r"(?<=[;{])(margin|padding):([^ ;}()]+) ([^ ;}()]+) ([^ ;}()]+) (?!\3[;}])([^ ;}()]+)(?=[;}])",
        r"\1-block:\2 \4;\1-inline:\5 \3",
        css,
    )


def ensure() -> None:
    """Build unless nothing changed since the last build."""
    inputs = [*sorted(SOURCES.iterdir()), Path(__file__), ROOT / "package-lock.json"]
    if stamps.is_fresh(BUILT / ".stamp", inputs):
        return
    weight = build()
    say(f"Theme built: {weight / 1000:.1f} kB of CSS (gzip), at most {CEILING // 1000}.")
    if weight > CEILING:
        raise SystemExit("The sheet is too heavy: leave a part of Bootstrap out, or say why not.")
    stamps.write(BUILT / ".stamp", inputs)


if __name__ == "__main__":
    ensure()
