"""The field beside each part of an answer."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import TextBlock


class FeedbackBlock(TextBlock):
    def __init__(self, **kwargs):
        super().__init__(
            **{
                "required": False,
                "rows": 2,
                "label": _("Feedback"),
                "help_text": _("Why it is right or wrong."),
            }
            | kwargs
        )
