"""What a learner sends: a lesson done, a quiz answered, a test started and handed in, a note kept."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from modules import answering, answers, drawing, presenting, services, updates
from modules.errors import AttemptsPaused, NoQuestions, NotOpen, TooSoon, UnreadableAnswer
from modules.models import Activity, ActivityKind, Attempt, Module
from modules.models.structure import readable_by
from modules.pages_lookup import is_shut, lesson_page, module_page


def find_activity(request: HttpRequest, key: uuid.UUID, *kinds: str) -> Activity:
    """A live activity of one of these kinds that this person may know of. Raises Http404."""
    activity = get_object_or_404(
        Activity.objects.select_related("module", "lesson"), uuid=key, kind__in=kinds, is_live=True
    )
    if activity.lesson and activity.lesson.sensitivity not in readable_by(request.user):
        raise Http404
    if is_shut((activity.lesson or activity.module).uuid, request):
        raise Http404
    return activity


def refused(request: HttpRequest, problem: NotOpen, module: Module | None) -> HttpResponse:
    return render(
        request,
        "stoa_modules/refused.html",
        {"reason": problem.reason, "module": module, "shut": problem if problem.is_shut else None},
        status=403,
    )


@require_POST
@login_required
def complete(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The lesson was read; go on to what comes next."""
    activity = find_activity(request, key, ActivityKind.READING)
    token = request.POST.get("opened", "")
    opened_at = presenting.read_opened(token, activity, request.user) if token else None
    try:
        services.complete_reading(
            learner=request.user,
            activity=activity,
            at=timezone.now(),
            language=get_language() or "en",
            opened_at=opened_at,
        )
    except NotOpen as problem:
        return refused(request, problem, activity.module)
    except TooSoon as problem:
        if opened_at is None:
            token = presenting.sign_opened(activity, request.user)
        context = {"activity": activity, "token": token, "seconds": problem.seconds}
        context["lesson_url"] = f"{lesson_url(activity).partition('#')[0]}?opened={token}"
        return render(request, "stoa_modules/too_soon.html", context, status=422)
    following = presenting.next_after(activity.lesson.uuid, request.user)
    return redirect(following or "/")


@require_POST
@login_required
def seen(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The learner has read what changed in a module as a whole."""
    module = get_object_or_404(Module, uuid=key)
    if is_shut(module.uuid, request):
        raise Http404
    try:
        updates.see_module(learner=request.user, module=module, at=timezone.now())
    except NotOpen as problem:
        return refused(request, problem, module)
    page = module_page(module)
    return redirect(page.readers_url if page else "/")


@require_POST
@login_required
def answer_quiz(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A quiz inside a lesson: marked at once, feedback on its own page (or in place with JavaScript)."""
    activity = find_activity(request, key, ActivityKind.QUIZ)
    try:
        attempt_uuid, drawn = presenting.read_draw(
            request.POST.get("draw", ""), activity, request.user
        )
    except (signing.BadSignature, ValueError):
        messages.warning(
            request,
            _("This form was too old or not yours. Here are new questions; nothing was lost."),
        )
        return redirect(lesson_url(activity))
    versions = presenting.versions_of(drawn, get_language())
    try:
        given, problems = answers.read(request.POST, drawn, versions)
        if problems:
            questions = [
                presenting.show_question(n, entry, versions[entry["version"]])
                for n, entry in enumerate(drawn)
            ]
            answering.typed(questions, request.POST, problems)
            context = {
                "activity": activity,
                "questions": questions,
                "token": request.POST["draw"],
                "lesson_url": lesson_url(activity),
                "scripts": presenting.scripts_of(questions),
            }
            return render(request, "stoa_modules/quiz_again.html", context, status=422)
        attempt = services.answer_at_once(
            learner=request.user, activity=activity, attempt_uuid=attempt_uuid, drawn=drawn, answers=given,
            at=timezone.now(), language=get_language() or "en",
        )  # fmt: skip
    except UnreadableAnswer:
        return render(
            request,
            "stoa_modules/unreadable.html",
            {"activity": activity, "back": lesson_url(activity)},
            status=400,
        )
    except NotOpen as problem:
        return refused(request, problem, activity.module)
    return redirect("stoa_modules:result", attempt.uuid)


def lesson_url(activity: Activity) -> str:
    page = lesson_page(activity.lesson) if activity.lesson else module_page(activity.module)
    return f"{page.readers_url}#a-{activity.uuid}" if page else "/"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def test(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The start page of a module test; POST opens an attempt or goes to the one that is open."""
    activity = find_activity(request, key, ActivityKind.TEST)
    if request.method == "POST":
        try:
            attempt = services.start_attempt(
                learner=request.user,
                activity=activity,
                at=timezone.now(),
                language=get_language() or "en",
            )
            return redirect("stoa_modules:attempt", attempt.uuid)
        except NotOpen as problem:
            return refused(request, problem, activity.module)
        except (AttemptsPaused, NoQuestions):
            pass  # the page below says so
    attempts = list(
        Attempt.objects.filter(learner=request.user, activity=activity).order_by("number")
    )
    submitted = [attempt for attempt in attempts if attempt.submitted_at]
    allowed = services.accommodation_of(request.user)
    context = {
        "activity": activity,
        "module": activity.module,
        "module_page": module_page(activity.module),
        "attempts": submitted,
        "open": next((attempt for attempt in attempts if not attempt.submitted_at), None),
        "passed": next((attempt for attempt in submitted if attempt.is_passed), None),
        "paused_until": services.paused_until(activity, attempts, timezone.now(), allowed),
        "minutes": activity.module.time_limit_minutes
        * float(allowed.time_factor if allowed else 1),
        "left": activity.module.attempts_before_pause
        - len(submitted) % activity.module.attempts_before_pause,
        **presenting.barred(request.user, activity.module),
        "pool_empty": not drawing.pool(activity, timezone.now().date()).exists(),
    }
    return render(request, "stoa_modules/test.html", context)
