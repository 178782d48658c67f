"""Finds Chromium for the browser tests, or installs it where that is possible.

Standard library only. Prints the path; exits 1 with a sentence when there is none to be had.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import machine

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as p\n"
    "with p() as play: print(play.chromium.executable_path)"
)


def find_or_install() -> str | None:
    if found := find():
        return found
    if machine.install_debian("chromium") and (found := find()):
        return found
    playwright = machine.VENV / "bin" / "playwright"
    if playwright.exists():
        machine.say("Asking Playwright for its own Chromium ...")
        subprocess.run([playwright, "install", "chromium"], stdout=sys.stderr)
    return find()


def find() -> str | None:
    """The first browser that starts: STOA_CHROMIUM, the machine's, Playwright's."""
    candidates = [os.environ.get("STOA_CHROMIUM"), *map(shutil.which, NAMES)]
    for path in filter(None, candidates):
        if starts(path):
            return path
    asked = subprocess.run([machine.PYTHON, "-c", ASK_PLAYWRIGHT], capture_output=True, text=True)
    path = asked.stdout.strip()
    return path if path and Path(path).exists() and starts(path) else None


def starts(path: str) -> bool:
    try:
        return machine.succeeds(path, "--version")
    except OSError:
        return False


if __name__ == "__main__":
    browser = find_or_install()
    if not browser:
        raise SystemExit("There is no Chromium here, and none could be installed.")
    print(browser)
