"""Courses without certificates."""

from tests.hosts.settings.common import *
from tests.hosts.settings.common import WAGTAIL

INSTALLED_APPS = ["courses.pages", "courses", "modules.pages", "modules", "content", *WAGTAIL]
