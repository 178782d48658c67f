"""In development, mail is written to files and read in a page of the site. Production does not have this."""

import email
import email.policy
import re
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

CODE = re.compile(r"^[A-Z0-9]{3,8}(-[A-Z0-9]{3,8})?[ \t]*$", re.MULTILINE)


class FileBackend(BaseEmailBackend):
    """Writes each message to a file of its own in STOA_MAILROOM_DIR."""

    def send_messages(self, email_messages) -> int:
        folder = Path(settings.STOA_MAILROOM_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}.eml"
            (folder / name).write_bytes(message.message().as_bytes())
        return len(email_messages)


@dataclass
class Letter:
    name: str
    to: str
    subject: str
    sent: str
    text: str

    @property
    def code(self) -> str:
        """A code to type in, if the letter has one: it stands on a line of its own."""
        found = CODE.search(self.text)
        return found[0].strip() if found else ""


def letters(limit: int = 50) -> list[Letter]:
    """The newest letters, newest first."""
    folder = Path(settings.STOA_MAILROOM_DIR)
    files = sorted(folder.glob("*.eml"), reverse=True)[:limit] if folder.exists() else []
    return [read(path) for path in files]


def read(path: Path) -> Letter:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    text = body.get_content() if body else ""
    return Letter(
        path.stem, str(message["to"]), str(message["subject"]), str(message["date"]), text
    )
