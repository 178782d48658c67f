"""What a text rests on, fetched at once: facts with sources, advice, cases, terms."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from content import references, wording
from content.models import Case, Fact, Guidance, Recommendation, Term
from content.references import References


@dataclass
class Evidence:
    """Everything a page refers to, by key. `shown` remembers which fact cards stand on the page already."""

    facts: dict[str, Fact] = field(default_factory=dict)
    recommendations: dict[str, Recommendation] = field(default_factory=dict)
    guidance: dict[str, Guidance] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)

    def new_facts(self, text: str) -> list[Fact]:
        """Facts this text refers to whose card has not been shown yet; they count as shown now."""
        keys = [
            key
            for key in references.find([text]).of("facts")
            if key in self.facts and key not in self.shown
        ]
        self.shown.update(keys)
        return [self.facts[key] for key in keys]

    @property
    def facts_without_card(self) -> list[Fact]:
        """Facts that no running text refers to, for instance those of a drawing."""
        return [fact for key, fact in self.facts.items() if key not in self.shown]

    def link(self, text: str) -> SafeString:
        """HTML text with its references as links."""
        return mark_safe(references.replace(text, self._show))  # noqa: S308 - rich text is cleaned when saved

    def _show(self, kind: str, key: str, words: str) -> str:
        match kind:
            case "facts" if key in self.facts:
                return format_html('<a href="#{}">{}</a>', anchor(key), key)
            case "glossary" if key in self.terms:
                return format_html(
                    '<a class="term" href="#term-{}">{}</a>', key, words or self.terms[key].term
                )
            case "recommendations" | "guidance" | "cases":
                record = getattr(self, kind).get(key)
                if record:
                    return format_html(
                        '<a class="ref" href="{}">{}</a>', record.get_absolute_url(), key
                    )
        return escape(words or key)


def anchor(key: str) -> str:
    """`F8.01` → `f8-01`, the id of its card on a page."""
    return key.lower().replace(".", "-")


def heading_anchor(block_id: object, number: int) -> str:
    """The id of a heading in a lesson: the same in every language, for it is named by its block and its place in it."""
    return f"b{str(block_id)[:4]}{number}"


def gather(found: References) -> Evidence:
    """Fetch what was found, in the reader's words: one query a kind that occurs (facts: two, with their sources).

    In another language than the source's it is one more for each.
    """
    found_evidence = Evidence(
        facts=_keyed(
            Fact.originals.filter(key__in=found.of("facts")).prefetch_related("sources"),
            found.of("facts"),
        ),
        recommendations=_keyed(
            Recommendation.originals.filter(key__in=found.of("recommendations")),
            found.of("recommendations"),
        ),
        guidance=_keyed(
            Guidance.originals.filter(key__in=found.of("guidance")), found.of("guidance")
        ),
        cases=_keyed(Case.originals.filter(key__in=found.of("cases")), found.of("cases")),
        terms=_keyed(Term.originals.filter(key__in=found.of("glossary")), found.of("glossary")),
    )
    facts = found_evidence.facts.values()
    wording.in_language(
        [
            *facts,
            *{source.pk: source for fact in facts for source in fact.sources.all()}.values(),
            *found_evidence.recommendations.values(),
            *found_evidence.guidance.values(),
            *found_evidence.cases.values(),
            *found_evidence.terms.values(),
        ]
    )
    return found_evidence


def _keyed(records: Iterable, keys: list[str]) -> dict:
    if not keys:
        return {}
    known = {record.key: record for record in records}
    return {key: known[key] for key in keys if key in known}
