"""Other people's verifier and ours say the same of the same files."""

import copy
import json
import os
import shutil
import subprocess
from dataclasses import replace

import pytest

from certification.signing import proof
from certification.signing.document import StatusEntry, build_document
from certification.signing.keys import generate_key

from .conftest import LIST_URL, NODE_MODULES, ROOT

VERIFIER = ROOT / "tests/certification/verifier/verify.mjs"


@pytest.fixture(scope="module")
def files(desk, tmp_path_factory):
    """name → credential."""
    good = desk.sign()

    def changed(path, value):
        document = copy.deepcopy(good)
        node = document
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = value
        return document

    def signed_raw(**changes):
        return proof.sign(
            build_document(desk.facts) | changes, key=desk.key, did=desk.did, at=desk.at
        )

    stranger = generate_key(tmp_path_factory.mktemp("stranger") / "key.pem")
    foreign_did = "did:web:other.example"
    foreign = replace(desk.facts, issuer=replace(desk.facts.issuer, did=foreign_did))
    return {
        "good": good,
        "no-end": desk.sign(valid_until=None),
        "scripts": desk.sign(holder_name="Ελένη Љубица İpek 王 🎉 محمد"),
        "control": signed_raw(name='\x01\x07\x08\t\n\x0b\x0c\r\x1f " \\ \x7f\x80\u2028\ufdd0'),
        "revoked": desk.sign(status=StatusEntry(LIST_URL, 7)),
        "altered": changed(["credentialSubject", "identifier", 0, "identityHash"], "Chiara"),
        "added": changed(["colour"], "blue"),
        "added-type": changed(
            ["credentialSubject", "achievement", "type"], ["Achievement", "Best"]
        ),
        "stripped": {name: value for name, value in good.items() if name != "credentialStatus"},
        "unsigned": {name: value for name, value in good.items() if name != "proof"},
        "forged": proof.sign(build_document(desk.facts), key=stranger, did=desk.did, at=desk.at),
        "foreign": proof.sign(build_document(foreign), key=stranger, did=foreign_did, at=desk.at),
        "expired": desk.sign(valid_until=desk.at.replace(hour=9)),
        "not-yet": desk.sign(valid_from=desk.at.replace(hour=12)),
    }


@pytest.fixture(scope="module")
def theirs(desk, files, tmp_path_factory):
    if not (NODE_MODULES / "@digitalbazaar/vc").is_dir():
        pytest.skip(f"no verifier in {NODE_MODULES}; install the npm packages")
    node = shutil.which("node")
    if not node:
        pytest.skip("no node on this machine")
    folder = tmp_path_factory.mktemp("files")
    (folder / "did.json").write_text(json.dumps(desk.did_document))
    (folder / "list-1.json").write_text(json.dumps(desk.list(7)))
    for name, document in files.items():
        (folder / f"{name}.json").write_text(json.dumps(document))
    script = VERIFIER
    if "STOA_NODE_MODULES" in os.environ:
        script = shutil.copy(VERIFIER, NODE_MODULES.parent)
    done = subprocess.run(
        [node, script, folder, "--at", "2026-11-22T10:00:00Z"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return {
        name.removesuffix(".json"): verdict for name, verdict in json.loads(done.stdout).items()
    }


def test_both_verifiers_agree_on_every_file(desk, files, theirs):
    ours = {
        name: desk.verify(document, status_list=desk.list(7)).is_valid
        for name, document in files.items()
    }
    assert ours == {name: said["verified"] and not said["revoked"] for name, said in theirs.items()}


def test_the_good_are_good_and_no_other(theirs):
    good = {name for name, said in theirs.items() if said["verified"] and not said["revoked"]}
    assert good == {"good", "no-end", "scripts", "control"}
    assert theirs["revoked"] == {"verified": True, "revoked": True, "error": None}
