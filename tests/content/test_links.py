"""Links with a kind and a reason: written once, seen from both ends, never by who may not know of one of them."""

import pytest
from django.urls import reverse

from content import links
from content.links import Said
from content.models import EvidenceLink
from tests.content import factories as make
from tests.counting import at_most


@pytest.fixture
def desk(client, hana, site):
    client.force_login(hana)
    return client


@pytest.fixture
def linked(school):
    """F1.01 contradicts F1.02, supersedes a hidden lesson and a question, and is said of Lesson 1; GR-01 rests on it."""
    school.fact, school.other = make.fact("F1.01"), make.fact("F1.02")
    make.recommendation("GR-01", facts=[school.fact])
    school.lessons[0].facts.set([school.fact])
    school.hidden = school.add_lesson("Hidden words", "hidden", sensitivity="verified").lesson
    said = [
        Said("contradicts", ("facts", "F1.02"), "They count different years."),
        Said("assesses", ("lessons", str(school.lessons[0].uuid)), "It is asked there."),
        Said("supersedes", ("lessons", str(school.hidden.uuid)), "A hidden reason."),
        Said("assesses", ("questions", str(school.questions[0].uuid)), "A question of the bank."),
        Said("rests_on", ("facts", "F9.99"), "It is gone."),
    ]
    links.replace(ref=("facts", "F1.01"), said=said)
    return school


def text(client, path: str) -> str:
    return client.get(path).content.decode()


def test_both_ends_show_kind_and_reason(client, linked):
    here, there = text(client, "/knowledge/facts/F1.01/"), text(client, "/knowledge/facts/F1.02/")
    assert "Contradicts" in here and "Is contradicted by" in there
    lesson = text(client, linked.lesson_pages[0].url)
    assert "Is assessed by" in lesson and "It is asked there." in lesson
    assert (
        here.count("They count different years.") == there.count("They count different years.") == 1
    )


def test_nobody_is_told_of_what_they_may_not_know(client, linked, amara, hana):
    for user, seen in ((None, False), (amara, False), (hana, True)):
        if user:
            client.force_login(user)
        for path in ("/knowledge/facts/F1.01/", "/knowledge/facts/F1.01/?format=json"):
            page = text(client, path)
            assert ("A hidden reason." in page) is seen
            assert ("A question of the bank." in page) is seen
            assert "It is gone." not in page  # the other end does not exist


def test_one_place_answers_with_fields_and_links_alike(client, linked):
    found = client.get("/knowledge/facts/F1.01/?format=json").json()["links"]
    said = {(one["kind"], one["direction"], one["thing"]["kind"]) for one in found}
    assert said == {
        ("rests_on", "from", "recommendations"),
        ("rests_on", "from", "lessons"),
        ("contradicts", "to", "facts"),
        ("assesses", "to", "lessons"),
    }


def test_replacing_keeps_what_stays(linked):
    kept = EvidenceLink.objects.get(kind="contradicts").pk
    said = [Said("contradicts", ("facts", "F1.02"), "Another reason.")]
    links.replace(ref=("facts", "F1.01"), said=said)
    row = EvidenceLink.objects.get()
    assert (row.pk, row.reason) == (kept, "Another reason.")


def test_a_record_with_links_keeps_its_budget(client, linked):
    client.get("/knowledge/facts/F1.01/")
    with at_most(20):
        client.get("/knowledge/facts/F1.01/")


def form(fact, *blocks: tuple[str, str, object, str], **more) -> dict:
    data = {
        "key": fact.key, "topic": fact.topic_id, "title": fact.title, "text": fact.text, "certainty": "seen",
        "valid_as_of": "2026-11-22", "review_by": "2099-01-01", "sources": "", "links-count": len(blocks),
    }  # fmt: skip
    for n, (kind, what, to, reason) in enumerate(blocks):
        data |= {
            f"links-{n}-deleted": "", f"links-{n}-order": n, f"links-{n}-type": what, f"links-{n}-id": "",
            f"links-{n}-value-kind": kind, f"links-{n}-value-to": to, f"links-{n}-value-reason": reason,
        }  # fmt: skip
    return data | more


def address(fact) -> str:
    return reverse("wagtailsnippets_stoa_content_fact:edit", args=[fact.pk])


def test_an_editor_sets_links_with_choosers_and_finds_them_again(desk, linked):
    page = linked.lesson_pages[1]
    data = form(
        linked.fact,
        ("contradicts", "facts", linked.other.pk, "They count different years."),
        ("practises", "lessons", page.pk, "The lesson does what it says."),
    )
    answer = desk.post(address(linked.fact), data)
    assert answer.status_code == 302, answer.context["form"].errors
    found = [(one.kind, one.to_kind, one.to_key) for one in EvidenceLink.objects.all()]
    assert found == [
        ("contradicts", "facts", "F1.02"),
        ("practises", "lessons", str(page.translation_key)),
    ]
    again = text(desk, address(linked.fact))
    assert "The lesson does what it says." in again and "Links with a reason" in again


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (("contradicts", "facts", "self", "Itself."), "not linked to itself"),
        (("rests_on", "sources", "source", "Said already."), "is said under"),
    ],
)
def test_what_makes_no_sense_or_is_said_already_is_refused(desk, linked, block, problem):
    kind, what, to, reason = block
    pk = linked.fact.pk if to == "self" else make.source("S1").pk
    answer = desk.post(address(linked.fact), form(linked.fact, (kind, what, pk, reason)))
    assert problem in str(answer.context["form"].errors["links"])
