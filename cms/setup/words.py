"""Compiles the catalogues of the interface, if one is newer than what was compiled of it.

Standard library only; the work is done by `manage.py compile_words` in the virtual environment.
"""

import subprocess
from pathlib import Path

from machine import PYTHON, ROOT, say


def ensure() -> None:
    catalogues = ROOT.glob("*/locale/*/LC_MESSAGES/*.po")
    if all(is_compiled(catalogue) for catalogue in catalogues):
        return
    say("Compiling the catalogues of the interface ...")
    subprocess.run([PYTHON, "manage.py", "compile_words"], cwd=ROOT, check=True)


def is_compiled(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime
