"""A completed course is certified once, and what was certified does not move."""

import datetime as dt
import json

import pytest
from django.utils import translation

from certification import achievements, keyring, services
from certification.issuing import certificate_name
from certification.models import AchievementVersion, Assertion, AssertionState, Credential
from certification.printing import signed_facts
from certification.signals import assertion_issued
from certification.signing.errors import KeyMissing
from content.events import announce
from courses.models import CertificateKind
from courses.signals import course_completed
from modules.models import Outcome
from tests.certification.conftest import DAY
from tests.moments import NOON

pytestmark = pytest.mark.django_db


def test_awarding_twice_keeps_one_assertion(complete, course, amara):
    completion = complete(amara, course)
    first = services.award(completion=completion, at=NOON)
    assert services.award(completion=completion, at=NOON + dt.timedelta(days=1)) == first
    assert Assertion.objects.count() == 1


def test_a_course_that_certifies_nothing_awards_nothing(complete, course, amara):
    course.certificate_kind = CertificateKind.NONE
    course.save()
    assert services.award(completion=complete(amara, course), at=NOON) is None


def test_a_completion_that_is_announced_is_awarded_signed_and_told(
    key, complete, course, amara, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        announce(course_completed, completions=[complete(amara, course)])
    assertion = Assertion.objects.get()
    assert assertion.state == AssertionState.ACTIVE
    assert assertion.learner == amara
    [letter] = mailoutbox
    assert letter.to == [amara.email]
    assert str(assertion.uuid) in letter.body


def test_a_letter_goes_out_once(certify, amara, mailoutbox):
    assertion = certify(amara)
    assert services.tell(assertion.pk, at=NOON)
    assert not services.tell(assertion.pk, at=NOON)
    assert len(mailoutbox) == 1


def test_validity_ends_the_day_before(certify, amara, course):
    assertion = certify(amara)
    assert assertion.awarded_on == DAY == dt.date(2026, 11, 22)
    assert assertion.expires_on == dt.date(2029, 11, 21)
    assert services.last_day(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 27)
    assert services.last_day(DAY, 0) is None


def test_signing_twice_keeps_the_first_signature(certify, amara):
    assertion = certify(amara)
    before = Credential.objects.get()
    assert services.sign(assertion.pk, at=NOON + dt.timedelta(days=1)) == before
    assert Credential.objects.get().document == before.document


def test_signing_is_announced_once(certify, amara):
    heard = []

    def listen(assertion, **_):
        heard.append(assertion)

    assertion_issued.connect(listen)
    try:
        assertion = certify(amara)
        services.sign(assertion.pk, at=NOON)
    finally:
        assertion_issued.disconnect(listen)
    assert heard == [assertion]


def test_without_a_key_the_award_waits_and_the_sweep_comes_back(
    settings, tmp_path, complete, course, amara
):
    settings.STOA_CERTIFICATION_KEY_DIR = tmp_path
    assertion = services.award(completion=complete(amara, course), at=NOON)
    with pytest.raises(KeyMissing):
        services.sign(assertion.pk, at=NOON)
    later = NOON + dt.timedelta(minutes=5)
    assert services.overdue(at=later)["pending"] == 1
    assert Assertion.objects.get().state == AssertionState.PENDING
    keyring.make_key()
    services.overdue(at=later)
    assert Assertion.objects.get().state == AssertionState.ACTIVE


def test_a_later_change_of_the_course_makes_a_new_version(certify, course, amara, bruno):
    old = certify(amara)
    course.certificate_text = "The holder can read two places."
    course.save()
    new = certify(bruno, course=course)
    assert (old.version.number, new.version.number) == (1, 2)
    assert old.version.texts["description"] == "The holder can read a place."
    assert "two places" not in old.credentials.get().document


def test_an_unchanged_course_keeps_its_version(certify, amara, bruno):
    certify(amara)
    certify(bruno)
    assert AchievementVersion.objects.count() == 1


@pytest.mark.parametrize(
    "name",
    [
        "Ελένη Παπαδοπούλου",
        "Љубица Đorđević",
        "Zoë 🎉 d’Ávila",
        "Amara " + "Ọ" * 294,
        "محمد بن راشد",
        "Nul\x00l",
    ],
)
def test_names_of_any_script_are_signed_as_they_are(certify, amara, name):
    amara.certificate_name = name
    assertion = certify(amara)
    subject = json.loads(assertion.credentials.get().document)["credentialSubject"]
    assert (
        subject["identifier"][0]["identityHash"]
        == assertion.holder_name
        == name.replace("\x00", "")
    )


def test_a_name_without_letters_gives_way_to_the_display_name(amara):
    amara.certificate_name = "🎉 \u200d"
    assert certificate_name(amara) == "Amara"


def test_without_any_name_the_certificate_waits_for_one(key, complete, course, amara):
    amara.certificate_name = amara.display_name = ""
    amara.save()
    assertion = services.award(completion=complete(amara, course), at=NOON)
    assert services.sign(assertion.pk, at=NOON) is None
    assert amara.email.split("@")[0] not in assertion.holder_name
    amara.certificate_name = "Amara Example"
    amara.save()
    assert services.sign(assertion.pk, at=NOON)
    assert Assertion.objects.get().holder_name == "Amara Example"


def test_two_certificates_of_a_person_never_share_a_place(certify, amara, bruno, chiara):
    places = {
        (c.status_list_id, c.status_index)
        for a in (amara, bruno, chiara)
        for c in certify(a).credentials.all()
    }
    assert len(places) == 3


def test_a_full_list_is_followed_by_another(certify, amara, bruno, monkeypatch):
    monkeypatch.setattr("certification.models.StatusList.LENGTH", 8)
    first = certify(amara).credentials.get()
    Credential.objects.bulk_create(
        Credential(
            assertion=first.assertion, status_list=first.status_list, status_index=place, document="", sha256="", key_id="",
            signed_at=NOON, is_current=False,
        )
        for place in range(8)
        if place != first.status_index
    )  # fmt: skip
    assert certify(bruno).credentials.get().status_list.number == 2


def test_a_certificate_is_written_in_the_language_of_its_holder(
    certify, school, in_french, amara, bruno
):
    Outcome.objects.create(
        key="T01-o1", module=school.module, text="Read a square", words={"fr": "Lire une place"}
    )
    in_french(
        school.course_page,
        title="Lire les lieux",
        certificate_title="Lire les lieux",
        certificate_text="La personne sait lire un lieu.",
    )
    in_french(school.module_page, title="Lire une place")
    bruno.language = "fr"
    bruno.save()
    english, french = (certify(one, course=school.course) for one in (amara, bruno))
    signed = signed_facts(french.credentials.get()).achievement
    assert (signed.name, signed.language) == ("Lire les lieux", "fr")
    assert signed.description == "La personne sait lire un lieu."
    assert signed.outcomes == ("Lire une place",) and "Lire une place" in signed.criteria
    assert english.version.texts["title"] == "Reading places"
    assert english.version.facts["outcomes"][0]["text"] == "Read a square"
    school.course.refresh_from_db()
    assert school.course.title == "Reading places"
    with translation.override(
        "fr"
    ):  # whoever works, and in which language: the version is the same
        assert achievements.freeze(school.course, at=NOON, language="en") == english.version
        assert achievements.freeze(school.course, at=NOON, language="fr") == french.version


def test_a_course_without_translation_is_certified_in_its_own_language(certify, school, amara):
    amara.language = "es"
    amara.save()
    assertion = certify(amara, course=school.course)
    assert assertion.language == "es"
    assert assertion.version.texts["language"] == "en"
    assert assertion.version.texts["criteria"].startswith("Every required activity")
