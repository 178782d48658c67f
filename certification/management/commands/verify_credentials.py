"""Check every credential again, as a stranger would."""

from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from certification import verifying
from certification.models import Credential
from certification.signing.verify import Outcome

SOUND = {Outcome.VALID, Outcome.EXPIRED, Outcome.REVOKED}


class Command(BaseCommand):
    help = "Check every credential from its signed bytes. Ends with counts, and with an error if one is not as it was signed."

    def handle(self, *args, **options) -> None:
        counts: Counter[str] = Counter()
        credentials = (
            Credential.objects.filter(is_current=True)
            .exclude(document="")
            .select_related("assertion", "status_list")
        )
        for credential in credentials.order_by("pk").iterator(chunk_size=200):
            answer = verifying.verify_credential(credential, at=timezone.now())
            counts[str(answer.outcome)] += 1
            if answer.outcome not in SOUND:
                self.stderr.write(
                    f"{credential.assertion.uuid}: {answer.outcome}, {answer.verdict.reason}"
                )
        self.stdout.write(
            ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
            or "0 credentials"
        )
        if set(counts) - SOUND:
            raise CommandError("Some credentials do not verify.")
