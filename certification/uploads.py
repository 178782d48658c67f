"""How is a stranger's file taken in? In memory, up to a limit, never on disk."""

import io

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from certification.signing.reading import MAX_BYTES

MAX_BODY = MAX_BYTES + 20_000
"""The file, and what a form wraps around it."""

MOST_DRAINED = 100_000_000


def is_too_large(request: HttpRequest) -> bool:
    """By what the request says of itself; a server hands on no more than that."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY
    except ValueError:
        return True


def drain(request: HttpRequest) -> None:
    """Let the rest of the request go by, a little at a time. A browser that is cut off shows no answer at all."""
    left = min(int(request.META.get("CONTENT_LENGTH") or 0), MOST_DRAINED)
    while left > 0:
        chunk = request.read(min(left, 65_536))
        if not chunk:
            return
        left -= len(chunk)


class InMemory(FileUploadHandler):
    """Keeps a file in memory, whatever Django's own limit for that; `is_too_large` was asked before."""

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        self.kept = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept,
            self.field_name,
            self.file_name or "",
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )
