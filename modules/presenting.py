"""What the module and lesson pages show, in a fixed number of queries."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from content import soundness, wording
from modules import access, conf, drawing, frames, identity, kinds, translating, updates
from modules.books import keeping
from modules.errors import NoQuestions, NotOpen
from modules.kinds.base import Shown
from modules.models import (
    Activity,
    ActivityKind,
    Attempt,
    Completion,
    FeedbackPolicy,
    Outcome,
    PersonalNote,
    QuestionVersion,
    Sensitivity,
)
from modules.models.structure import readable_by
from modules.updates import Update

DRAW_SALT = "stoa_modules.draw"
OPENED_SALT = "stoa_modules.opened"
KEEPING = {ActivityKind.NOTE, ActivityKind.CHECKLIST}


@dataclass
class OutlineItem:
    """One line of an outline: `state` is done, due (done, but changed since), now or todo."""

    title: str
    url: str
    minutes: int
    state: str
    key: uuid.UUID
    is_current: bool = False
    language: str = ""  # of the title

    @property
    def is_done(self) -> bool:
        return self.state in {"done", "due"}


@dataclass
class ShownActivity:
    """An activity block on a lesson page, for this learner."""

    activity: Activity
    is_done: bool = False
    may_act: bool = False
    note: dict[str, Any] = field(default_factory=dict)
    note_version: int = 0
    questions: list[Shown] = field(default_factory=list)
    token: str = ""
    attempt: Attempt | None = None
    problem: str = ""

    @property
    def right(self) -> int:
        """How many questions of the last attempt were fully right, of `asked`."""
        return sum(mark["correct"] for mark in self.attempt.result) if self.attempt else 0

    @property
    def asked(self) -> int:
        return len(self.attempt.result) if self.attempt else 0


def refusal(page, request: HttpRequest) -> HttpResponse | None:
    """Why this person may not read the page now: a redirect to sign-in, or 404; None if they may."""
    if page.sensitivity in readable_by(request.user) or getattr(request, "is_preview", False):
        return None
    if request.user.is_authenticated or page.sensitivity == Sensitivity.VERIFIED:
        raise Http404
    return redirect(f"{conf.login_url()}?{urlencode({'next': request.get_full_path()})}")


def may_act(user, module) -> str:
    """An empty string if the person may act in the module, else the reason code of NotOpen."""
    return barred(user, module)["refused"]


def barred(user, module) -> dict[str, Any]:
    """Whether the person may act in the module now, for templates.

    `refused` is the reason code of NotOpen, or empty; `shut` the NotOpen itself where a date or what comes first bars.
    """
    try:
        access.check(learner=user, module=module, at=timezone.now())
    except NotOpen as problem:
        return {"refused": problem.reason, "shut": problem if problem.is_shut else None}
    return {"refused": "", "shut": None}


def barred_from_delta(user, key: uuid.UUID) -> dict[str, Any]:
    """As `barred`, for an update lesson that stands in a module the person is not in."""
    may = updates.may_catch_up(user, key, at=timezone.now())
    return {"refused": "" if may else "not-enrolled", "shut": None}


def facts_by(user, module) -> dict[int, int]:
    """What a person has completed in a module: {activity id: number of the version, 0 if unknown}. One query at most."""
    if not user.is_authenticated:
        return {}
    rows = Completion.objects.filter(learner=user, activity__module=module).values_list(
        "activity_id", "module_version__number"
    )
    return {pk: number or 0 for pk, number in rows}


def done_by(user, module) -> set[int]:
    """Ids of the activities of a module that a person has completed. One query, none for strangers."""
    return set(facts_by(user, module))


def due_in(frame: frames.Frame, user, facts: Mapping[int, int]) -> list[Update]:
    """Updates of a module that a person should still read. A query only if something they did was changed."""
    if not facts or not frame.updates:
        return []
    asked = [activity for activity in frame.activities if activity.is_required]
    return updates.due(user, frame.updates, facts=facts, activities=asked)


def outline(
    frame: frames.Frame,
    user,
    done: set[int],
    current: uuid.UUID | None = None,
    due: Iterable[Update] = (),
) -> list[OutlineItem]:
    """The lessons of a module this person may know of, with their state. No query."""
    labels = readable_by(user)
    changed = {lesson for update in due for lesson in update.lessons}
    wanted = {update.delta for update in due}
    items = []
    for line in frame.lines:
        if line.is_delta and line.key not in wanted | {current}:
            continue  # an update lesson is nobody's who has nothing to catch up with
        if line.sensitivity in labels:
            required = [
                activity.pk for activity in frame.of_lesson(line.key) if activity.is_required
            ]
            finished = user.is_authenticated and bool(required) and done.issuperset(required)
            state = "done" if finished else "todo"
            if finished and line.key in changed:
                state = "due"
            elif line.is_delta:
                state = "due" if line.key in wanted else "done"
            items.append(
                OutlineItem(
                    line.title,
                    line.url,
                    line.minutes,
                    state,
                    line.key,
                    line.key == current,
                    line.language,
                )
            )
    following = next((item for item in items if item.state == "todo"), None)
    if following and user.is_authenticated:
        following.state = "now"
    return items


def module_context(page, request: HttpRequest) -> dict[str, Any]:
    frame = frames.of_module(page.module.pk)
    module = frame.module
    facts = facts_by(request.user, module)
    done = set(facts)
    due = due_in(frame, request.user, facts)
    items = outline(frame, request.user, done, due=due)
    tests = {one.block_id: one for one in frame.activities if one.kind == ActivityKind.TEST}
    test = tests.get(identity.TEST)
    return {
        "frame": frame,
        "module": module,
        "original": frame.original,
        "outline": items,
        # Signing in opens these; that there are lessons for verified roles is nobody else's to know.
        "more_for_members": not request.user.is_authenticated
        and any(line.sensitivity == Sensitivity.REGISTERED for line in frame.lines),
        "test": test,
        "test_passed": bool(test and test.pk in done),
        "short_test": tests.get(identity.SHORT_TEST),
        **barred(request.user, module),
        "due": [update for update in due if not update.lessons],
        "settled_here": any(not update.lessons and not update.delta for update in due),
        "outcomes": outcomes_of(module),
        "recommendations": wording.in_language(module.recommendations.all()),
        "guidance": wording.in_language(module.guidance.all()),
        "version": frame.version,
        "minutes": sum(item.minutes for item in items),
        "books": keeping.offers(module, request.user),
        "following": next(
            (item for state in ("now", "due") for item in items if item.state == state),
            items[0] if items else None,
        ),
    }


def outcomes_of(module) -> list[Outcome]:
    """What one can do after the module, and the area each belongs to, in the active language."""
    found = [one.in_language() for one in module.outcomes.select_related("area")]
    wording.in_language(one.area for one in found if one.area)
    return found


def lesson_context(page, request: HttpRequest) -> dict[str, Any]:
    """Everything a lesson page shows. Five queries, seven with a quiz, when its frame and body are known."""
    user = request.user
    preview = getattr(request, "is_preview", False)
    frame = (
        frames.of_module(page.get_parent().specific.module.pk)
        if preview
        else frames.of_lesson(page.translation_key)
    )
    body = frames.build_body(page, draft=True) if preview else frames.body_of(page)
    module = frame.module
    facts = facts_by(user, module)
    done = set(facts)
    due = due_in(frame, user, facts)
    items = outline(frame, user, done, current=page.translation_key, due=due)
    place = next((n for n, item in enumerate(items) if item.is_current), 0)
    line = next((line for line in frame.lines if line.key == page.translation_key), None)
    access_now = barred(user, module)
    if page.is_delta and access_now["refused"] == "not-enrolled":
        access_now = barred_from_delta(user, page.translation_key)
    shown = show_activities(
        frame.of_lesson(page.translation_key), user, done, not access_now["refused"]
    )
    _start_clock(shown.get(""), request)
    return {
        "frame": frame,
        "module": module,
        "original": line.original if line else None,
        "outline": items,
        "done_count": sum(item.is_done for item in items),
        "due": [
            update
            for update in due
            if page.translation_key in update.lessons or update.delta == page.translation_key
        ],
        "settled_here": any(update.is_settled_in(page.translation_key) for update in due),
        "place": place + 1,
        "minutes": page.shown_minutes if preview or not items else items[place].minutes,
        "before": items[place - 1] if place else None,
        "after": items[place + 1] if place + 1 < len(items) else None,
        "test": {"draw": module.draw} if module.draw else None,
        "test_url": test_url(module) if module.draw else "",
        "version": frame.version,
        "parts": body.parts,
        "evidence": body.evidence,
        "links": body.links,
        "notices": soundness.notices(body.evidence.facts.values(), timezone.localdate()),
        "is_overdue": soundness.is_overdue(page.review_by, timezone.localdate()),
        "shown": shown,
        "reading": shown.get(""),
        "keeps": any(item.may_act and item.activity.kind in KEEPING for item in shown.values()),
        "scripts": scripts_of(
            question for item in shown.values() if item.may_act for question in item.questions
        ),
        **access_now,
        "advice_note": body.note,
    }


def _start_clock(reading: ShownActivity | None, request: HttpRequest) -> None:
    """Where a lesson has a shortest time, its form says since when this learner has had it open."""
    if not reading or reading.is_done or not reading.may_act:
        return
    if reading.activity.config.get("min_seconds"):
        given = request.GET.get("opened", "")
        is_known = read_opened(given, reading.activity, request.user) is not None
        reading.token = given if is_known else sign_opened(reading.activity, request.user)


def sign_opened(activity: Activity, user) -> str:
    """Who opened which lesson when: what its form carries, so that nothing is written when a page is shown."""
    return signing.dumps(
        [str(activity.uuid), user.pk, int(timezone.now().timestamp())], salt=OPENED_SALT
    )


def read_opened(token: str, activity: Activity, user) -> dt.datetime | None:
    """When this learner opened this lesson; None for a token that is missing, altered or another's."""
    try:
        activity_uuid, user_pk, opened = signing.loads(token, salt=OPENED_SALT)
    except (signing.BadSignature, ValueError):
        return None
    if activity_uuid != str(activity.uuid) or user_pk != user.pk:
        return None
    return dt.datetime.fromtimestamp(opened, dt.UTC)


