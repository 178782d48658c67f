"""What a worker does with an import of questions: read the file, then put in what was chosen. All of it may run twice."""

import datetime as dt
import hashlib
import io
import logging
import warnings
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Max
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry, ReferenceIndex
from wagtail.permissions import policy_registry
from wagtail.search.backends import get_search_backends

from content.models import Drawing
from modules import kinds
from modules.exchange.errors import UnreadableFile
from modules.exchange.formats import FORMATS, detect
from modules.exchange.items import Finding, Item, fingerprint, named_rows
from modules.exchange.qti import open_items
from modules.models import Question, QuestionImport, QuestionStatus, QuestionVersion

State = QuestionImport.State
logger = logging.getLogger(__name__)

IMPORTED = "stoa_modules.import_question"
CHUNK = 250  # questions a transaction
IMAGES = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
MAX_PIXELS = 40_000_000


class PictureGone(Exception):
    """A picture that was there when the file was read is not there now. The import ends."""


def may_import(user) -> bool:
    """Whoever may add questions may import them: they come in as drafts."""
    return bool(user and user.is_active and policy_registry.get_by_type(Question).user_has_permission(user, "add"))  # fmt: skip


# Reading


def read(pk: int, *, at: dt.datetime) -> None:
    """Read an uploaded file and keep its questions and the table of the dry run. Does nothing in any other state."""
    job = QuestionImport.objects.select_related("by", "module").filter(pk=pk, state=State.UPLOADED).first()  # fmt: skip
    if job is None:
        return
    try:
        with translation.override(job.language):
            if job.module is None:
                return _fail(job.pk, State.UPLOADED, _("The module is gone."), at)
            with job.file.open("rb") as stream:
                data = stream.read()
            found = FORMATS[job.format] if job.format else detect(data)
            items, findings = found.read(data)
            items, more = _without_strangers(items, job, data)
            more += _not_kept(items)
            rows = _table(items, [*findings, *more], job)
    except UnreadableFile as refused:
        with translation.override(job.language):
            return _fail(job.pk, State.UPLOADED, str(refused.sentence), at)
    except (OperationalError, InterfaceError, OSError):
        raise  # passing: the sweep comes back
    except Exception:
        logger.exception("Question file %s could not be read.", pk)
        with translation.override(job.language):
            return _fail(job.pk, State.UPLOADED, _("The file could not be read."), at)
    QuestionImport.objects.filter(pk=pk, state=State.UPLOADED).update(
        state=State.READ, format=found.key, items=[item.as_json() for item in items], rows=rows,
        findings=[_as_json(one) for one in (*findings, *more) if one.row == 0], moved_at=at,
    )  # fmt: skip


def _as_json(finding: Finding) -> dict[str, str]:
    return {
        "severity": finding.severity,
        "code": finding.code,
        "message": finding.message,
    }


def _without_strangers(
    items: list[Item], job: QuestionImport, data: bytes
) -> tuple[list[Item], list[Finding]]:
    """Without hotspots whose picture is neither in the bank nor in the file, or may not be added by this person."""
    pictured = [item for item in items if item.kind == "hotspot"]
    if not pictured:
        return items, []
    drawings, images = _known_pictures(pictured)
    package = open_items(data) if any(i.picture for i in pictured) else {}
    may_add = policy_registry.get_by_type(get_image_model()).user_has_permission(job.by, "add")
    refused: dict[int, Finding] = {}
    for item in pictured:
        shown = item.content["picture"]
        if shown["drawing"] in drawings or (not item.picture and shown["image"] in images):
            continue
        message = ""
        if not item.picture:
            message = _("The bank has no such picture.")
        elif not _extension(package[item.picture.href]):
            message = _("The picture is no PNG, JPEG, GIF or WebP, or it is too large.")
        elif not may_add and not _same_image(package[item.picture.href]):
            message = _("The picture would have to be added to the library, which you may not do.")
        if message:
            refused[id(item)] = Finding(item.row, "error", "no-picture", message, item.stem[:80])
    return [item for item in items if id(item) not in refused], list(refused.values())


def _not_kept(items: Sequence[Item]) -> list[Finding]:
    """What an item may carry and a question of the bank has no field for."""
    notes = (
        ("titles", [i.row for i in items if i.title and i.title != i.stem], _("Titles are not kept; the bank shows how a question begins.")),
        ("keys", [i.row for i in items if i.key], _("Keys are used to find known questions; new ones get none.")),
    )  # fmt: skip
    return [
        Finding(0, "warning", code, f"{message} {named_rows(rows)}")
        for code, rows, message in notes
        if rows
    ]


