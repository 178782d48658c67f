"""Make the key that signs certificates, if there is none."""

from django.core.management.base import BaseCommand, CommandError

from certification import conf, keyring
from certification.signing.errors import KeyMissing


class Command(BaseCommand):
    help = "Make the key that signs certificates, if there is none. Safe to repeat. Back its folder up: a lost key cannot be made again."

    def handle(self, *args, **options) -> None:
        try:
            key, is_new = keyring.make_key()
        except (KeyMissing, OSError) as problem:
            raise CommandError(str(problem)) from problem
        made = "1 key made" if is_new else "0 keys made, there is one"
        self.stdout.write(f"{made}: {keyring.issuer_did()}#{key.name} in {conf.key_dir()}")
