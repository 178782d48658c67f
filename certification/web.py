"""Which certificates and cities a record of the knowledge base touches. Nothing here is changed by it."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from certification.coverage import SMALLEST_COUNT, suppressed
from certification.models import Assertion, City, Membership, Post
from content import impact
from content.impact import Touched
from content.models.base import Keyed
from content.things import Thing
from courses import web


@impact.provide
def touched(record: Keyed, user) -> list[Touched]:
    """Certificates valid today of the courses that the record touches, and cities they count for. Three queries.

    Certificates stay as they are. Numbers of people below SMALLEST_COUNT are not told; cities are public.
    """
    today = timezone.localdate()
    valid = Assertion.objects.valid_on(today).filter(
        version__achievement__course__in=web.courses_on(record).values("pk")
    )
    number = valid.count()
    words = "" if suppressed(number) is not None else _("fewer than %(n)s") % {"n": SMALLEST_COUNT}
    held = Membership.objects.on(today).filter(
        post__in=Post.objects.open_on(today),
        person__in=valid.order_by().values("learner"),
    )
    cities = (
        City.objects.filter(posts__memberships__in=held.values("pk")).distinct() if number else []
    )
    found = [
        Thing("cities", city.slug, city.name, reverse("stoa_certification:city", args=[city.slug]))
        for city in cities
    ]
    return [
        Touched(_("Valid certificates"), number, words=words),
        Touched(_("Cities with such certificates"), len(found), found),
    ]
