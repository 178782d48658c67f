"""Finding a record: listings, filters, search, tables."""

import csv
import io

import pytest

from content import knowledge
from tests.content import factories as make

pytestmark = pytest.mark.django_db


def keys(answer) -> list[str]:
    return [row["record"].key for section in answer.context["sections"] for row in section["rows"]]


def table(client, address: str) -> list[list[str]]:
    answer = client.get(address)
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_keys_stand_in_their_natural_order(client):
    for key in ("F10.1", "F2.10", "F2.9", "F2.1"):
        make.fact(key)
    assert keys(client.get("/knowledge/facts/")) == ["F2.1", "F2.9", "F2.10", "F10.1"]


def test_any_two_keys_can_be_put_in_order():
    odd = ["²", "1", "F²", "", "F1", "Ω3", "10a", "a10"]
    assert sorted(odd, key=knowledge.natural)[0] == ""


def test_recommendations_are_narrowed_by_level_action_topic_and_audience(client):
    action, audience, topic = (
        make.action(2),
        make.profile("EO", "Elected officials"),
        make.topic("T1", "Governing"),
    )
    make.recommendation(
        "GR-01", levels=["L", "N"], actions=[action], audiences=[audience], topics=[topic]
    )
    make.recommendation("GR-02", levels=["N"])
    make.recommendation("GR-03", levels=["EU"], actions=[action])
    assert keys(client.get("/knowledge/recommendations/?level=N")) == ["GR-01", "GR-02"]
    assert keys(client.get("/knowledge/recommendations/?action=A2")) == ["GR-01", "GR-03"]
    assert keys(
        client.get("/knowledge/recommendations/?action=A2&level=L&audience=EO&topic=T1")
    ) == ["GR-01"]


def test_facts_are_narrowed_by_certainty_and_review(client):
    make.fact("F8.01", review_by="2020-01-01")
    make.fact("F8.02", certainty="own")
    assert keys(client.get("/knowledge/facts/?review=past")) == ["F8.01"]
    assert keys(client.get("/knowledge/facts/?review=current")) == ["F8.02"]
    assert keys(client.get("/knowledge/facts/?certainty=own")) == ["F8.02"]
    assert "Past review" in client.get("/knowledge/facts/").content.decode()


def test_facts_are_narrowed_by_the_action_whose_advice_rests_on_them_and_stand_once(client):
    behind, action = make.fact("F8.01"), make.action(6)
    make.fact("F8.02")
    make.guidance("DG-01", facts=[behind], actions=[action])
    make.guidance("DG-02", facts=[behind], actions=[action])
    assert keys(client.get("/knowledge/facts/?action=A6")) == ["F8.01"]


def test_an_unknown_value_of_a_filter_narrows_nothing(client):
    make.fact()
    answer = client.get("/knowledge/facts/?topic=T999&certainty=%27&review=x&page=last")
    assert answer.status_code == 200
    assert keys(answer) == ["F8.01"]


def test_a_listing_has_pages_of_25_that_keep_the_filters(client):
    for n in range(1, 31):
        make.fact(f"F8.{n}")
    answer = client.get("/knowledge/facts/?topic=T8&page=2")
    assert keys(answer)[0] == "F8.26"
    assert "topic=T8&amp;page=1" in answer.content.decode()


def test_an_empty_listing_offers_a_way_out(client):
    make.fact()
    text = client.get("/knowledge/facts/?q=zebra").content.decode()
    assert "Nothing here matches" in text
    assert 'href="/knowledge/facts/">Show all 1' in text


def test_search_finds_without_accents_and_in_any_case(client):
    make.source("S1", title="La seguridad en Logroño")
    make.source("S2", title="Ασφάλεια στην πόλη")
    assert keys(client.get("/knowledge/sources/?q=LOGRONO")) == ["S1"]
    assert keys(client.get("/knowledge/sources/?q=ΑΣΦΑΛΕΙΑ")) == ["S2"]


