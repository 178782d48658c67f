"""Our apps live on other people's sites: each small host checks, migrates from nothing, and shows a lesson."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOSTS = (
    "content_alone",
    "with_modules",
    "with_courses",
    "everything",
    "own_user",
    "own_pages",
    "two_languages",
)
GROWING = {"own_user": ["people"]}
FROM_NOTHING = ("own_user", "own_pages")  # their own people or pages come before Wagtail's
CERTIFYING = ("everything", "own_user", "own_pages")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        "STOA_TEST_SERVICES" in os.environ,
        reason="The hosts have a SQLite of their own; make test runs them.",
    ),
]

# One process a host: start-up is most of what this costs.
RUN = """
import django
django.setup()
from django.apps import apps
from django.core.management import call_command
if {growing!r}:
    call_command("makemigrations", *{growing!r}, verbosity=0)
call_command("check", fail_level="ERROR")
ours = [one.label for one in apps.get_app_configs() if one.label.startswith("stoa_")]
from django.conf import settings
if "stoa_content" not in settings.MIGRATION_MODULES:
    call_command("makemigrations", *ours, check=True, dry_run=True, verbosity=1)
call_command("migrate", run_syncdb=True, verbosity=0)
import runpy
runpy.run_module("tests.hosts.visit", run_name="__main__")
"""


@pytest.fixture(scope="module")
def wagtail_database(tmp_path_factory) -> Path:
    """A database as a site has it before our apps join: Wagtail's own tables, migrated from nothing, once for all hosts."""
    folder = tmp_path_factory.mktemp("wagtail")
    run("wagtail_alone", folder, "import django; django.setup(); from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)")  # fmt: skip
    return folder / "host.db"


def run(host: str, folder: Path, code: str) -> str:
    known = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
        env=known | {"DJANGO_SETTINGS_MODULE": f"tests.hosts.settings.{host}", "HOST_VAR": str(folder), "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_checks_migrates_and_answers(host, wagtail_database, tmp_path):
    if host not in FROM_NOTHING:
        shutil.copy(wagtail_database, tmp_path)
    said = run(host, tmp_path, RUN.format(growing=GROWING.get(host, [])))
    found = json.loads(said.rpartition("FOUND")[2])
    pages = {
        name: status
        for name, value in found.items()
        if isinstance(value, list)
        for status in [value[0]]
    }
    assert pages and set(pages.values()) == {200}, found
    if host != "content_alone":  # a learner completes a lesson
        assert found["done"] == 302 and found["completions"] == 1, found
        assert "lesson" in found and "/login/" not in found["lesson"][1]
    if host in CERTIFYING:
        assert found["certificate"][0] == 200
