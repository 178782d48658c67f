"""An issuer with one key, a credential of Amara's, and the list it points to. No Django, no network."""

import copy
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from certification.signing import document, proof, status
from certification.signing.did import did_document, did_from_url
from certification.signing.document import (
    Achievement,
    Alignment,
    Detail,
    Facts,
    Issuer,
    StatusEntry,
)
from certification.signing.keys import PublishedKey, SigningKey, generate_key
from certification.signing.verify import Verdict, verify

ROOT = Path(__file__).resolve().parents[3]
NODE_MODULES = Path(os.environ.get("STOA_NODE_MODULES", ROOT / "node_modules"))
LIST_URL = "https://learn.example.org/status/1"


@dataclass
class Desk:
    """The issuer's desk: what is needed to sign and to check, at one moment."""

    did: str
    key: SigningKey
    at: datetime
    did_document: dict
    facts: Facts

    def sign(self, facts: Facts | None = None, **changes) -> dict:
        facts = replace(facts or self.facts, **changes)
        return proof.sign(document.build_document(facts), key=self.key, did=self.did, at=self.at)

    def list(self, *revoked: int, **changes) -> dict:
        wanted = {
            "url": LIST_URL,
            "revoked": revoked,
            "key": self.key,
            "did": self.did,
            "at": self.at,
        }
        return status.build_status_list(**(wanted | changes))

    def verify(self, data, *, status_list="of today", **changes) -> Verdict:
        wanted = {"issuer_did": self.did, "did_document": self.did_document, "at": self.at}
        wanted["status_list"] = self.list() if status_list == "of today" else status_list
        return verify(data, **(wanted | changes))


@pytest.fixture(scope="session")
def desk(tmp_path_factory) -> Desk:
    did = did_from_url("https://learn.example.org")
    key = generate_key(tmp_path_factory.mktemp("keys") / "key-1.pem")
    at = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    achievement = Achievement(
        id="https://learn.example.org/achievements/cohesion",
        name="Cohesion and presence",
        description="A path of eight modules on presence in public space.",
        criteria="All eight modules, and two pieces of practice marked by people.",
        outcomes=("conduct an exploratory walk;", "adapt a method to the access needs of a group."),
        alignments=(
            Alignment(
                "R4",
                "Plan with people",
                "https://learn.example.org/r/4",
                "Action 2",
                "Recommendation",
            ),
            Alignment(
                "GR-10", "Light the way", "https://learn.example.org/g/10", "Action 6", "Guidance"
            ),
        ),
        details=(
            document.workload(24),
            Detail("Assessment", "Assessment", "Quizzes marked by the server at 75 %"),
        ),
    )
    facts = Facts(
        id="https://learn.example.org/c/2f0c9d0a-7c1c-4a0e-9d1e-0e4d5b6a7c8d",
        issuer=Issuer(did, "Stoa Demonstration Office (fictional)", "https://learn.example.org"),
        subject_id="urn:uuid:5f6c1f6e-6f0e-4f6b-9a55-2f9f4b6f6c11",
        holder_name="Amara Okafor-Żółć",
        achievement=achievement,
        awarded_at=at - timedelta(days=2),
        valid_from=at - timedelta(days=1),
        valid_until=at + timedelta(days=1000),
        status=StatusEntry(LIST_URL, 94_567),
    )
    return Desk(
        did, key, at, did_document(did, [PublishedKey("key-1", key.public_multibase)]), facts
    )


@pytest.fixture
def credential(desk) -> dict:
    return desk.sign()


@pytest.fixture
def change(credential):
    """Return the signed credential with one thing changed after signing."""

    def _change(path: str, value) -> dict:
        changed = copy.deepcopy(credential)
        steps = [path] if path.startswith("https:") else path.split(".")
        *parents, last = [int(step) if step.isdigit() else step for step in steps]
        node = changed
        for part in parents:
            node = node[part]
        node[last] = value
        return changed

    return _change


@pytest.fixture(scope="session")
def fonts_dir() -> Path:
    path = NODE_MODULES / "@expo-google-fonts"
    if not path.is_dir():
        pytest.skip(f"no certificate fonts in {NODE_MODULES}; install the npm packages")
    return path
