"""A test while it is sat: its questions, every answer saved, handed in once, and what came of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from modules import answering, answers, presenting, services
from modules.errors import AttemptClosed, NotOpen, UnreadableAnswer
from modules.models import ActivityKind, Attempt, FeedbackPolicy
from modules.views import lesson_url, refused

TRIES_BEFORE_TELLING = 3


def own_attempt(request: HttpRequest, key: uuid.UUID) -> Attempt:
    """An attempt of this person. Raises Http404 for anybody else's."""
    found = Attempt.objects.select_related("activity__module", "activity__lesson", "learner")
    return get_object_or_404(found, uuid=key, learner=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def attempt(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A test that was started, with what was saved of it. POST hands it in, saves it, or asks about one question."""
    found = own_attempt(request, key)
    if found.submitted_at:
        return redirect("stoa_modules:result", found.uuid)
    if services.is_over(found, timezone.now()):
        return _too_late(request, services.end_overdue(attempt=found, at=timezone.now()))
    services.go_on_in(attempt=found, language=get_language() or found.language)
    if request.method != "POST":
        return _sheet(request, found)
    try:
        if "later" in request.POST:
            return _save_for_later(request, found)
        if "check" in request.POST:
            return _check_one(request, found)
        return _hand_in(request, found)
    except AttemptClosed as closed:
        if closed.attempt.submitted_at:
            return redirect("stoa_modules:result", found.uuid)
        return _too_late(request, services.end_overdue(attempt=found, at=timezone.now()))
    except UnreadableAnswer:
        back = {"activity": found.activity, "back": request.path}
        return render(request, "stoa_modules/unreadable.html", back, status=400)
    except NotOpen as problem:
        return refused(request, problem, found.activity.module)


def _hand_in(request: HttpRequest, found: Attempt) -> HttpResponse:
    versions = presenting.contents_of(found.drawn)
    post = answers.with_saved(request.POST, found)
    given, problems = answers.read(post, found.drawn, versions)
    if problems:
        services.save_answers(attempt=found, fields=_all_fields(request, found), at=timezone.now())
        return _sheet(request, found, post=post, problems=problems)
    handed_in = services.record_attempt(attempt=found, answers=given, at=timezone.now())
    if handed_in.is_timed_out:
        return _too_late(request, handed_in)
    return redirect("stoa_modules:result", found.uuid)


def _save_for_later(request: HttpRequest, found: Attempt) -> HttpResponse:
    services.save_answers(attempt=found, fields=_all_fields(request, found), at=timezone.now())
    messages.success(request, _("Saved. You can go on here or on another device."))
    return redirect("stoa_modules:attempt", found.uuid)


def _check_one(request: HttpRequest, found: Attempt) -> HttpResponse:
    """Feedback to one question at once, where the module says so; it cannot be changed afterwards."""
    place = request.POST["check"]
    if found.activity.module.feedback_policy != FeedbackPolicy.NOW or not place.isdecimal():
        raise UnreadableAnswer
    n = int(place[:4])
    services.save_answers(attempt=found, fields=_all_fields(request, found), at=timezone.now())
    post = answers.with_saved(request.POST, found)
    problems = answers.read(post, found.drawn, presenting.contents_of(found.drawn))[1]
    if n in problems:
        return _sheet(request, found, post=post, problems={n: problems[n]})
    fields = answers.fields_of(post, n)
    services.save_answer(attempt=found, place=n, fields=fields, at=timezone.now(), lock=True)
    return redirect(f"{request.path}#{found.uuid}-q{n}")


def _all_fields(request: HttpRequest, found: Attempt) -> dict[int, dict[str, list[str]]]:
    return {place: answers.fields_of(request.POST, place) for place in range(len(found.drawn))}


def _sheet(request: HttpRequest, found: Attempt, post=None, problems=None) -> HttpResponse:
    """The questions with what was saved or just sent; those that were checked already with their feedback."""
    versions = presenting.versions_of(found.drawn, found.language)
    questions = [
        presenting.show_question(n, entry, versions[entry["version"]])
        for n, entry in enumerate(found.drawn)
    ]
    answering.typed(questions, post or answers.with_saved(request.POST, found), problems or {})
    answering.tell_locked(questions, found, versions)
    module = found.activity.module
    context = {
        "attempt": found,
        "activity": found.activity,
        "module": module,
        "questions": questions,
        "problems": problems,
        "scripts": presenting.scripts_of(questions),
        "refused": presenting.may_act(request.user, module),
        "seconds_left": max(0, int((found.deadline_at - timezone.now()).total_seconds()))
        if found.deadline_at
        else None,
        "checks_now": module.feedback_policy == FeedbackPolicy.NOW,
        "answered": sum(
            bool(found.saved.get(str(n), {}).get("data")) for n in range(len(questions))
        ),
    }
    return render(request, "stoa_modules/attempt.html", context, status=422 if problems else 200)


def _too_late(request: HttpRequest, ended: Attempt) -> HttpResponse:
    messages.warning(
        request, _("The time was over. What you had answered until then was handed in for you.")
    )
    return redirect("stoa_modules:result", ended.uuid)


@require_POST
@login_required
def save(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Keep the answer to one question while the test is open. Answers JSON to the page's script.

    409 says that the attempt is closed and where its result is, 403 why nothing can be kept.
    """
    found = own_attempt(request, key)
    try:
        place = int(request.POST.get("place", "")[:4])
        saved = services.save_answer(
            attempt=found,
            place=place,
            fields=answers.fields_of(request.POST, place),
            at=timezone.now(),
        )
    except (ValueError, UnreadableAnswer):
        return JsonResponse({"problem": _("This is not an answer of this test.")}, status=400)
    except AttemptClosed:
        url = request.path.removesuffix("save/")
        return JsonResponse({"problem": _("This test was handed in."), "url": url}, status=409)
    except NotOpen as problem:
        return JsonResponse({"problem": problem.reason}, status=403)
    return JsonResponse({"saved_at": saved.saved_at.isoformat(), "answered": len(saved.saved)})


@require_safe
@login_required
def result(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What came of an attempt, question by question, each with its source."""
    found = own_attempt(request, key)
    if not found.submitted_at:
        raise Http404
    activity = found.activity
    is_test = activity.kind == ActivityKind.TEST
    waits = is_test and presenting.feedback_waits(found)
    questions: list[Any] = []
    if not waits:
        questions = answering.feedback(found, presenting.versions_of(found.drawn, found.language))
    context = {
        "attempt": found,
        "activity": activity,
        "module": activity.module,
        "questions": questions,
        "asked": len(found.result),
        "right": sum(mark["correct"] for mark in found.result),
        "waits": waits,
        "pass_percent": services.pass_percent(activity),
        "back": lesson_url(activity),
        "is_test": is_test,
        "corrections": list(found.corrections.order_by("corrected_at")),
        # Explanations name the key: after a wrong answer they wait until nothing is left to try for.
        "tells": found.is_passed if is_test else found.number >= TRIES_BEFORE_TELLING,
    }
    return render(request, "stoa_modules/result.html", context)
