"""The panel of the dashboard that says who needs help."""

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from courses.models import Cohort, Enrolment
from courses.studio import stuck
from modules.pages_lookup import urls_of

LEAST = 5


class StuckPanel(Component):
    """Names for the trainers of a cohort; for everybody else who writes or checks, two counts."""

    name = "stoa_stuck"
    order = 120
    template_name = "stoa_courses/studio/stuck_panel.html"

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        at = timezone.now()
        if Cohort.objects.filter(trainers=user).exists():
            rows = stuck.find(Enrolment.objects.filter(cohort__trainers=user), at=at)
            urls = urls_of([one.key for one in rows if one.key]) if rows else {}
            for one in rows:
                one.url = urls.get(one.key, "")
            return {"rows": rows}
        if user.has_perm("stoa_modules.publish_question"):
            return {"counts": {name: shown(n) for name, n in stuck.count(at=at).items()}}
        return {}


def shown(n: int) -> str:
    """A count as it may be shown: small ones are not counted out."""
    return str(n) if n == 0 or n >= LEAST else _("Fewer than %(n)s") % {"n": LEAST}
