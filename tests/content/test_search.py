"""The search: words in any form, marked and escaped, in the reader's language, and always what is published now."""

import re

import pytest
from django.utils.html import escape
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import Locale

from content.models import Fact, SearchPassage
from content.search import finding, passages, words
from modules.models import Lesson
from tests.content import factories as make
from tests.counting import at_most

TEXT = "<h2>Why</h2><p>People stay away.</p><h3>Benches &amp; lamps</h3><p>A lamp that works costs little.</p>"
ANY = st.text(max_size=120)


def keys(client, **asked) -> list[str]:
    answer = client.get("/search/", asked)
    assert answer.status_code == 200
    return [hit.passage.key for hit in answer.context["page_obj"]]


@pytest.fixture
def french(settings) -> Locale:
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("fr", "Français")]  # fmt: skip
    return Locale.objects.get_or_create(language_code="fr")[0]


def say(record, locale, **said):
    row = record.copy_for_translation(locale)
    for name, value in said.items():
        setattr(row, name, value)
    row.save()
    return row


@given(ANY, ANY, st.sampled_from(["en", "fr", "es", "el", "xx"]))
@settings(max_examples=60, deadline=None)
def test_marking_changes_no_word_and_lets_no_markup_through(text, search, language):
    stems = {
        stem for word in words.words(search + text[:9]) for stem in words.stems(word, language)
    }
    marked = finding.mark(text, stems, language)
    assert re.sub("</?mark>", "", marked) == escape(text)
    shown = re.sub("</?mark>", "", finding.snippet(text * 9, stems, language))
    assert "<" not in shown and ">" not in shown


def test_words_meet_whatever_their_form_and_accents():
    def meet(one, other, language):
        return not set(words.stems(one, language)).isdisjoint(words.stems(other, language))

    for language, one, other in (
        ("en", "planters", "planter"), ("en", "evaluating", "evaluated"), ("fr", "securite", "sécurité"),
        ("fr", "évaluées", "évaluer"), ("es", "iluminacion", "iluminación"), ("es", "diseños", "diseno"),
        ("el", "ασφαλεια", "Ασφάλεια".casefold()),
    ):  # fmt: skip
        assert meet(one, other, language), (one, other)


def test_titles_come_first_and_every_part_of_a_question_counts(client, db):
    make.fact("F8.01", title="Other", text="Bollards and planters")
    make.fact("F8.02", title="Planters", text="They carry bollards.")
    make.fact("F8.03", title="Only", text="A planter")
    assert keys(client, q="what are planters for?") == ["F8.02", "F8.03", "F8.01"]
    assert keys(client, q="planter bollard")[:2] == ["F8.02", "F8.01"]
    assert keys(client, q="f8.03") == ["F8.03"]


def test_a_slip_is_put_right_and_said(client, db):
    make.fact("F8.01", title="Bollards", text="<script>alert(1)</script> & bollards")
    answer = client.get("/search/", {"q": "bolards"})
    text = answer.content.decode()
    assert answer.context["found"].suggestion == "bollards"
    assert "<mark>Bollards</mark>" in text and "<script>alert" not in text
    assert "Did you mean" in text and 'href="?q=bollards"' in text


def test_what_is_not_there_is_said_with_a_way_out(client, db):
    make.fact()
    text = client.get("/search/?q=zebra").content.decode()
    assert "Nothing was found" in text and 'href="/knowledge/"' in text
    assert "What may help" not in client.get("/search/").content.decode()


def test_other_names_of_a_term_lead_to_it(client, db):
    make.term("hvm", "Hostile vehicle mitigation", also=["HVM", "ram-raid protection"])
    assert keys(client, q="hvm") == ["hvm"] == keys(client, q="ramraid")


def test_a_question_without_end_is_cut(client, db):
    make.fact()
    answer = client.get("/search/", {"q": "statement " + " ".join(f"w{n}" for n in range(400))})
    assert "was cut there" in answer.content.decode()
    assert answer.context["found"].dropped > 0


@pytest.mark.parametrize(
    "search",
    ["%_'\"\\", "<script>alert(1)</script>", "🙂 ظ", "\ud800", "   ", "(((", "the of", "é" * 300],
)
def test_odd_words_are_borne(client, db, search):
    make.fact()
    answer = client.get("/search/", {"q": search.encode("utf-8", "surrogatepass"), "page": "x", "kind": "'", "module": "9", "language": "xx"})  # fmt: skip
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_any_question_has_an_answer(rf, amara):
    make.fact("F8.01", title="Bollards", text="They carry “planters”.")
    request = rf.get("/")
    request.user = amara

    @given(ANY)
    @settings(max_examples=25, deadline=None)
    def ask(search):
        found = finding.find(request, finding.Asked(finding.clean(search)[0]))
        found.shown(found.hits)

    ask()


