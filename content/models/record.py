"""What the curriculum loader wrote last, so that it never overwrites an editor's later change."""

from django.db import models


class LoadedRecord(models.Model):
    """One record of the curriculum files as it was last loaded.

    `digest` is that of the values the loader wrote. If the values in the database have another digest today,
    somebody edited them: the loader leaves them and reports the conflict (decision 15). `fields` names what the digest
    was taken over, so that a field which the curriculum learns later is not taken for an edit. PII: none.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    source_digest = models.CharField(max_length=64, blank=True)
    fields = models.JSONField(default=list)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="stoa_content_loaded_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class LoadedFile(models.Model):
    """A text file of the curriculum as it was last loaded, for `export_curriculum` to write into. PII: none."""

    path = models.CharField(max_length=250, unique=True)
    text = models.TextField()

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path
