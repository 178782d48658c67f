"""A lesson with an artefact, work that was handed in, and files of every kind, honest and hostile."""

import io
import zipfile

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from modules import artefacts, rubrics
from modules.models import Activity, Submission
from tests.moments import NOON

OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = f"{OFFICE}wordprocessingml.document"
PASSING = {"evidence": 2, "integration": 2, "rights": 2, "feasibility": 2}
FAILING = {"evidence": 2, "integration": 2, "rights": 1, "feasibility": 2}
TEXTS = {
    "finding": "People cross the square where the lamp is out.",
    "plan": "Ask them first, then move one lamp, then count again.",
}


def block(rubric, **fields) -> dict:
    """The raw block of an artefact with two fields, the second of 3 to 40 words, and up to two files."""
    form = [
        {"label": "What did you find?", "help": "Two or three sentences.", "rows": 4, "least": 0, "most": 0, "is_required": True, "key": "finding"},
        {"label": "What do you propose?", "help": "", "rows": 6, "least": 3, "most": 40, "is_required": True, "key": "plan"},
    ]  # fmt: skip
    value = {
        "title": "A plan for one square", "brief": "Write what you found and what you propose.",
        "reminder": "Please do not describe weaknesses of a real place.", "fields": form,
        "files": {"most": 2, "types": ["pdf", "docx", "odt", "pptx", "xlsx", "png", "jpg"], "megabytes": 5, "is_required": False},
        "rubric": rubric.pk, "is_required": True, "most_tries": 0,
    }  # fmt: skip
    return {"type": "artefact", "value": value | fields}


def lesson(school, **fields) -> Activity:
    """A published lesson with an artefact; the artefact's activity."""
    rubric = rubrics.ensure_default(at=NOON)
    page = school.add_lesson("A plan", "a-plan", body=[block(rubric, **fields)])
    return Activity.objects.select_related("module", "lesson").get(
        lesson=page.lesson, kind="artefact"
    )


def written(learner, activity, *, at=NOON, **texts) -> Submission:
    return artefacts.save_fields(learner=learner, activity=activity, fields=TEXTS | texts, at=at)


def handed_in(learner, activity, *, at=NOON, in_sample: bool | None = False) -> Submission:
    """Work that waits to be marked; `in_sample` is set and not left to the draw unless it is None."""
    submission = artefacts.hand_in(submission=written(learner, activity, at=at), at=at)
    if in_sample is not None:
        Submission.objects.filter(pk=submission.pk).update(needs_second=in_sample)
    return Submission.objects.get(pk=submission.pk)


def upload(name: str, data: bytes, declared: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type=declared or "application/octet-stream")


def pdf(**catalogue) -> bytes:
    """A PDF of one page; keywords are put into its catalogue."""
    with pikepdf.new() as document:
        document.add_blank_page()
        for name, value in catalogue.items():
            document.Root[f"/{name}"] = value
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def picture(kind: str = "PNG", **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (12, 8), "teal").save(out, kind, **options)
    return out.getvalue()


def archive(members: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return out.getvalue()


def content_types(part: str, kind: str) -> str:
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'
    )


MAIN = {
    "docx": ("word/document.xml", f"{OFFICE}wordprocessingml.document.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{OFFICE}presentationml.presentation.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{OFFICE}spreadsheetml.sheet.main+xml"),
}


def office(kind: str = "docx", **more: bytes | str) -> bytes:
    """The least office document that is one; `more` are members by name."""
    part, content_type = MAIN[kind]
    return archive(
        {"[Content_Types].xml": content_types(part, content_type), part: "<document/>"} | more
    )


def odt(**more: bytes | str) -> bytes:
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": "<office:scripts/>",
        }
        | more
    )
