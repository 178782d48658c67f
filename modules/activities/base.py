"""What every activity in a lesson has: a block to write it with, and what its row keeps of it.

A new kind of activity is a folder beside this file, its template in `stoa_modules/blocks/`, and one line in
`modules/activities/__init__.py`. Questions have a registry of their own: `modules/kinds/`.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import StructBlock

# How the chooser of blocks is divided: something to read, something to do, the way on.
READ, DO, CLOSE = _("Something to read"), _("Something to do"), _("The way on")


class ActivityBlock(StructBlock):
    """A block that a learner acts in. Each one becomes an Activity on publish."""

    kind: str = ""  # value of Activity.kind
    label_of_kind: Any = ""

    def describe(self, value: Any) -> dict[str, Any] | None:
        """{"title", "is_required", "config"} as the Activity row keeps it, or None while nothing is chosen."""
        raise NotImplementedError

    def plain(self, value: Any) -> dict[str, Any]:
        """What the template needs that is the same for every learner, as plain data that can be cached."""
        raise NotImplementedError
