"""An artefact while it is written, what came of it, its files, and what a learner contests."""

import datetime as dt
import hashlib
import math
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content.text import clean_text
from modules import appeals, artefacts, conf, frames, marking, presenting, rubrics, uploads
from modules.errors import (
    CannotAppeal,
    HandedIn,
    Incomplete,
    NoMoreTries,
    NotOpen,
    UnreadableAnswer,
)
from modules.models import (
    Activity,
    ActivityKind,
    Appeal,
    Attempt,
    Marking,
    QuestionVersion,
    Submission,
    SubmissionFile,
)
from modules.pages_lookup import lesson_page
from modules.views import find_activity, lesson_url, refused

TEXT, WAS = "text-", "was-"
FORM_BYTES = 3_000_000  # what the texts of a form may weigh, besides files
MOST_DRAINED = 200_000_000
State = Submission.State


@dataclass
class Field:
    """A field as it is shown: what is in it, how that was when it was last saved, and what is wrong with it."""

    key: str
    label: str
    help: str
    rows: int
    least: int
    most: int
    is_required: bool
    text: str = ""
    was: str = ""
    problem: str = ""
    is_asked: bool = True
    comments: list[dict[str, str]] = field(default_factory=list)

    @property
    def words(self) -> int:
        return artefacts.count_words(self.text)

    @property
    def described(self) -> str:
        """Ids of what is said about the field, in reading order."""
        parts = [("help", self.help), ("words", self.least or self.most), ("error", self.problem)]
        return " ".join(f"{TEXT}{self.key}-{name}" for name, is_there in parts if is_there)


def stamp(text: str) -> str:
    """A short mark of a text: tells whether a form changed it."""
    kept = clean_text(text)[: artefacts.MAX_TEXT]
    return hashlib.sha256(kept.encode()).hexdigest()[:16]


def form_of(activity: Activity) -> dict[str, Any]:
    """The brief and the fields in the language of the reader: from the lesson's page, else as last published."""
    page = lesson_page(activity.lesson) if activity.lesson else None
    parts = frames.body_of(page).parts if page else []
    shown = next((part.value for part in parts if part.block_id == activity.block_id), None)
    return shown or {"title": activity.title} | activity.config


def fields_of(form: dict[str, Any], answers: dict[str, str]) -> list[Field]:
    """The fields of a form with what was written; a text whose field is no longer asked comes last, with its key."""
    known = [Field(**one, text=answers.get(one["key"], "")) for one in form["fields"]]
    asked = {one.key for one in known}
    gone = [
        Field(
            key, _("A field that is no longer asked"), "", 4, 0, 0, False, text=text, is_asked=False
        )
        for key, text in answers.items()
        if key not in asked and text
    ]
    for one in [*known, *gone]:
        one.was = stamp(one.text)
    return [*known, *gone]


# Writing


