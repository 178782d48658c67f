"""What a reader finds: the things a question is about, each with its best passage, and nothing they may not know of."""

from collections import Counter
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, override

from content.knowledge import LONGEST_SEARCH, clean_search, natural
from content.models.base import source_language
from content.search import index, passages, words
from content.search.index import Index, Passage
from content.search.passages import Known

MOST_WORDS = 12
FEW = 5  # hits: with fewer that answer the question, those that answer a part of it follow
SOME = 0.3  # of what a question asks is such a part
ENOUGH = 0.6  # of what a question asks, weighed by how rare its words are, has to be in a passage
SNIPPET = 240  # characters
EXPANSIONS = 8
KEY_FIRST, TITLE_FIRST = 1000.0, 1.4


@dataclass(frozen=True)
class Asked:
    """A question as it was typed, and what narrows it."""

    search: str = ""
    kind: str = ""
    part: str = ""
    language: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.part or self.language)


@dataclass(frozen=True)
class Hit:
    """A thing with its best passage. `known` is the thing as this reader knows it."""

    score: float
    index: Index
    number: int
    known: Known

    @property
    def passage(self) -> Passage:
        return self.index.passages[self.number]


@dataclass(frozen=True)
class Shown:
    """A hit as the page shows it: words marked, everything else escaped."""

    kind: str
    kind_title: str
    key: str
    title: SafeString
    heading: SafeString
    snippet: SafeString
    url: str
    language: str
    part: str


@dataclass
class Found:
    """Hits in order. `kinds` and `parts` count what there is to narrow to: {key: number}, and titles of parts."""

    hits: list[Hit] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    parts: dict[str, str] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    suggestion: str = ""
    unknown: list[str] = field(default_factory=list)
    is_loose: bool = False
    dropped: int = 0
    _stems: dict[str, set[str]] = field(default_factory=dict)
    _spoken: str = ""

    def shown(self, hits: Iterable[Hit]) -> list[Shown]:
        kinds = passages.kinds()
        with override(self._spoken) if self._spoken else nullcontext():
            return [self._show(hit, kinds[hit.passage.kind]) for hit in hits]

    def _show(self, hit: Hit, kind: passages.Searched) -> Shown:
        passage, language = hit.passage, hit.index.language
        stems = self._stems[language]
        anchor = f"#{passage.anchor}" if passage.anchor else ""
        return Shown(
            kind.kind,
            str(kind.title),
            passage.key if kind.shows_key else "",
            mark(passage.title, stems, language),
            mark(passage.heading, stems, language),
            snippet(passage.text, stems, language),
            f"{hit.known.url(language)}{anchor}",
            language,
            hit.known.part[1],
        )


@dataclass
class _Term:
    """A word of the question: what it stands for in each language, itself or what it may be short or a slip for."""

    word: str
    forms: dict[str, list[str]]
    meant: str = ""


def find(request: HttpRequest, asked: Asked) -> Found:
    """What this person finds. A fixed number of queries, whatever is asked: those of the kinds, and one for the stamp."""
    spoken, source = get_language() or source_language(), source_language()
    wanted = [asked.language] if asked.language else list(dict.fromkeys([spoken, source]))
    stamped = index.stamps()
    indexes = index.of_languages(wanted, stamped)
    found = Found(languages=sorted(stamped), _spoken=asked.language)
    terms, found.dropped = _terms(asked.search, indexes.values())
    if not terms:
        return found
    known = {kind: searched.known(request) for kind, searched in passages.kinds().items()}
    open_: dict[str, bytearray] = {}
    things: dict[str, dict[tuple[str, str], Known]] = {}
    elsewhere: set[tuple[str, str]] = set()
    for language, one in indexes.items():
        things[language] = _open_things(one, known, elsewhere)
        elsewhere |= things[language].keys()
        open_[language] = bytearray(len(one.passages))
        for thing in things[language]:
            for number in one.by_thing[thing]:
                open_[language][number] = 1
    for term in terms:
        _understand(term, indexes, open_)
    _suggest(found, terms, asked.search)
    hits: list[tuple[float, Hit]] = []
    for language, one in indexes.items():
        found._stems[language] = {
            stem
            for term in terms
            for form in term.forms[language]
            for stem in words.stems(form, language)
        }
        hits += _best(one, terms, open_[language], things[language], asked.search)
    enough = [hit for share, hit in hits if share >= ENOUGH]
    found.is_loose = bool(hits) and not enough
    some = [hit for share, hit in hits if share >= SOME] if len(enough) < FEW else enough
    _narrow(found, some or [hit for _share, hit in hits], asked)
    return found


def _terms(search: str, indexes: Iterable[Index]) -> tuple[list[_Term], int]:
    """The words of a question that say something in every language, each once; and how many were left out."""
    languages = [one.language for one in indexes]
    known: dict[str, _Term] = {}
    for word in words.words(search):
        if not any(words.says_little(word, language) for language in languages):
            known.setdefault(words.fold(word), _Term(word, {}))
    terms = list(known.values())
    return terms[:MOST_WORDS], max(0, len(terms) - MOST_WORDS)


def _open_things(one: Index, known: dict, elsewhere: set) -> dict[tuple[str, str], Known]:
    """What of an index this reader may know of and does not find in a language that comes before it."""
    found = {}
    for thing in one.by_thing:
        if thing in elsewhere or thing[0] not in known:
            continue
        it = known[thing[0]](thing[1])
        if it is not None and (it.languages is None or one.language in it.languages):
            found[thing] = it
    return found


