"""The test suite: fast hashing, mail in memory, tasks run at once."""

import os
import tempfile

os.environ.setdefault("STOA_VAR", tempfile.mkdtemp(prefix="stoa-test-"))

from cms.settings import reading as env
from cms.settings.base import *
from cms.settings.base import VAR_DIR

DEBUG = False
SECRET_KEY = "for the test suite only, never in use anywhere else"  # noqa: S105
ALLOWED_HOSTS = ["*"]
BASE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"
DATABASES = {"default": env.database(env.text("DATABASE_URL", "sqlite://"))}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"].pop("init_command")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES["stoa_files"] = {  # noqa: F405
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "stoa-files",
}
STOA_MAILROOM_DIR = VAR_DIR / "mail"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
LOGGING["root"]["level"] = "ERROR"  # noqa: F405
# Wagtail's search and reference index are filled by tasks; the suite asks neither, and they cost a third of its time.
TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
