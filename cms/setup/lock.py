"""`make lock`: writes the lock files again from the loose bounds; ARGS like --upgrade go to uv."""

import subprocess
import sys

import machine

UV = [machine.VENV / "bin" / "uv", "pip", "compile", "--quiet", "pyproject.toml"]
# No lock file names an index address: any mirror may serve the same bytes.
UV += ["--universal", "--python-version=3.11", "--generate-hashes", "--no-header"]
UV += ["--no-emit-index-url", "--no-annotate"]
LOCKS = {
    "requirements.txt": [],
    "tests/requirements.txt": ["--group=dev", "--constraints=requirements.txt"],
    "cms/setup/node-requirements.txt": ["--group=node"],
}

for target, options in LOCKS.items():
    command = [*UV, *options, *sys.argv[1:], f"--output-file={target}"]
    if any(option.startswith("--group") for option in options):
        command.remove("pyproject.toml")
    subprocess.run(command, cwd=machine.ROOT, check=True)
    print(f"{target} written.")
npm = ["npm", "install", "--package-lock-only", "--ignore-scripts"]
subprocess.run(npm, cwd=machine.ROOT, check=True)
