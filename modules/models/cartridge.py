"""Common Cartridges on their way in."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from modules import conf


def cartridge_path(instance: "CartridgeImport", filename: str) -> str:
    return f"cartridges/{instance.uuid}"


class CartridgeImport(models.Model):
    """One import of a cartridge. PII: the importer's id; it becomes null with the account.

    States: uploaded → read → confirmed → done; failed from uploaded or confirmed, dropped from read. `plan` is what
    would be made (modules.cartridge.reading.Plan), in `step_count` steps of which `step` are done; `report` is a list
    of findings; `made` = {"modules": [page pk], "questions": [[pk]], "images": {path: [field, pk]}, "pages": [{"page": pk,
    "title", "depth"}]} in order. File and plan go when it has ended: they hold keys.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Being read")
        READ = "read", _("Waits for your yes")
        CONFIRMED = "confirmed", _("Being put in")
        DONE = "done", _("Put in")
        FAILED = "failed", _("Not put in")
        DROPPED = "dropped", _("Dropped")

    OPEN = (State.UPLOADED, State.READ, State.CONFIRMED)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=20)  # key of modules.cartridge.destinations
    # Pages of hosts differ, so these are no foreign keys.
    parent_pk = models.PositiveBigIntegerField()
    modules_parent_pk = models.PositiveBigIntegerField(null=True)
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to=cartridge_path, storage=conf.private_storage, max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    problem = models.CharField(
        max_length=40, blank=True
    )  # key of findings.SENTENCES, or an archive's
    identifier = models.CharField(max_length=200, blank=True, db_index=True)
    title = models.CharField(max_length=250, blank=True)
    version = models.CharField(max_length=5, blank=True)
    plan = models.JSONField(default=dict)
    report = models.JSONField(default=list)
    counts = models.JSONField(default=dict)  # {"modules", "lessons", "questions", "images"}
    step = models.PositiveIntegerField(default=0)
    step_count = models.PositiveIntegerField(default=0)
    made = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # when it came into its state, or made its last step

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        verbose_name = _("import of a cartridge")
        verbose_name_plural = _("imports of cartridges")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["by", "parent_pk", "sha256"],
                condition=Q(state__in=["uploaded", "read", "confirmed"]),
                name="stoa_modules_cartridge_once",
            ),
            models.CheckConstraint(
                condition=Q(step__lte=models.F("step_count")),
                name="stoa_modules_cartridge_steps",
            ),
        ]
        indexes = [models.Index(fields=["state", "moved_at"], name="stoa_modules_cartridges")]

    def __str__(self) -> str:
        return self.title or self.name

    @property
    def percent(self) -> int:
        return 100 * self.step // self.step_count if self.step_count else 0

    @property
    def is_working(self) -> bool:
        return self.state in (self.State.UPLOADED, self.State.CONFIRMED)
