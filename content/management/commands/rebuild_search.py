"""Make the copy that is searched again from what is published. Safe to repeat; nothing else is changed."""

from django.core.management.base import BaseCommand

from content.models import SearchPassage
from content.search import passages


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options) -> None:
        written = passages.rebuild()
        self.stdout.write(
            f"Wrote {written} passages; {SearchPassage.objects.count()} can be found."
        )