def _known_pictures(items: Iterable[Item]) -> tuple[set[str], set[int]]:
    keys = {item.content["picture"]["drawing"] for item in items} - {""}
    pks = {item.content["picture"]["image"] for item in items} - {None}
    drawings = set(Drawing.objects.filter(key__in=keys).values_list("key", flat=True))
    images = set(get_image_model().objects.filter(pk__in=pks).values_list("pk", flat=True))
    return drawings, images


def _extension(data: bytes) -> str:
    """What the bytes are, never by their name; empty for what is no picture or too large a one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=list(IMAGES)) as image:
                if image.width * image.height > MAX_PIXELS:
                    return ""
                image.verify()
                return IMAGES[str(image.format)]
    except (UnidentifiedImageError, Image.DecompressionBombError, Warning, OSError, SyntaxError, ValueError):  # fmt: skip
        return ""


def _table(items: list[Item], findings: list[Finding], job: QuestionImport) -> list[dict[str, Any]]:
    """A row for each question of the file, in its order: read or refused, known or new."""
    rows: dict[int, dict[str, Any]] = {}
    for finding in findings:
        if finding.row:
            row = rows.setdefault(finding.row, _row(finding.row, finding.name))
            row["findings"].append(_as_json(finding))
    by_print, by_key = _known(job)
    earlier: dict[str, int] = {}
    for index, item in enumerate(items):
        row = rows.setdefault(item.row, _row(item.row, ""))
        mark = fingerprint(item.kind, item.stem)
        row |= {
            "name": Truncator(item.stem).chars(120), "kind": item.kind, "index": index,
            "known": by_key.get(item.key) or by_print.get(mark), "twin": earlier.get(mark),
        }  # fmt: skip
        earlier.setdefault(mark, item.row)
    return [rows[number] for number in sorted(rows)]


def _row(number: int, name: str) -> dict[str, Any]:
    return {"row": number, "name": name, "kind": "", "index": None, "findings": [], "known": None, "twin": None}  # fmt: skip


def _known(job: QuestionImport) -> tuple[dict[str, int], dict[str, int]]:
    """The module's questions by what they ask and by their key. Withdrawn ones count last."""
    found = Question.objects.filter(module=job.module).values_list("pk", "kind", "stem", "key", "status")  # fmt: skip
    ordered = sorted(found, key=lambda row: (row[4] != QuestionStatus.WITHDRAWN, -row[0]))
    by_print = {fingerprint(kind, stem): pk for pk, kind, stem, _key, _status in ordered}
    return by_print, {key: pk for pk, _kind, _stem, key, _status in ordered if key}


# Putting in


def put_in(pk: int, *, at: dt.datetime) -> None:
    """Put the chosen questions in, a chunk a transaction: a worker that dies loses one chunk and makes none twice."""
    items: list[Item] | None = None
    while True:
        try:
            with transaction.atomic():
                job = (
                    QuestionImport.objects.select_for_update(of=("self",))
                    .select_related("by", "module")
                    .defer(*(["items", "rows"] if items is not None else ["rows"]))
                    .filter(pk=pk, state=State.IMPORTING)
                    .first()
                )
                if job is None:
                    return
                if items is None:
                    items = [Item.from_json(data) for data in job.items]
                with translation.override(job.language):
                    if job.module is None or not may_import(job.by):
                        return _end_failed(job, _("You may not add questions any more, or the module is gone."), at)  # fmt: skip
                    _put_chunk(job, items, at)
        except (OperationalError, InterfaceError, OSError):
            raise  # passing: the sweep comes back, and this chunk is made then
        except Exception:
            logger.exception("Questions of import %s could not be put in.", pk)
            return _fail(pk, State.IMPORTING, _("Something went wrong. What was made before stays."), at)  # fmt: skip


def _put_chunk(job: QuestionImport, items: Sequence[Item], at: dt.datetime) -> None:
    entries = job.plan[job.done : job.done + CHUNK]
    pictured = [items[index] for index, _what in entries if items[index].kind == "hotspot"]
    if pictured:
        _place_pictures(job, pictured, at)
    new = [items[index] for index, what in entries if what == "new"]
    job.made += [
        [item.row, question.pk, "new"]
        for item, question in zip(new, _create(job, new, at), strict=True)
    ]
    again = [items[index] for index, what in entries if what == "version"]
    if again:
        job.made += _renew(job, again, at)
    job.done += len(entries)
    job.moved_at = at
    job.save(update_fields=["made", "done", "moved_at"])
    if job.done >= job.of:
        end(job, State.DONE, at)


