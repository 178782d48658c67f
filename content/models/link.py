"""Links of the web of evidence that are more than "rests on" and "puts into practice": with a kind and a reason."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LinkKind(models.TextChoices):
    """What one thing says about another. Source of the words: issue 4, section 3."""

    RESTS_ON = "rests_on", pgettext_lazy("link", "rests on")
    PRACTISES = "practises", pgettext_lazy("link", "puts into practice")
    ASSESSES = "assesses", pgettext_lazy("link", "assesses")
    CONTRADICTS = "contradicts", pgettext_lazy("link", "contradicts")
    SUPERSEDES = "supersedes", pgettext_lazy("link", "supersedes")


INVERSE = {
    LinkKind.RESTS_ON: _("is the ground of"),
    LinkKind.PRACTISES: _("is put into practice by"),
    LinkKind.ASSESSES: _("is assessed by"),
    LinkKind.CONTRADICTS: _("is contradicted by"),
    LinkKind.SUPERSEDES: _("is superseded by"),
}


class EvidenceLink(models.Model):
    """That one thing says something about another, and why somebody says so. Both are named by kind and key. PII: none.

    Things of apps above have no table here, so no foreign key can hold them (decisions/0007); a link whose end is gone is
    not shown. What the fields of a record say already (its facts, its sources, …) is not said here again.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=LinkKind.choices)
    reason = models.CharField(_("reason"), max_length=250)
    from_kind = models.CharField(max_length=40)
    from_key = models.CharField(max_length=60)
    to_kind = models.CharField(max_length=40)
    to_key = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "from_kind", "from_key", "to_kind", "to_key"],
                name="stoa_content_link_once",
            )
        ]
        indexes = [models.Index(fields=["to_kind", "to_key"], name="stoa_content_linked_to")]

    def __str__(self) -> str:
        return f"{self.from_key} {self.kind} {self.to_key}"
