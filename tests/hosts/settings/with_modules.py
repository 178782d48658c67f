"""Lessons without courses: everybody who is signed in may act in them."""

from tests.hosts.settings.common import *
from tests.hosts.settings.common import WAGTAIL

INSTALLED_APPS = ["modules.pages", "modules", "content", *WAGTAIL]
