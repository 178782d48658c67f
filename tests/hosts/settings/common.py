"""What a small Wagtail site of somebody else has, before it installs anything of ours. Nothing of cms is here."""

import os
import sys
from pathlib import Path

VAR_DIR = Path(os.environ.get("HOST_VAR", "."))
SECRET_KEY = "for the tests of hosts only, never in use anywhere else"
ALLOWED_HOSTS = ["*"]
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "media"
ROOT_URLCONF = "tests.hosts.urls"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"  # not ours: our apps bring their own
WAGTAIL_SITE_NAME = "A town"
WAGTAILADMIN_BASE_URL = "http://town.example.org"
LOGIN_URL = "/admin/login/"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "host.db"}}

WAGTAIL = [
    "wagtail.users", "wagtail.snippets", "wagtail.documents", "wagtail.images", "wagtail.search", "wagtail.admin", "wagtail",
    "modelcluster", "taggit", "django_filters",
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.humanize", "django.contrib.sessions",
    "django.contrib.messages", "django.contrib.staticfiles",
]  # fmt: skip
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"level": "CRITICAL"}}


def growing(label: str) -> dict[str, str]:
    """MIGRATION_MODULES for an app of the host whose migrations are made anew in each run, as our mixins change."""
    package = VAR_DIR / f"{label}_migrations"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").touch()
    if str(VAR_DIR) not in sys.path:
        sys.path.insert(0, str(VAR_DIR))
    return {label: package.name}


class NoMigrations(dict):
    """MIGRATION_MODULES of a host whose tables are made from its models: a base page of its own has none yet."""

    def __contains__(self, label: object) -> bool:
        return True

    def __getitem__(self, label: str) -> None:
        return None
