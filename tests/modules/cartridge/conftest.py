"""A module with something of every kind in it, and how its cartridge comes back in."""

import io
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from wagtail.models import Collection

from cms import roles, site_setup
from cms.celery import app  # noqa: F401 - the tasks of the site, so that they run at once
from modules.cartridge import exporting, importing
from modules.models import CartridgeImport
from tests.factories import blocks
from tests.modules.cartridge import boxes
from tests.moments import NOON


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """What is uploaded in a test stays in its folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "private"},
        }
    }


@pytest.fixture
def dario(school):
    """An editor: may add pages, images and questions."""
    from tests.conftest import person

    Collection.get_first_root_node() or Collection.add_root(name="Root")
    roles.sync_roles()
    user = person("Dario")
    user.groups.add(Group.objects.get(name=roles.EDITORS))
    return user


@pytest.fixture
def full(school):
    """The school with a lesson of every kind of block, and questions of other kinds than one of three."""
    school.add_lesson(
        "Everything in it", "everything", body=blocks.full_body(school),
        summary="One of each.", objectives="Read a square\nWalk it", content_note="You can stop.",
    )  # fmt: skip
    boxes.more_questions(school.module)
    return school


@pytest.fixture
def put(school, dario, django_capture_on_commit_callbacks) -> Callable[..., CartridgeImport]:
    """`put(data)` uploads a cartridge under the modules and has it read; with `yes` it is put in too."""

    def upload(data: bytes, *, by=None, parent=None, modules_parent=None, yes=False, again=True):
        by = by or dario
        with django_capture_on_commit_callbacks(execute=True):
            job = importing.receive(
                by=by, parent=parent or site_setup.module_index(), kind="course" if modules_parent else "module",
                modules_parent=modules_parent,
                file=io.BytesIO(data), name="box.imscc", at=NOON,
            )  # fmt: skip
        job.refresh_from_db()
        if yes:
            assert job.state == "read", (job.state, job.problem)
            with django_capture_on_commit_callbacks(execute=True):
                importing.confirm(job=job, by=by, again=again, at=NOON)
            job.refresh_from_db()
        return job

    return upload


@pytest.fixture
def exported(full, dario):
    full.module_page.refresh_from_db()
    return exporting.export(page=full.module_page, user=dario)
