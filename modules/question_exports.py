"""Questions on their way out: what the bank holds as items of modules.exchange, and what a file cannot say of them."""

import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.storage import Storage
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from wagtail.images import get_image_model

from content import svg
from content.models import Drawing
from modules import kinds
from modules.exchange.formats import Format
from modules.exchange.items import Finding, Item, Picture, settle
from modules.models import Question

MOST = 5000
DRAWING_WIDTH = 800  # px, for systems that want a size of a drawing that has none


@dataclass
class Export:
    """A file and what is not in it. Rows of the findings are ids of questions, 0 for all of them."""

    data: bytes
    count: int
    findings: list[Finding]


def export(questions: QuerySet[Question], format: Format) -> Export:
    """Write these questions in a format that has a writer. At most 5,000 are taken; more is said."""
    assert format.write is not None
    total = questions.count()
    taken = list(questions.select_related("current").prefetch_related("tags")[:MOST])
    listed = items(taken)
    data, findings = format.write(listed)
    lost = [*_left_out(questions), *findings]
    if total > MOST:
        lost.insert(0, Finding(0, "error", "too-many", _("Only the first %(most)d of %(total)d questions are in the file. Choose fewer.") % {"most": MOST, "total": total}))  # fmt: skip
    refused = {finding.row for finding in findings if finding.is_error}
    return Export(data, len(taken) - len(refused), lost)


def items(questions: Iterable[Question]) -> list[Item]:
    """The questions as items, with the bytes of their pictures."""
    found = [_item(question) for question in questions]
    pictured = [item for item in found if item.kind == "hotspot"]
    if pictured:
        _take_pictures(pictured)
    return found


def _item(question: Question) -> Item:
    item = Item(
        kinds.content_of(question),
        key=question.key or "",
        tags=tuple(sorted(tag.name for tag in question.tags.all())),
        difficulty=question.difficulty,
        language=question.current.language if question.current else "",
        is_graded=question.is_graded,
        row=question.pk,
    )
    settle(item)
    return item


def _take_pictures(pictured: list[Item]) -> None:
    shown = [item.content["picture"] for item in pictured]
    drawings = {d.key: d for d in Drawing.objects.filter(key__in={p["drawing"] for p in shown})}
    images = get_image_model().objects.in_bulk({p["image"] for p in shown} - {None})
    for item, picture in zip(pictured, shown, strict=True):
        drawing, image = drawings.get(picture["drawing"]), images.get(picture["image"])
        if drawing is not None:
            item.picture = _drawn(drawing)
        elif image is not None:
            item.picture = _stored(image)


def _drawn(drawing: Drawing) -> Picture:
    sides = [float(side) for side in svg.view_box(drawing.svg).replace(",", " ").split()[2:]]
    width, height = sides if len(sides) == 2 and min(sides) > 0 else (1.0, 1.0)
    return Picture(
        f"pictures/drawing-{drawing.key}.svg", drawing.svg.encode(), DRAWING_WIDTH,
        max(1, round(DRAWING_WIDTH * height / width)),
    )  # fmt: skip


def _stored(image) -> Picture | None:
    """None if the file is gone; the writer says so."""
    storage: Storage = image.file.storage
    ending = image.file.name.rpartition(".")[2].lower() or "png"
    out = io.BytesIO()
    try:
        with storage.open(image.file.name, "rb") as stream:
            out.write(stream.read())
    except OSError:
        return None
    return Picture(f"pictures/image-{image.pk}.{ending}", out.getvalue(), image.width, image.height)


def _left_out(questions: QuerySet[Question]) -> list[Finding]:
    """What belongs to questions and to no format: counted, in one query."""
    plain = questions.order_by()
    counts = plain.aggregate(
        facts=Count("pk", filter=Q(facts__isnull=False), distinct=True),
        guidance=Count("pk", filter=Q(guidance__isnull=False), distinct=True),
        taught=Count("pk", filter=Q(lesson__isnull=False) | Q(outcome__isnull=False), distinct=True),
        translated=Count("pk", filter=Q(translations__isnull=False), distinct=True),
    )  # fmt: skip
    sentences = {
        "facts": _("%(count)d questions rest on facts; the links stay here."),
        "guidance": _("%(count)d questions name guidance; the links stay here."),
        "taught": _("%(count)d questions belong to a lesson or an outcome; that stays here."),
        "translated": _("%(count)d questions are translated; the file has the first language only."),
    }  # fmt: skip
    return [
        Finding(0, "warning", name, sentences[name] % {"count": count})
        for name, count in counts.items()
        if count
    ]
