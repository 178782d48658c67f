"""What every step of the set-up asks: where things lie, and what this machine can do.

Standard library only.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def install_debian(*packages: str) -> bool:
    """Install system packages where we may (root on Debian); says whether they are there now."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"Installing {' '.join(packages)} with apt-get ...")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run(command, env=env, capture_output=True, text=True)
    if done.returncode:
        say(done.stderr)
    return done.returncode == 0


def succeeds(*command: str | Path) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def say(text: str) -> None:
    """Speak on stderr, so that a script's own answer stays alone on stdout."""
    print(text, file=sys.stderr, flush=True)
