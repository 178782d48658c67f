"""What is not for somebody is not named to them either: not in listings, search, outlines, feeds, exports or the studio."""

import re

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from wagtail.log_actions import log
from wagtail.models import PageViewRestriction

from certification import rosters, services
from certification.errors import OwnMembership, RevocationRefused
from certification.models import Assertion, Membership, MembershipState
from courses.models import Enrolment
from modules.models import Attempt, Completion
from modules.pages_lookup import urls_of
from tests.security.conftest import ROLES, STRANGER

VERIFIED, REGISTERED = "Hidden verified words", "Quiet registered words"
UNBORN = ("Unborn draft words", "Withdrawn page words")
OUTSIDE = (STRANGER, "trainee", "visitor", "coordinator", "other coordinator")


def everywhere(world) -> list[str]:
    """Every place that lists, counts, searches or links lessons."""
    school = world.school
    return [
        "/", "/catalogue/", "/catalogue/?q=words", "/modules/", "/sitemap.xml", "/robots.txt", "/cities.json",
        "/search/?q=words", "/search/?q=hidden+verified", "/search/?q=verifed", "/search/?q=quiet+registered", "/knowledge/facts/", "/knowledge/facts/F1.01/", "/knowledge/recommendations/GR-01/",
        "/knowledge/sources/S1/", "/knowledge/facts/?format=csv", "/knowledge/coverage/", "/knowledge/competences/",
        school.course_page.url, school.module_page.url, world.full.url, *(page.url for page in school.lesson_pages),
        "/learn/", "/record/", "/account/data/", reverse("stoa_modules:test", args=[school.test.uuid]),
        reverse("stoa_modules:result", args=[world.submitted.uuid]),
        f"/credentials/{world.assertion.uuid}/", f"/credentials/{world.assertion.uuid}.json",
    ]  # fmt: skip


def read(client, address: str) -> str:
    answer = client.get(address)
    parts = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(parts).decode(errors="replace")


@pytest.mark.parametrize("role", OUTSIDE)
def test_lessons_for_others_are_named_nowhere(world, role):
    client = world.client(role)
    hidden = (VERIFIED, "for-verified", "verified role", *UNBORN, "/unborn/", "/withdrawn/")
    if role == STRANGER:
        hidden += (REGISTERED, "for-registered")
    told = [
        (address, words)
        for address in everywhere(world)
        for text in [read(client, address)]
        for words in hidden
        if words in text
    ]
    assert told == []


def test_those_they_are_for_do_find_them(world):
    """Otherwise the test above would pass on a site that shows nothing."""
    assert VERIFIED in read(world.client("editor"), world.school.module_page.url)
    assert VERIFIED in read(world.client("reviewer"), "/knowledge/facts/F1.01/")
    assert REGISTERED in read(world.client("visitor"), world.school.module_page.url)


def test_a_module_counts_and_numbers_only_what_its_reader_may_know(world):
    counted = {
        role: read(world.client(role), "/modules/") for role in (STRANGER, "trainee", "editor")
    }
    assert "4 lessons" in counted[STRANGER] and "5 lessons" in counted["trainee"]
    assert "6 lessons" in counted["editor"]
    assert "Lesson 3 of 5" in read(world.client("trainee"), world.full.url)


def test_going_on_never_leads_to_a_lesson_for_others(world):
    client = world.client("trainee")
    seen = set()
    for page in (*world.school.lesson_pages, world.full, world.registered):
        answer = client.post(reverse("stoa_modules:complete", args=[page.lesson.uuid]))
        seen.add(answer.url)
    assert seen and not [
        address for address in seen if "verified" in address or "withdrawn" in address
    ]


@pytest.mark.parametrize("change", ["restricted", "unpublished", "verified", "deleted"])
def test_what_closes_while_it_is_read_takes_no_answers(world, change):
    """And what was done before stays."""
    page, client = world.full, world.client("trainee")
    complete = reverse("stoa_modules:complete", args=[page.lesson.uuid])
    doors = [
        (complete, {}),
        (reverse("stoa_modules:answer", args=[world.kinds["quiz"].uuid]), {"draw": "x"}),
        (reverse("stoa_modules:note", args=[world.kinds["note"].uuid]), {"text": "Mine"}),
    ]
    first = world.school.lesson_pages[0]
    client.post(reverse("stoa_modules:complete", args=[first.lesson.uuid]))
    match change:
        case "restricted":
            restriction = PageViewRestriction.objects.create(page=page, restriction_type="groups")
            assert restriction.restriction_type == "groups"
        case "unpublished":
            page.unpublish()
        case "verified":
            page.sensitivity = "verified"
            page.save_revision().publish()
        case "deleted":
            page.delete()
    statuses = [client.post(address, data).status_code for address, data in doors]
    assert all(status in (403, 404) for status in statuses), statuses
    assert not Completion.objects.filter(activity__uuid=world.kinds["reading"].uuid).exists()
    assert Completion.objects.filter(learner=world.people["trainee"]).count() == 1


