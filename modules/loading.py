"""From the curriculum files into modules: rows, pages, lessons, questions and scenarios."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.models import AbstractPage, Locale

from content import curriculum, localizing
from content.loading import Loader, digest, drawing_key, locale_of
from content.models import Action, Area, Case, Checklist, Drawing, Fact, Guidance, Recommendation
from content.models.base import source_language
from content.rich_text import to_html as rich
from content.search import passages
from modules import (
    frames,
    identity,
    kinds,
    publishing,
    rubrics,
    scenario_blocks,
    scenario_words,
    services,
    translating,
)
from modules.kinds.base import texts_of
from modules.models import (
    ChangeClass,
    Lesson,
    Module,
    Outcome,
    Question,
    QuestionStatus,
    QuestionTranslation,
    Scenario,
    ScenarioTranslation,
)
from modules.pages_lookup import page_type
from modules.pages_mixins import LessonPageMixin, ModulePageMixin
from modules.searching import LESSONS


def load_modules(found: "curriculum.Curriculum", loader: Loader, *, parent: AbstractPage) -> None:
    """Rows for every module of the map; pages, lessons, questions and scenarios for those that are written.

    parent   the page under which module pages are made
    """
    for module in found.modules.values():
        _load_module_row(module, loader)
    for module in found.modules.values():
        row = Module.objects.get(key=module.key)
        row.requires.set(Module.objects.filter(key__in=module.prerequisites.required))
        if not module.is_planned:
            _load_written(found, module, row, loader, parent)
    for language, said in found.translations.items():
        locale = locale_of(language, loader)
        home = parent.get_translation_or_none(locale) if locale else None
        if home is not None:
            load_words(found, said, loader, parent=home)


def load_words(
    found: "curriculum.Curriculum",
    said: "curriculum.Translation",
    loader: Loader,
    *,
    parent: AbstractPage,
) -> None:
    """Modules in another language: pages beside those of the source, and words for outcomes, questions and scenarios."""
    language, pairs = said.language, []
    with translation.override(language):
        for module in said.modules.values():
            _load_outcome_words(module, language)
            if module.is_planned:
                continue
            row = Module.objects.get(key=module.key)
            page, changed = _load_module_page(module, row, loader, parent, language=language)
            pairs += [page] if changed else []
            for source in found.lessons_of(module.key):
                if source.key in said.lessons:
                    lesson = _load_lesson_words(
                        said.lessons[source.key], source, module, page, loader
                    )
                    pairs += [lesson] if lesson else []
        for question in said.questions.values():
            _load_question_words(question, language, loader)
        for scenario in said.scenarios.values():
            _load_scenario_words(scenario, language, loader)
    localize(pairs, parent.locale, loader)
    frames.forget()


def localize(pages: list[AbstractPage], locale: Locale, loader: Loader) -> None:
    """Let the translation editor know translated pages beside their sources."""
    keys = {page.translation_key: page for page in pages}
    by_model = {type(page) for page in pages}
    pairs = []
    for model in by_model:
        sources = model.objects.filter(
            translation_key__in=keys, locale__language_code=source_language()
        )
        pairs += [(source, keys[source.translation_key]) for source in sources]
    loader.conflicts += localizing.keep(pairs, locale, at=loader.at)


def _load_outcome_words(module: "curriculum.Module", language: str) -> None:
    for outcome in Outcome.objects.filter(key__in=[one.key for one in module.outcomes]):
        text = next(one.text for one in module.outcomes if one.key == outcome.key)
        if outcome.words.get(language) != text:
            outcome.words[language] = text
            outcome.save(update_fields=["words"])


def _load_lesson_words(
    lesson: "curriculum.Lesson",
    source: "curriculum.Lesson",
    module: "curriculum.Module",
    parent: AbstractPage,
    loader: Loader,
) -> AbstractPage | None:
    """The page of a lesson in another language, its blocks and list items with the ids of the source's."""
    key = identity.uuid_of_files("lesson", source.meta)
    fields = _lesson_fields(lesson, module)
    body = aligned(_body(source, module, key), _body(lesson, module, key))
    page, changed = _load_page(
        f"lesson {parent.locale.language_code}", source.key, page_type(LessonPageMixin), key, source.meta.slug,
        fields | {"body": body}, loader, parent,
    )  # fmt: skip
    return page if changed else None


