"""What is still missing in a lesson, found on the server. Errors stop a publication, warnings are only said."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from content import references
from content.models import Case, Checklist, Fact, Guidance, Recommendation, Term
from modules import harvesting, reckoning
from modules.studio import lesson_template

RECORDS = {
    "facts": Fact, "recommendations": Recommendation, "guidance": Guidance, "cases": Case, "checklists": Checklist, "glossary": Term,
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    field: str
    text: str
    is_error: bool = False


def of_lesson(page) -> list[Finding]:
    """Findings of a lesson page as it stands in the editor. At most one query per kind of reference."""
    return [*_references(page), *_template(page), *_numbers(page)]


def _references(page) -> Iterator[Finding]:
    texts = [text for text in harvesting.texts(page) if text]
    written = [match[1].strip() for text in texts for match in references.REFERENCE.finditer(text)]
    odd = [key for key in dict.fromkeys(written) if references.kind_of(key) is None]
    if odd:
        yield Finding(
            "body",
            _("These references have no known form: %(keys)s.") % {"keys": ", ".join(odd)},
            is_error=True,
        )
    found = references.find(texts)
    unknown = []
    for kind, model in RECORDS.items():
        wanted = found.of(kind)
        if wanted:
            known = set(model.originals.filter(key__in=wanted).values_list("key", flat=True))
            unknown += [key for key in wanted if key not in known]
    if unknown:
        text = _(
            "The knowledge base has no %(keys)s. Correct the key, or add the record under Knowledge first."
        )
        yield Finding("body", text % {"keys": ", ".join(unknown)}, is_error=True)


def _template(page) -> Iterator[Finding]:
    left = [
        str(text)
        for text in lesson_template.PROMPTS
        if any(str(text) in (found or "") for found in _all_texts(page))
    ]
    if left:
        yield Finding(
            "body",
            _(
                "The template still speaks here: “%(text)s”. Write your own words, or remove the block."
            )
            % {"text": left[0][:60]},
            is_error=True,
        )


def _all_texts(page) -> Iterator[str]:
    yield from harvesting.texts(page)
    for child in page.body:
        if child.block_type == "note":
            yield child.value["prompt"]


def _numbers(page) -> Iterator[Finding]:
    counted = reckoning.minutes_of(page)
    said = page.minutes or counted
    if not 12 <= said <= 20:
        yield Finding(
            "minutes",
            _("A lesson takes 12 to 20 minutes; this one says %(minutes)s.") % {"minutes": said},
        )
    if abs(said - counted) > reckoning.TOO_FAR:
        yield Finding(
            "minutes",
            _("It says %(said)s minutes; from its words and exercises %(counted)s are counted.")
            % {"said": said, "counted": counted},
        )
    if not page.review_by:
        yield Finding("review_by", _("There is no day by which this lesson must be checked again."))
    if not page.objectives.strip():
        yield Finding("objectives", _("No objective says what a learner can do afterwards."))