def test_a_page_with_a_restriction_of_wagtails_is_not_linked(world):
    PageViewRestriction.objects.create(page=world.full, restriction_type="login")
    stranger = world.client(STRANGER)
    assert stranger.get(world.full.url).url.startswith("/account/login/")
    assert world.full.title not in read(stranger, "/knowledge/facts/F1.01/")
    assert world.full.url not in read(stranger, "/sitemap.xml")


def test_the_search_finds_counts_and_suggests_only_what_its_reader_may_know(world):
    page = world.verified
    page.title, page.body = "Hidden verified words", [("text", "<p>Zeppelins, only zeppelins.</p>")]
    page.save_revision().publish()
    for role in OUTSIDE:
        for search in ("zeppelins", "zepelins", "zeppe"):
            answer = world.client(role).get("/search/", {"q": search})
            found = answer.context["found"]
            assert (found.hits, found.suggestion, found.kinds, found.parts) == ([], "", {}, {})
            assert "eppelins</a>" not in answer.content.decode()
    found = world.client("editor").get("/search/?q=zepelins").context["found"]
    assert found.suggestion == "zeppelins" and found.kinds == {"lessons": 1}


@pytest.mark.parametrize("where", ["lesson", "module"])
def test_the_search_keeps_the_privacy_that_wagtail_knows(world, where):
    page = world.full if where == "lesson" else world.school.module_page
    for restriction_type in ("login", "groups"):
        PageViewRestriction.objects.all().delete()
        PageViewRestriction.objects.create(page=page, restriction_type=restriction_type)
        stranger = world.client(STRANGER).get("/search/?q=everything+in+it")
        assert world.full.url not in stranger.content.decode()
        assert "Everything in it" not in strip_tags(stranger.content.decode())
        trainee = world.client("trainee").get("/search/?q=everything+in+it")
        assert (world.full.url in trainee.content.decode()) is (restriction_type == "login")


def test_nobody_sees_what_another_learner_did(world):
    name, thought = "trainee Example", "My private thought."
    attempt = reverse("stoa_modules:result", args=[world.submitted.uuid])
    note = reverse("stoa_modules:note-text", args=[world.kinds["note"].uuid])
    for role in ROLES:
        if role == "trainee":
            continue
        client = world.client(role)
        pages = [
            f"/credentials/{world.assertion.uuid}/",
            "/learn/",
            "/record/",
            "/account/data/",
            attempt,
            note,
            world.full.url,
        ]
        for address in pages:
            text = read(client, address)
            assert thought not in text and name not in text, f"{address} as {role}"
    assert thought in read(world.client("trainee"), note)


def test_a_certificate_hides_its_name_and_number_without_the_share_link(world):
    page = read(
        world.client("administrator"), f"/credentials/{world.assertion.uuid}/?share={'x' * 22}"
    )
    assert world.assertion.holder_name and world.assertion.holder_name not in page
    assert world.assertion.short_code[:4] + "-" not in page


def test_coordinators_see_states_and_never_results(world):
    Attempt.objects.filter(pk=world.submitted.pk).update(score_raw=1, score_max=4)
    results = ("1 of 4", "1/4", "25 %", "25%", "of 5", "passed", "failed", "Lesson 1")
    for address in ("roster/", "roster.csv", "roster/?past=1"):
        text = read(world.client("coordinator"), f"/cities/delft/{address}")
        assert "trainee" in text and not [words for words in results if words in text]


def test_an_invited_person_stays_an_address_until_they_say_yes(world):
    text = read(world.client("coordinator"), "/cities/delft/roster/")
    assert world.people["trainee"].email in text  # invited to a second post
    assert world.people["visitor"].email not in text  # asked for theirs: a name


def test_the_partnership_sees_no_number_under_five_and_no_name(world):
    for address in ("/partnership/", "/partnership.csv", "/partnership/?country=NL"):
        text = read(world.client("partnership"), address)
        assert "Delft" in text and "trainee" not in text and "@" not in text.replace("@media", "")
    line = next(
        line
        for line in read(world.client("partnership"), "/partnership.csv").splitlines()
        if "Delft" in line
    )
    assert "fewer than 5" in line
    assert world.client("coordinator").get("/partnership/").status_code == 403


