"""Words as a search compares them: folded, stemmed by the rules of their language, without those that say little."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from threading import local

import Stemmer

WORD = re.compile(r"[^\W_]+(?:[-.][0-9]+)*")  # F8.01 and GR-14 are words
PART = re.compile(r"[^\W_]+")
COMPOUND = re.compile(r"\b([^\W\d_]{2,})-([^\W\d_]{2,})\b")
# The rules are Snowball's; a language without any is searched by whole words.
RULES = {"en": "english", "fr": "french", "es": "spanish", "de": "german", "it": "italian", "nl": "dutch",
         "pt": "portuguese", "da": "danish", "sv": "swedish", "fi": "finnish", "no": "norwegian", "hu": "hungarian",
         "ro": "romanian"}  # fmt: skip
# Articles, pronouns, prepositions, conjunctions, auxiliaries, and the words that questions begin with.
SILENT = {
    "en": """a about all also am an and any are as at be been being but by can could did do does done for from had has
        have having he her here him his how i if in into is it its just let may me might more most must my no nor not of
        off on one or our out over own per shall she should so some such than that the their them then there these they
        this those to too under up us very was we were what when where which while who whom whose why will with within
        without would yes you your""",
    "fr": """a ai ainsi alors as au aucun aussi autre aux avec avoir ayant bien c ce ceci cela celle celles celui ces cet
        cette ceux chez combien comme comment d dans de des donc dont du elle elles en encore entre es est et etait etant
        ete etes etre eu eux faire fait faut font il ils j je l la le les leur leurs lors lui m ma mais me meme mes moi mon
        n ne ni non nos notre nous on ont ou par pas peu peut peuvent plus pour pourquoi puis qu quand que quel quelle
        quelles quels qui quoi s sa sans se sera ses si soi soit sommes son sont sous sur t ta tandis te tel tes toi ton
        tous tout toute toutes tres tu un une vers via vos votre vous y""",
    "es": """a al algo algun alguna algunas alguno algunos ante antes aquel aquella asi aun aunque bajo bien cada como con
        cual cuales cuando cuanto cuantos cuya cuyo de debe deben del desde donde dos e el ella ellas ellos en entre era es
        esa esas ese eso esos esta estaba estan estar estas este esto estos fue ha hace hacen hacer hacia han hasta hay la
        las le les lo los mas me mi mis mismo muy nada ni no nos nosotros o os otra otras otro otros para pero poco por
        porque pues puede pueden que quien quienes se sea ser si sido sin sino sobre son su sus tal tambien tan tanto te
        tiene tienen toda todas todo todos tras tu tus un una unas uno unos usted y ya yo""",
}  # fmt: skip
_stemmers = local()  # a stemmer is not to be shared by threads


def fold(text: str) -> str:
    """In one case and without accents: `Sécurité` and `SECURITE` fold alike."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


@cache
def silent(language: str) -> frozenset[str]:
    return frozenset(SILENT.get(language[:2], "").split())


def spoken(text: str) -> Iterator[re.Match[str]]:
    """Each word of a text with its place in it. The text should be composed (NFC), as `passages` stores it."""
    return WORD.finditer(text)


def words(text: str) -> Iterator[str]:
    """The words of a text, and `standoff` beside `stand` and `off` for those who write it in one."""
    for match in spoken(text):
        word = match[0].casefold()
        yield word
        if word[0].isdigit() and not word.isdigit():  # 2024-2026
            yield from PART.findall(word)
    for match in COMPOUND.finditer(text):
        yield f"{match[1]}{match[2]}".casefold()


def says_little(word: str, language: str) -> bool:
    folded = fold(word)
    return folded in silent(language) or (len(folded) == 1 and not folded.isdigit())


@lru_cache(maxsize=200_000)
def stems(word: str, language: str) -> tuple[str, ...]:
    """What a word is found under: its stem, and that of the word without its accents, for those who leave them out."""
    if not word.isalpha():
        return (fold(word),)
    folded = fold(word)
    if folded == word:
        return (_stem(word, language),)
    first, second = fold(_stem(word, language)), _stem(folded, language)
    return (first,) if first == second else (first, second)


def _stem(word: str, language: str) -> str:
    rules = RULES.get(language[:2])
    if rules is None:
        return word
    known = _stemmers.__dict__.setdefault("known", {})
    if rules not in known:
        known[rules] = Stemmer.Stemmer(rules)
    return known[rules].stemWord(word)
