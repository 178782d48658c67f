"""A user model as many sites have it: a name to sign in with, and nothing that ours has."""

from django.contrib.auth.models import AbstractUser


class Person(AbstractUser):
    """Somebody of the host. PII: name, e-mail."""

    class Meta:
        app_label = "people"
