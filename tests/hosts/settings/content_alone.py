"""The knowledge base on a site that teaches nothing."""

from tests.hosts.settings.common import *
from tests.hosts.settings.common import WAGTAIL

INSTALLED_APPS = ["content", *WAGTAIL]