def aligned(own: Any, said: Any) -> Any:
    """Raw blocks in other words, with the ids of the source's blocks at the same places."""
    if isinstance(own, list) and isinstance(said, list):
        return [aligned(*pair) for pair in zip(own, said, strict=False)] + said[len(own) :]
    if isinstance(own, dict) and isinstance(said, dict):
        found = {name: aligned(own.get(name), value) for name, value in said.items()}
        return found | ({"id": own["id"]} if {"id", "value"} <= own.keys() else {})
    return said


def _load_question_words(question: "curriculum.Question", language: str, loader: Loader) -> None:
    row = Question.objects.select_related("current").filter(key=question.key).first()
    if row is None or row.current is None:
        return
    kind = kinds.get(question.kind)
    content = {"stem": question.stem, "explanation": question.explanation, **answers_of(question)}
    texts = texts_of(kind, content)
    known = QuestionTranslation.objects.filter(question=row, language=language).first()

    def current() -> Any:
        return QuestionTranslation.objects.get(question=row, language=language).texts

    loader.put(
        f"question {language}", question.key, texts, exists=known is not None, current=current,
        apply=lambda: translating.save_translation(question=row, language=language, texts=texts, at=loader.at),
    )  # fmt: skip


def _load_scenario_words(scenario: "curriculum.Scenario", language: str, loader: Loader) -> None:
    row = Scenario.objects.get(key=scenario.key)
    source = scenario_words.texts_of(row.document)
    texts = {
        path: words
        for path, words in scenario_words.texts_of(plain(scenario)).items()
        if path in source
    }
    known = ScenarioTranslation.objects.filter(scenario=row, language=language).first()

    def current() -> Any:
        return ScenarioTranslation.objects.get(scenario=row, language=language).texts

    def apply() -> None:
        ScenarioTranslation.objects.update_or_create(
            scenario=row,
            language=language,
            defaults={"texts": texts, "source": source, "updated_at": loader.at},
        )

    loader.put(
        f"scenario {language}",
        scenario.key,
        texts,
        exists=known is not None,
        current=current,
        apply=apply,
    )


def _load_module_row(module: "curriculum.Module", loader: Loader) -> None:
    quiz = module.assessment.quiz
    fields = {
        "uuid": identity.uuid_of_files("module", module), "code": module.code, "title": module.title, "summary": module.summary,
        "hours_online": module.hours.online, "hours_practice": module.hours.practice,
        "planned_lessons": [line if isinstance(line, str) else line.title for line in module.lessons_planned],
        "draw": quiz.draw if quiz else 0, "pass_percent": quiz.pass_percent if quiz else 75,
        "attempts_before_pause": quiz.attempts if quiz else 3, "pause_hours": quiz.pause_hours if quiz else 24,
    }  # fmt: skip
    known = Module.objects.filter(key=module.key).first()
    source = [
        fields,
        module.actions,
        module.recommendations,
        module.guidance,
        [dataclasses.asdict(o) for o in module.outcomes],
    ]

    def apply() -> None:
        row, _created = Module.objects.update_or_create(
            key=module.key, defaults=fields, create_defaults=fields | {"is_planned": True}
        )
        row.actions.set(Action.originals.filter(number__in=module.actions))
        row.recommendations.set(Recommendation.originals.filter(key__in=module.recommendations))
        row.guidance.set(Guidance.originals.filter(key__in=module.guidance))
        _load_outcomes(module, row)

    # A module's row follows its page; the page is what an editor changes, and what guards against overwriting.
    loader.put(
        "module", module.key, source, exists=known is not None, current=lambda: "row", apply=apply
    )