def _create(job: QuestionImport, items: Sequence[Item], at: dt.datetime) -> list[Question]:
    """Drafts with their first version, their tags, and what Wagtail keeps of a saved thing, in bulk."""
    questions = [_fill(Question(module=job.module, author=job.by), item) for item in items]
    Question.objects.bulk_create(questions, batch_size=CHUNK)
    keep_versions(questions, [item.content for item in items], languages=[i.language for i in items], at=at)  # fmt: skip
    _tag(questions, items)
    _tell_wagtail(questions)
    _log(questions, job, at)
    return questions


def _fill(question: Question, item: Item) -> Question:
    """The fields of a question from an item; Question.key is the curriculum's and is left alone."""
    content = item.content
    question.kind, question.stem = item.kind, item.stem
    question.explanation = content["explanation"]
    question.answers = kinds.get(item.kind).answers(content)
    question.difficulty, question.is_graded = item.difficulty, item.is_graded
    return question


def keep_versions(
    questions: Sequence[Question], contents: Sequence[dict[str, Any]], *, languages: Sequence[str], at: dt.datetime
) -> None:  # fmt: skip
    """services.keep_question_version for many: a version of each, unless its newest says the same."""
    newest = _newest(questions)
    made, kept = [], {}
    for question, content, language in zip(questions, contents, languages, strict=True):
        last = newest.get(question.pk)
        if last is not None and last.content == content:
            kept[question.pk] = last
            continue
        made.append(
            QuestionVersion(
                question=question, number=last.number + 1 if last else 1, language=language[:10] or "en",
                content=content, created_at=at,
            )
        )  # fmt: skip
    QuestionVersion.objects.bulk_create(made, batch_size=CHUNK)
    kept |= {version.question_id: version for version in made}
    moved = [question for question in questions if question.current_id != kept[question.pk].pk]
    for question in moved:
        question.current = kept[question.pk]
    Question.objects.bulk_update(moved, ["current"], batch_size=CHUNK)


def _newest(questions: Sequence[Question]) -> dict[int, QuestionVersion]:
    pks = [question.pk for question in questions if question.current_id]
    if not pks:
        return {}
    numbers = QuestionVersion.objects.filter(question__in=pks).values("question").annotate(last=Max("number"))  # fmt: skip
    last = {row["question"]: row["last"] for row in numbers}
    versions = QuestionVersion.objects.filter(question__in=pks, number__in=set(last.values()))
    return {v.question_id: v for v in versions if last[v.question_id] == v.number}


def _tag(questions: Sequence[Question], items: Sequence[Item]) -> None:
    """Tags in bulk; those that exist under another spelling of capitals are taken."""
    wanted = {tag for item in items for tag in item.tags}
    if not wanted:
        return
    through = Question.tags.through
    tag_model = through.tag_model()
    known = {tag.name.casefold(): tag for tag in tag_model.objects.filter(name__in=wanted)}
    for name in sorted(wanted):
        if name.casefold() not in known:
            known[name.casefold()], _is_new = tag_model.objects.get_or_create(name=name)
    there = set(
        through.objects.filter(content_type=_content_type(), object_id__in=[q.pk for q in questions])
        .values_list("object_id", "tag_id")
    )  # fmt: skip
    missing = {
        (question.pk, known[name.casefold()].pk)
        for question, item in zip(questions, items, strict=True)
        for name in item.tags
    } - there
    through.objects.bulk_create(
        [
            through(tag_id=tag, content_type=_content_type(), object_id=pk)
            for pk, tag in sorted(missing)
        ],
        batch_size=CHUNK,
    )


def _tell_wagtail(questions: Sequence[Question]) -> None:
    """What Wagtail does when a question is saved by itself: the search index and the index of references."""
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(Question, questions)
    for question in questions:
        ReferenceIndex.create_or_update_for_object(question)


def _content_type() -> ContentType:
    return ContentType.objects.get_for_model(Question, for_concrete_model=False)


def _log(questions: Sequence[Question], job: QuestionImport, at: dt.datetime) -> None:
    ModelLogEntry.objects.bulk_create(
        [
            ModelLogEntry(
                content_type=_content_type(), object_id=str(question.pk), label=str(question)[:250], action=IMPORTED,
                timestamp=at, user=job.by, content_changed=True, data={"import": str(job.uuid)},
            )
            for question in questions
        ],
        batch_size=CHUNK,
    )  # fmt: skip


