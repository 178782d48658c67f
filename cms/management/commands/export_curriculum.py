"""Write the published curriculum as the Markdown and TOML that load_curriculum reads."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from cms import curriculum_export
from content.exporting import loaded_files


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--path", type=Path, required=True, help="Folder to write into.")

    def handle(self, *args, **options) -> None:
        with transaction.atomic():
            found = curriculum_export.export(loaded_files())
        problems = curriculum_export.problems(found.files)
        curriculum_export.write(found.files, options["path"].resolve())
        for note in found.notes:
            self.stderr.write(f"not in the files: {note}")
        for problem in problems:
            self.stderr.write(problem)
        changed = sum(found.before.get(path) != text for path, text in found.files.items())
        gone = len(found.before.keys() - found.files.keys())
        self.stdout.write(
            f"Wrote {len(found.files)} files; {changed} say something else than at the last load, {gone} are gone."
        )
        if problems:
            raise CommandError(
                f"{len(problems)} problems: load_curriculum would refuse these files. Mend them in the studio."
            )
