"""`make demo`: everything from a fresh clone to a running site; `make demo-check`: the same, walked.

Standard library only. HOST and PORT say where it listens, STOA_VAR where its data lies (else var/).
Usage: python3 cms/setup/run_demo.py [--check]
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import bootstrap
import machine
import stamps

ROOT = machine.ROOT
START_SECONDS = 90
STOP_SECONDS = 8
TOLD = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "STORAGE_URL"}
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # listens everywhere; reached from here at


def demo() -> None:
    host, port = os.environ.get("HOST", "127.0.0.1"), wanted_port()
    refuse_taken(host, port)
    var = Path(os.environ.get("STOA_VAR", ROOT / "var")).resolve()
    bootstrap.bootstrap()
    with running_site(host=host, port=port, var=var) as (web, url):
        say(f"Stoa is ready at {url}")
        show_accounts(var)
        say("Stop with Ctrl-C.")
        code = web.wait()
        show_log(var)
        raise SystemExit(
            f"The web server ended by itself (exit code {code}); its last lines are above."
        )


def check() -> None:
    """Start in a temporary folder on a free port, walk through the site, leave nothing behind."""
    bootstrap.bootstrap()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="stoa-check-") as folder:
        var = Path(folder)
        with running_site(host="127.0.0.1", port=free_port(), var=var) as (_web, url):
            say(f"Started from nothing in {time.monotonic() - began:.1f} s.")
            walk = [machine.PYTHON, Path(__file__).parent / "walk.py", url, "--var", var]
            failed = subprocess.run(walk, cwd=ROOT, env=environment(var, url)).returncode != 0
            if failed:
                show_log(var)
    if failed:
        raise SystemExit("demo-check failed.")
    say(f"demo-check passed in {time.monotonic() - began:.1f} s.")


@contextmanager
def running_site(*, host: str, port: int, var: Path) -> Iterator[tuple[subprocess.Popen, str]]:
    """Prepare the data, start web and worker as one process group, stop the group at the end."""
    var.mkdir(parents=True, exist_ok=True)
    url = f"http://{in_url(WILDCARDS.get(host, host))}:{port}/"
    env = environment(var, url)
    prepare(var, env)
    refuse_taken(host, port)
    with (var / "demo.log").open("ab") as log:
        web = subprocess.Popen(
            gunicorn(host, port),
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
    try:
        wait_until_healthy(web, url, var)
        yield web, url
    finally:
        stop(web)


def prepare(var: Path, env: dict[str, str]) -> None:
    """Tables, curriculum and people; skipped while neither code, curriculum nor address changed."""
    stamp = var / ".prepared"
    told = [
        f"{name}={env[name]}" for name in sorted(env) if name in TOLD or name.startswith("STOA_")
    ]
    inputs = [*told, *source_state()]
    if (var / "demo-accounts.json").exists() and stamps.is_fresh(stamp, inputs):
        return
    stamp.unlink(missing_ok=True)
    command = [machine.PYTHON, "manage.py", "prepare_demo"]
    if subprocess.run(command, cwd=ROOT, env=env).returncode:
        raise SystemExit("The demonstration could not be prepared; the reason stands above.")
    stamps.write(stamp, inputs)


def source_state() -> Iterator[str]:
    """Path, size and time of every file of the apps: cheaper than reading them, and enough."""
    for app in ("cms", "certification", "courses", "modules", "content"):
        for path in sorted((ROOT / app).rglob("*")):
            if path.suffix != ".pyc" and path.is_file():
                state = path.stat()
                yield f"{path.relative_to(ROOT)} {state.st_size} {state.st_mtime_ns}"


def gunicorn(host: str, port: int) -> list[str]:
    options = ["--worker-class=gthread", "--workers=1", "--threads=8", "--timeout=120"]
    options += ["--graceful-timeout=3", "--log-level=warning", "--no-control-socket"]
    command = [str(machine.PYTHON), "-m", "gunicorn", "cms.wsgi", *options]
    return [*command, f"--bind={in_url(host)}:{port}"]


def environment(var: Path, url: str) -> dict[str, str]:
    """What the site is told; anything already in the environment wins, except where data lies."""
    return (
        {"DJANGO_SETTINGS_MODULE": "cms.settings.dev", "STOA_BASE_URL": url.rstrip("/")}
        | dict(os.environ)
        | {"STOA_VAR": str(var), "STOA_EMBEDDED_WORKER": "1", "PYTHONUNBUFFERED": "1"}
    )


def end_with_parent() -> None:
    """Ask Linux to end the child when this process is killed outright."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def wait_until_healthy(web: subprocess.Popen, url: str, var: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    reason = "it did not answer"
    while time.monotonic() < deadline and web.poll() is None:
        try:
            with opener.open(f"{url}healthz", timeout=5) as answer:
                answer.read()
                return
        except urllib.error.HTTPError as error:
            reason = f"/healthz answered {error.code}"
        except OSError as error:
            reason = str(error)
        time.sleep(0.1)
    show_log(var)
    raise SystemExit(f"The site did not start: {reason}. Its last lines are above.")


def stop(web: subprocess.Popen) -> None:
    """End the whole group: politely, then whatever is left of it."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(web.pid, sign)
            web.wait(STOP_SECONDS)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def wanted_port() -> int:
    given = os.environ.get("PORT", "8000")
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise SystemExit(f"PORT must be a number from 1 to 65535, not {given!r}.")
    return int(given)


def refuse_taken(host: str, port: int) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise SystemExit(
            f"Cannot listen on {host} port {port}: {error.strerror}. "
            "Choose another place, for instance `make demo PORT=8001`."
        ) from None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def show_accounts(var: Path) -> None:
    file = var / "demo-accounts.json"
    if not file.exists():
        return
    accounts = json.loads(file.read_text())
    width = max(map(len, accounts), default=0)
    reach = max((len(account["email"]) for account in accounts.values()), default=0)
    say("Log in as:")
    for role, account in accounts.items():
        say(f"  {role:{width}}  {account['email']:{reach}}  {account['password']}")


def show_log(var: Path, lines: int = 40) -> None:
    log = var / "demo.log"
    if log.exists():
        print(*log.read_text(errors="replace").splitlines()[-lines:], sep="\n", file=sys.stderr)


def say(text: str) -> None:
    print(text, flush=True)


def leave(sign: int, _frame: object) -> None:
    """A signal unwinds the stack, so that every `finally` above stops what it started."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise SystemExit(0 if sign == signal.SIGINT else 128 + sign)


if __name__ == "__main__":
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, leave)
    check() if "--check" in sys.argv[1:] else demo()
