"""What was issued can be taken back, by the right person, with a trace; and forgotten, leaving a tombstone."""

import datetime as dt

import pytest
from wagtail.models import ModelLogEntry

from certification import services, status_lists, verifying
from certification.errors import ListUnavailable, RevocationRefused
from certification.models import Assertion, AssertionState, Credential, StatusList
from tests.certification.conftest import allow
from tests.moments import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(hours=1)


def test_a_stranger_revokes_nothing(credential, chiara):
    with pytest.raises(RevocationRefused):
        services.revoke(assertion=credential.assertion, by=chiara, reason="", at=LATER)
    assert Assertion.objects.get().state == AssertionState.ACTIVE


def test_nobody_revokes_their_own(credential, amara):
    with pytest.raises(RevocationRefused) as refused:
        services.revoke(
            assertion=credential.assertion, by=allow(amara, "revoke_assertion"), reason="", at=LATER
        )
    assert refused.value.is_own


def test_revoking_is_logged_without_the_reason_and_counts_once(credential, revoker):
    for reason in ("A mistake about Amara", "Another"):
        services.revoke(assertion=credential.assertion, by=revoker, reason=reason, at=LATER)
    assert Assertion.objects.get().revocation_reason == "A mistake about Amara"
    entry = ModelLogEntry.objects.get(action="stoa_certification.revoke")
    assert (entry.user, "Amara" in f"{entry.label}{entry.data}") == (revoker, False)


def test_a_revoked_credential_is_refused_by_list_and_by_us(credential, revoker):
    file = credential.document.encode()
    assert verifying.verify_upload(file, at=NOON).is_valid
    services.revoke(assertion=credential.assertion, by=revoker, reason="", at=LATER)
    answer = verifying.verify_upload(file, at=LATER)
    assert (answer.outcome, answer.verdict.outcome) == ("revoked", "revoked")


def test_the_list_is_signed_anew_when_stale_or_past_half_its_life(credential, revoker):
    first = services.status_list(1, at=NOON)
    assert services.status_list(1, at=NOON + dt.timedelta(hours=11)) == first
    assert services.status_list(1, at=NOON + dt.timedelta(hours=12)) != first
    services.revoke(assertion=credential.assertion, by=revoker, reason="", at=LATER)
    assert StatusList.objects.get().is_stale


def test_a_list_that_cannot_be_signed_is_not_guessed(credential, revoker, settings, tmp_path):
    services.status_list(1, at=NOON)
    services.revoke(assertion=credential.assertion, by=revoker, reason="", at=LATER)
    settings.STOA_CERTIFICATION_KEY_DIR = tmp_path
    with pytest.raises(ListUnavailable):
        services.status_list(1, at=LATER)


def test_the_sweep_signs_the_lists_that_are_due(credential):
    assert services.overdue(at=LATER)["lists"] == 1
    assert services.overdue(at=LATER)["lists"] == 0
    assert not status_lists.due(LATER).exists()


def test_forgetting_leaves_a_tombstone_whose_file_still_verifies(credential, amara):
    file = credential.document.encode()
    services.forget(learner=amara)
    row, kept = Assertion.objects.get(), Credential.objects.get()
    assert (row.state, row.learner, row.holder_name, row.evidence) == (
        AssertionState.ERASED,
        None,
        "",
        {},
    )
    assert (kept.document, kept.sha256) == ("", credential.sha256)
    answer = verifying.verify_upload(file, at=NOON)
    assert answer.is_valid and answer.is_erased


def test_what_was_erased_can_still_be_revoked(credential, amara, revoker):
    file = credential.document.encode()
    services.forget(learner=amara)
    services.revoke(assertion=Assertion.objects.get(), by=revoker, reason="", at=LATER)
    assert Assertion.objects.get().state == AssertionState.ERASED
    assert verifying.verify_upload(file, at=LATER).outcome == "revoked"


def test_a_learner_is_told_everything(credential, amara, chiara, delft):
    delft.seat(amara, "SC")
    told = services.disclose(learner=amara)
    assert told["certificates"][0]["holder_name"] == "Amara Example"
    assert told["credentials"] == [credential.document]
    assert told["memberships"][0]["post__city__name"] == "Delft"
    assert not any(services.disclose(learner=chiara).values())
