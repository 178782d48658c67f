"""A newcomer's machine and the demonstration: SQLite, one process, mail readable in a page."""

from cms.settings import reading as env
from cms.settings.base import *
from cms.settings.base import VAR_DIR

DEBUG = env.switch("STOA_DEBUG")
SECRET_FILE = VAR_DIR / "secret-key"
if not SECRET_FILE.exists():
    from django.core.management.utils import get_random_secret_key

    SECRET_FILE.write_text(get_random_secret_key())
    SECRET_FILE.chmod(0o600)
SECRET_KEY = SECRET_FILE.read_text()
ALLOWED_HOSTS = ["*"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
EMAIL_BACKEND = "cms.mailroom.FileBackend"
STOA_MAILROOM_DIR = VAR_DIR / "mail"
