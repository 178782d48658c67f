"""The inverted index of a language, kept in the process while its passages stay as they are."""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from threading import Lock

from django.db.models import Count, Sum
from rapidfuzz import process
from rapidfuzz.distance import OSA

from content.models import SearchPassage
from content.search import words

# BM25 with fields (BM25F): how much a word counts in a title, a heading and the text; how soon repeating it stops to
# help; how much a long text is held against it.
FIRST_TITLE, TITLE, HEADING = 4.0, 1.5, 3.0
K, B = 1.2, 0.6
SHORTEST_PREFIX = 4
Stamp = tuple[int, int]


@dataclass(frozen=True)
class Passage:
    kind: str
    key: str
    anchor: str
    title: str
    heading: str
    text: str


class Index:
    """Passages of one language by number, where each stem stands, and which words there are."""

    def __init__(self, language: str, rows: Iterable[SearchPassage]) -> None:
        self.language = language
        self.passages: list[Passage] = []
        self.lengths = array("f")
        self.things: list[tuple[str, str]] = []
        self._at: dict[str, tuple[array, array]] = {}
        self._words: dict[str, array] = {}
        for row in rows:
            self._add(row)
        self.mean = sum(self.lengths) / len(self.lengths) if self.lengths else 1.0
        self.by_thing: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, thing in enumerate(self.things):
            self.by_thing[thing].append(number)

    def _add(self, row: SearchPassage) -> None:
        number = len(self.passages)
        self.passages.append(
            Passage(row.kind, row.key, row.anchor, row.title, row.heading, row.text)
        )
        self.things.append((row.kind, row.key))
        weights: Counter[str] = Counter()
        seen: set[str] = set()
        length = 0
        title = FIRST_TITLE if row.place == 0 else TITLE
        for text, weight in (
            (f"{row.key} {row.title} {row.also}" if row.place == 0 else row.title, title),
            (row.heading, HEADING),
            (row.text, 1.0),
        ):
            for word in words.words(text):
                if words.says_little(word, self.language):
                    continue
                length += 1
                seen.add(word)
                for stem in words.stems(word, self.language):
                    weights[stem] += weight
        self.lengths.append(length or 1)
        for stem, weight in weights.items():
            numbers, held = self._at.setdefault(stem, (array("L"), array("f")))
            numbers.append(number)
            held.append(weight)
        for folded in {words.fold(word) for word in seen}:
            self._words.setdefault(folded, array("L")).append(number)

    def weights(self, word: str, open_: bytearray) -> dict[int, float]:
        """How much each open passage is about a word. What is closed to the reader is not even counted."""
        best: dict[int, float] = {}
        for stem in words.stems(word, self.language):
            for number, weight in zip(*self._at.get(stem, ((), ())), strict=True):
                if open_[number] and weight > best.get(number, 0):
                    best[number] = weight
        return best

    def score(self, found: dict[int, float], total: int) -> tuple[float, dict[int, float]]:
        """(how rare the word is, BM25 by passage)."""
        rare = math.log(1 + (total - len(found) + 0.5) / (len(found) + 0.5))
        return rare, {
            number: rare
            * weight
            * (K + 1)
            / (weight + K * (1 - B + B * self.lengths[number] / self.mean))
            for number, weight in found.items()
        }

    def begins(self, word: str, open_: bytearray) -> list[str]:
        """Words of open passages that begin with this one, the most frequent first."""
        start = words.fold(word)
        if len(start) < SHORTEST_PREFIX:
            return []
        found = self._open([one for one in self._words if one.startswith(start)], open_)
        return sorted(found, key=lambda one: (-found[one], one))

    def near(self, word: str, open_: bytearray) -> list[tuple[int, int, str]]:
        """Words of open passages that this one may be a slip for: (distance, minus how many, word), best first."""
        wanted = words.fold(word)
        most = 0 if len(wanted) < 4 else 1 if len(wanted) < 7 else 2
        if not most or not wanted.isalpha():
            return []
        close = process.extract(
            wanted, self._words.keys(), scorer=OSA.distance, score_cutoff=most, limit=None
        )
        # Two slips in a word rarely hit its first letter: `bolards` is no `towards`.
        distance = {
            known: int(far) for known, far, _place in close if far < 2 or known[0] == wanted[0]
        }
        return sorted(
            (distance[known], -number, known)
            for known, number in self._open(distance, open_).items()
        )

    def _open(self, found: Collection[str], open_: bytearray) -> dict[str, int]:
        """Of these words those that stand in an open passage, with the number of such passages."""
        numbers = {one: sum(open_[number] for number in self._words[one]) for one in found}
        return {one: number for one, number in numbers.items() if number}


# Kept in the process

_kept: dict[str, tuple[Stamp, Index]] = {}
_lock = Lock()


def stamps() -> dict[str, Stamp]:
    """What the passages of each language add up to. Equal sums are equal texts. One query, from an index."""
    rows = SearchPassage.objects.order_by().values("language")
    return {
        row["language"]: (row["number"], int(row["sum"]))
        for row in rows.annotate(number=Count("pk"), sum=Sum("digest"))
    }


def of_languages(wanted: Iterable[str], now: dict[str, Stamp]) -> dict[str, Index]:
    """Indexes as the table is `now`: no query, and one for each language that has changed since."""
    return {language: _of(language, now[language]) for language in wanted if language in now}


def _of(language: str, stamp: Stamp) -> Index:
    kept = _kept.get(language)
    if kept and kept[0] == stamp:
        return kept[1]
    with _lock:
        kept = _kept.get(language)
        if not kept or kept[0] != stamp:
            rows = SearchPassage.objects.filter(language=language).order_by("kind", "key", "place")
            kept = _kept[language] = (stamp, Index(language, rows.iterator()))
    return kept[1]