def test_what_is_found_is_what_is_saved(client, db, french):
    fact = make.fact("F8.01", title="Lamps")
    assert keys(client, q="lamps") == ["F8.01"]
    fact.title = "Benches"
    fact.save()
    assert keys(client, q="lamps") == [] and keys(client, q="benches") == ["F8.01"]
    row = say(fact, french, title="Bancs publics")
    assert keys(client, q="bancs", language="fr") == ["F8.01"]
    row.delete()
    fact.delete()
    assert not SearchPassage.objects.exists()


def test_a_reader_finds_their_language_and_the_source_where_there_is_no_other(client, site, french):
    said, unsaid = make.fact("F8.01", title="Lamps"), make.fact("F8.02", title="Lampes")
    say(said, french, title="Lampes", text="Une lampe qui marche.")
    with passages.at_the_end():
        unsaid.save()
    answer = client.get("/fr/search/?q=lampe")
    assert [(one.key, one.language) for one in answer.context["results"]] == [("F8.01", "fr"), ("F8.02", "en")]  # fmt: skip
    text = answer.content.decode()
    assert text.count('<li lang="en">') == 1 and "<strong>2 " in text and ", fr" not in text
    assert 'href="/fr/knowledge/facts/F8.01/"' in text
    assert 'href="/knowledge/facts/F8.01/"' in client.get("/fr/search/?q=lamps&language=en").content.decode()  # fmt: skip


def test_a_passage_of_a_lesson_is_linked_where_it_stands(client, school):
    page = school.add_lesson("After dark", "after-dark", body=[{"type": "text", "value": TEXT}])
    found = client.get("/search/?q=lamps working").context["results"][0]
    assert found.heading == "Benches &amp; <mark>lamps</mark>" and "A <mark>lamp</mark>" in found.snippet  # fmt: skip
    address, anchor = found.url.split("#")
    assert address == page.url
    assert f'<h3 id="{anchor}">Benches' in client.get(page.url).content.decode()


def test_a_draft_is_not_found_before_it_is_published(client, school):
    page = school.lesson_pages[0]
    page.body = [("text", "<p>Zeppelins over the square.</p>")]
    page.title = "Zeppelins"
    revision = page.save_revision()
    assert keys(client, q="zeppelins") == []
    revision.publish()
    assert keys(client, q="zeppelins") == [str(page.translation_key)]
    page.unpublish()
    assert keys(client, q="zeppelins") == []
    assert not SearchPassage.objects.filter(key=page.translation_key).exists()


def test_a_lesson_that_moved_is_found_where_it_is(client, school):
    page = school.lesson_pages[0]
    page.title = "Zeppelins"
    school.publish(page)
    page.slug = "airships"
    school.publish(page)
    assert client.get("/search/?q=zeppelin").context["results"][0].url.endswith("/airships/")


def test_results_are_narrowed_by_kind_and_module_and_come_in_pages(client, school):
    make.whole(20)
    passages.rebuild()
    school.add_lesson("Title and statement", "title")
    answer = client.get("/search/?q=title")
    kinds = answer.context["found"].kinds
    assert kinds["facts"] == 20 and kinds["lessons"] == 1
    assert set(keys(client, q="title", kind="facts", page="2")) <= {f"F8.{n}" for n in range(1, 21)}
    module = next(iter(answer.context["found"].parts))
    assert len(keys(client, q="title", module=module)) == 1
    assert "q=title&amp;kind=facts" in answer.content.decode()


@pytest.mark.parametrize("number", [2, 200])
def test_a_search_asks_twelve_times(client, school, number):
    make.whole(number)
    passages.rebuild()
    client.get("/search/?q=title")
    for asked in ("", "?q=title+statement+lessen", "?q=square&kind=lessons", "?q=zzzz&language=en"):
        with at_most(12):
            assert len(client.get(f"/search/{asked}").content) < 40_000


def test_the_copy_can_be_thrown_away_and_made_again(school):
    make.whole(2)
    passages.rebuild()
    before = list(SearchPassage.objects.values_list("digest", flat=True))
    SearchPassage.objects.filter(kind="facts").delete()
    Fact.objects.filter(key="F8.1").update(title="Written past every signal")
    assert passages.rebuild() == 2 and passages.rebuild() == 0
    after = set(SearchPassage.objects.values_list("digest", flat=True))
    assert len(after - set(before)) == 1


def test_a_loader_writes_once_at_its_end(db, django_assert_max_num_queries):
    with passages.at_the_end():
        for n in range(20):
            make.fact(f"F8.{n}")
        assert not SearchPassage.objects.exists()
    assert SearchPassage.objects.count() == 20


def test_an_update_lesson_is_not_found(client, school):
    school.add_lesson("Zeppelins", "zeppelins", is_delta=True)
    assert Lesson.objects.get(title="Zeppelins").is_live
    assert keys(client, q="zeppelins") == []
