"""What a learner does with courses: join, leave, continue, look back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses import presenting, services
from courses.errors import CourseRequired, EnrolmentClosed
from courses.models import Course, Enrolment
from modules.pages_lookup import page_of


@require_POST
@login_required
def enrol(request: HttpRequest, key) -> HttpResponse:
    """Join and go straight to the first step, or back to the page one was reading: one click to learn."""
    course = get_object_or_404(Course, uuid=key, is_live=True)
    try:
        services.enrol(learner=request.user, course=course, at=timezone.now())
    except EnrolmentClosed:
        return render(
            request,
            "stoa_courses/closed.html",
            {"course": course, "now": timezone.now()},
            status=403,
        )
    except CourseRequired as refused:
        needed = presenting.linked(refused.one_of)
        return render(
            request, "stoa_courses/closed.html", {"course": course, "needed": needed}, status=403
        )
    modules = presenting.outlines([course], request.user)[course.pk]
    following = presenting.next_step(modules)
    messages.success(
        request, _("You have joined “%(title)s”. What you do is saved.") % {"title": course.title}
    )
    back = request.POST.get("next", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect(following.url if following else course_url(course))


def course_url(course: Course) -> str:
    page = page_of(course.uuid)
    return page.readers_url if page else "/learn/"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def leave(request: HttpRequest, key) -> HttpResponse:
    """Ask, then leave a course. Records stay."""
    enrolment = get_object_or_404(
        Enrolment.objects.active().select_related("course"), course__uuid=key, learner=request.user
    )
    if request.method == "POST":
        services.withdraw(enrolment=enrolment, at=timezone.now())
        messages.success(
            request,
            _("You have left “%(title)s”. What you did stays on your record.")
            % {"title": enrolment.course.title},
        )
        return redirect("stoa_courses:learn")
    return render(
        request,
        "stoa_courses/leave.html",
        {"enrolment": enrolment, "back": course_url(enrolment.course)},
    )


@require_safe
@login_required
def learn(request: HttpRequest) -> HttpResponse:
    """My learning: one Continue, then everything else."""
    paths = presenting.paths_of(request.user)
    current = next((path for path in paths if path.following and not path.is_complete), None)
    running = [path for path in paths if not path.is_complete]
    context = {
        "paths": paths,
        "current": current,
        "due": presenting.updates_of(paths),
        "waiting": next((one for path in running for one in path.modules if one.shut), None),
    }
    return render(request, "stoa_courses/learn.html", context)


@require_safe
@login_required
def record(request: HttpRequest) -> HttpResponse:
    """The transcript: everything done, module by module, with results and versions."""
    enrolments = (
        Enrolment.objects.filter(learner=request.user)
        .select_related("course", "completion", "progress")
        .order_by("enrolled_at")
    )
    return render(
        request,
        "stoa_courses/record.html",
        {
            "enrolments": enrolments,
            "tests": presenting.tests_of(request.user),
            "corrections": presenting.corrections_of(request.user),
        },
    )