@csrf_exempt  # checked below: the protection reads the form, and its size has to be looked at before that
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def artefact(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The page of an artefact: the form while it is written, what came of it afterwards."""
    activity = find_activity(request, key, ActivityKind.ARTEFACT)
    if request.method == "POST":
        if _is_too_large(request, activity):
            return _too_large(request, activity)
        return _sent(request, activity)
    return _page(request, activity)


def _is_too_large(request: HttpRequest, activity: Activity) -> bool:
    files = activity.config["files"]
    each = min(files["megabytes"] * 1024 * 1024, conf.UPLOAD_MOST_BYTES)
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0) > FORM_BYTES + files["most"] * each
    except ValueError:
        return True


def _too_large(request: HttpRequest, activity: Activity) -> HttpResponse:
    """Lets the request go by before it answers: a browser that is cut off shows no answer at all."""
    left = min(int(request.META.get("CONTENT_LENGTH") or 0), MOST_DRAINED)
    while left > 0 and (chunk := request.read(min(left, 65_536))):
        left -= len(chunk)
    context = {"activity": activity, "megabytes": activity.config["files"]["megabytes"]}
    return render(request, "stoa_modules/artefact_too_large.html", context, status=413)


@csrf_protect
def _sent(request: HttpRequest, activity: Activity) -> HttpResponse:
    """Keep what changed, then do what the button says."""
    try:
        return _act(request, activity)
    except HandedIn as known:
        if "hand_in" not in request.POST and "again" not in request.POST:
            messages.warning(request, _("This was handed in already. It was not changed."))
        return redirect("stoa_modules:artefact", known.submission.activity.uuid)
    except NoMoreTries:
        messages.warning(request, _("You have used every try."))
        return redirect("stoa_modules:artefact", activity.uuid)
    except UnreadableAnswer:
        back = {"activity": activity, "back": request.path}
        return render(request, "stoa_modules/unreadable.html", back, status=400)
    except NotOpen as problem:
        return refused(request, problem, activity.module)


def _act(request: HttpRequest, activity: Activity) -> HttpResponse:
    now = timezone.now()
    who = {"learner": request.user, "activity": activity, "language": get_language() or "en"}
    if "again" in request.POST:
        artefacts.open_draft(at=now, **who)
        return redirect("stoa_modules:artefact", activity.uuid)
    draft = artefacts.save_fields(fields=_changed(request), at=now, **who)
    problems, is_refused = {}, False
    for upload in request.FILES.getlist("files")[:10]:
        try:
            artefacts.attach(upload=upload, at=now, **who)
        except uploads.Refused as problem:
            problems["files"], is_refused = f"{upload.name}: {problem.sentence}", True
    if "remove" in request.POST:
        _remove(request, draft)
    if "hand_in" in request.POST and not is_refused:
        if _elsewhere(request, draft):
            messages.warning(
                request,
                _("This was changed on another device. Look it through, then hand it in."),
            )
            return _page(request, activity, draft=draft, status=409)
        try:
            artefacts.hand_in(submission=draft, at=now)
        except Incomplete as missing:
            problems = missing.problems
        else:
            messages.success(request, _("Handed in. You will find the result here."))
            return redirect("stoa_modules:artefact", activity.uuid)
    if problems:
        return _page(request, activity, draft=draft, problems=problems, status=422)
    messages.success(request, _("Saved. You can go on here or on another device."))
    return redirect(reverse("stoa_modules:artefact", args=[activity.uuid]) + _back_to(request))


def _changed(request: HttpRequest) -> dict[str, str]:
    """The fields whose text is another than the one the form was shown with."""
    sent = {
        name.removeprefix(TEXT): text
        for name, text in request.POST.items()
        if name.startswith(TEXT)
    }
    return {key: text for key, text in sent.items() if stamp(text) != request.POST.get(WAS + key)}


def _elsewhere(request: HttpRequest, draft: Submission) -> bool:
    """Whether a field that this form did not change says something else by now: then it is not what was seen."""
    return any(
        stamp(draft.answers.get(name.removeprefix(TEXT), "")) != stamp(text)
        for name, text in request.POST.items()
        if name.startswith(TEXT)
    )


def _remove(request: HttpRequest, draft: Submission) -> None:
    try:
        wanted = uuid.UUID(request.POST["remove"])
    except ValueError:
        raise UnreadableAnswer from None
    for found in SubmissionFile.objects.filter(uuid=wanted, submission=draft):
        artefacts.remove_file(file=found)


def _back_to(request: HttpRequest) -> str:
    return "#files" if {"attach", "remove"} & set(request.POST) else ""


@require_POST
@login_required
def save(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Keep changed fields while somebody writes. Answers JSON to the page's script; 409 says where it was handed in."""
    activity = find_activity(request, key, ActivityKind.ARTEFACT)
    try:
        draft = artefacts.save_fields(
            learner=request.user,
            activity=activity,
            fields=_changed(request),
            at=timezone.now(),
            language=get_language() or "en",
        )
    except UnreadableAnswer:
        return JsonResponse({"problem": _("This is not a field of this form.")}, status=400)
    except (HandedIn, NoMoreTries):
        url = reverse("stoa_modules:artefact", args=[activity.uuid])
        return JsonResponse({"problem": _("This was handed in."), "url": url}, status=409)
    except NotOpen as problem:
        return JsonResponse({"problem": problem.reason}, status=403)
    marks = {WAS + key: stamp(text) for key, text in draft.answers.items()}
    return JsonResponse({"saved_at": draft.saved_at.isoformat(), "was": marks})


def _page(
    request: HttpRequest,
    activity: Activity,
    *,
    draft: Submission | None = None,
    problems: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    tries = artefacts.tries_of(request.user, activity)
    newest = next(
        (one for one in tries if draft and one.pk == draft.pk), tries[-1] if tries else None
    )
    passed = next((one for one in tries if one.is_passed), None)
    shown = passed or newest
    is_writing = passed is None and (newest is None or newest.state == State.DRAFT)
    form = form_of(activity)
    fields = fields_of(form, shown.answers if shown else {})
    if is_writing:
        fields = [one for one in fields if one.is_asked]
    for one in fields:
        one.problem = (problems or {}).get(one.key, "")
    context = {
        "activity": activity,
        "form": form,
        "fields": fields,
        "problems": problems or {},
        "submission": shown,
        "is_writing": is_writing,
        "may_try_again": not is_writing and artefacts.may_try(activity, tries),
        "older": [one for one in tries if one != shown and one.state != State.DRAFT],
        "files": list(shown.files.all()) if shown else [],
        "types": ",".join(f".{name}" for name in form["files"]["types"]),
        "most_bytes": min(form["files"]["megabytes"] * 1024 * 1024, conf.UPLOAD_MOST_BYTES),
        "rubric": shown.rubric if shown else rubrics.newest(activity.config["rubric"]),
        "days": days(artefacts.turn_around(activity)) if shown and not is_writing else 0,
        "back": lesson_url(activity),
    } | presenting.barred(request.user, activity.module)
    context |= _result(shown, fields) if shown and not is_writing else {}
    return render(request, "stoa_modules/artefact.html", context, status=status)


def days(time: dt.timedelta | None) -> int:
    """Whole days, at least one; 0 for not known."""
    return max(1, math.ceil(time / dt.timedelta(days=1))) if time is not None else 0


def _result(submission: Submission, fields: list[Field]) -> dict[str, Any]:
    """What the learner reads of a decision: points with words, comments beside the text, what markers wrote."""
    if submission.state != State.MARKED:
        return {"lines": []}
    markings = list(Marking.objects.filter(submission=submission).order_by("place"))
    by_field = defaultdict(list)
    for one in markings:
        for comment in one.comments:
            by_field[comment["field"]].append(comment)
    for one in fields:
        one.comments = by_field[one.key]
    now = timezone.now()
    return {
        "lines": marking.lines_of(submission.result, submission.rubric),
        "most_points": rubrics.LEVELS - 1,
        "feedback": [one.feedback for one in markings if one.feedback],
        "appeal": submission.appeals.first(),
        "may_contest": submission.score_raw != submission.score_max
        and appeals.may_contest(submission.marked_at, now),
    }


@require_safe
@login_required
def one_try(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """An earlier try of one's own, as it was handed in, with what came of it."""
    found = Submission.objects.handed_in().select_related(
        "activity__module", "activity__lesson", "rubric"
    )
    submission = get_object_or_404(found, uuid=key, learner=request.user)
    form = form_of(submission.activity)
    fields = fields_of(form, submission.answers)
    context = {
        "activity": submission.activity,
        "form": form,
        "submission": submission,
        "fields": fields,
        "files": list(submission.files.all()),
        "rubric": submission.rubric,
        "days": days(artefacts.turn_around(submission.activity)),
        "back": lesson_url(submission.activity),
        "is_old": True,
    } | _result(submission, fields)
    return render(request, "stoa_modules/artefact.html", context)


# Files


@require_safe
@login_required
def download(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A checked file, to its learner and to those who mark it: always to be saved, never shown by the browser."""
    found = SubmissionFile.objects.select_related("submission")
    kept = get_object_or_404(found, uuid=key, state=SubmissionFile.State.CLEAN)
    if not marking.may_read(request.user, kept.submission):
        raise Http404
    try:
        opened = kept.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        opened, as_attachment=True, filename=kept.name, content_type=kept.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response


# Appeals


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def contest_question(request: HttpRequest, key: uuid.UUID, version: int) -> HttpResponse:
    """Contest one question of a test or quiz that was handed in, or read what was answered."""
    found = Attempt.objects.submitted().select_related("activity__module", "activity__lesson")
    attempt = get_object_or_404(found, uuid=key, learner=request.user)
    if version not in {mark["version"] for mark in attempt.result}:
        raise Http404
    if attempt.activity.kind == ActivityKind.TEST and presenting.feedback_waits(attempt):
        raise Http404
    asked = get_object_or_404(QuestionVersion, pk=version)
    context = {
        "stem": asked.content["stem"],
        "back": reverse("stoa_modules:result", args=[attempt.uuid]),
        "title": attempt.activity.title or attempt.activity.module.title,
    }
    known = Appeal.objects.filter(attempt=attempt, version=asked).first()
    return _contest(request, known, context, appeals.contest, attempt=attempt, version=version)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def contest_mark(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Contest the mark of an artefact, or read what was answered."""
    found = Submission.objects.handed_in().select_related("activity")
    submission = get_object_or_404(found, uuid=key, learner=request.user)
    context = {
        "stem": "",
        "back": reverse("stoa_modules:artefact-try", args=[submission.uuid]),
        "title": submission.activity.title,
    }
    known = Appeal.objects.filter(submission=submission).first()
    return _contest(request, known, context, appeals.contest_mark, submission=submission)


def _contest(
    request: HttpRequest, known: Appeal | None, context: dict[str, Any], service, **of
) -> HttpResponse:
    problem, status, typed = "", 200, ""
    if request.method == "POST" and known is None:
        typed = request.POST.get("text", "")
        try:
            service(text=typed, at=timezone.now(), **of)
            messages.success(request, _("Sent. The answer will stand here."))
            return redirect(request.path)
        except ValidationError as wrong:
            problem, status = wrong.messages[0], 422
        except CannotAppeal as wrong:
            context["reason"], status = wrong.reason, 409
    elif request.method == "POST":
        return redirect(request.path)
    context |= {
        "appeal": known,
        "problem": problem,
        "text": typed,
        "most": appeals.MAX_TEXT,
        "days": conf.APPEAL_TIME.days,
    }
    return render(request, "stoa_modules/contest.html", context, status=status)