def show_activities(
    activities: list[Activity], user, done: set[int], may: bool
) -> dict[str, ShownActivity]:
    """The activities of a lesson by block id ("" is the reading), with what this learner has done and kept."""
    shown = {
        activity.block_id: ShownActivity(activity, activity.pk in done, may)
        for activity in activities
    }
    keeping = {item.activity.pk: item for item in shown.values() if item.activity.kind in KEEPING}
    if user.is_authenticated and keeping:
        for pk, data, version in PersonalNote.objects.filter(
            learner=user, activity__in=keeping
        ).values_list("activity_id", "data", "version"):
            keeping[pk].note, keeping[pk].note_version = data, version
    quizzes = [item for item in shown.values() if item.activity.kind == ActivityKind.QUIZ]
    if quizzes:
        _show_quizzes(quizzes, user)
    return shown


def _show_quizzes(quizzes: list[ShownActivity], user) -> None:
    """Fill quizzes with their last answered attempt, or with newly drawn questions. Three queries for all, four in another language."""
    last: dict[int, Attempt] = {}
    if user.is_authenticated:
        pks = [item.activity.pk for item in quizzes]
        for attempt in (
            Attempt.objects.submitted().filter(learner=user, activity__in=pks).order_by("number")
        ):
            last[attempt.activity_id] = attempt
    pools = drawing.pools([item.activity for item in quizzes], timezone.now().date())
    asked = {question.current.pk: question.current for pool in pools.values() for question in pool}
    versions = translating.overlay(asked, get_language())
    for item in quizzes:
        item.attempt = last.get(item.activity.pk)
        attempt_uuid = uuid.uuid4()
        try:
            drawn = drawing.draw_from(item.activity, pools[item.activity.pk], attempt_uuid)
        except NoQuestions:
            item.problem = "no-questions"
            continue
        item.token = sign_draw(
            item.activity, user, attempt_uuid, [entry["version"] for entry in drawn]
        )
        item.questions = [
            show_question(n, entry, versions[entry["version"]]) for n, entry in enumerate(drawn)
        ]


