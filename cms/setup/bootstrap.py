"""Makes this checkout runnable: virtual environment, pinned packages, front end, theme, catalogues.

Standard library only. Safe to repeat: a step whose inputs did not change is skipped.
Usage: python3 cms/setup/bootstrap.py [--dev]
"""

import sys

import build_theme
import node
import virtualenv
import words


def bootstrap(*, dev: bool = False) -> None:
    if sys.version_info[:2] != (3, 11):
        found = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise SystemExit(f"Stoa needs Python 3.11; this is {found}. Try `make PYTHON=python3.11`.")
    virtualenv.make_venv()
    virtualenv.install_pins(virtualenv.SITE_PINS)
    if dev:
        virtualenv.install_pins(virtualenv.DEV_PINS)
    node.install_packages(dev=dev)
    build_theme.ensure()
    words.ensure()


if __name__ == "__main__":
    bootstrap(dev="--dev" in sys.argv[1:])