def _renew(job: QuestionImport, items: Sequence[Item], at: dt.datetime) -> list[list[Any]]:
    """Known questions get the text of the file as their next version. Parts that stay the same keep their ids.

    Who may not change a question leaves it as it is.
    """
    pks = {row["row"]: row["known"] for row in QuestionImport.objects.values_list("rows", flat=True).get(pk=job.pk)}  # fmt: skip
    locked = Question.objects.select_for_update(of=("self",)).filter(module=job.module)
    found = locked.in_bulk({pks[item.row] for item in items})
    policy = policy_registry.get_by_type(Question)
    made: list[list[Any]] = []
    changed: dict[int, Question] = {}
    contents: dict[int, Item] = {}
    for item in items:
        question = found.get(pks[item.row])
        may = question and policy.user_has_permission_for_instance(job.by, "change", question)
        if question is None or not may or question.kind != item.kind:
            made.append([item.row, question.pk if question else None, "refused"])
            continue
        old = kinds.content_of(question)
        keep_ids(old, item.content)
        if old == item.content:
            made.append([item.row, question.pk, "same"])
            continue
        changed[question.pk] = _fill(question, item)
        contents[question.pk] = item
        made.append([item.row, question.pk, "version"])
    questions = list(changed.values())
    Question.objects.bulk_update(
        questions, ["stem", "explanation", "answers", "difficulty", "is_graded"], batch_size=CHUNK
    )
    kept = [contents[question.pk] for question in questions]
    keep_versions(questions, [i.content for i in kept], languages=[i.language for i in kept], at=at)
    _tag(questions, kept)
    _tell_wagtail(questions)
    _log(questions, job, at)
    return made


PARTS = {"options": "text", "items": "text", "pairs": "left", "extra": "right", "gaps": "before", "spots": "label"}  # fmt: skip


def keep_ids(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Give the parts of a content the ids of the parts that say the same in another: statistics and translations go by them."""
    for name, words in PARTS.items():
        before = old.get(name, [])
        ids = {part["id"] for part in before}
        known = {part[words]: part["id"] for part in reversed(before) if part[words]}
        taken = {part["id"] for part in new.get(name, []) if part["id"] in ids}
        for part in new.get(name, []):
            wanted = known.get(part[words])
            if part["id"] not in ids and wanted and wanted not in taken:
                part["id"] = wanted
                taken.add(wanted)
        if len(before) == len(new.get(name, [])) == 1 and new[name][0]["id"] not in ids:
            new[name][0]["id"] = before[0]["id"]
    if "number" in old and "number" in new:
        new["number"]["id"] = old["number"]["id"]


# Pictures


def _place_pictures(job: QuestionImport, items: Sequence[Item], at: dt.datetime) -> None:
    """See that each picture is in the bank, and name it. The same bytes are added once."""
    drawings, images = _known_pictures(items)
    package = None
    for item in items:
        shown = item.content["picture"]
        if shown["drawing"] in drawings or (not item.picture and shown["image"] in images):
            shown["image"] = None if shown["drawing"] in drawings else shown["image"]
            continue
        if item.picture is None:
            raise PictureGone("deleted meanwhile")
        if package is None:
            with job.file.open("rb") as stream:
                package = open_items(stream.read())
        data = package[item.picture.href]
        image = _same_image(data, first=shown["image"]) or _add_image(job, item, data)
        item.content["picture"] = shown | {"drawing": "", "image": image.pk}


def _same_image(data: bytes, *, first: int | None = None):
    """An image of the library with these bytes, that of this id before others, or None."""
    digest = hashlib.sha1(
        data
    ).hexdigest()  # as Wagtail keeps it; it finds twins and protects nothing
    images = get_image_model().objects
    named = images.filter(pk=first).first() if first else None
    try:
        if named and named.get_file_hash() == digest:
            return named
    except OSError:  # its file is gone
        pass
    return images.filter(file_hash=digest).order_by("pk").first()


def _add_image(job: QuestionImport, item: Item, data: bytes):
    if not policy_registry.get_by_type(get_image_model()).user_has_permission(job.by, "add"):
        raise PictureGone("may not be added any more")
    alt = item.content["picture"]["alt"]
    title = Truncator(alt or item.stem).chars(200)
    image = get_image_model()(title=title, uploaded_by_user=job.by)
    image.file = ContentFile(data, name=f"question-{item.row}.{_extension(data)}")
    image._set_image_file_metadata()
    image.save()
    return image


# Ends


def _fail(pk: int, state: str, sentence: str, at: dt.datetime) -> None:
    with transaction.atomic():
        locked = QuestionImport.objects.select_for_update(of=("self",)).get(pk=pk)
        if locked.state == state:
            _end_failed(locked, sentence, at)


def _end_failed(job: QuestionImport, sentence: str, at: dt.datetime) -> None:
    job.problem = sentence[:300]
    end(job, State.FAILED, at)


def end(job: QuestionImport, state: str, at: dt.datetime) -> None:
    """Nothing follows: the file and what was read of it go, since both hold keys of questions."""
    job.state, job.moved_at, job.items, job.plan = state, at, [], []
    name, storage = job.file.name, job.file.storage
    job.file = ""
    job.save()
    if name:
        transaction.on_commit(partial(storage.delete, name), robust=True)