def _load_outcomes(module: "curriculum.Module", row: Module) -> None:
    areas = {area.key: area for area in Area.originals.all()}
    for place, outcome in enumerate(module.outcomes):
        kept, _created = Outcome.objects.update_or_create(
            key=outcome.key,
            defaults={
                "module": row, "position": place, "bloom": outcome.bloom, "verb": outcome.verb, "text": outcome.text,
                "area": areas[outcome.area], "level": outcome.level,
            },
        )  # fmt: skip
        kept.recommendations.set(Recommendation.originals.filter(key__in=outcome.alignment))
        kept.guidance.set(Guidance.originals.filter(key__in=outcome.alignment))
    row.outcomes.exclude(key__in=[outcome.key for outcome in module.outcomes]).delete()


def _load_written(
    found: "curriculum.Curriculum",
    module: "curriculum.Module",
    row: Module,
    loader: Loader,
    parent: AbstractPage,
) -> None:
    for scenario in found.scenarios_of(module.key):
        load_scenario(scenario, row, loader)
    for question in found.questions_of(module.key):
        _load_question(question, row, loader)
    page, changed = _load_module_page(module, row, loader, parent)
    for lesson in found.lessons_of(module.key):
        changed = _load_lesson_page(lesson, module, page, loader) or changed
    if changed:
        publishing.follow_module(page)
        publishing.new_version(row, change_class=ChangeClass.MINOR, note="", at=loader.at)
    _link_questions(found.questions_of(module.key))


def load_scenario(scenario: "curriculum.Scenario", module: Module, loader: Loader) -> None:
    """A scenario as it is played and as it is written. A draft that waits in the studio is an editor's change."""
    document = plain(scenario)
    fields = {
        "title": scenario.title,
        "minutes": scenario.minutes,
        "sensitivity": scenario.sensitivity,
        "document": document,
    }
    known = Scenario.objects.filter(key=scenario.key).first()

    def current() -> Any:
        row = Scenario.objects.get(key=scenario.key).get_latest_revision_as_object()
        return [{name: getattr(row, name) for name in fields} | {"module": str(row.module)}, {}]

    def apply() -> None:
        row = known or Scenario(key=scenario.key)
        for name, value in fields.items():
            setattr(row, name, value)
        row.module, row.body = module, scenario_blocks.to_blocks(document)
        row.save()
        if row.latest_revision_id:
            row.save_revision(log_action=False).publish(log_action=False)

    # The order of fields is that of earlier loads, so that what they wrote is known again.
    source = [{"module": module.key, **fields}, {}]
    loader.put(
        "scenario", scenario.key, source, exists=known is not None, current=current, apply=apply
    )


