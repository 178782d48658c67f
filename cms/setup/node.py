"""Finds Node, or installs it into the virtual environment, and installs the front-end packages.

Standard library only.
"""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import stamps
import virtualenv
from machine import ROOT, VENV, say

OLDEST = (20, 19)  # what sass asks for


@cache
def command(tool: str) -> list[str]:
    """The command line for `node` or `npm`: the machine's own if new enough, else the wheel's."""
    if machine_has_node():
        return [shutil.which(tool)]
    if not (VENV / "bin" / tool).exists():
        say("This machine has no Node 20.19 or newer with npm.")
        virtualenv.install_pins(virtualenv.NODE_PINS)
    return [str(VENV / "bin" / tool)]


@cache
def machine_has_node() -> bool:
    if not (shutil.which("node") and shutil.which("npm")):
        return False
    said = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", said)[:2])
    return version >= OLDEST


def install_packages(*, dev: bool) -> None:
    """`npm ci`, unless node_modules already holds these packages; with dev packages or without."""
    stamp = ROOT / "node_modules" / ".stoa-stamp"
    pinned = [ROOT / "package.json", ROOT / "package-lock.json"]
    if stamps.is_fresh(stamp, [*pinned, "dev"]):
        return
    if not dev and stamps.is_fresh(stamp, [*pinned, "site"]):
        return
    say("Installing front-end packages ...")
    omit = ["--omit=optional"] if dev else ["--omit=optional", "--omit=dev"]
    run = [*command("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    # The wheel's npm is a script that looks for `node` on the path.
    path = f"{Path(command('node')[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run([*run, *omit], cwd=ROOT, env=os.environ | {"PATH": path})
    if done.returncode:
        raise SystemExit("The front-end packages could not be installed; npm says why above.")
    stamps.write(stamp, [*pinned, "dev" if dev else "site"])
