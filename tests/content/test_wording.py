"""One record, words in several languages: what is counted and linked, and what a reader is told."""

import pytest
from wagtail.models import Locale
from wagtail_localize.segments import StringSegmentValue

from content import evidence, knowledge, references, wording
from content.models import Fact, Guidance, Term
from content.models.words import FormsField, WordsField
from tests.content import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def french(settings) -> Locale:
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [
        ("en", "English"),
        ("fr", "Français"),
    ]
    return Locale.objects.get_or_create(language_code="fr")[0]


def said(record, locale: Locale, **words):
    """A translation of a record, as wagtail-localize makes one."""
    row = record.copy_for_translation(locale)
    for name, value in words.items():
        setattr(row, name, value)
    row.save()
    return row


def test_a_translation_is_not_another_record(french):
    fact = make.fact("F8.01")
    said(fact, french, title="Titre")
    assert (Fact.objects.count(), Fact.originals.count()) == (2, 1)
    assert knowledge.counts()["facts"] == 1
    assert evidence.gather(references.find(["[[F8.01]]"])).facts == {"F8.01": fact}


def test_words_of_the_reader_cost_one_query_a_model(french, django_assert_num_queries):
    fact, other, term = make.fact("F8.01"), make.fact("F8.02"), make.term()
    said(fact, french, title="Titre", text="")
    said(term, french, term="Recul", also=[])
    with django_assert_num_queries(2):
        wording.in_language([fact, other, term], "fr")
    assert (fact.title, fact.text, fact.language) == ("Titre", "The statement of F8.01.", "fr")
    assert (other.title, other.language) == ("Title of F8.02", "en")
    assert term.term == "Recul"
    with django_assert_num_queries(0):
        wording.in_language([other], "en")


def test_only_words_are_translated_and_the_rest_follows():
    does = {field.field_name: type(field).__name__ for field in Fact.translatable_fields}
    assert does["title"] == does["text"] == "TranslatableField"
    assert {does[name] for name in ("key", "topic", "certainty", "review_by")} == {
        "SynchronizedField"
    }
    assert "measures" in Guidance.words and "also" in Term.words


def test_a_list_of_words_is_taken_apart_and_put_together_again():
    field, value = WordsField(), ["One", "Two"]
    segments = field.get_translatable_segments(value)
    french = [StringSegmentValue(segments[1].path, "Deux")]
    assert field.restore_translated_segments(["New", *value], french) == ["New", "One", "Deux"]
    items = [{"key": "walk", "text": "Walk"}]
    said = [StringSegmentValue("walk", "Marcher")]
    assert field.restore_translated_segments(items, said) == [{"key": "walk", "text": "Marcher"}]
    forms = FormsField().restore_translated_segments(
        ["posts"], [StringSegmentValue("", "bornes; plots")]
    )
    assert forms == ["bornes", "plots"]
