"""One's own account: profile, a copy of one's data, leaving."""

import logging

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from cms import accounts, privacy
from cms.models import User

log = logging.getLogger(__name__)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Names, language and time zone; and the way to everything else about the account."""
    form = accounts.ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("stoa_profile")
    return render(request, "stoa_cms/profile.html", {"form": form})


@never_cache
@login_required
@require_safe
def take_out(request: HttpRequest) -> HttpResponse:
    """Everything we hold about this person, as one JSON file."""
    response = JsonResponse(
        privacy.disclose(learner=request.user),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
    )
    response["Content-Disposition"] = 'attachment; filename="stoa-my-data.json"'
    return response


@never_cache
@login_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Delete the account, once its owner has shown that they mean it."""
    form = accounts.LeaveForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        person = User.objects.get(pk=request.user.pk)
        try:
            privacy.forget(learner=person)
        except ProtectedError:
            log.exception("An account could not be erased: %s", person.pk)
            form.add_error(
                None,
                _(
                    "Your account still holds something that we may not erase without a person looking at it. Nothing was deleted. Please write to us."
                ),
            )
        else:
            logout(request)
            messages.success(
                request,
                _(
                    "Your account is deleted, with everything in it. Goodbye, and thank you for learning here."
                ),
            )
            return redirect("/")
    return render(request, "stoa_cms/leave.html", {"form": form})
