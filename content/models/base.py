"""What every record of the knowledge base has in common: a key, and words in one or more languages."""

import re
from functools import cache

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField


def source_language() -> str:
    """The code of the language that the knowledge base is written in: the site's own. No query."""
    return get_supported_content_language_variant(settings.LANGUAGE_CODE)


class Originals(models.Manager):
    """Rows in the source language only. A record is one thing; its translations are words for it and no more."""

    def get_queryset(self):
        return super().get_queryset().filter(locale__language_code=source_language())


class Worded(TranslatableMixin):
    """A record whose words may stand in several languages, one row each, under one `translation_key`.

    Links, counts, listings and references by key go to the row in the source language: ask `originals`.
    `objects` has every row, because Wagtail and wagtail-localize look for translations there. PII: none.
    """

    words: tuple[str, ...] = ()  # the fields that are translated; all others follow the original

    objects = models.Manager()
    originals = Originals()

    class Meta(TranslatableMixin.Meta):
        abstract = True

    @property
    def language(self) -> str:
        """The code of the language these words are in; another than the source's after `wording.in_language`."""
        return self.__dict__.get("_language") or source_language()

    @classproperty
    def translatable_fields(cls) -> list[SynchronizedField | TranslatableField]:
        """What wagtail-localize does with each field. Links are not copied: those of the original hold."""
        return _translatable_fields(cls)


@cache
def _translatable_fields(model: type[Worded]) -> list[SynchronizedField | TranslatableField]:
    plain = [
        field
        for field in model._meta.concrete_fields
        if field.editable and not isinstance(field, models.AutoField)
    ]
    return [
        TranslatableField(field.name)
        if field.name in model.words
        else SynchronizedField(field.name, overridable=False)
        for field in plain
    ]


class Keyed(Worded):
    """A record that people, curriculum files and links know by a key that never changes. PII: none."""

    key = models.CharField(_("key"), max_length=60, help_text=_("Never changes once it is in use."))

    kind: str  # the word in addresses and links: "facts", "recommendations", …

    class Meta(Worded.Meta):
        abstract = True
        unique_together = [("translation_key", "locale"), ("key", "locale")]

    @property
    def number_in_order(self) -> tuple:
        """Sort key that puts F2.10 after F2.9."""
        return tuple(int(part) if part.isdigit() else part for part in re.split(r"(\d+)", self.key))

    def get_absolute_url(self) -> str:
        return reverse("stoa_content:record", args=[self.kind, self.key])
