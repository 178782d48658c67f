"""How does text from a form become text that every verifier, wallet and PDF reads alike?"""

import unicodedata

# Explicit embeddings, overrides and isolates: in a name they can only make it look like another one.
_BIDI_CONTROLS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str, *, lines: bool = False) -> str:
    """NFC, without control characters, lone surrogates and noncharacters; white space becomes one space.

    lines   keep line breaks (as "\\n"), for text in Markdown.
    """
    parts = text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if lines else [text]
    return "\n".join(_clean_line(part) for part in parts).strip()


def is_visible(text: str) -> bool:
    """Whether there is a letter, number, sign or mark of punctuation in it, and not only joiners and spaces."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def _clean_line(text: str) -> str:
    kept = "".join(character for character in text if _is_kept(character))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def _is_kept(character: str) -> bool:
    if character.isspace():
        return True
    is_noncharacter = (ord(character) & 0xFFFE) == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF
    return unicodedata.category(character) not in ("Cc", "Cs") and not (
        is_noncharacter or character in _BIDI_CONTROLS
    )
