"""A panel of the course editor that says whom a publication touches."""

from django.utils.functional import cached_property
from wagtail.admin.panels import Panel

from courses.models import Enrolment
from courses.studio import impact


class CourseImpactPanel(Panel):
    """How many are in the middle of the course, and how many have completed it."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "stoa_modules/studio/impact_panel.html"

        def is_shown(self) -> bool:
            return super().is_shown() and bool(self.instance.pk)

        @cached_property
        def sentences(self) -> list[str]:
            return impact.sentences(
                Enrolment.objects.filter(course__uuid=self.instance.translation_key)
            )
