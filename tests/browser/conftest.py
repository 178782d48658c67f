"""A browser that this machine has, and two sites for it.

`site` is the demonstration as people run it: a server process of its own, shared by all workers (served.py), peopled by
cast.py. `live_server` of pytest-django, over the test's own database, serves tests that need people of their own making.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypedDict

import pytest
from playwright.sync_api import BrowserContext

os.environ.setdefault(
    "DJANGO_ALLOW_ASYNC_UNSAFE", "1"
)  # Playwright's loop runs beside the test's own queries

HERE = Path(__file__).parent
PREPARING_SECONDS = 300
QUIET = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run"]


class Site(TypedDict):
    """Where the demonstration answers, and who is there: name → e-mail address, session, addresses of theirs."""

    url: str
    people: dict[str, dict[str, str]]


def chromium() -> str | None:
    return (
        os.environ.get("STOA_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
    )


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, playwright):
    found = browser_type_launch_args | {"args": [*browser_type_launch_args.get("args", []), *QUIET]}
    if path := chromium():
        return found | {"executable_path": path}
    if not Path(playwright.chromium.executable_path).exists():
        pytest.skip(
            "There is no Chromium here; `make test` finds or installs one, STOA_CHROMIUM names it."
        )
    return found


@pytest.fixture(scope="session")
def site(tmp_path_factory, worker_id) -> Site:
    """The demonstration, started once for all workers; STOA_BROWSER_SITE names the state file of one that runs already.

    One that runs already knows what earlier runs did: tests of somebody who has done nothing yet pass on it once.
    """
    if given := os.environ.get("STOA_BROWSER_SITE"):
        return json.loads(Path(given).read_text())
    if not os.environ.get("DATABASE_URL", "sqlite:").startswith("sqlite:"):
        pytest.skip(
            "The demonstration is SQLite whatever the suite runs on; `make test` walks through it."
        )
    folder = tmp_path_factory.getbasetemp()
    if worker_id == "master":
        return started(folder, os.getpid())
    with (folder.parent / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return started(folder.parent, os.getppid())


def started(folder: Path, pid: int) -> Site:
    """The site of this run; the first to ask starts it, and it ends with the process `pid`."""
    state, log = folder / "site.json", folder / "site.log"
    if not log.exists():
        with log.open("w") as out:
            command = [sys.executable, HERE / "served.py", state, str(pid)]
            server = subprocess.Popen(
                command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True
            )
        deadline = time.monotonic() + PREPARING_SECONDS
        while not state.exists() and server.poll() is None and time.monotonic() < deadline:
            time.sleep(0.2)
    if not state.exists():
        pytest.fail("The demonstration did not start:\n" + log.read_text()[-3000:], pytrace=False)
    return json.loads(state.read_text())


@pytest.fixture(scope="session")
def open_browser(browser, site) -> Iterator[Callable[..., BrowserContext]]:
    """`open_browser(name, ...)`: a window of somebody's own, signed in unless `name` is empty; options are Playwright's."""
    windows = []

    def opened(name: str = "", **options) -> BrowserContext:
        window = browser.new_context(
            **({"base_url": site["url"], "locale": "en-GB", "viewport": DESKTOP} | options)
        )
        window.set_default_timeout(8_000)
        if name:
            window.add_cookies(
                [
                    {
                        "name": "sessionid",
                        "value": site["people"][name]["session"],
                        "url": site["url"],
                    }
                ]
            )
        windows.append(window)
        return window

    yield opened
    for window in windows:
        window.close()


DESKTOP = {"width": 1280, "height": 900}
PHONE = {
    "viewport": {"width": 360, "height": 740},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
