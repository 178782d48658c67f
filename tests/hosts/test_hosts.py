"""Our apps live on other people's sites: each small host checks, migrates from nothing, and shows a lesson."""

import json
import os
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
def visit(tmp_path_factory):
    kept: dict[str, dict] = {}

    def _visit(host: str) -> dict:
        if host not in kept:
            folder = tmp_path_factory.mktemp(host)
            known = {
                name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ
            }
            done = subprocess.run(
                [sys.executable, "-c", RUN.format(growing=GROWING.get(host, []))], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
                env=known | {"DJANGO_SETTINGS_MODULE": f"tests.hosts.settings.{host}", "HOST_VAR": str(folder), "PYTHONPATH": str(ROOT)},
            )  # fmt: skip
            assert "FOUND" in done.stdout, f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
            kept[host] = json.loads(done.stdout.rpartition("FOUND")[2])
        return kept[host]

    return _visit


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_checks_migrates_and_answers(visit, host):
    found = visit(host)
    pages = {
        name: status
        for name, value in found.items()
        if isinstance(value, list)
        for status in [value[0]]
    }
    assert pages and set(pages.values()) == {200}, found


@pytest.mark.parametrize("host", HOSTS[1:])
def test_a_learner_completes_a_lesson_on_a_host(visit, host):
    found = visit(host)
    assert found["done"] == 302 and found["completions"] == 1, found
    assert "lesson" in found and "/login/" not in found["lesson"][1]


@pytest.mark.parametrize("host", ["everything", "own_user", "own_pages"])
def test_a_host_certifies(visit, host):
    assert visit(host)["certificate"][0] == 200
