"""All but cms, which is a site and not an app for others."""

from tests.hosts.settings.common import *
from tests.hosts.settings.common import VAR_DIR, WAGTAIL

INSTALLED_APPS = [
    "certification",
    "courses.pages",
    "courses",
    "modules.pages",
    "modules",
    "content",
    *WAGTAIL,
]
STOA_CERTIFICATION_KEY_DIR = VAR_DIR / "keys"
