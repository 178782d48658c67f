"""`make lint-django`: migrations are complete, and production settings pass Django's deploy check."""

import os
import secrets
import subprocess
import sys
import tempfile

import machine

MANAGE = [sys.executable, "manage.py"]


def run(*arguments: str, settings: str, **environment: str) -> int:
    print("manage.py", *arguments, f"({settings})", flush=True)
    env = os.environ | environment | {"DJANGO_SETTINGS_MODULE": settings}
    return subprocess.run([*MANAGE, *arguments], cwd=machine.ROOT, env=env).returncode


with tempfile.TemporaryDirectory(prefix="stoa-check-") as var:
    production = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "STOA_BASE_URL": "https://stoa.example",
        "STOA_VAR": var,
    }
    failures = [
        run("makemigrations", "--check", "--dry-run", settings="cms.settings.test", STOA_VAR=var),
        run("make_signing_key", settings="cms.settings.production", **production),
        run(
            *("check", "--deploy", "--fail-level=WARNING"),
            settings="cms.settings.production",
            **production,
        ),
    ]
raise SystemExit(any(failures))
