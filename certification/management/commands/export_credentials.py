"""Write every credential to a folder, in every form it has, with what is needed to check it elsewhere."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from certification import keyring, printing, status_lists
from certification.models import Credential, StatusList


class Command(BaseCommand):
    help = (
        "Write each current credential as <uuid>.json, .pdf and .svg, the issuer's keys as did.json and the status lists as "
        "list-<n>.json. The files carry names: keep the folder safe."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dir",
            type=Path,
            required=True,
            help="Folder; made if it is not there. Files of the same name are replaced.",
        )
        parser.add_argument(
            "--form",
            choices=sorted(printing.FORMS),
            action="append",
            help="Only this form; may be given more than once.",
        )

    def handle(self, *args, **options) -> None:
        folder: Path = options["dir"]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        forms = options["form"] or sorted(printing.FORMS)
        counts = dict.fromkeys(forms, 0)
        credentials = (
            Credential.objects.filter(is_current=True)
            .exclude(document="")
            .select_related("assertion")
        )
        for credential in credentials.order_by("pk").iterator(chunk_size=200):
            for form in forms:
                (folder / f"{credential.assertion.uuid}.{form}").write_bytes(
                    printing.take_away(credential, form)
                )
                counts[form] += 1
        (folder / "did.json").write_text(json.dumps(keyring.did_document()))
        for row in StatusList.objects.all():
            document = status_lists.current_document(row, at=timezone.now())
            (folder / f"list-{row.number}.json").write_text(json.dumps(document))
        self.stdout.write(
            ", ".join(f"{count} {form}" for form, count in counts.items()) + f" in {folder}"
        )
