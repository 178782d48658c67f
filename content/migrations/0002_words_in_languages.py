"""Each record may stand in several languages: the columns, still empty."""

from django.db import migrations
from wagtail.models import BootstrapLocaleField, BootstrapTranslationKeyField

WORDED = [
    "action", "area", "case", "checklist", "fact", "guidance", "level", "profile", "recommendation", "source", "term", "topic",
]  # fmt: skip


def _columns(model):
    """A field without a state of its own would be shared by the models, so each gets one."""
    return [BootstrapTranslationKeyField(f"stoa_content.{model}"), BootstrapLocaleField(f"stoa_content.{model}")]


class Migration(migrations.Migration):
    dependencies = [
        ("stoa_content", "0001_initial"),
        ("wagtailcore", "0054_initial_locale"),
    ]

    operations = [operation for model in WORDED for operation in _columns(model)]