def test_a_trainer_sees_the_learners_of_their_own_cohorts_only(world):
    names = {
        role: read(world.client(role), "/studio/")
        for role in ("trainer", "other trainer", "editor")
    }
    inspect = reverse("stoa_courses_cohorts:inspect", args=[world.cohort.pk])
    assert "trainee" in read(world.client("trainer"), inspect)
    assert "trainee" not in names["other trainer"] and "trainee" not in names["editor"]
    assert "Autumn" not in read(
        world.client("other trainer"), reverse("stoa_courses_cohorts:index")
    )
    assert not Enrolment.objects.visible_to(world.people["other trainer"]).exists()
    assert not Membership.objects.visible_to(world.people["other coordinator"]).exists()


@pytest.mark.parametrize("role", ["trainer", "editor", "reviewer", "partnership"])
def test_the_history_of_the_site_tells_nobody_who_asked_for_which_post(world, role):
    log(instance=world.held, action="stoa_certification.confirm", user=world.people["coordinator"])
    log(
        instance=world.delft,
        action="stoa_certification.export_roster",
        user=world.people["coordinator"],
    )
    text = read(world.client(role), reverse("wagtailadmin_reports:site_history"))
    assert "Membership" not in text
    if role != "partnership":
        assert "coordinator" not in text.lower().replace("coordinators", "")


@pytest.mark.parametrize("role", ["partnership"])
def test_drafts_are_not_for_people_of_the_studio_who_do_not_write(world, role):
    client = world.client(role)
    for address in (
        "/studio/api/main/pages/?fields=*",
        "/studio/choose-page/",
        f"/studio/choose-page/{world.school.module_page.pk}/",
    ):
        assert UNBORN[0] not in read(client, address), address


def test_nobody_confirms_their_own_post(world):
    coordinator = world.people["coordinator"]
    now = world.assertion.awarded_at
    own = rosters.request_membership(
        person=coordinator, post=world.posts["Delft"], from_on=now.date(), at=now
    )
    with pytest.raises(OwnMembership):
        rosters.decide(membership=own, by=coordinator, accept=True, at=now)
    world.client("coordinator").post(
        f"/cities/delft/roster/{own.pk}/decide/", {"decision": "accept"}
    )
    world.client("coordinator").post(f"/cities/join/{own.pk}/decide/", {"decision": "accept"})
    own.refresh_from_db()
    assert own.state == MembershipState.REQUESTED
    # The city's invitation is not for the city to accept either.
    world.client("coordinator").post(
        f"/cities/delft/roster/{world.invited.pk}/decide/", {"decision": "accept"}
    )
    world.invited.refresh_from_db()
    assert world.invited.state == MembershipState.INVITED


def test_nobody_revokes_their_own_certificate(world):
    partner = world.people["partnership"]
    Assertion.objects.filter(pk=world.assertion.pk).update(learner=partner)
    assertion = Assertion.objects.get(pk=world.assertion.pk)
    with pytest.raises(RevocationRefused):
        services.revoke(assertion=assertion, by=partner, reason="x", at=assertion.awarded_at)
    answer = world.client("partnership").post(
        f"/credentials/{assertion.uuid}/revoke/", {"reason": "x"}
    )
    assert answer.status_code == 422
    assertion.refresh_from_db()
    assert assertion.revoked_at is None


def test_a_learner_does_not_mark_or_complete_for_themselves(world):
    """What a browser says about results is not read."""
    client = world.client("trainee")
    data = {
        "q0": "0",
        "q1": "0",
        "q2": "0",
        "q3": "0",
        "score_raw": "4",
        "is_passed": "on",
        "graded_by": "person",
    }
    client.post(reverse("stoa_modules:attempt", args=[world.open.uuid]), data)
    world.open.refresh_from_db()
    right = sum(mark["correct"] for mark in world.open.result)
    assert world.open.score_raw == right and world.open.is_passed is (right >= 3)
    assert world.open.graded_by == "server"
    test = reverse("stoa_modules:complete", args=[world.school.test.uuid])
    assert client.post(test).status_code == 404  # a test is not done by saying so


def test_answer_keys_never_leave_the_server(world):
    client = world.client("trainee")
    for address in (world.full.url, reverse("stoa_modules:attempt", args=[world.open.uuid])):
        text = read(client, address)
        assert (
            "the right one" in text
        )  # its words are there, but nothing that tells it from the others
        assert (
            "correct" not in text.lower().replace("correctly", "")
            and "About the right one" not in text
        )
        assert not re.search(r'name="q\d+[^>]*value="[a-c]"', text)


def test_enrolments_are_no_ones_to_make_for_a_course_that_is_not_out(world):
    world.school.course_page.unpublish()
    visitor = world.client("visitor")
    assert visitor.post(f"/course/{world.school.course.uuid}/join/").status_code == 404
    assert world.school.course.title not in read(visitor, "/catalogue/")
    assert urls_of([world.school.course.uuid]) == {}
