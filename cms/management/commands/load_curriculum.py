"""Load the curriculum files into the site. Safe to repeat; an editor's later change is never overwritten."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from cms import curriculum_export, site_setup
from content import curriculum
from content.curriculum import reading
from content.exporting import keep_files, read_files
from content.loading import Loader, load_knowledge
from content.models import SearchPassage
from content.search import passages
from courses.loading import load_courses
from modules.loading import load_modules


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Check and count, write nothing."
        )
        parser.add_argument(
            "--path",
            type=Path,
            default=None,
            help="Folder of the curriculum; default: the one of this project.",
        )

    def handle(self, *args, **options) -> None:
        try:
            found = curriculum.read(options["path"])
        except curriculum.CurriculumProblems as problems:
            for problem in problems.problems:
                self.stderr.write(str(problem))
            raise CommandError(
                f"{len(problems.problems)} problems in the curriculum files. Nothing was loaded."
            ) from problems
        for warning in found.warnings:
            self.stderr.write(f"warning: {warning}")
        files = read_files(options["path"] or curriculum.HERE)
        loader = Loader(at=timezone.now(), in_step=curriculum_export.Step(files))
        with transaction.atomic():
            site_setup.ensure_site()
            site_setup.ensure_languages()
            with passages.at_the_end():
                load_knowledge(found, loader)
                load_modules(found, loader, parent=site_setup.module_index())
                load_courses(found, loader, parent=site_setup.catalogue())
            if not SearchPassage.objects.exists():  # a site from before there was a search
                passages.rebuild()
            keep_files(files)
            if options["dry_run"]:
                transaction.set_rollback(True)
        for line in reading.table(found):
            self.stdout.write(line)
        self.report(loader, dry=options["dry_run"])

    def report(self, loader: Loader, *, dry: bool) -> None:
        for conflict in loader.conflicts:
            self.stderr.write(f"kept: {conflict}")
        kinds = sorted({kind for kind, _outcome in loader.counts})
        for kind in kinds:
            parts = [
                f"{n} {outcome}"
                for outcome in ("created", "updated", "unchanged", "conflict")
                if (n := loader.counts[kind, outcome])
            ]
            self.stdout.write(f"{kind:15} {', '.join(parts)}")
        written = sum(
            n for (_kind, outcome), n in loader.counts.items() if outcome in {"created", "updated"}
        )
        self.stdout.write(
            f"{'Would write' if dry else 'Wrote'} {written} records; {len(loader.conflicts)} conflicts."
        )
