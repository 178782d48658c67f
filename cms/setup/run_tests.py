"""`make test` and `make test-services`: installs what the suite needs, then runs it.

Standard library only. Further arguments go to pytest.
Usage: run_tests.py [--services [--start]] [PYTEST ARGUMENTS]
"""

import os
import subprocess
import sys
from contextlib import ExitStack

import bootstrap
import chromium
import machine
import services

WORKERS = "2"
NO_BROWSER = (
    "There is no Chromium here, and none could be installed: the browser tests did NOT run.\n"
    "Install one (on Debian, as root: apt-get install chromium), or give its path in STOA_CHROMIUM."
)


def main(arguments: list[str]) -> int:
    on_services = take(arguments, "--services")
    start = take(arguments, "--start")
    bootstrap.bootstrap(dev=True)
    env = dict(os.environ)
    browser = chromium.find_or_install()
    if browser:
        env["STOA_CHROMIUM"] = browser
    command = [str(machine.PYTHON), "-m", "pytest", "-n", WORKERS, *arguments]
    if not browser:
        machine.say(NO_BROWSER)
        command += ["-m", "not browser"]
    with ExitStack() as stack:
        if on_services:
            env |= stack.enter_context(services.services(start=start))
        code = subprocess.run(command, cwd=machine.ROOT, env=env).returncode
    if not browser:
        machine.say(NO_BROWSER)
        return code or int("CI" in env)
    return code


def take(arguments: list[str], flag: str) -> bool:
    """Remove a flag of ours; says whether it was there."""
    if flag not in arguments:
        return False
    arguments.remove(flag)
    return True


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
