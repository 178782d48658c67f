"""Question files on their way in."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from modules import conf
from modules.models.structure import Module


def import_path(instance: "QuestionImport", filename: str) -> str:
    return f"questions/{instance.uuid}"


class QuestionImport(models.Model):
    """One import of a question file. PII: the importer's id; it becomes null with the account.

    States: uploaded → read → importing → done; failed from uploaded or importing, dropped from read. `items` are what
    was read (modules.exchange.items.Item.as_json), `rows` the table of the dry run: [{"row", "name", "kind", "index" of
    the item or null, "findings": [{"severity", "code", "message"}], "known": pk of the question it doubles or null,
    "twin": row of the same question earlier in the file or null}], `findings` those of the file as a whole. `choices` =
    {row: "new" | "version" | "skip"} where the person chose otherwise than proposed; `plan` = [[index, choice]] once
    it started, of which `done` are put in; `made` = [[row, question pk, "new" | "version" | "same" | "refused"]]. File
    and items go when it has ended: they hold keys.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Being read")
        READ = "read", _("Waits for your choice")
        IMPORTING = "importing", _("Being put in")
        DONE = "done", _("Put in")
        FAILED = "failed", _("Not put in")
        DROPPED = "dropped", _("Dropped")

    OPEN = (State.UPLOADED, State.READ, State.IMPORTING)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    module = models.ForeignKey(Module, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=200)
    format = models.CharField(max_length=12, blank=True)  # key of modules.exchange.formats.FORMATS
    language = models.CharField(max_length=10, default="en")  # in which the importer reads findings
    file = models.FileField(upload_to=import_path, storage=conf.private_storage, max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    problem = models.CharField(max_length=300, blank=True)  # a sentence for the importer
    items = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    choices = models.JSONField(default=dict)
    plan = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    of = models.PositiveIntegerField(default=0)
    made = models.JSONField(default=list)
    uploaded_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # when it came into its state, or made its last step

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        verbose_name = _("import of questions")
        verbose_name_plural = _("imports of questions")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["by", "module", "sha256"],
                condition=Q(state__in=["uploaded", "read", "importing"]),
                name="stoa_modules_questions_once",
            ),
            models.CheckConstraint(
                condition=Q(done__lte=F("of")), name="stoa_modules_questions_done"
            ),
        ]
        indexes = [models.Index(fields=["state", "moved_at"], name="stoa_modules_q_imports")]

    def __str__(self) -> str:
        return self.name

    @property
    def percent(self) -> int:
        return 100 * self.done // self.of if self.of else 0

    @property
    def is_working(self) -> bool:
        return self.state in (self.State.UPLOADED, self.State.IMPORTING)
