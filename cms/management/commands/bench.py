"""Print queries, CPU time and bytes of the usual operations, on a database made for it and dropped afterwards."""

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test.utils import override_settings

from cms import bench_peer, benching, site_setup


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--small", type=int, default=1000, help="Learners of the first course.")
        parser.add_argument(
            "--large", type=int, default=5000, help="Learners of the second course."
        )

        parser.add_argument(
            "--peer", type=int, nargs="*", default=[10, 1000, 10_000], metavar="N",
            help="Learners of the runs of W-PEER.",
        )  # fmt: skip

    def handle(self, *args, **options) -> None:
        with tempfile.TemporaryDirectory(prefix="stoa-bench-") as folder:
            old = connection.creation.create_test_db(verbosity=0, autoclobber=True)
            try:
                with override_settings(
                    STOA_CERTIFICATION_KEY_DIR=Path(folder), ALLOWED_HOSTS=["*"], CELERY_TASK_ALWAYS_EAGER=False,
                    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
                ):  # fmt: skip
                    call_command("make_signing_key", verbosity=0)
                    site_setup.ensure_site()
                    rows = benching.run(options["small"], options["large"])
                    peers = {n: bench_peer.run(n) for n in options["peer"]}
            finally:
                connection.creation.destroy_test_db(old, verbosity=0)
        load = os.getloadavg()[0]
        self.stdout.write(
            f"{connection.vendor}, {options['small']} and {options['large']} learners, host load {load:.1f}, settings {settings.SETTINGS_MODULE}"
        )
        self.stdout.write(benching.show(rows))
        for learners, found in peers.items():
            self.stdout.write(f"\nW-PEER with {learners} learners")
            self.stdout.write(benching.show(found))
