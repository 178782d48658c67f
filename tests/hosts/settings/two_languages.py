"""English and French, each under its own prefix."""

from tests.hosts.settings.with_courses import *
from tests.hosts.settings.with_courses import MIDDLEWARE

MIDDLEWARE = [*MIDDLEWARE[:1], "django.middleware.locale.LocaleMiddleware", *MIDDLEWARE[1:]]
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("fr", "Français")]
WAGTAIL_I18N_ENABLED = True
