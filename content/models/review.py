"""What a change of the knowledge base meant, and what has to be looked at because of it."""

import datetime as dt

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ChangeClass(models.TextChoices):
    """What a publication means for those who have done it already (design decision 3)."""

    EDITORIAL = "editorial", _("Editorial: wording, spelling, layout")
    MINOR = "minor", _("Minor: clearer or fuller, same meaning")
    MATERIAL = "material", _("Material: a law, a standard or an answer has changed")


class Change(models.Model):
    """That a record of the knowledge base was changed in the studio, and what that means. Never changed itself.

    `standing` is "disputed", "withdrawn" or "sound" where the change was one of standing. `lesson` is the uuid of the
    delta lesson of a material change, if it has one: a lesson of an app above. PII: the id of who changed it.
    """

    kind = models.CharField(max_length=40)  # that of the record: "facts", "sources", …
    key = models.CharField(max_length=60)
    title = models.CharField(max_length=400)
    change_class = models.CharField(max_length=10, choices=ChangeClass.choices)
    standing = models.CharField(max_length=10, blank=True)
    note = models.CharField(max_length=300, blank=True)
    lesson = models.UUIDField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-changed_at", "-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["kind", "key"], name="stoa_content_change_of")]

    def __str__(self) -> str:
        return f"{self.key}: {self.note or self.get_change_class_display()}"


class ReviewTaskQuerySet(models.QuerySet["ReviewTask"]):
    def open(self) -> "ReviewTaskQuerySet":
        return self.filter(done_at__isnull=True)

    def visible_to(self, user) -> "ReviewTaskQuerySet":
        """Tasks this person may read: all of them, for whoever may read tasks. They name things, not people."""
        return self if user.has_perm("stoa_content.view_reviewtask") else self.none()

    def closable_by(self, user) -> "ReviewTaskQuerySet":
        """Open tasks this person may close: their own and those of their groups; nobody's, for whoever comes first."""
        if not user.has_perm("stoa_content.close_reviewtask"):
            return self.none()
        if user.is_superuser:
            return self.open()
        groups = list(user.groups.values_list("pk", flat=True))
        return self.open().filter(Q(owner=user) | Q(group__in=groups) | Q(owner=None, group=None))


class ReviewTask(models.Model):
    """Something that somebody has to look at, because what it rests on changed or its date has passed.

    States: open → done, once. The thing is named by (thing_kind, thing_key), for it may live in an app above; `cause` in
    the same way is what changed, or the thing itself where its own date has passed. One open task a thing and cause.
    PII: ids of the owner and of who closed it. Erased with the account.
    """

    thing_kind = models.CharField(max_length=40)
    thing_key = models.CharField(max_length=60)
    title = models.CharField(_("what"), max_length=400)
    cause_kind = models.CharField(max_length=40)
    cause_key = models.CharField(max_length=60)
    why = models.CharField(_("why"), max_length=500)
    change = models.ForeignKey(Change, null=True, on_delete=models.PROTECT, related_name="tasks")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    group = models.ForeignKey(Group, null=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField(_("since"))
    due_on = models.DateField(_("due"))
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    done_note = models.CharField(_("what was done"), max_length=500, blank=True)

    objects = ReviewTaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        default_permissions = ("view",)
        permissions = [("close_reviewtask", "Can close review tasks")]
        verbose_name = _("review task")
        constraints = [
            models.UniqueConstraint(
                fields=["thing_kind", "thing_key", "cause_kind", "cause_key"],
                condition=Q(done_at__isnull=True),
                name="stoa_content_one_open_task",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(done_at__isnull=True), name="stoa_content_open_tasks"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.why}"

    def is_late(self, on: dt.date) -> bool:
        return self.done_at is None and self.due_on < on


class Digest(models.Model):
    """That a person is owed, or has had, the letter of a week about what waits for them. PII: user id.

    States: due → sent. Erased with the account.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    week_of = models.DateField()  # its Monday
    sent_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "week_of"], name="stoa_content_one_digest_a_week"
            )
        ]

    def __str__(self) -> str:
        return f"Digest of {self.week_of} for {self.person_id}"