def test_search_asks_for_every_word_and_puts_titles_first(client):
    make.fact("F8.01", title="Other", text="Bollards and planters")
    make.fact("F8.02", title="Planters", text="They carry bollards.")
    make.fact("F8.03", title="Planters only")
    assert keys(client.get("/knowledge/facts/?q=planters+bollards")) == ["F8.01", "F8.02"]
    assert keys(client.get("/knowledge/facts/?q=planters"))[:2] == ["F8.02", "F8.03"]


@pytest.mark.parametrize("path", ["/knowledge/facts/", "/knowledge/glossary/"])
@pytest.mark.parametrize(
    "search",
    [
        "x" * 500,
        "%_'\"\\",
        "<script>alert(1)</script>",
        "🙂 ظ",
        "\ud800",
        "   ",
        "(((",
    ],
)
def test_search_bears_odd_words(client, path, search):
    make.fact()
    make.term()
    answer = client.get(path, {"q": search.encode("utf-8", "surrogatepass")})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_nul_is_taken_out_by_the_search_and_refused_by_this_site(client, site):
    """The site answers 400 before a view is asked (cms.middleware.RefuseNul); on a host without it the search bears NUL."""
    assert "\x00" not in knowledge.clean_search("a\x00b")
    assert client.get("/knowledge/", {"q": "a\x00b"}).status_code == 400


def test_the_index_hands_a_question_on_to_the_search(client):
    assert client.get("/knowledge/?q=a+planter").url == "/search/?q=a+planter"


def test_the_index_says_what_it_holds(client):
    make.fact()
    answer = client.get("/knowledge/")
    held = {one["shelf"].kind: one["number"] for one in answer.context["shelves"]}
    assert held["facts"] == 1 and held["cases"] == 0
    assert "Independent formulations" in answer.content.decode()


def test_the_glossary_stands_under_letters_with_links_to_them(client):
    for word in ("Übung", "access", "Beauty"):
        make.term(word.lower(), word)
    answer = client.get("/knowledge/glossary/")
    assert [section["letter"] for section in answer.context["sections"]] == ["A", "B", "U"]
    assert "#letter-U" in answer.content.decode()


def test_a_letter_on_a_later_page_is_linked_there(client):
    for n in range(30):
        make.term(f"apple-{n}", f"Apple {n:02}")
    make.term("zone", "Zone")
    assert client.get("/knowledge/glossary/").context["letters"][-1] == {"letter": "Z", "page": 2}


def test_the_table_holds_what_the_filters_leave(client):
    make.fact("F8.01", sources=[make.source("S10"), make.source("S9")])
    make.fact("F8.02", certainty="own")
    rows = table(client, "/knowledge/facts/?certainty=seen&format=csv")
    assert [row[0] for row in rows] == ["key", "F8.01"]
    assert "S9; S10" in rows[1]


def test_no_cell_of_the_table_is_a_formula(client):
    make.fact("F8.01", title="=HYPERLINK(1)", text=" @SUM(A1)")
    title, text = table(client, "/knowledge/facts/?format=csv")[1][1:3]
    assert title == "'=HYPERLINK(1)" and text == "' @SUM(A1)"


@pytest.mark.parametrize("kind", list(knowledge.SHELVES))
def test_every_shelf_has_a_listing_and_a_table(client, kind):
    make.whole(2)
    assert client.get(f"/knowledge/{kind}/").status_code == 200
    assert len(table(client, f"/knowledge/{kind}/?format=csv")) == (2 if kind == "actions" else 3)


def test_advice_carries_its_label_in_the_table(client):
    make.recommendation()
    assert (
        table(client, "/knowledge/recommendations/?format=csv")[1][-1] == "Independent formulation"
    )


def test_an_unknown_shelf_is_not_found(client, site):
    assert client.get("/knowledge/secrets/").status_code == 404
