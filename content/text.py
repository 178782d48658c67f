"""How text from outside is made safe to store: one line, or several."""

import unicodedata

KEPT = {"\n", "\t"}
# Embeddings, overrides and isolates turn the text around them; the marks that scripts need (LRM, RLM, joiners) stay.
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_line(value: str) -> str:
    """One line: composed (NFC), no control or line-breaking characters, no doubled or outer spaces."""
    return " ".join(clean_text(value).split())


def clean_text(value: str) -> str:
    """Several lines: composed (NFC), without NUL (PostgreSQL refuses it), other controls, and marks that turn text."""
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        c
        for c in text
        if c in KEPT or (c not in TURNING and unicodedata.category(c) not in {"Cc", "Cs", "Co"})
    )