def sample_questions(value) -> list[Shown]:
    """The first questions of a quiz block as an editor sees them before publishing; an example if it has none yet."""
    contents = [kinds.content_of(question) for question in value["questions"] if question][
        : value["draw"] or 1
    ]
    contents = contents or [
        {
            "kind": "single",
            "stem": str(_("An example: what comes first in a project?")),
            "options": [
                {"id": "a", "text": str(_("The question"))},
                {"id": "b", "text": str(_("The object"))},
            ],
        }
    ]
    shown = []
    for n, content in enumerate(contents):
        version = QuestionVersion(pk=0, content=content)
        shown.append(show_question(n, drawing.shuffled(version, uuid.UUID(int=n)), version))
    return shown


def sign_draw(activity: Activity, user, attempt_uuid: uuid.UUID, versions: list[int]) -> str:
    """What a quiz form carries: which questions were drawn for whom. Signed; holds no order and no key."""
    return signing.dumps([str(activity.uuid), user.pk, str(attempt_uuid), versions], salt=DRAW_SALT)


def read_draw(token: str, activity: Activity, user) -> tuple[uuid.UUID, list[drawing.Drawn]]:
    """The draw of a posted form. Raises signing.BadSignature for a token that is altered, old or another's."""
    activity_uuid, user_pk, attempt_uuid, versions = signing.loads(
        token, salt=DRAW_SALT, max_age=conf.FORM_LIFETIME
    )
    if activity_uuid != str(activity.uuid) or user_pk != user.pk:
        raise signing.BadSignature("not this form")
    found = QuestionVersion.objects.in_bulk(versions)
    if len(found) != len(versions):
        raise signing.BadSignature("unknown question")
    attempt = uuid.UUID(attempt_uuid)
    return attempt, [drawing.shuffled(found[pk], attempt) for pk in versions]


