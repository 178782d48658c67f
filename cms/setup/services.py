"""Finds PostgreSQL, Redis and RabbitMQ at the usual local ports, or starts own ones where asked.

Standard library only. Runs a command with DATABASE_URL and CELERY_BROKER_URL set to what it found.
STOA_TEST_DATABASE_URL, STOA_TEST_REDIS_URL and STOA_TEST_AMQP_URL say where they are, if elsewhere.
Usage: services.py [--start] [--fresh-database] -- COMMAND ...
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import machine

POSTGRES = "postgres://postgres:postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379/0"
RABBIT = "amqp://guest:guest@127.0.0.1:5672//"
CONNECT = "import sys, psycopg; psycopg.connect(sys.argv[1], connect_timeout=5).close()"
THROWN_AWAY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off"
EXECUTE = "import sys, psycopg; psycopg.connect(sys.argv[1], autocommit=True).execute(sys.argv[2])"


@contextmanager
def services(*, start: bool, fresh_database: bool = False) -> Iterator[dict[str, str]]:
    """The environment of a run on real services; RabbitMQ is left out where it does not answer."""
    with postgres(start=start) as database, redis(start=start) as broker:
        if fresh_database:
            database = create_database(database)
        found = {"DATABASE_URL": database, "CELERY_BROKER_URL": broker, "STOA_TEST_SERVICES": "1"}
        rabbit = os.environ.get("STOA_TEST_AMQP_URL", RABBIT)
        if answers(rabbit):
            found["STOA_TEST_AMQP_URL"] = rabbit
        else:
            machine.say("RabbitMQ does not answer; its tests are skipped.")
        try:
            yield found
        finally:
            if fresh_database:
                drop_database(database)


@contextmanager
def postgres(*, start: bool) -> Iterator[str]:
    url = os.environ.get("STOA_TEST_DATABASE_URL", POSTGRES)
    if machine.succeeds(machine.PYTHON, "-c", CONNECT, url):
        yield url
    elif not start:
        raise SystemExit(f"PostgreSQL does not answer at {place(url)}. {HINT}")
    else:
        with own_postgres() as url:
            yield url


@contextmanager
def own_postgres() -> Iterator[str]:
    """A throw-away cluster; PostgreSQL refuses to run as root, so root lends it Debian's user."""
    tools = postgres_tools()
    machine.say("Starting a PostgreSQL of our own ...")
    with tempfile.TemporaryDirectory(prefix="stoa-pg-") as folder:
        as_user: dict = {}
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            as_user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        data, port = f"{folder}/data", free_port()
        quiet = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder, **as_user}
        init = [tools / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*init, "--no-sync", "--locale=C.UTF-8"], **quiet)
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {THROWN_AWAY}"
        control = [tools / "pg_ctl", "-D", data, "-w", "-l", f"{folder}/log"]
        subprocess.run([*control, "-o", options, "start"], **quiet)
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **quiet)


def postgres_tools() -> Path:
    """Where initdb and pg_ctl lie; installs Debian's package when there are none."""
    for _try in range(2):
        if path := shutil.which("initdb"):
            return Path(path).parent
        if found := sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
            return found[-1].parent
        machine.install_debian("postgresql")
    raise SystemExit("There is no PostgreSQL here, and none could be installed.")


@contextmanager
def redis(*, start: bool) -> Iterator[str]:
    url = os.environ.get("STOA_TEST_REDIS_URL", REDIS)
    if answers(url):
        yield url
        return
    if not start:
        raise SystemExit(f"Redis does not answer at {place(url)}. {HINT}")
    if not shutil.which("redis-server"):
        machine.install_debian("redis-server")
    if not shutil.which("redis-server"):
        raise SystemExit("There is no Redis here, and none could be installed.")
    machine.say("Starting a Redis of our own ...")
    port = free_port()
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        url = f"redis://127.0.0.1:{port}/0"
        wait_for(url)
        yield url
    finally:
        server.terminate()
        server.wait(10)


HINT = "Start it, or let `make test-services START=1` start one for the run."


def create_database(url: str) -> str:
    name = f"stoa_fresh_{secrets.token_hex(4)}"
    subprocess.run([machine.PYTHON, "-c", EXECUTE, url, f'CREATE DATABASE "{name}"'], check=True)
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def drop_database(url: str) -> None:
    parts = urlsplit(url)
    server = urlunsplit(parts._replace(path="/postgres"))
    drop = f'DROP DATABASE "{parts.path[1:]}" WITH (FORCE)'
    subprocess.run([machine.PYTHON, "-c", EXECUTE, server, drop], check=True)


def answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname, parts.port), timeout=3):
            return True
    except OSError:
        return False


def wait_for(url: str, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not answers(url):
        if time.monotonic() > deadline:
            raise SystemExit(f"{place(url)} did not begin to answer within {seconds:.0f} s.")
        time.sleep(0.05)


def place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname} port {parts.port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def unwind(sign: int, _frame: object) -> None:
    raise SystemExit(128 + sign)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, unwind)
    flags, command = sys.argv[1:], []
    if "--" in flags:
        cut = flags.index("--")
        flags, command = flags[:cut], flags[cut + 1 :]
    if not command:
        raise SystemExit(__doc__)
    with services(start="--start" in flags, fresh_database="--fresh-database" in flags) as found:
        raise SystemExit(subprocess.run(command, env=os.environ | found).returncode)
