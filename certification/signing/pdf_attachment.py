"""Take `credential.json` out of a PDF that a stranger handed in.

Reading a PDF means inflating streams before their size is known, so it happens in a process of its own, with a lid on
memory and time: `take_out` starts this very file as a script, which imports nothing of ours.
"""

import subprocess
import sys
from pathlib import Path

ATTACHMENT = "credential.json"

_MEMORY = 768 * 2**20
_SECONDS = 5
_NONE_FOUND = 3


def take_out(pdf: bytes, *, limit: int) -> bytes | None:
    """Return the attachment, or None if there is none, it is over `limit` bytes, or the PDF is not sound."""
    command = [sys.executable, "-I", str(Path(__file__).resolve()), str(limit)]
    try:
        done = subprocess.run(
            command, input=pdf, capture_output=True, timeout=_SECONDS * 2, check=False
        )  # noqa: S603
    except (subprocess.TimeoutExpired, OSError):
        return None
    return done.stdout if done.returncode == 0 and len(done.stdout) <= limit else None


def _lid() -> None:
    try:
        import resource
    except ImportError:  # not on this system; size and time limits remain
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main(limit: int) -> int:
    import io

    _lid()
    import pikepdf

    with pikepdf.open(io.BytesIO(sys.stdin.buffer.read())) as pdf:
        found = [
            item for name, item in pdf.attachments.items() if ATTACHMENT in (name, item.filename)
        ]
        if len(found) != 1:
            return _NONE_FOUND
        content = found[0].get_file().read_bytes()
    if len(content) > limit:
        return _NONE_FOUND
    sys.stdout.buffer.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(_main(int(sys.argv[1])))
