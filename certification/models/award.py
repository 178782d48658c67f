"""Who has earned what, and the signed document that says so."""

import datetime as dt
import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import CertificateKind, Course, CourseCompletion

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_short_code() -> str:
    """Sixteen random Crockford base32 characters, 80 bits: nobody guesses one, no letter is read wrongly."""
    return "".join(secrets.choice(CROCKFORD) for _place in range(16))


class Achievement(models.Model):
    """What can be earned by completing a course. PII: none."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.OneToOneField(Course, on_delete=models.PROTECT, related_name="achievement")

    def __str__(self) -> str:
        return str(self.course)


class AchievementVersion(models.Model):
    """What an achievement said when it was earned. Frozen; a changed text or rule makes a new version. PII: none.

    `texts` = {"title", "description", "criteria", "language"}; `facts` = {"hours", "level", "level_title", "outcomes":
    [{"key", "text"}], "alignments": [{"code", "title", "kind", "path"}], "modules": [{"code", "title"}], "assessment",
    "mode"}.
    """

    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=CertificateKind.choices)
    texts = models.JSONField()
    facts = models.JSONField()
    validity_months = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["achievement", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["achievement", "number"], name="stoa_certification_version_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.texts.get('title', '')} version {self.number}"


class AssertionState(models.TextChoices):
    PENDING = "pending", _("Being signed")
    ACTIVE = "active", _("Valid")
    REVOKED = "revoked", _("Revoked")
    ERASED = "erased", _("Details erased")


class AssertionQuerySet(models.QuerySet["Assertion"]):
    def pending(self) -> "AssertionQuerySet":
        return self.filter(state=AssertionState.PENDING)

    def valid_on(self, on: dt.date) -> "AssertionQuerySet":
        """Signed, not expired and not revoked on a day, as it stood on that day. Days are UTC."""
        next_day = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), dt.UTC)
        return self.filter(
            Q(state=AssertionState.ACTIVE)
            | Q(state=AssertionState.REVOKED, revoked_at__gte=next_day),
            Q(expires_on__isnull=True) | Q(expires_on__gte=on),
            awarded_on__lte=on,
        )


class Assertion(models.Model):
    """That a learner earned an achievement. States: pending → active → revoked; any → erased. Expiry is derived.

    `evidence` freezes what it rests on (CourseCompletion.snapshot). Days are UTC and never move. `holder_name` is empty
    while the learner has given none; then it waits, pending. `told_at` is when the mail about it went out.
    PII: learner id, the name as it stood. Erased by services.forget, which leaves a tombstone.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    short_code = models.CharField(
        max_length=16, unique=True, default=new_short_code, editable=False
    )
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="assertions"
    )
    version = models.ForeignKey(
        AchievementVersion, on_delete=models.PROTECT, related_name="assertions"
    )
    completion = models.OneToOneField(
        CourseCompletion, null=True, on_delete=models.SET_NULL, related_name="assertion"
    )
    holder_name = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10, default="en")
    evidence = models.JSONField()
    state = models.CharField(
        max_length=10, choices=AssertionState.choices, default=AssertionState.PENDING, db_index=True
    )
    awarded_at = models.DateTimeField()
    awarded_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revocation_reason = models.CharField(max_length=300, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    objects = AssertionQuerySet.as_manager()

    class Meta:
        ordering = ["-awarded_at"]
        permissions = [("revoke_assertion", "Can revoke a certificate")]

    def __str__(self) -> str:
        return f"Assertion {self.uuid}"


class StatusList(models.Model):
    """A Bitstring status list of 131 072 entries. `revoked` is derived from assertions; the signed copy is cached.

    `document` is the list as last signed. Source: W3C Bitstring Status List v1.0. PII: none.
    """

    LENGTH = 131_072

    number = models.PositiveIntegerField(unique=True)
    document = models.JSONField(null=True)
    signed_at = models.DateTimeField(null=True)
    is_stale = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"Status list {self.number}"


class Credential(models.Model):
    """The signed Open Badges 3.0 document of an assertion, as it was signed. Never edited, only superseded.

    PII: the document holds the holder's name. Erased by services.forget.
    """

    assertion = models.ForeignKey(Assertion, on_delete=models.PROTECT, related_name="credentials")
    status_list = models.ForeignKey(
        StatusList, on_delete=models.PROTECT, related_name="credentials"
    )
    status_index = models.PositiveIntegerField()
    document = models.TextField(help_text="The signed bytes, UTF-8 JSON.")
    sha256 = models.CharField(max_length=64)
    key_id = models.CharField(max_length=300)
    signed_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["-signed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["status_list", "status_index"], name="stoa_certification_status_once"
            ),
            models.UniqueConstraint(
                fields=["assertion"],
                condition=Q(is_current=True),
                name="stoa_certification_one_current",
            ),
        ]

    def __str__(self) -> str:
        return f"Credential of {self.assertion_id}"
