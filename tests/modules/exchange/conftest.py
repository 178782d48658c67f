"""Files for the studio, and people who may or may not bring them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from modules import tasks
from tests.studio.conftest import as_person, studio, trainer  # noqa: F401 - people of the studio


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }


@pytest.fixture
def at_once(django_capture_on_commit_callbacks, monkeypatch):
    """Tasks run where they are sent."""
    for task in (tasks.read_questions, tasks.put_questions_in):
        monkeypatch.setattr(task, "delay", task.run)
    return lambda: django_capture_on_commit_callbacks(execute=True)


def upload(text: str | bytes, name: str = "questions.txt") -> SimpleUploadedFile:
    data = text.encode() if isinstance(text, str) else text
    return SimpleUploadedFile(name, data)


def address(job) -> str:
    return reverse("stoa_modules_question_import", args=[job.uuid])