def show_question(n: int, drawn: drawing.Drawn, version: QuestionVersion) -> Shown:
    """A drawn question for a form: choices and rows in shown order, named by position."""
    content = version.content
    question = Shown(f"q{n}", content["kind"], content["stem"], version=version.pk)
    kinds.get(content["kind"]).show(question, drawing.arranged(drawn), content)
    return question


def scripts_of(questions: Iterable[Shown]) -> list[str]:
    """The static modules that make these questions nicer to answer, each once."""
    return list(dict.fromkeys(path for q in questions for path in kinds.get(q.kind).scripts))


def versions_of(
    drawn: list[drawing.Drawn], language: str | None = None
) -> dict[int, QuestionVersion]:
    """The versions a draw names in a language, with their question's facts. Three queries, one more for a translation."""
    ids = [entry["version"] for entry in drawn]
    found = (
        QuestionVersion.objects.filter(pk__in=ids)
        .select_related("question__lesson")
        .prefetch_related("question__facts__sources")
    )
    return translating.overlay({version.pk: version for version in found}, language)


def contents_of(drawn: list[drawing.Drawn]) -> dict[int, QuestionVersion]:
    """The versions a draw names and nothing about them: enough to read and mark. One query."""
    return QuestionVersion.objects.in_bulk([entry["version"] for entry in drawn])


def feedback_waits(attempt: Attempt) -> bool:
    """Whether what was right in a test is told only when nobody can hand in any more."""
    module = attempt.activity.module
    if module.feedback_policy != FeedbackPolicy.CLOSED:
        return False
    return may_act(attempt.learner, module) != "closed"


def next_after(lesson_key: uuid.UUID, user) -> str:
    """Where to go after a lesson: the first lesson still to do after it, else before it, else the test or the module."""
    frame = frames.of_lesson(lesson_key)
    items = outline(frame, user, done_by(user, frame.module), current=lesson_key)
    place = next((n for n, item in enumerate(items) if item.is_current), -1)
    for item in [*items[place + 1 :], *items[: max(place, 0)]]:
        if not item.is_done:
            return item.url
    return test_url(frame.module) if frame.module.draw else frame.url


def test_url(module) -> str:
    return reverse("stoa_modules:test", args=[identity.activity_uuid(module.uuid, identity.TEST)])
