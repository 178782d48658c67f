"""Settings of this app, each with its default, unit and reason."""

from django.conf import settings

# After so many days past its review date a fact, or a lesson, says so to everyone (curriculum.md section 6).
OVERDUE_DAYS: int = getattr(settings, "STOA_CONTENT_OVERDUE_DAYS", 90)

# Days in which what a change touches is looked at, by the class of the change.
TASK_DAYS: dict[str, int] = {"minor": 60, "material": 14} | getattr(
    settings, "STOA_CONTENT_TASK_DAYS", {}
)

# Name of the group that looks after things of a kind ("facts", "lessons", …) that have no owner; "" for the others.
OWNERS: dict[str, str] = getattr(settings, "STOA_CONTENT_OWNERS", {"": "Editors"})