def plain(value: Any) -> Any:
    """A dataclass of the curriculum as plain JSON."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _load_question(question: "curriculum.Question", module: Module, loader: Loader) -> None:
    answers = kinds.get(question.kind).answers(answers_of(question))
    fields = {
        "kind": question.kind, "stem": question.stem, "explanation": question.explanation, "difficulty": question.difficulty,
        "is_graded": question.graded, "bloom": question.bloom,
    }  # fmt: skip
    known = Question.objects.filter(key=question.key).first()

    def current() -> Any:
        row = Question.objects.get(key=question.key)
        return [{name: getattr(row, name) for name in fields}, row.answers.get_prep_value()]

    def apply() -> None:
        row = known or Question(
            key=question.key,
            uuid=identity.uuid_of_files("question", question),
            status=QuestionStatus.LIVE,
        )
        for name, value in fields.items():
            setattr(row, name, value)
        row.module = module
        row.answers = answers
        row.outcome = Outcome.objects.get(key=question.outcome)
        row.facts = Fact.originals.filter(key__in=question.facts)
        row.guidance = Guidance.originals.filter(key__in=question.guidance)
        row.save()
        services.keep_question_version(question=row, at=loader.at)

    source = [fields, answers, question.outcome, question.facts, question.guidance]
    loader.put(
        "question", question.key, source, exists=known is not None, current=current, apply=apply
    )


def answers_of(question: "curriculum.Question") -> dict[str, Any]:
    """The answers of the files as a version keeps them."""
    lists = ("options", "items", "pairs", "extra", "gaps", "spots")
    found: dict[str, Any] = {name: [_part(p) for p in getattr(question, name)] for name in lists}
    if question.number:
        found["number"] = _part(question.number)
    if question.picture:
        picture = question.picture
        found["picture"] = {
            "drawing": drawing_key(picture.file),
            "image": None,
            "alt": picture.alt,
        }
    return found


def _part(part: Any) -> dict[str, Any]:
    """A part of an answer; its key in the files is its id in the bank."""
    value = plain(part)
    return {"id": value.pop("key"), **value}


def _link_questions(questions: Iterable["curriculum.Question"]) -> None:
    """Tell each question where its answer is taught; lessons exist only after their questions."""
    lessons = dict(Lesson.objects.exclude(key=None).values_list("key", "pk"))
    for question in questions:
        lesson = lessons.get(question.lesson)
        Question.objects.filter(key=question.key, lesson__isnull=True).update(lesson=lesson)


def _load_module_page(
    module: "curriculum.Module",
    row: Module,
    loader: Loader,
    parent: AbstractPage,
    language: str = "",
) -> tuple[Any, bool]:
    model = page_type(ModulePageMixin)
    quiz = module.assessment.quiz
    fields = {
        "title": module.title, "code": module.code, "summary": module.summary, "hours_online": module.hours.online,
        "hours_practice": module.hours.practice, "draw": quiz.draw if quiz else 0, "pass_percent": quiz.pass_percent if quiz else 75,
        "attempts_before_pause": quiz.attempts if quiz else 3, "pause_hours": quiz.pause_hours if quiz else 24,
        "search_description": module.summary, **_short(module),
    }  # fmt: skip
    return _load_page(
        f"module page {language}".strip(),
        module.key,
        model,
        row.uuid,
        module.slug,
        fields,
        loader,
        parent,
    )


def _short(module: "curriculum.Module") -> dict[str, Any]:
    """What the page says of its short version; nothing if there is none, so that earlier loads are known again."""
    short = module.short
    return {"short_hours": short.hours, "short_draw": short.draw} if short else {}


def _load_lesson_page(
    lesson: "curriculum.Lesson",
    module: "curriculum.Module",
    parent: AbstractPage,
    loader: Loader,
) -> bool:
    model = page_type(LessonPageMixin)
    meta = lesson.meta
    key = identity.uuid_of_files("lesson", meta)
    fields, body = _lesson_fields(lesson, module), _body(lesson, module, key)
    page, changed = _load_page(
        "lesson", meta.key, model, key, meta.slug, fields | {"body": body}, loader, parent
    )
    if changed:
        row = publishing.follow_lesson(page, parent.module)
        Lesson.objects.filter(pk=row.pk).update(key=meta.key)
    return changed


def _lesson_fields(lesson: "curriculum.Lesson", module: "curriculum.Module") -> dict[str, Any]:
    meta = lesson.meta
    fields = {
        "title": meta.title, "summary": meta.summary, "minutes": meta.minutes, "sensitivity": meta.sensitivity,
        "content_note": meta.content_note, "objectives": "\n".join(meta.objectives), "valid_as_of": meta.valid_as_of,
        "review_by": meta.review_by, "search_description": meta.summary,
    }  # fmt: skip
    if module.short and meta.key in module.short.lessons:
        fields["in_short"] = True
    return fields


def _body(lesson: "curriculum.Lesson", module: "curriculum.Module", key) -> list[dict[str, Any]]:
    """The raw blocks of a lesson; the last one of its module has the artefact before its closing panel."""
    body = [_block(part, key) for part in lesson.blocks]
    if module.assessment.artefact and lesson.key == module.lessons[-1].key:
        place = len(body) - (bool(body) and body[-1]["type"] == "advice")
        body.insert(place, _artefact(module.assessment.artefact, key))
    return body


def _load_page(kind, key, model, uuid, slug, fields, loader, parent) -> tuple[Any, bool]:
    # A host's base page need not have Wagtail's fields for search engines.
    fields = {name: value for name, value in fields.items() if hasattr(model, name)}
    known = model.objects.filter(translation_key=uuid, locale=parent.locale).first()
    page = known or model(translation_key=uuid, slug=slug, locale=parent.locale, live=True)

    def current() -> Any:
        latest = model.objects.get(
            translation_key=uuid, locale=parent.locale
        ).get_latest_revision_as_object()
        return {
            name: latest.body.get_prep_value() if name == "body" else getattr(latest, name)
            for name in fields
        }

    def apply() -> None:
        for name, value in fields.items():
            setattr(page, name, value)
        page.last_published_at = loader.at
        page.first_published_at = page.first_published_at or loader.at
        if known is None:
            parent.add_child(instance=page)
        else:
            page.save()
        page.refresh_from_db()
        page.save_revision(log_action=False, clean=False)
        if isinstance(page, LessonPageMixin):
            passages.changed(LESSONS, uuid)

    changed = loader.put(kind, key, fields, exists=known is not None, current=current, apply=apply)
    if known is None:
        page = model.objects.get(translation_key=uuid, locale=parent.locale)
    return page, changed


def _artefact(artefact: "curriculum.Artefact", lesson_uuid) -> dict[str, Any]:
    """The block of a module's artefact: its form, room for files, and the rubric of four criteria."""
    asked = artefact.fields or (
        curriculum.ArtefactField(
            key="work",
            label=_("Your work"),
            help=_("Or a few lines about it, if you attach it."),
            rows=12,
        ),
    )
    fields = [{**plain(one), "least": 0, "most": 0, "is_required": True} for one in asked]
    types = ["pdf", "docx", "odt", "pptx", "png", "jpg"]
    value = {
        "title": artefact.title,
        "brief": artefact.text,
        "outcomes": ", ".join(artefact.outcomes),
        "reminder": _(
            "Your trainers read this. Please do not describe weaknesses of a real place."
        ),
        "fields": _list(fields),
        "files": {"most": artefact.files, "types": types, "megabytes": 5, "is_required": False},
        "rubric": rubrics.ensure_default(at=timezone.now()).pk,
        "is_required": False,
        "most_tries": 0,
    }
    return {
        "type": "artefact",
        "value": value,
        "id": str(identity.activity_uuid(lesson_uuid, artefact.key)),
    }


