"""The kinds of questions this installation knows. A new one is a folder here, its templates, and one line below."""

from typing import Any

from modules.kinds.base import Kind, Written
from modules.kinds.fill_in import FillIn
from modules.kinds.hotspot import Hotspot
from modules.kinds.matching import Matching
from modules.kinds.multiple import Multiple
from modules.kinds.numeric import Numeric
from modules.kinds.ordering import Ordering
from modules.kinds.single import Single
from modules.kinds.true_false import TrueFalse
from modules.scoring import Mark

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Single(),
        Multiple(),
        TrueFalse(),
        Ordering(),
        Matching(),
        FillIn(),
        Numeric(),
        Hotspot(),
    )
}


def get(name: str) -> Kind:
    """Raises ValueError for a kind that is not installed."""
    try:
        return KINDS[name]
    except KeyError as unknown:
        raise ValueError(f"No questions of kind {name!r} here.") from unknown


def choices() -> list[tuple[str, Any]]:
    return [(kind.name, kind.label) for kind in KINDS.values()]


def mark(content: dict[str, Any], answer: Any) -> Mark:
    """Mark `answer` against a version's content. An unreadable or missing answer scores nothing."""
    return get(content["kind"]).mark(content, answer)


def written(question) -> list[Written]:
    """The answers of a Question as its author wrote them."""
    return [
        Written(child.block_type, str(child.id), dict(child.value.items()))
        for child in question.answers
    ]


def problem_of(question) -> str | None:
    """Why a Question cannot be asked yet, or None."""
    kind = get(question.kind)
    parts = written(question)
    if not {part.block for part in parts} <= set(kind.blocks):
        from django.utils.translation import gettext as _

        names = ", ".join(sorted(str(block.label) for block in kind.blocks.values()))
        return _(
            "This kind of question takes only: %(names)s. Remove the others, or choose another kind."
        ) % {"names": names}
    return kind.problem(parts)


def content_of(question) -> dict[str, Any]:
    """What a version of this Question would keep, as its author sees it now."""
    return {
        "kind": question.kind,
        "stem": question.stem,
        "explanation": question.explanation,
        **get(question.kind).content(written(question)),
    }
