"""Everything a site needs before it serves: tables, shared cache, signing key, pages, roles, curriculum. Safe to repeat."""

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cms import roles, site_setup

CURRICULUM = settings.BASE_DIR / "content" / "curriculum"


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args, **options) -> None:
        call_command("compile_words")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Making the tables …")
            call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("make_signing_key", stdout=self.stdout)
        site_setup.ensure_site()
        site_setup.ensure_languages()
        roles.sync_roles()
        self.load_curriculum()

    def load_curriculum(self) -> None:
        """Load only when a file has changed since the last time: reading it all takes seconds."""
        stamp = settings.VAR_DIR / "curriculum-digest.json"
        wanted = {
            "digest": digest_of(CURRICULUM),
            "database": str(connection.settings_dict["NAME"]),
        }
        if stamp.exists() and json.loads(stamp.read_text()) == wanted:
            return
        self.stdout.write("Loading the curriculum …")
        call_command("load_curriculum", stdout=self.stdout)
        stamp.write_text(json.dumps(wanted))


def digest_of(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".toml", ".md", ".svg", ".py"}:
            digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return digest.hexdigest()
