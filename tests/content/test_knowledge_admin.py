"""The knowledge base in the studio: lists, forms, who may."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from content.models import Checklist, Fact, Guidance, Recommendation, Source, Term
from tests.content import factories as make

pytestmark = pytest.mark.django_db
MODELS = ["recommendation", "guidance", "fact", "source", "case", "checklist", "term", "drawing"]


@pytest.fixture
def desk(client, hana, site):
    """The client of an administrator."""
    client.force_login(hana)
    return client


def address(model: str, view: str = "list", *args) -> str:
    return reverse(f"wagtailsnippets_stoa_content_{model}:{view}", args=args)


def errors(answer) -> dict:
    return answer.context["form"].errors if answer.status_code == 200 else {}


def listed(answer) -> list[str]:
    return [record.key for record in answer.context["object_list"]]


@pytest.mark.parametrize("number", [20, 200])
def test_a_list_asks_fifteen_times(desk, number, django_assert_max_num_queries):
    make.whole(number)
    for model in MODELS:
        desk.get(address(model))
        with django_assert_max_num_queries(15):
            assert desk.get(address(model)).status_code == 200


@pytest.mark.parametrize("model", MODELS[:-1])
def test_a_list_leads_to_the_form(desk, model):
    make.whole(1)
    answer = desk.get(address(model))
    record = answer.context["object_list"][0]
    assert f'href="{address(model, "edit", record.pk)}"' in answer.content.decode()


def test_a_list_says_which_facts_are_due(desk):
    make.fact("F8.01", review_by="2020-01-31")
    page = desk.get(address("fact")).content.decode()
    assert "31 January 2020" in page and "Past review" in page


def test_a_list_stands_in_natural_order(desk):
    for key in ("F8.10", "F8.9", "F8.1"):
        make.fact(key)
    assert listed(desk.get(address("fact"))) == ["F8.1", "F8.9", "F8.10"]
    assert listed(desk.get(address("fact"), {"ordering": "-key"})) == ["F8.10", "F8.9", "F8.1"]


def test_facts_are_found_by_review_and_by_use(desk, school):
    make.fact("F8.01", review_by="2020-01-01")
    school.lessons[0].facts.add(make.fact("F8.02"))
    assert listed(desk.get(address("fact"), {"review": "past"})) == ["F8.01"]
    assert listed(desk.get(address("fact"), {"in_lessons": "unused"})) == ["F8.01"]
    assert listed(desk.get(address("fact"), {"in_lessons": "used"})) == ["F8.02"]
    assert (
        desk.get(address("fact"), {"ordering": "-in_lessons"}).context["object_list"][0].in_lessons
        == 1
    )


def test_recommendations_are_found_by_level_and_word(desk):
    make.recommendation("GR-01", levels=["N"])
    make.recommendation("GR-02", levels=["L"], title="A mandate")
    assert listed(desk.get(address("recommendation"), {"level": "N"})) == ["GR-01"]
    assert listed(desk.get(address("recommendation"), {"q": "mandate"})) == ["GR-02"]


def test_levels_are_ticked_and_facts_are_named_by_key(desk):
    make.fact("F8.01")
    source = make.source("S1")
    data = {
        "key": "GR-27",
        "title": "A new one",
        "text": "Do it.",
        "levels": ["L", "EU"],
        "facts": "f8.01",
        "sources": "S1",
    }
    answer = desk.post(address("recommendation", "add"), data)
    assert errors(answer) == {}
    made = Recommendation.objects.get(key="GR-27")
    assert (
        made.levels == ["L", "EU"]
        and made.facts.get().key == "F8.01"
        and made.sources.get() == source
    )


def test_an_unknown_fact_is_named_in_the_error(desk):
    data = {
        "key": "GR-27",
        "title": "A new one",
        "text": "Do it.",
        "levels": ["L"],
        "facts": "F9.99",
        "sources": "",
    }
    assert errors(desk.post(address("recommendation", "add"), data))["facts"] == [
        "There is no F9.99."
    ]


@pytest.mark.parametrize("key", ["GR27", "gr-27", "GR-27/x", "F8.01"])
def test_a_key_that_no_reference_could_name_is_refused(desk, key):
    data = {"key": key, "title": "A new one", "text": "Do it.", "levels": ["L"]}
    assert "key" in errors(desk.post(address("recommendation", "add"), data))


def test_a_key_never_changes(desk):
    fact = make.fact("F8.01")
    data = {
        "key": "F8.77",
        "topic": fact.topic_id,
        "title": "New title",
        "text": fact.text,
        "certainty": "seen",
        "valid_as_of": "2026-11-22",
        "review_by": "2028-11-30",
        "sources": "",
    }
    assert errors(desk.post(address("fact", "edit", fact.pk), data)) == {}
    assert list(Fact.objects.values_list("key", "title")) == [("F8.01", "New title")]


def test_a_fact_is_reviewed_after_it_was_checked(desk):
    data = {
        "key": "F8.01",
        "topic": make.topic().pk,
        "title": "T",
        "text": "X.",
        "certainty": "seen",
        "valid_as_of": "2026-11-22",
        "review_by": "2026-11-22",
    }
    assert "review_by" in errors(desk.post(address("fact", "add"), data))


def test_measures_stand_one_a_line(desk):
    made = make.guidance(measures=["One", "Two"])
    page = desk.get(address("guidance", "edit", made.pk)).content.decode()
    assert "One\nTwo</textarea>" in page and "[&quot;One" not in page
    data = {
        "title": made.title,
        "text": made.text,
        "measures": "One\r\n\r\n  Three  \r\n",
        "reference": "",
        "basis_note": "",
        "facts": "",
        "sources": "",
    }
    assert errors(desk.post(address("guidance", "edit", made.pk), data)) == {}
    assert Guidance.objects.get().measures == ["One", "Three"]


def test_the_key_of_a_checklist_item_survives_new_words(desk):
    made = Checklist.objects.create(
        key="K01", title="Start", items=[{"key": "mandate", "text": "There is one."}]
    )
    data = {
        "title": "Start",
        "items": "mandate: There is a written one.\nAsk: can I see?\nAsk: can I see more?",
        "facts": "",
    }
    assert errors(desk.post(address("checklist", "edit", made.pk), data)) == {}
    assert Checklist.objects.get().items == [
        {"key": "mandate", "text": "There is a written one."},
        {"key": "ask-can-i", "text": "Ask: can I see?"},
        {"key": "ask-can-i-2", "text": "Ask: can I see more?"},
    ]


def test_two_items_with_one_key_are_refused(desk):
    data = {"key": "K01", "title": "Start", "items": "a: One\na: Two", "facts": ""}
    assert "items" in errors(desk.post(address("checklist", "add"), data))


def test_other_forms_of_a_word_stand_one_a_line(desk):
    data = {
        "key": "bollard",
        "term": "Bollard",
        "definition": "A post.",
        "certainty": "own",
        "also": "bollards\nposts",
        "facts": "",
    }
    assert errors(desk.post(address("term", "add"), data)) == {}
    assert Term.objects.get().also == ["bollards", "posts"]


def test_a_source_has_a_web_address_or_none(desk):
    data = {"key": "S1", "title": "A handbook", "address": "javascript:alert(1)"}
    assert "address" in errors(desk.post(address("source", "add"), data))
    assert errors(desk.post(address("source", "add"), data | {"address": ""})) == {}
    assert Source.objects.get().address == ""


@pytest.mark.parametrize("model", MODELS)
def test_a_stranger_gets_no_desk(client, chiara, site, model):
    assert client.get(address(model)).status_code == 302
    client.force_login(chiara)
    assert client.get(address(model, "add")).status_code in (302, 403)
    assert client.post(address(model, "add"), {"key": "X", "title": "Mine"}).status_code in (
        302,
        403,
    )


def test_who_may_only_look_cannot_change(client, bruno, site):
    fact = make.fact()
    for label, code in (("wagtailadmin", "access_admin"), ("stoa_content", "view_fact")):
        bruno.user_permissions.add(
            Permission.objects.get(content_type__app_label=label, codename=code)
        )
    client.force_login(bruno)
    assert client.get(address("fact")).status_code == 200
    assert client.post(address("fact", "edit", fact.pk), {"title": "Mine"}).status_code == 302
    fact.refresh_from_db()
    assert fact.title != "Mine"
