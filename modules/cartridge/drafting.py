"""One step of putting a cartridge in: a draft page, or some questions as drafts. Called by `importing` alone."""

import hashlib
import io
import uuid
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from django.core.files.images import ImageFile
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import AbstractPage
from wagtail.permissions import policy_registry

from content.models import Drawing, Fact
from content.text import clean_line
from modules import kinds
from modules.cartridge import destinations, pictures
from modules.cartridge.destinations import Destination
from modules.cartridge.reading import LessonPlan, ModulePlan, Plan
from modules.exchange.archives import Package
from modules.models import CartridgeImport, Question, QuestionStatus, Sensitivity
from modules.pages_lookup import page_type
from modules.pages_mixins import LessonPageMixin, ModulePageMixin

CHUNK = 50  # questions of one step
MOST_DRAWN = 20  # of a quiz inside a lesson


class ParentGone(Exception):
    """The page above is no longer there, or the person may not add to it any more."""


class Step(NamedTuple):
    what: Literal["module", "questions", "lesson", "finish"]
    module: int = 0
    place: int = 0


def steps(plan: Plan, destination: Destination) -> list[Step]:
    """What there is to do, in order. The same plan gives the same steps."""
    found: list[Step] = []
    for number, module in enumerate(plan["modules"]):
        found.append(Step("module", number))
        found += [Step("questions", number, at) for at in range(0, len(module["questions"]), CHUNK)]
        found += [Step("lesson", number, at) for at in range(len(module["lessons"]))]
    return [*found, Step("finish")] if destination.finish else found


def counts(plan: Plan) -> dict[str, int]:
    """What will be made, to be told before."""
    lessons = [lesson for module in plan["modules"] for lesson in module["lessons"]]
    pictures = {b["path"] for lesson in lessons for b in lesson["blocks"] if b["type"] == "figure"}
    return {
        "modules": len(plan["modules"]),
        "lessons": len(lessons),
        "questions": sum(len(module["questions"]) for module in plan["modules"]),
        "images": len(pictures),
    }


def make(step: Step, *, job: CartridgeImport, plan: Plan, destination: Destination, package: Package) -> None:  # fmt: skip
    """Make what a step asks for and note it in `job.made`, which the caller saves. Raises ParentGone."""
    job.made = job.made or {"modules": [], "questions": [], "images": {}, "pages": []}
    drafter = _Drafter(job, plan, destination, package)
    match step.what:
        case "module":
            drafter.module(plan["modules"][step.module])
        case "questions":
            drafter.questions(step.module, step.place)
        case "lesson":
            drafter.lesson(step.module, plan["modules"][step.module]["lessons"][step.place])
        case "finish":
            drafter.finish()


