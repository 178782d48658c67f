"""What courses know of whom a publication touches."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Enrolment, EnrolmentQuerySet
from modules.models import Module
from modules.studio import impact


@impact.teller
def learners_of(module: Module) -> list[str]:
    """ "37 learners are mid-course, 112 have completed." Counts people in courses that have the module. Two queries."""
    return sentences(Enrolment.objects.filter(course__modules=module))


def sentences(enrolments: EnrolmentQuerySet) -> list[str]:
    """Who is in the middle of these enrolments, and who has completed; each person once. Two queries."""
    running = (
        enrolments.active().filter(completion__isnull=True).values("learner").distinct().count()
    )
    done = enrolments.filter(completion__isnull=False).values("learner").distinct().count()
    first = ngettext("%(n)s learner is mid-course", "%(n)s learners are mid-course", running)
    second = ngettext("%(n)s has completed", "%(n)s have completed", done)
    return [
        _("%(mid_course)s, %(completed)s.")
        % {"mid_course": first % {"n": running}, "completed": second % {"n": done}}
    ]
