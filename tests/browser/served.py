"""Serves the demonstration to the browser tests for as long as a process lives, then leaves nothing behind.

Runs in a process of its own, started by conftest.py, so that all workers of pytest-xdist share one site. It is the site
that `make demo` starts: same settings, server, worker, mail page and Content Security Policy.
Usage: served.py STATE PID    STATE: the JSON file to write when all is ready; PID: whose end to wait for
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "cms" / "setup"))

import build_theme
import machine
import run_demo

CAST = "import django, sys; django.setup(); from tests.browser import cast; cast.main(sys.argv[1])"
OURS = ("STOA_", "DJANGO_", "DATABASE_", "CELERY_", "STORAGE_", "PYTEST_")


def serve(state: Path, pid: int) -> None:
    for name in [name for name in os.environ if name.startswith(OURS)]:
        del os.environ[name]  # the settings of the suite are not those of the site
    build_theme.ensure()
    port = run_demo.free_port()
    with tempfile.TemporaryDirectory(prefix="stoa-browser-", ignore_cleanup_errors=True) as folder:
        var = Path(folder)
        env = run_demo.environment(var, f"http://127.0.0.1:{port}/")
        run_demo.prepare(var, env)
        cast = [machine.PYTHON, "-c", CAST, var / "people.json"]
        subprocess.run(cast, cwd=machine.ROOT, env=env, check=True)
        with run_demo.running_site(host="127.0.0.1", port=port, var=var) as (web, url):
            told = {"url": url.rstrip("/"), "var": folder, "web": web.pid}
            draft = state.with_suffix(".draft")
            draft.write_text(
                json.dumps(told | {"people": json.loads((var / "people.json").read_text())})
            )
            draft.rename(state)  # whoever waits for the file finds it whole
            while alive(pid) and web.poll() is None:
                time.sleep(0.3)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, run_demo.leave)
    serve(Path(sys.argv[1]), int(sys.argv[2]))
