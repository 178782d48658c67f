"""From courses back to their files (content/exporting.py says how)."""

from typing import Any

from django.utils.text import slugify

from content.curriculum import shapes, writing
from content.curriculum.writing import Data, Unordered
from content.exporting import Export
from content.models.base import source_language
from courses.models import Course
from courses.pages_mixins import CoursePageMixin
from modules.exporting import uuid_of
from modules.models import GradedBy
from modules.pages_lookup import page_type


def export_courses(export: Export) -> None:
    """A course that has no key yet is given one, its slug: a file needs it, and it never changes again."""
    kept = {}
    for path in [p for p in export.files if p.startswith("courses/")]:
        kept[export.data(path).get("key")] = path
    pages = _pages(source_language())
    for course in Course.objects.order_by("position", "pk"):
        page = pages.get(course.uuid)
        if page is None:
            continue
        if not course.key:
            taken = set(Course.objects.exclude(key=None).values_list("key", flat=True))
            course.key = next(
                k
                for k in (page.slug, *(f"{page.slug}-{n}" for n in range(2, 99)))
                if k not in taken
            )
            course.save(update_fields=["key"])
        path = kept.pop(course.key, None) or f"courses/{slugify(course.key)}.toml"
        base = export.data(path)
        data = writing.merged(shapes.Course, base, _said(course, page, export))
        if not base:
            data = {name: data[name] for name in shapes.Course.__dataclass_fields__ if name in data}
        export.write(path, data)
        for language in export.languages:
            _write_words(export, course, language, f"{language}/{path}")
    for key, path in kept.items():
        for one in [p for p in export.files if p == path or p.endswith(f"/{path}")]:
            del export.files[one]
        export.note(f"course {key}: it is not published here; its file is left out.")


def _pages(language: str) -> dict[Any, Any]:
    pages = (
        page_type(CoursePageMixin)
        .objects.live()
        .filter(locale__language_code=language, alias_of=None)
    )
    return {page.translation_key: page for page in pages}


def _said(course: Course, page: Any, export: Export) -> Data:
    rows = []
    for row in page.course_modules.select_related("module"):
        if row.module.key:
            rows.append(
                {
                    "module": row.module.key,
                    "short": row.is_short,
                    "required": row.is_required,
                    "artefact": row.asks_artefact,
                }
            )
    if page.course_groups.exists():
        export.note(f"course {course.key}: groups of modules to choose from are not in files.")
    return {
        "key": course.key, "uuid": uuid_of("course", course.key or "", course.uuid), "slug": page.slug, "code": page.code,
        "title": page.title, "summary": page.summary, "audience": page.audience,
        "profiles": Unordered(page.profiles.values_list("key", flat=True)),
        "actions": Unordered(course.actions.values_list("number", flat=True)), "level": page.level,
        "hours": int(page.hours) if page.hours == int(page.hours) else float(page.hours),
        "status": "planned" if page.is_planned else "open", "modules": rows,
        "requires_one_of": Unordered(page.requires_one_of.exclude(key=None).values_list("key", flat=True)),
        "certificate": {
            "title": page.certificate_title, "text": page.certificate_text, "kind": page.certificate_kind,
            "validity_months": page.validity_months,
        },
        "accepts": Unordered(one for one in GradedBy.values if one in page.accepts.split("+")), "order": course.position,
    }  # fmt: skip


def _write_words(export: Export, course: Course, language: str, path: str) -> None:
    page = _pages(language).get(course.uuid)
    if page is None:
        return
    said = {
        "key": course.key, "title": page.title, "summary": page.summary, "audience": page.audience,
        "certificate": {"title": page.certificate_title, "text": page.certificate_text},
    }  # fmt: skip
    export.write(path, writing.merged(shapes.Course, export.data(path), said))
