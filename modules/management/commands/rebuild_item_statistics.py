"""Count how questions are answered again, from all submitted attempts. Safe at any time; the sums may be dropped first."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from modules import statistics


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options) -> None:
        count = statistics.rebuild(timezone.now())
        self.stdout.write(f"Item statistics rebuilt from {count} attempts.")
