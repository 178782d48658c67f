"""The site as it would really run: with the production settings, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    "SECRET_KEY": "kq3v9-not-a-real-one-p27xw8dz5m1hf6t4cjy0bgrns-eual",
    "STOA_BASE_URL": "https://stoa.example.org",
    "DJANGO_SETTINGS_MODULE": "cms.settings.production",
}
VISIT = """
import json, django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", run_syncdb=True, verbosity=0)
call_command("createcachetable", verbosity=0)
from cms import roles, site_setup
site_setup.ensure_site()
https = {"secure": True, "SERVER_NAME": "stoa.example.org"}
client = Client(raise_request_exception=False)
def told(answer):
    cookies = {name: {k: bool(m[k]) for k in ("secure", "httponly")} | {"path": m["path"], "domain": m["domain"], "samesite": m["samesite"]} for name, m in answer.cookies.items()}
    return {"status": answer.status_code, "headers": dict(answer.headers), "cookies": cookies}
found = {
    "plain": told(client.get("/healthz", SERVER_NAME="stoa.example.org")),
    "home": told(client.get("/", **https)),
    "login": told(client.get("/account/login/", **https)),
    "mail": told(client.get("/mail/", **https)),
    "other host": told(client.get("/", secure=True, SERVER_NAME="evil.example")),
    "forwarded": told(client.get("/", secure=True, SERVER_NAME="stoa.example.org", HTTP_X_FORWARDED_HOST="evil.example")),
    "missing": told(client.get("/no/such/place/", **https)),
}
from cms.models import User
from django.contrib.auth.models import Group
roles.sync_roles()
editor = User.objects.create_user("dario@example.org", "a long quiet sentence", display_name="Dario")
editor.groups.set(Group.objects.filter(name=roles.EDITORS))
client.force_login(editor)
found["studio"] = told(client.get("/studio/", **https))
print("FOUND" + json.dumps(found))
"""


def run(*arguments: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    own = {
        "STOA_VAR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/stoa.db",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=known | ENVIRONMENT | own | environment,
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


def test_the_deployment_check_has_nothing_to_say(tmp_path):
    run("manage.py", "make_signing_key", tmp_path=tmp_path)
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", tmp_path=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set"),
        ("SECRET_KEY", "aaaa", "too short"),
        ("STOA_BASE_URL", "http://stoa.example.org", "https://"),
        ("STOA_BASE_URL", "", "STOA_BASE_URL is ''"),
        ("STOA_BASE_URL", "https://stoa.example.org/path", "scheme and host only"),
        ("DATABASE_URL", "mysql://x/y", "sqlite:// or postgres://"),
        ("STOA_HSTS_SECONDS", "soon", "whole number"),
        ("STOA_BEHIND_PROXY", "maybe", "Say 1 or 0"),
    ],
)
def test_an_odd_setting_stops_the_start_with_a_sentence(tmp_path, name, value, words):
    done = run("-c", "import cms.settings.production", tmp_path=tmp_path, **{name: value})
    assert done.returncode != 0 and words in done.stderr


@pytest.fixture(scope="module")
def visited(tmp_path_factory) -> dict:
    done = run(
        "-c",
        VISIT,
        tmp_path=tmp_path_factory.mktemp("site"),
        DJANGO_SETTINGS_MODULE="tests.security.production_like",
    )
    assert "FOUND" in done.stdout, done.stderr[-3000:]
    return json.loads(done.stdout.split("FOUND")[1])


def test_everything_goes_over_https_and_stays_there(visited):
    assert visited["plain"]["status"] == 301 and visited["plain"]["headers"]["Location"].startswith(
        "https://"
    )
    strict = visited["home"]["headers"]["Strict-Transport-Security"]
    assert "max-age=31536000" in strict and "includeSubDomains" in strict


def test_cookies_are_bound_to_this_host_and_to_https(visited):
    cookies = visited["login"]["cookies"] | visited["studio"]["cookies"]
    assert "__Host-csrf" in cookies
    for name, cookie in cookies.items():
        assert name.startswith("__Host-") or name == "messages", name
        assert (
            cookie["secure"]
            and cookie["path"] == "/"
            and not cookie["domain"]
            and cookie["samesite"] == "Lax"
        ), name


def test_another_host_is_refused(visited):
    assert visited["other host"]["status"] == 400
    assert visited["forwarded"]["status"] == 200  # the header is not read


def test_there_is_no_mailroom(visited):
    assert visited["mail"]["status"] == 404


def test_pages_are_strict(visited):
    for page in ("home", "login", "missing"):
        headers = visited[page]["headers"]
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert (
            headers["X-Content-Type-Options"] == "nosniff"
            and headers["Referrer-Policy"] == "same-origin"
        )


def test_staff_are_asked_for_a_second_factor(visited):
    assert (visited["studio"]["status"], visited["studio"]["headers"]["Location"]) == (
        302,
        "/account/2fa/",
    )
