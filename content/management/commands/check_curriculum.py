"""Check the curriculum files: what is broken, unused, missing or not translated. Ends with 1 on a problem."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from content.curriculum.checking import check_files


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--path",
            type=Path,
            default=None,
            help="Folder of the curriculum; default: the one of this project.",
        )
        parser.add_argument("--json", action="store_true", help="Print the findings as JSON.")

    def handle(self, *args, **options) -> None:
        findings = check_files(options["path"])
        problems = sum(one.severity == "problem" for one in findings)
        if options["json"]:
            self.stdout.write(
                json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=2)
            )
        else:
            for one in findings:
                self.stdout.write(f"{one.severity:8} {one}")
            self.stdout.write(f"{problems} problems, {len(findings) - problems} notes.")
        if problems:
            sys.exit(1)
