"""What the demonstration needs before it starts: a prepared site, and invented people. Safe to repeat."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cms import demo


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options) -> None:
        if not hasattr(settings, "STOA_MAILROOM_DIR"):
            raise CommandError(
                "This is a production site. prepare_demo makes people with known passwords; prepare_site does the rest."
            )
        call_command("prepare_site", stdout=self.stdout)
        path = settings.VAR_DIR / "demo-accounts.json"
        accounts = demo.populate(path)
        self.stdout.write(f"{len(accounts)} demo log-ins lie in {path}")
