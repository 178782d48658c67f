"""Makes the virtual environment and installs into it exactly what the lock files name.

Standard library only.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path

import stamps
from machine import PYTHON, ROOT, VENV, install_debian, say, succeeds

SITE_PINS = ROOT / "requirements.txt"
DEV_PINS = ROOT / "tests" / "requirements.txt"
NODE_PINS = Path(__file__).parent / "node-requirements.txt"
NO_VENV = (
    "This Python can make no virtual environment: it has neither ensurepip nor pip.\n"
    "Install them (on Debian, as root: apt-get install python3-venv) and run this again."
)


def make_venv() -> None:
    if PYTHON.exists() and succeeds(
        PYTHON, "-c", "import sys; sys.exit(sys.prefix == sys.base_prefix)"
    ):
        return
    say("Making .venv ...")
    if not has_ensurepip():
        install_debian("python3-venv")
    make = [sys.executable, "-m", "venv", "--clear"]
    if not has_ensurepip():
        if importlib.util.find_spec("pip") is None:
            raise SystemExit(NO_VENV)
        make.append("--without-pip")
    subprocess.run([*make, VENV], check=True)


def install_pins(pins: Path) -> None:
    """Install exactly what a lock file names; every file must match its hash."""
    stamp = VENV / f".stoa-{pins.relative_to(ROOT).as_posix().replace('/', '-')}"
    if stamps.is_fresh(stamp, [pins]):
        return
    say(f"Installing the packages of {pins.relative_to(ROOT)} ...")
    options = ["-qq", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    done = subprocess.run([*pip(), "install", *options, "-r", pins])
    if done.returncode:
        raise SystemExit("The Python packages could not be installed; pip says why above.")
    stamps.write(stamp, [pins])


def pip() -> list[str]:
    """The environment's own pip, or the machine's working on the environment."""
    if succeeds(PYTHON, "-c", "import pip"):
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def has_ensurepip() -> bool:
    """Debian ships ensurepip apart; asked in a new process, so that a fresh install is seen."""
    return succeeds(sys.executable, "-c", "import ensurepip")
