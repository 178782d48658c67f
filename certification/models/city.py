"""Cities, the posts in them and who holds them from when to when."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.models import Profile


class CityQuerySet(models.QuerySet["City"]):
    def coordinated_by(self, user) -> "CityQuerySet":
        """The cities whose roster this person may see and confirm."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_superuser else self.filter(coordinators__user=user).distinct()


class City(models.Model):
    """A city, a union of municipalities or a region that takes part. PII: none."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=150)
    official_code = models.CharField(_("official code (LAU or NUTS)"), max_length=30, blank=True)
    country = models.CharField(_("country, ISO 3166-1"), max_length=2)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)
    population_year = models.PositiveSmallIntegerField(
        _("year of that figure"), null=True, blank=True
    )
    population_source = models.CharField(_("source of that figure"), max_length=250, blank=True)
    is_union = models.BooleanField(_("union of municipalities"), default=False)
    is_fictional = models.BooleanField(_("fictional"), default=False)
    joined_on = models.DateField(_("registered since"))

    objects = CityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        permissions = [("view_partnership", "Can see the Partnership's page over all cities")]
        verbose_name = _("city")
        verbose_name_plural = _("cities")

    def __str__(self) -> str:
        return self.name


class CityCoordinator(models.Model):
    """Who may see and confirm the roster of a city. PII: user id. Erased by services.forget."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="coordinators")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="coordinated_cities"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["city", "user"], name="stoa_certification_coordinator_once"
            )
        ]

    def __str__(self) -> str:
        return f"Coordinator of {self.city}"


class PostQuerySet(models.QuerySet["Post"]):
    def open_on(self, day: dt.date) -> "PostQuerySet":
        return self.filter(from_on__lte=day).filter(Q(to_on__isnull=True) | Q(to_on__gte=day))


class Post(models.Model):
    """A key post of a city: a role family, filled or vacant. PII: none."""

    city = models.ForeignKey(City, on_delete=models.PROTECT, related_name="posts")
    profile = models.ForeignKey(
        Profile, on_delete=models.PROTECT, related_name="posts", verbose_name=_("role family")
    )
    title = models.CharField(_("title of the post"), max_length=150, blank=True)
    is_deputy = models.BooleanField(_("deputy"), default=False)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["profile__position", "is_deputy", "id"]
        verbose_name = _("post")

    def __str__(self) -> str:
        return self.title or str(self.profile)


class MembershipState(models.TextChoices):
    REQUESTED = "requested", _("Waits for the city")
    INVITED = "invited", _("Waits for the person")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: dt.date) -> "MembershipQuerySet":
        """Confirmed memberships that hold on a day."""
        return self.filter(state=MembershipState.CONFIRMED, from_on__lte=day).filter(
            Q(to_on__isnull=True) | Q(to_on__gte=day)
        )

    def visible_to(self, user) -> "MembershipQuerySet":
        """The person's own, and those of the cities they coordinate. Nobody else any."""
        if not user.is_authenticated:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(Q(person=user) | Q(post__city__coordinators__user=user)).distinct()


class Membership(models.Model):
    """That a person holds a post from one day to another, confirmed by both sides.

    States: requested (by the person) or invited (by the city) → confirmed or declined; `to_on` ends it.
    PII: person id. Erased by services.forget.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    state = models.CharField(max_length=10, choices=MembershipState.choices)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True, blank=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    attested_on = models.DateField(
        null=True, blank=True, help_text="Last yearly re-attestation by the city."
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["post", "-from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="stoa_certification_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["post", "person"],
                condition=Q(state__in=["requested", "invited"]),
                name="stoa_certification_asked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"Membership {self.pk}"
