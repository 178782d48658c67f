"""People who sign in by user name, without uuid, display name or language."""

from tests.hosts.settings.common import growing
from tests.hosts.settings.everything import *
from tests.hosts.settings.everything import INSTALLED_APPS

INSTALLED_APPS = ["tests.hosts.people", *INSTALLED_APPS]
AUTH_USER_MODEL = "people.Person"
MIGRATION_MODULES = growing("people")
