"""What every record of the knowledge base has in common."""

import re

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Keyed(models.Model):
    """A record that people, curriculum files and links know by a key that never changes. PII: none."""

    key = models.CharField(
        _("key"), max_length=60, unique=True, help_text=_("Never changes once it is in use.")
    )

    kind: str  # the word in addresses and links: "facts", "recommendations", …

    class Meta:
        abstract = True

    @property
    def number_in_order(self) -> tuple:
        """Sort key that puts F2.10 after F2.9."""
        return tuple(int(part) if part.isdigit() else part for part in re.split(r"(\d+)", self.key))

    def get_absolute_url(self) -> str:
        return reverse("stoa_content:record", args=[self.kind, self.key])