def _understand(term: _Term, indexes: dict[str, Index], open_: dict[str, bytearray]) -> None:
    """What a word stands for. One that is nowhere may be the beginning of others, or a slip for another."""
    term.forms = {language: [] for language in indexes}
    known = [
        language for language, one in indexes.items() if one.weights(term.word, open_[language])
    ]
    if known:
        for language in known:
            term.forms[language] = [term.word]
        return
    for language, one in indexes.items():
        term.forms[language] = one.begins(term.word, open_[language])[:EXPANSIONS]
    if any(term.forms.values()):
        return
    near = [
        (*slip, place, language)
        for place, (language, one) in enumerate(indexes.items())
        for slip in one.near(term.word, open_[language])
    ]
    if near:
        far, _number, form, _place, _language = min(
            near, key=lambda slip: (slip[0], slip[3], slip[1])
        )
        for distance, _minus, word, _place, language in near:
            if distance == far and word == form:
                term.forms[language] = [form]
        term.meant = form


def _suggest(found: Found, terms: list[_Term], search: str) -> None:
    """The question with its slips put right, if any were; and the words nothing is like."""
    found.unknown = [term.word for term in terms if not any(term.forms.values())]
    meant = {words.fold(term.word): term.meant for term in terms if term.meant}
    if meant:
        found.suggestion = " ".join(
            meant.get(words.fold(match[0]), match[0]) for match in words.spoken(search)
        )


def _best(one: Index, terms: list[_Term], open_: bytearray, things: dict, search: str):
    """The best passage of each thing, with the share of the question that it answers."""
    total = sum(open_)
    if not total:
        return []
    scores: Counter[int] = Counter()
    shares: Counter[int] = Counter()
    asked = 0.0
    for term in terms:
        found: dict[int, float] = {}
        for form in term.forms[one.language]:
            for number, weight in one.weights(form, open_).items():
                found[number] = max(weight, found.get(number, 0))
        rare, scored = one.score(found, total)
        asked += rare
        for number, score in scored.items():
            scores[number] += score
            shares[number] += rare
    wanted, kinds = _said(search), passages.kinds()
    best: dict[tuple[str, str], tuple[float, float, int]] = {}
    for number, score in scores.items():
        share = shares[number] / asked
        score *= share
        passage = one.passages[number]
        score *= kinds[passage.kind].weight
        if words.fold(passage.key) == words.fold(search.strip()):
            score += KEY_FIRST
        elif _said(passage.title) == wanted:
            score *= TITLE_FIRST
        thing = one.things[number]
        if thing not in best or score > best[thing][0]:
            best[thing] = score, share, number
    return [
        (share, Hit(score, one, number, things[thing]))
        for thing, (score, share, number) in best.items()
    ]


def _said(text: str) -> list[str]:
    return [words.fold(match[0]) for match in words.spoken(text)]


def _narrow(found: Found, hits: list[Hit], asked: Asked) -> None:
    """Count what there is to narrow to, and narrow to it."""
    order = {kind: place for place, kind in enumerate(passages.kinds())}
    found.parts = dict(sorted({hit.known.part for hit in hits if hit.known.part[0]}))
    in_part = [hit for hit in hits if not asked.part or hit.known.part[0] == asked.part]
    counted = Counter(hit.passage.kind for hit in in_part)
    found.kinds = Counter({kind: counted[kind] for kind in order if counted[kind]})
    found.hits = sorted(
        (hit for hit in in_part if not asked.kind or hit.passage.kind == asked.kind),
        key=lambda hit: (-hit.score, order[hit.passage.kind], natural(hit.passage.key)),
    )


# Showing


def clean(value: str) -> tuple[str, bool]:
    """A question as one line, and whether it was too long and cut."""
    return clean_search(value), len(value.strip()) > LONGEST_SEARCH


def mark(text: str, stems: set[str], language: str) -> SafeString:
    """The text, escaped, with the words that were looked for marked."""
    parts, place = [], 0
    for match in words.spoken(text):
        if not stems.isdisjoint(words.stems(match[0].casefold(), language)):
            parts.append(format_html("{}<mark>{}</mark>", text[place : match.start()], match[0]))
            place = match.end()
    parts.append(format_html("{}", text[place:]))
    return mark_safe("".join(parts))  # noqa: S308 - each part is escaped


def snippet(text: str, stems: set[str], language: str) -> SafeString:
    """The stretch of a text that holds most of what was looked for, with those words marked."""
    if len(text) <= SNIPPET:
        return mark(text, stems, language)
    spoken = list(words.spoken(text))
    places = [
        (match.start(), said)
        for match in spoken
        if (said := stems.intersection(words.stems(match[0].casefold(), language)))
    ]
    start = 0
    if places:
        within = [
            (len({one for at, said in places if a <= at < a + SNIPPET - 60 for one in said}), -a)
            for a, _said in places
        ]
        start = -max(within)[1]
    start = _beginning(text, start)
    end = text.rfind(" ", start, start + SNIPPET) if start + SNIPPET < len(text) else len(text)
    end = end if end > start else start + SNIPPET
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return format_html("{}{}{}", before, mark(text[start:end], stems, language), after)


def _beginning(text: str, place: int) -> int:
    """Where to begin so that `place` is read in its sentence: at the sentence if it is near, else a few words before."""
    sentence = max(text.rfind(end, 0, place) for end in (". ", "? ", "! ")) + 2
    if sentence > 1 and place - sentence <= 100:
        return sentence
    if place <= 100:
        return 0
    return text.find(" ", max(0, place - 40)) + 1
