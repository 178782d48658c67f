"""Keys are made once and kept; everything issued can be taken out and checked again, also by others."""

import datetime as dt
import json
import os
import shutil
import stat
import subprocess

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from certification import checks, keyring, services
from certification.models import Credential
from certification.signing.keys import generate_key
from certification.signing.verify import verify
from tests.certification.conftest import allow
from tests.certification.signing.conftest import NODE_MODULES
from tests.certification.signing.test_independent import VERIFIER
from tests.conftest import person
from tests.moments import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty_dir(settings, tmp_path):
    settings.STOA_CERTIFICATION_KEY_DIR = tmp_path / "keys"
    return tmp_path / "keys"


@pytest.fixture
def now_is_noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOON)


def test_the_key_is_made_once_and_only_its_owner_reads_it(empty_dir, capsys):
    call_command("make_signing_key")
    before = (empty_dir / "key-1.pem").read_bytes()
    call_command("make_signing_key")
    assert (empty_dir / "key-1.pem").read_bytes() == before
    assert stat.S_IMODE((empty_dir / "key-1.pem").stat().st_mode) == 0o600
    assert capsys.readouterr().out.splitlines()[1].startswith("0 keys made")


def test_a_key_that_others_may_read_is_not_used_nor_replaced(empty_dir):
    call_command("make_signing_key")
    (empty_dir / "key-1.pem").chmod(0o644)
    with pytest.raises(CommandError):
        call_command("make_signing_key")
    assert [found.id for found in checks.check_key(None)] == ["stoa_certification.W001"]


def test_a_missing_key_is_a_warning_with_a_hint(empty_dir):
    [warning] = checks.check_key(None)
    assert "make_signing_key" in warning.hint
    keyring.make_key()
    assert checks.check_key(None) == []


def test_what_a_retired_key_signed_stays_valid(key, credential, empty_dir):
    (empty_dir / "retired").mkdir(parents=True)
    retired = {"publicKeyMultibase": key.public_multibase, "retired_at": "2026-12-01T00:00:00Z"}
    (empty_dir / "retired" / "key-1.json").write_text(json.dumps(retired))
    new, is_new = keyring.make_key()
    assert (new.name, is_new) == ("key-2", True)
    assert [method["id"][-5:] for method in keyring.did_document()["verificationMethod"]] == [
        "key-1",
        "key-2",
    ]
    services.overdue(at=NOON)
    assert services.verify_upload(credential.document.encode(), at=NOON).is_valid


def test_a_retired_key_that_cannot_be_read_is_not_left_out(empty_dir):
    keyring.make_key()
    (empty_dir / "retired").mkdir()
    (empty_dir / "retired" / "key-0.json").write_text("{}")
    with pytest.raises(keyring.RetiredKeyUnreadable):
        keyring.did_document()


def test_everything_can_be_taken_out_and_checked_without_us(
    key, certify, tmp_path, capsys, now_is_noon
):
    for n in range(2):
        certify(person(f"Learner{n}"))
    call_command("export_credentials", dir=tmp_path)
    assert "2 json, 2 pdf, 2 svg" in capsys.readouterr().out
    did, listed = (
        json.loads((tmp_path / name).read_text()) for name in ("did.json", "list-1.json")
    )
    credentials = [path for path in tmp_path.iterdir() if path.stem.count("-") == 4]
    assert len(credentials) == 6
    for path in credentials:
        assert verify(
            path.read_bytes(), issuer_did=did["id"], did_document=did, status_list=listed, at=NOON
        ).is_valid


def test_all_are_checked_again(credential, capsys, now_is_noon):
    call_command("verify_credentials")
    assert capsys.readouterr().out.strip() == "1 valid"
    Credential.objects.update(document=credential.document.replace("Amara", "Chiara"))
    with pytest.raises(CommandError):
        call_command("verify_credentials")


def test_another_key_in_the_folder_does_not_pass_for_the_first(credential, empty_dir, tmp_path):
    empty_dir.mkdir()
    generate_key(empty_dir / "key-1.pem")
    assert services.verify_upload(credential.document.encode(), at=NOON).outcome == "altered"


def test_what_the_site_issues_convinces_other_peoples_verifier(
    key, certify, amara, bruno, chiara, tmp_path
):
    """Everything goes by the export alone: the site's own keys and lists, no network."""
    if not (NODE_MODULES / "@digitalbazaar/vc").is_dir() or not shutil.which("node"):
        pytest.skip("no node, or no verifier in node_modules")
    yesterday = timezone.now() - dt.timedelta(days=1)  # their verifier asks the clock
    chiara.certificate_name = "Ελένη Љубица 🎉"
    good, foreign_letters, revoked = (
        certify(found, at=yesterday) for found in (amara, chiara, bruno)
    )
    services.revoke(
        assertion=revoked, by=allow(person("Dario"), "revoke_assertion"), reason="", at=yesterday
    )
    call_command("export_credentials", dir=tmp_path, form=["json"])
    document = (tmp_path / f"{good.uuid}.json").read_text()
    (tmp_path / "altered.json").write_text(document.replace("Amara", "Anna"))
    script = (
        shutil.copy(VERIFIER, NODE_MODULES.parent)
        if "STOA_NODE_MODULES" in os.environ
        else VERIFIER
    )
    done = subprocess.run(
        ["node", script, tmp_path],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    said = {name: (v["verified"], v["revoked"]) for name, v in json.loads(done.stdout).items()}
    assert said == {
        f"{good.uuid}.json": (True, False),
        f"{foreign_letters.uuid}.json": (True, False),
        f"{revoked.uuid}.json": (True, True),
        "altered.json": (False, said["altered.json"][1]),
    }
