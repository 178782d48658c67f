"""References such as [[F8.01]] or [[term:stand-off|stand-off]] in running text: find them, show them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

REFERENCE = re.compile(r"\[\[([^\]|<>]+)(?:\|([^\]<>]*))?\]\]")
KINDS = [
    ("facts", re.compile(r"F\d+\.\d+")),
    ("recommendations", re.compile(r"GR-\d+")),
    ("guidance", re.compile(r"DG-\d+")),
    ("cases", re.compile(r"C\d+")),
    ("checklists", re.compile(r"K\d+")),
    ("glossary", re.compile(r"term:[a-z0-9-]+")),
]


@dataclass
class References:
    """Keys found in a text, by kind, each once and in order of appearance."""

    keys: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, key: str) -> None:
        known = self.keys.setdefault(kind, [])
        if key not in known:
            known.append(key)

    def of(self, kind: str) -> list[str]:
        return self.keys.get(kind, [])

    def collect(self, text: str) -> "References":
        for match in REFERENCE.finditer(text):
            kind = kind_of(match[1])
            if kind:
                self.add(kind, match[1].removeprefix("term:"))
        return self


def kind_of(key: str) -> str | None:
    return next((kind for kind, pattern in KINDS if pattern.fullmatch(key.strip())), None)


def find(texts: Iterable[str]) -> References:
    found = References()
    for text in texts:
        found.collect(text)
    return found


def replace(text: str, show: Callable[[str, str, str], str]) -> str:
    """Every known reference replaced by `show(kind, key, words)`; an unknown one stays as it is written."""

    def one(match: re.Match[str]) -> str:
        kind = kind_of(match[1])
        return show(kind, match[1].removeprefix("term:"), match[2] or "") if kind else match[0]

    return REFERENCE.sub(one, text)
