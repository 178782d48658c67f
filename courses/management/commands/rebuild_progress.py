"""Compute all progress again from the facts, and say where it differs from what was there. Safe to repeat."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from courses import services
from courses.models import Enrolment, Progress, ProgressCorrection

SHOWN = 20


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would change, change nothing."
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="As --dry-run, and end with code 1 if anything differs.",
        )

    def handle(self, *args, **options) -> None:
        is_dry = options["dry_run"] or options["check"]
        with transaction.atomic():
            lived = self.rows()
            completed = services.recalculate(
                Enrolment.objects.select_related("course"),
                at=timezone.now(),
                reason=ProgressCorrection.Reason.REBUILT,
            )
            rebuilt = self.rows()
            if is_dry:
                transaction.set_rollback(True)
        differing = [pk for pk in rebuilt if lived.get(pk) != rebuilt[pk]]
        for pk in differing[:SHOWN]:
            self.stdout.write(
                f"Enrolment {pk}: lived {words(lived.get(pk))}, rebuilt {words(rebuilt[pk])}."
            )
        if len(differing) > SHOWN:
            self.stdout.write(f"… and {len(differing) - SHOWN} more.")
        verb = "would change" if is_dry else "changed"
        self.stdout.write(
            f"{len(rebuilt)} enrolments: {len(differing)} {verb}, {completed} completed."
        )
        if options["check"] and (differing or completed):
            raise CommandError("Progress does not equal its facts.", returncode=1)

    @staticmethod
    def rows() -> dict[int, tuple[int, int]]:
        """(done, required) by enrolment id."""
        rows = Progress.objects.order_by("enrolment").values_list("enrolment", "done", "required")
        return {pk: (done, required) for pk, done, required in rows}


def words(row: tuple[int, int] | None) -> str:
    return f"{row[0]} of {row[1]}" if row else "nothing"
