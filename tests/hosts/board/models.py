"""The base page of a host: every page of the site has its field."""

from django.db import models
from wagtail.models import AbstractPage


class BoardPage(AbstractPage):
    """Any page of the host. PII: none."""

    department = models.CharField(max_length=255, blank=True, null=True)

    promote_panels = [*AbstractPage.promote_panels, "department"]
