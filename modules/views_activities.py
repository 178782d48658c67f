"""What a learner sends from the activities that are no questions: notes, checklists, scenarios and surveys."""

import json
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from content.text import clean_text
from modules import documents, playing, scenario_pages, scenarios, services, surveys
from modules.errors import NotOpen, NotReadable, StaleNote, SurveyClosed
from modules.models import Activity, ActivityKind, Completion, PersonalNote, Scenario
from modules.models.structure import readable_by
from modules.notes import MAX_NOTE_LENGTH
from modules.pages_lookup import module_page
from modules.views import find_activity, lesson_url, refused

# Notes and checklists


@require_POST
@login_required
def keep_note(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Keep a private note or ticks. Answers JSON to the page's script, else returns to the lesson."""
    activity = find_activity(request, key, ActivityKind.NOTE, ActivityKind.CHECKLIST)
    wants_json = request.headers.get("Accept", "").startswith("application/json")
    try:
        note = services.save_note(
            learner=request.user, activity=activity, at=timezone.now(), **_sent(request, activity)
        )
    except StaleNote as problem:
        return _told_apart(request, activity, problem.note, wants_json)
    too_long = len(clean_text(request.POST.get("text", ""))) > MAX_NOTE_LENGTH
    if wants_json:
        told = {"saved_at": note.updated_at.isoformat(), "data": note.data}
        return JsonResponse(told | {"version": note.version, "is_cut": too_long})
    if too_long:
        return _note_again(request, activity, note, {"is_cut": True})
    messages.success(request, _("Saved. Only you can read it."))
    return redirect(lesson_url(activity))


def _sent(request: HttpRequest, activity: Activity) -> dict[str, Any]:
    """What a form of a note or checklist says, as services.save_note takes it."""
    sent = request.POST
    if activity.kind == ActivityKind.NOTE:
        base = sent.get("base", "")
        is_number = base.isascii() and base.isdigit() and len(base) < 10
        return {"data": {"text": sent.get("text", "")}, "base": int(base) if is_number else None}
    data: dict[str, Any] = {name: sent[name] for name in ("heading", "on") if name in sent}
    data["ticked"] = sent.getlist("ticked")
    data["notes"] = {
        item["key"]: sent[f"note-{item['key']}"]
        for item in activity.config.get("items", [])
        if f"note-{item['key']}" in sent
    }
    try:
        was = json.loads(sent.get("was", ""))
    except (ValueError, RecursionError):
        was = None
    return {"data": data, "was": was if isinstance(was, dict) else None}


def _told_apart(
    request: HttpRequest, activity: Activity, note: PersonalNote, wants_json: bool
) -> HttpResponse:
    """Another tab or device wrote something newer: both texts are shown, and the learner decides."""
    if wants_json:
        return JsonResponse({"data": note.data, "version": note.version}, status=409)
    return _note_again(request, activity, note, {"is_stale": True}, status=409)


def _note_again(request, activity, note, context, status: int = 422) -> HttpResponse:
    context |= {
        "activity": activity, "note": note, "text": clean_text(request.POST.get("text", "")),
        "lesson_url": lesson_url(activity),
    }  # fmt: skip
    return render(request, "stoa_modules/note_again.html", context, status=status)


def _kept(request: HttpRequest, activity: Activity) -> PersonalNote:
    found = PersonalNote.objects.filter(learner=request.user, activity=activity).first()
    return found or PersonalNote(learner=request.user, activity=activity, data={})


@require_safe
@never_cache
@login_required
def note_text(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A note or checklist of one's own as plain text, to put into a paper."""
    activity = find_activity(request, key, ActivityKind.NOTE, ActivityKind.CHECKLIST)
    note = _kept(request, activity)
    if activity.kind == ActivityKind.CHECKLIST:
        text = documents.as_text(documents.paper(activity, note))
    else:
        title = activity.title
        lines = [title, "=" * len(title), "", activity.config.get("prompt", ""), ""]
        text = "\n".join([*lines, note.data.get("text", "")]) + "\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
@login_required
def checklist_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A checklist of one's own as a document, ready to print."""
    activity = find_activity(request, key, ActivityKind.CHECKLIST)
    paper = documents.paper(activity, _kept(request, activity))
    context = {"activity": activity, "paper": paper, "lesson_url": lesson_url(activity)}
    return render(request, "stoa_modules/checklist_paper.html", context)


@require_safe
@never_cache
@login_required
def checklist_odt(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The same document for a word processor."""
    activity = find_activity(request, key, ActivityKind.CHECKLIST)
    paper = documents.paper(activity, _kept(request, activity))
    response = HttpResponse(
        documents.as_odt(paper, get_language() or "en"), content_type=documents.ODT
    )
    name = slugify(activity.title) or "checklist"
    response["Content-Disposition"] = f'attachment; filename="{name}.odt"'
    return response


# Scenarios


def find_scenario(request: HttpRequest, key: str) -> Scenario:
    """A published scenario that this person may play. Raises Http404."""
    return get_object_or_404(
        Scenario.objects.select_related("module").defer("body"),
        key=key,
        live=True,
        sensitivity__in=readable_by(request.user),
    )


@require_safe
def scenario(request: HttpRequest, key: str, path: str = "") -> HttpResponse:
    """A branching scenario, one scene a page. The path is in the address, so going back is the browser's own back."""
    found = find_scenario(request, key)
    try:
        step = scenarios.follow(found.document, scenarios.split(path))
    except scenarios.NoSuchPath:
        return revised(request, found)
    found = found.in_language()
    step = scenarios.follow(found.document, scenarios.split(path))
    context = scenario_pages.scenario_context(
        found, step, path, scenario_pages.address_of(found.key)
    )
    if not step.way or step.is_ending:
        context["plays"] = playing.plays_of(request.user, found)
    return render(request, "stoa_modules/scenario.html", context)


def revised(request: HttpRequest, found: Scenario) -> HttpResponse:
    """The way in the address is none, or none any more."""
    return render(request, "stoa_modules/scenario_revised.html", {"scenario": found}, status=404)


@require_POST
@login_required
def scenario_done(request: HttpRequest, key: str, path: str) -> HttpResponse:
    """The learner played to an ending and says so; the server walks the path again before it believes it."""
    found = find_scenario(request, key)
    try:
        services.complete_scenario(
            learner=request.user,
            scenario=found,
            path=scenarios.split(path),
            at=timezone.now(),
            language=get_language() or "en",
        )
    except NotReadable as problem:
        raise Http404 from problem
    except scenarios.NoSuchPath:
        return revised(request, found)
    except NotOpen as problem:
        return refused(request, problem, found.module)
    messages.success(request, _("Kept: you have played this scenario to an ending."))
    page = module_page(found.module) if found.module else None
    return redirect(page.readers_url if page else "/")


# Surveys


@require_POST
@login_required
def answer_survey(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Take part in a survey, once and without a name."""
    activity = find_activity(request, key, ActivityKind.SURVEY)
    answers, problems = surveys.read(request.POST, activity.config)
    if not answers and not problems:
        problems = {"": _("Please answer at least one question.")}
    today = timezone.localdate()
    if problems and not surveys.is_closed(activity.config, today):
        return _survey_again(request, activity, problems)
    try:
        is_new = services.answer_survey(
            learner=request.user, activity=activity, answers=answers, at=timezone.now(), today=today,
            language=get_language() or "en",
        )  # fmt: skip
    except NotOpen as problem:
        return refused(request, problem, activity.module)
    except SurveyClosed as problem:
        context = {"activity": activity, "day": problem.day, "lesson_url": lesson_url(activity)}
        return render(request, "stoa_modules/survey_closed.html", context, status=403)
    if is_new:
        messages.success(request, _("Thank you. Your answers are kept without your name."))
    else:
        messages.info(request, _("You have taken part before. Your first answers count."))
    return redirect(lesson_url(activity))


def _survey_again(
    request: HttpRequest, activity: Activity, problems: dict[str, str]
) -> HttpResponse:
    given = {
        question["key"]: request.POST.getlist(f"s-{question['key']}")
        for question in activity.config["questions"]
    }
    context = {
        "activity": activity, "survey": activity.config, "given": given, "problems": problems,
        "lesson_url": lesson_url(activity),
    }  # fmt: skip
    return render(request, "stoa_modules/survey_again.html", context, status=422)


@require_http_methods(["GET", "HEAD"])
@never_cache
@login_required
def survey_results(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What participants said, for participants, as far as it is released."""
    activity = find_activity(request, key, ActivityKind.SURVEY)
    if not activity.config.get("show_results"):
        raise Http404
    took_part = Completion.objects.filter(learner=request.user, activity=activity).exists()
    context: dict[str, Any] = {
        "activity": activity,
        "took_part": took_part,
        "lesson_url": lesson_url(activity),
    }
    if took_part:
        context["results"] = surveys.results(activity)
    return render(
        request, "stoa_modules/survey_results.html", context, status=200 if took_part else 403
    )
