import json
import re
from pathlib import Path

import build_theme
import pytest
import stamps
import walk

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("physical", "logical"),
    [
        ("a{margin-left:auto;left:0}", "a{margin-inline-start:auto;inset-inline-start:0}"),
        ("a{border-top-right-radius:0}", "a{border-start-end-radius:0}"),
        ("a{border-left-width:1px}", "a{border-inline-start-width:1px}"),
        ("a{text-align:right !important}", "a{text-align:end !important}"),
        ("a{float:left;clear:right}", "a{float:inline-start;clear:inline-end}"),
        ("a{padding:1px 2px 3px 4px}", "a{padding-block:1px 3px;padding-inline:4px 2px}"),
    ],
)
def test_left_and_right_become_start_and_end(physical, logical):
    assert build_theme.logical(physical) == logical


@pytest.mark.parametrize(
    "css", ["a{padding:1px 2px 3px 2px}", "a{margin:0 auto}", ".left:hover{top:0}"]
)
def test_what_has_no_side_stays(css):
    assert build_theme.logical(css) == css


def test_a_stamp_is_stale_as_soon_as_an_input_changes(tmp_path):
    pins = tmp_path / "pins"
    pins.write_text("wagtail==8.0.1")
    stamps.write(tmp_path / "stamp", [pins])
    assert stamps.is_fresh(tmp_path / "stamp", [pins])
    pins.write_text("wagtail==8.0.2")
    assert not stamps.is_fresh(tmp_path / "stamp", [pins])


def test_a_form_is_read_with_what_a_browser_would_send():
    page = walk.Answer("http://site/", 200, {}, FORM.encode())
    form = page.form(having="email")
    assert form.fields == {
        "token": ["t"],
        "email": [""],
        "agree": [],
        "size": ["s"],
        "note": ["said"],
    }
    assert form.buttons == [("go", "1")]


FORM = """<form method="post"><input type="hidden" name="token" value="t"><input name="email">
<input type="checkbox" name="agree"><select name="size"><option value="s">S<option value="m">M</select>
<textarea name="note">said</textarea><button name="go" value="1">Go</button></form>"""


def test_every_python_pin_is_exact_and_carries_a_hash():
    for name in ("requirements.txt", "tests/requirements.txt", "cms/setup/node-requirements.txt"):
        entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
        assert [
            entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry
        ] == []


def test_every_front_end_package_is_pinned_exactly():
    package = json.loads((ROOT / "package.json").read_text())
    asked = package["dependencies"] | package["devDependencies"]
    assert [name for name, version in asked.items() if not version[0].isdigit()] == []


def test_no_lock_file_says_where_packages_come_from():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    assert "://" not in (ROOT / "requirements.txt").read_text()
    assert "://" not in (ROOT / "tests" / "requirements.txt").read_text()
