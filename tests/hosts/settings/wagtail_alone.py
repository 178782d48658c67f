"""Wagtail and nothing of ours: what a site has before it installs the first of our apps."""

from tests.hosts.settings.common import *
from tests.hosts.settings.common import WAGTAIL

INSTALLED_APPS = [*WAGTAIL]
ROOT_URLCONF = "wagtail.admin.urls"
