"""What is promised is written: every setting, signal and command stands in its app's README."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APPS = ["content", "modules", "courses", "certification"]


def promised(app: str) -> set[str]:
    folder = ROOT / app
    commands = {path.stem for path in folder.glob("management/commands/[a-z]*.py")}
    signals = folder / "signals.py"
    names = (
        set(re.findall(r"^(\w+) = Signal\(\)", signals.read_text(), re.M))
        if signals.exists()
        else set()
    )
    conf = folder / "conf.py"
    settings = set(re.findall(r"STOA_[A-Z_]+", conf.read_text())) if conf.exists() else set()
    return commands | names | settings


@pytest.mark.parametrize("app", APPS)
def test_the_readme_of_an_app_names_what_it_promises(app):
    text = (ROOT / app / "README.md").read_text()
    missing = {name for name in promised(app) if name not in text}
    assert missing == set()


def test_the_first_readme_names_every_variable_of_the_environment():
    text = (ROOT / "README.md").read_text()
    read = set()
    for path in (ROOT / "cms" / "settings").glob("*.py"):
        read |= set(re.findall(r'env\.\w+\("([A-Z_]+)"', path.read_text()))
    missing = {
        name for name in read if name not in text and f"_{name.partition('_')[2]}" not in text
    }
    missing = {
        name
        for name in missing
        if not any(name.endswith(tail) for tail in re.findall(r"`(_[A-Z_]+)`", text))
    }
    assert missing == set()


@pytest.mark.parametrize("app", [*APPS, "cms"])
def test_each_app_has_a_readme(app):
    assert (ROOT / app / "README.md").exists()
