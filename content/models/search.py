"""What can be found: the texts of everything that is taught, cut into passages."""

from django.db import models


class SearchPassage(models.Model):
    """A stretch of text that one link leads to, in one language: a record, or what stands under a heading of a lesson.

    A copy that can be thrown away and made again (`rebuild_search`). It holds published text only. Who may know of a
    thing is not in it: that is asked of the app the thing belongs to, at each search (decisions/0009). PII: none.

    `kind` and `key` name the thing, `place` is the order within it, `anchor` the id on its page. `also`: words that
    lead here and are not shown. `digest` is of all that is searched; the sum of a language's says whether it changed.
    """

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=60)
    language = models.CharField(max_length=12)
    place = models.PositiveSmallIntegerField(default=0)
    anchor = models.CharField(max_length=60, blank=True)
    title = models.TextField()
    heading = models.TextField(blank=True)
    also = models.TextField(blank=True)
    text = models.TextField(blank=True)
    digest = models.BigIntegerField()

    class Meta:
        ordering = ["kind", "key", "language", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key", "language", "place"], name="stoa_content_passage_once"
            )
        ]
        indexes = [models.Index(fields=["language", "digest"], name="stoa_content_passage_stamp")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.language}) {self.place}"