class _Drafter:
    def __init__(
        self, job: CartridgeImport, plan: Plan, destination: Destination, package: Package
    ) -> None:
        self.job, self.plan, self.destination, self.package = job, plan, destination, package
        self.made = job.made

    # Pages

    def module(self, plan: ModulePlan) -> None:
        parent = self._page(self.job.modules_parent_pk or self.job.parent_pk)
        model = page_type(ModulePageMixin)
        summary = plan["summary"] or _("Imported from the cartridge “%(title)s”. Say here what a learner can do afterwards.") % {"title": self.plan["title"]}  # fmt: skip
        page = model(title=clean_line(plan["title"])[:250], summary=clean_line(summary)[:500])
        self._add(parent, page, depth=1 if self.destination.finish else 0)
        self.made["modules"].append(page.pk)
        self.made["questions"].append([])

    def lesson(self, number: int, plan: LessonPlan) -> None:
        parent = self._page(self.made["modules"][number])
        model = page_type(LessonPageMixin)
        known = plan["sensitivity"] in Sensitivity.values
        page = model(
            title=plan["title"] or _("Untitled"), summary=plan["summary"][:300], content_note=plan["content_note"][:400],
            objectives=plan["objectives"], minutes=plan["minutes"] or 15,
            sensitivity=plan["sensitivity"] if known else Sensitivity.OPEN,
            body=[*self._blocks(plan), *self._quizzes(number, plan)],
        )  # fmt: skip
        self._add(parent, page, depth=2 if self.destination.finish else 1)

    def finish(self) -> None:
        parent = self._page(self.job.parent_pk)
        modules = [self._page(pk) for pk in self.made["modules"]]
        assert self.destination.finish is not None
        page = self.destination.finish(parent, self.plan, modules, self.job.by)
        self._note(page, depth=0)

    def _add(self, parent: AbstractPage, page: AbstractPage, *, depth: int) -> None:
        add_draft(parent, page, user=self.job.by)
        self._note(page, depth)

    def _note(self, page: AbstractPage, depth: int) -> None:
        self.made["pages"].append({"page": page.pk, "title": page.title, "depth": depth})

    def _page(self, pk: int) -> AbstractPage:
        page = destinations.page(pk)
        if page is None:
            raise ParentGone
        return page

    # Questions

    def questions(self, number: int, start: int) -> None:
        module = self._page(self.made["modules"][number]).module
        for content in self.plan["modules"][number]["questions"][start : start + CHUNK]:
            question = Question(
                module=module, kind=content["kind"], stem=content["stem"], explanation=content["explanation"],
                answers=kinds.get(content["kind"]).answers(content), status=QuestionStatus.DRAFT, author=self.job.by,
            )  # fmt: skip
            question.save()
            log(instance=question, action="wagtail.create", user=self.job.by)
            self.made["questions"][number].append(question.pk)

    def _quizzes(self, number: int, plan: LessonPlan) -> Iterable[dict[str, Any]]:
        pks = self.made["questions"][number]
        for quiz in plan["quizzes"]:
            chosen = [pks[place] for place in quiz["questions"]]
            value = {
                "title": quiz["title"], "mode": "graded", "questions": _list(chosen),
                "draw": min(len(chosen), MOST_DRAWN), "is_required": False,
            }  # fmt: skip
            yield _block("quiz", value)

    # Blocks

    def _blocks(self, plan: LessonPlan) -> Iterable[dict[str, Any]]:
        facts = {block["key"] for block in plan["blocks"] if block["type"] == "fact"}
        self.facts = dict(Fact.originals.filter(key__in=facts).values_list("key", "pk"))
        for block in plan["blocks"]:
            value = self._value(block, plan["title"])
            if value is not None:
                yield _block(block["type"], value)

    def _value(self, block: dict[str, Any], title: str) -> Any:
        words = {name: part for name, part in block.items() if name not in ("type", "path")}
        match block["type"]:
            case "text":
                return block["text"]
            case "callout":
                return words | {"title": block["title"] or title[:200]}
            case "case":
                return words | {"case": None, "title": block["title"] or title[:200]}
            case "checklist":
                return words | {
                    "checklist": None,
                    "title": block["title"] or title[:200],
                    "items": _list(block["items"]),
                }
            case "note":
                return words | {"title": block["title"] or title[:200]}
            case "fact":
                return {"fact": self.facts[block["key"]]} if block["key"] in self.facts else None
            case "figure":
                picture = self._picture(block["path"], block["alt"] or title)
                empty = {"caption": "", "long_description": "", "drawing": None, "image": None}
                return (
                    empty
                    | words
                    | picture
                    | {"legend": _list(block.get("legend", [])), "facts": []}
                )
        return None

    def _picture(self, path: str, title: str) -> dict[str, int]:
        """The drawing or image of a file, made when its first lesson is."""
        if path not in self.made["images"]:
            data = self.package[path]
            make = self._drawing if pictures.is_drawing(path) else self._image
            self.made["images"][path] = make(data, clean_line(title)[:250])
        name, pk = self.made["images"][path]
        return {name: pk}

    def _drawing(self, data: bytes, title: str) -> tuple[str, int]:
        text = pictures.drawing(data)
        known = Drawing.objects.filter(svg=text).first()
        if known is None:
            key = f"cartridge-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
            known, _made = Drawing.objects.get_or_create(
                key=key, defaults={"title": title, "svg": text}
            )
        return "drawing", known.pk

    def _image(self, data: bytes, title: str) -> tuple[str, int]:
        model = get_image_model()
        user = self.job.by
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        known = model.objects.filter(file_hash=digest, uploaded_by_user=user).first()
        if known is None:
            policy = policy_registry.get_by_type(model)
            collection = policy.collections_user_has_permission_for(user, "add").first()
            file = ImageFile(io.BytesIO(data), name=f"cartridge{pictures.extension(data)}")
            known = model(title=title, file=file, uploaded_by_user=user, collection=collection)
            known.file_size, known.file_hash = len(data), digest
            known.save()
        return "image", known.pk


def add_draft(parent: AbstractPage, page: AbstractPage, *, user) -> None:
    """Put a page under another one as a draft, as its editor would have done."""
    page.live, page.has_unpublished_changes, page.locale, page.owner = (
        False,
        True,
        parent.locale,
        user,
    )
    parent.add_child(instance=page)
    page.save_revision(user=user, log_action=False)
    log(instance=page, action="wagtail.create", user=user)


def _block(name: str, value: Any) -> dict[str, Any]:
    return {"type": name, "value": value, "id": str(uuid.uuid4())}


def _list(values: Iterable[Any]) -> list[dict[str, Any]]:
    return [_block("item", value) for value in values]