def _block(part: "curriculum.Block", lesson_uuid) -> dict[str, Any]:
    """A block of the files as a raw StreamField block, its id derived from lesson and key."""
    name, value = _value(part)
    return {"type": name, "value": value, "id": identity.block_id(lesson_uuid, part.key)}


def _value(part: "curriculum.Block") -> tuple[str, Any]:
    data = part.data
    match part.type:
        case "text":
            return "text", rich(part.text)
        case "figure":
            drawing = Drawing.objects.get(key=drawing_key(data["file"]))
            kept = {name: data.get(name) for name in ("caption", "alt", "long_description")}
            return "figure", {
                "drawing": drawing.pk,
                "image": None,
                "legend": _list(data.get("legend")),
                "facts": _list(data.get("facts")),
                **kept,
            }
        case "fact":
            return "fact", {"fact": Fact.originals.get(key=data["fact"]).pk}
        case "case":
            case = Case.originals.get(key=data["case"])
            return "case", {
                "case": case.pk,
                "title": data["title"],
                "text": rich(part.text),
                "takeaway": data["takeaway"],
            }
        case "callout":
            return "callout", {
                "kind": data["kind"],
                "title": data["title"],
                "text": rich(part.text),
            }
        case "checklist":
            checklist = Checklist.originals.get(key=data["checklist"])
            items = _list([plain(item) for item in data["items"]])
            return "checklist", {
                "checklist": checklist.pk,
                "title": data["title"],
                "intro": data.get("intro", ""),
                "items": items,
                "has_notes": data.get("notes", True),
            }
        case "quiz":
            pks = dict(Question.objects.filter(key__in=data["questions"]).values_list("key", "pk"))
            title = data.get("title") or _("Check yourself")
            return "quiz", {
                "title": title,
                "mode": data["mode"],
                "questions": _list([pks[key] for key in data["questions"]]),
                "draw": data["draw"],
                "is_required": data["required"],
            }
        case "scenario":
            scenario = Scenario.objects.get(key=data["scenario"])
            return "scenario", {
                "scenario": scenario.pk,
                "intro": data["intro"],
                "is_required": data["required"],
            }
        case "reflection":
            return "note", {
                "title": data.get("title") or _("In your city"),
                "prompt": data["prompt"],
                "minutes": data["minutes"],
                "note": data.get("note", ""),
            }
        case "guidance":
            recommendations = Recommendation.originals.filter(
                key__in=data.get("recommendations", ())
            ).order_by("key")
            guidance = Guidance.originals.filter(key__in=data.get("guidance", ())).order_by("key")
            value = {
                "title": data.get("title") or _("Where this leads"),
                "note": data.get("note", ""),
            }
            return "advice", value | {
                "recommendations": _list([r.pk for r in recommendations]),
                "guidance": _list([g.pk for g in guidance]),
            }
        case "survey":
            return "survey", _survey(data)
        case "artefact":
            return "artefact", _own_artefact(data)
    raise curriculum.CurriculumError(
        f"Blocks of type {part.type} cannot be loaded from files; add them in the studio."
    )


