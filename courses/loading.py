"""From the curriculum files into courses and their pages."""

from typing import Any

from django.utils import translation
from wagtail.models import AbstractPage

from content import curriculum
from content.loading import Loader, locale_of
from content.models import Action, Profile
from courses import publishing
from courses.models import Course
from courses.pages_mixins import CoursePageMixin
from modules import identity
from modules.loading import localize
from modules.models import GradedBy, Module
from modules.pages_lookup import page_type


def load_courses(found: "curriculum.Curriculum", loader: Loader, *, parent: AbstractPage) -> None:
    """A row and a page for each course. `parent` is the page under which course pages are made."""
    modules = dict(Module.objects.filter(key__isnull=False).values_list("key", "pk"))
    courses = sorted(found.courses.values(), key=lambda course: course.order)
    for course in courses:
        _load_row(course)  # all of them first: one may ask for another
    for course in courses:
        _load_course(course, modules, loader, parent)
    for language, said in found.translations.items():
        locale = locale_of(language, loader)
        home = parent.get_translation_or_none(locale) if locale else None
        if home is not None:
            with translation.override(language):
                pages = [
                    _load_course(one, modules, loader, home, language)
                    for one in said.courses.values()
                ]
            localize([page for page in pages if page], home.locale, loader)


def _load_row(course: "curriculum.Course") -> None:
    Course.objects.update_or_create(
        uuid=identity.uuid_of_files("course", course),
        defaults={"key": course.key, "position": course.order},
        create_defaults={
            "key": course.key,
            "position": course.order,
            "accepts": list(course.accepts),
            "title": course.title,
        },
    )


def _load_course(
    course: "curriculum.Course",
    modules: dict[str, int],
    loader: Loader,
    parent: AbstractPage,
    language: str = "",
) -> AbstractPage | None:
    """The page of a course in one language; that in the source language makes the row follow. The page, if it was written."""
    page_model = page_type(CoursePageMixin)
    row_model = page_model._meta.get_field("course_modules").related_model
    uuid = identity.uuid_of_files("course", course)
    certificate = course.certificate
    fields: dict[str, Any] = {
        "title": course.title, "code": course.code, "summary": course.summary, "audience": course.audience, "level": course.level,
        "hours": course.hours, "is_planned": course.status == "planned", "certificate_kind": certificate.kind,
        "certificate_title": certificate.title, "certificate_text": certificate.text,
        "validity_months": certificate.validity_months, "accepts": "+".join(value for value in GradedBy.values if value in course.accepts),
        "search_description": course.summary,
    }  # fmt: skip
    # A host's base page need not have Wagtail's fields for search engines.
    fields = {name: value for name, value in fields.items() if hasattr(page_model, name)}
    rows = [
        (modules[item.module], item.required, item.short, item.artefact) for item in course.modules
    ]
    known = page_model.objects.filter(translation_key=uuid, locale=parent.locale).first()

    def current() -> Any:
        page = page_model.objects.get(
            translation_key=uuid, locale=parent.locale
        ).get_latest_revision_as_object()
        listed = [
            (row.module_id, row.is_required, row.is_short, row.asks_artefact)
            for row in page.course_modules.all()
        ]
        required = sorted(one.key or "" for one in page.requires_one_of.all())
        # A course that asks for none says nothing, so that earlier loads are known again.
        return [{name: getattr(page, name) for name in fields}, listed, *filter(None, [required])]

    def apply() -> None:
        page = known or page_model(
            translation_key=uuid, slug=course.slug, locale=parent.locale, live=True
        )
        for name, value in fields.items():
            setattr(page, name, value)
        page.last_published_at = loader.at
        page.profiles = Profile.originals.filter(key__in=course.profiles)
        page.requires_one_of = Course.objects.filter(key__in=course.requires_one_of)
        page.course_modules = [
            row_model(
                module_id=pk,
                is_required=required,
                is_short=short,
                asks_artefact=artefact,
                sort_order=place,
            )
            for place, (pk, required, short, artefact) in enumerate(rows)
        ]
        if known is None:
            parent.add_child(instance=page)
        else:
            page.save()
        page = page_model.objects.get(pk=page.pk)
        page.save_revision(log_action=False, clean=False)
        publishing.follow(page, at=loader.at)

    changed = loader.put(
        f"course {language}".strip(),
        course.key,
        [fields, rows, course.profiles, *filter(None, [course.requires_one_of])],
        exists=known is not None,
        current=current,
        apply=apply,
    )
    Course.objects.get(uuid=uuid).actions.set(Action.originals.filter(number__in=course.actions))
    return page_model.objects.get(translation_key=uuid, locale=parent.locale) if changed else None
