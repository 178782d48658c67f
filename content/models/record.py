"""What the curriculum loader wrote last, so that it never overwrites an editor's later change."""

from django.db import models


class LoadedRecord(models.Model):
    """One record of the curriculum files as it was last loaded.

    `digest` is that of the values the loader wrote. If the values in the database have another digest today,
    somebody edited them: the loader leaves them and reports the conflict (decision 15). PII: none.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    source_digest = models.CharField(max_length=64, blank=True)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="stoa_content_loaded_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
