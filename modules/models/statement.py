"""The statement store: what happened, xAPI-shaped (design decision 8)."""

import uuid
from enum import StrEnum

from django.conf import settings
from django.db import models

from modules.models.structure import Activity


class Verb(StrEnum):
    """xAPI verbs we emit. Source: ADL vocabulary, http://adlnet.gov/expapi/verbs/"""

    ATTEMPTED = "http://adlnet.gov/expapi/verbs/attempted"
    COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
    EXPERIENCED = "http://adlnet.gov/expapi/verbs/experienced"
    FAILED = "http://adlnet.gov/expapi/verbs/failed"
    PASSED = "http://adlnet.gov/expapi/verbs/passed"


class Statement(models.Model):
    """One xAPI record. Append-only; only `is_voided` may change. Actor, authority and `stored_at` are the server's.

    PII: learner id (the document holds account homepage and uuid only). Erased by services.forget.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="statements"
    )
    verb = models.CharField(max_length=200)
    activity = models.ForeignKey(
        Activity, null=True, on_delete=models.PROTECT, related_name="statements"
    )
    registration = models.UUIDField(null=True, db_index=True)
    happened_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    is_voided = models.BooleanField(default=False)
    document = models.JSONField()

    class Meta:
        ordering = ["-stored_at", "-id"]
        indexes = [
            models.Index(fields=["learner", "-stored_at"], name="stoa_modules_st_learner"),
            models.Index(fields=["activity", "verb"], name="stoa_modules_st_activity"),
        ]

    def __str__(self) -> str:
        return f"{self.verb.rpartition('/')[2]} {self.activity_id}"