def _survey(data: Mapping[str, Any]) -> dict[str, Any]:
    """A survey; its questions and options keep their keys as ids, for answers are known by them."""
    questions = []
    for one in map(plain, data["questions"]):
        value = {"text": one["text"], "is_required": one["required"]}
        if one["kind"] in ("single", "multiple"):
            value["options"] = [
                {"type": "item", "value": option["text"], "id": option["key"]}
                for option in one["options"]
            ]
        if one["kind"] == "scale":
            value |= {"low": one["low"], "high": one["high"]}
        questions.append({"type": one["kind"], "value": value, "id": one["key"]})
    return {
        "title": data["title"], "intro": data["intro"], "questions": questions, "is_required": data["required"],
        "threshold": data["threshold"], "show_results": data["results"], "closes_on": plain(data["closes_on"]),
    }  # fmt: skip


def _own_artefact(data: Mapping[str, Any]) -> dict[str, Any]:
    """An artefact that stands in a lesson of its own accord. Its rubric is the usual one."""
    fields = [
        {name: value for name, value in one.items() if name != "required"}
        | {"is_required": one["required"]}
        for one in map(plain, data["fields"])
    ]
    files = {
        "most": data["files"], "types": list(data["types"]), "megabytes": data["megabytes"],
        "is_required": data["files_required"],
    }  # fmt: skip
    return {
        "title": data["title"], "brief": data["text"], "outcomes": ", ".join(data["outcomes"]),
        "reminder": data["reminder"], "fields": _list(fields), "files": files,
        "rubric": rubrics.ensure_default(at=timezone.now()).pk, "is_required": data["required"],
        "most_tries": data["tries"],
    }  # fmt: skip


def _list(values: Iterable[Any] | None) -> list[dict[str, Any]]:
    """A ListBlock in raw form; ids follow the contents, so that loading twice writes the same bytes."""
    return [
        {
            "type": "item",
            "value": value,
            "id": str(identity.from_key("item", digest([place, value]))),
        }
        for place, value in enumerate(values or ())
    ]
