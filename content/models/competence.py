"""The competence framework: eight areas, three levels, six profiles."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from content.models.base import Keyed, Worded


class Area(Keyed):
    """A field of competence, A to H. PII: none."""

    kind = "areas"
    words = ("title",)

    title = models.CharField(_("title"), max_length=150)

    class Meta(Keyed.Meta):
        ordering = ["key"]
        verbose_name = _("competence area")

    def __str__(self) -> str:
        return self.title


class Level(Worded):
    """How well: 1 aware, 2 practise, 3 lead. PII: none."""

    words = ("title", "text")

    level = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=100)
    text = models.CharField(_("text"), max_length=300, blank=True)

    class Meta(Worded.Meta):
        ordering = ["level"]
        unique_together = [*Worded.Meta.unique_together, ("level", "locale")]

    def __str__(self) -> str:
        return f"{self.level} {self.title}"


class Profile(Keyed):
    """A role family in and around a city: EO, SC, UP, LP, SW, TR. PII: none."""

    kind = "profiles"
    words = ("title", "text")

    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(_("text"), blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(Keyed.Meta):
        ordering = ["position", "key"]
        verbose_name = _("profile")

    def __str__(self) -> str:
        return self.title


class Expectation(models.Model):
    """The level that a profile should reach in an area. PII: none."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="expectations")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="expectations")
    level = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "area"], name="stoa_content_one_expectation")
        ]

    def __str__(self) -> str:
        return f"{self.profile.key} {self.area.key}: {self.level}"
