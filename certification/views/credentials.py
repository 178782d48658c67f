"""The page of one certificate, for whoever checks it, and the forms in which it can be taken away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from certification import presenting, printing, services, sharing, verifying
from certification.errors import RevocationRefused
from certification.forms import RevocationForm
from certification.models import Achievement, Assertion, AssertionState, Credential
from certification.throttling import throttled
from content.fonts import FontsMissing
from modules.pages_lookup import page_of

REFRESH_SECONDS = 4


def private(response: HttpResponse) -> HttpResponse:
    """Not for search engines, and its address, which may carry the share token, not for other sites.

    `same-origin` and not `no-referrer`: the latter makes browsers send `Origin: null` with the forms of the header, which
    Django refuses as forged.
    """
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response


def find_assertion(key: str) -> Assertion:
    assertion = verifying.find(key)
    if assertion is None:
        raise Http404
    return assertion


@require_safe
@never_cache
@throttled
def credential(request: HttpRequest, key: str) -> HttpResponse:
    """Is this certificate valid, and what does it say? The verdict first."""
    assertion = find_assertion(key)
    token = request.GET.get("share", "")
    may_see_name = sharing.may_see_name(request.user, assertion, token)
    if assertion.state == AssertionState.PENDING:
        return _being_signed(request, assertion)
    found = _current(assertion)
    if assertion.state == AssertionState.ERASED or found is None:
        return private(
            render(request, "stoa_certification/tombstone.html", {"assertion": assertion})
        )
    if "application/vc+ld+json" in request.headers.get("Accept", "") and may_see_name:
        return _file(found, "json")
    now = timezone.now()
    answer = verifying.verify_credential(found, at=now)
    context = {
        "assertion": assertion,
        "shown": presenting.show(answer, at=now, with_name=may_see_name),
        "number": verifying.show_code(assertion.short_code) if may_see_name else "",
        "files": _files(assertion) if may_see_name else [],
        "share_url": sharing.share_url(assertion) if _is_holder(request, assertion) else "",
        "may_revoke": _may_revoke(request, assertion),
    }
    return private(render(request, "stoa_certification/credential.html", context))


def _is_holder(request: HttpRequest, assertion: Assertion) -> bool:
    return request.user.is_authenticated and assertion.learner_id == request.user.pk


def _may_revoke(request: HttpRequest, assertion: Assertion) -> bool:
    is_open = (
        request.user.is_authenticated
        and not assertion.revoked_at
        and not _is_holder(request, assertion)
    )
    return is_open and request.user.has_perm("stoa_certification.revoke_assertion")


def _current(assertion: Assertion) -> Credential | None:
    found = (
        Credential.objects.select_related("status_list")
        .filter(assertion=assertion, is_current=True)
        .first()
    )
    if found:
        found.assertion = assertion  # with its version, which was read already
    return found


def _being_signed(request: HttpRequest, assertion: Assertion) -> HttpResponse:
    is_holder = _is_holder(request, assertion)
    context = {
        "assertion": assertion,
        "needs_name": is_holder and not assertion.holder_name,
        "is_holder": is_holder,
    }
    response = render(request, "stoa_certification/being_signed.html", context)
    if not context["needs_name"]:
        response["Refresh"] = str(REFRESH_SECONDS)
    return private(response)


def _files(assertion: Assertion) -> list[dict[str, str]]:
    token = sharing.share_token(assertion)
    labels = {
        "pdf": _("PDF, accessible"),
        "json": _("Signed data (JSON)"),
        "svg": _("Badge image (SVG)"),
    }
    return [
        {"label": label, "url": f"/credentials/{assertion.uuid}.{form}?share={token}"}
        for form, label in labels.items()
    ]


@require_safe
@never_cache
@throttled
def credential_file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """The certificate as json, pdf or svg. Each carries the name, so it is for those who may see it."""
    assertion = find_assertion(key)
    if not sharing.may_see_name(request.user, assertion, request.GET.get("share", "")):
        return private(
            render(
                request, "stoa_certification/not_shared.html", {"assertion": assertion}, status=403
            )
        )
    found = _current(assertion)
    if found is None or not found.document:
        return redirect("stoa_certification:credential", assertion.uuid)
    try:
        return _file(found, form)
    except FontsMissing:
        return private(
            render(request, "stoa_certification/no_pdf.html", {"assertion": assertion}, status=503)
        )


def _file(found: Credential, form: str) -> HttpResponse:
    response = HttpResponse(printing.take_away(found, form), content_type=printing.FORMS[form])
    placing = "inline" if form == "pdf" else "attachment"
    response["Content-Disposition"] = (
        f'{placing}; filename="certificate-{found.assertion.uuid}.{form}"'
    )
    if form == "svg":
        # Opened as a page of its own, a drawing must not run or load anything.
        response._csp_replace = {
            "default-src": ["'none'"],
            "style-src": ["'none'"],
            "script-src": ["'none'"],
        }
    return private(response)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def revoke(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for the reason, then revoke. Those who may not do not learn that the page exists."""
    assertion = find_assertion(key)
    if not request.user.has_perm("stoa_certification.revoke_assertion"):
        raise Http404
    form = RevocationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.revoke(
                assertion=assertion,
                by=request.user,
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except RevocationRefused:
            form.add_error(
                None,
                _("Nobody revokes their own certificate. Ask a colleague who has the same right."),
            )
        else:
            messages.success(
                request, _("The certificate is revoked. Whoever checks it sees that from now on.")
            )
            return redirect("stoa_certification:credential", assertion.uuid)
    context = {"assertion": assertion, "form": form}
    return private(
        render(
            request, "stoa_certification/revoke.html", context, status=422 if form.errors else 200
        )
    )


@require_safe
def achievement(request: HttpRequest, key, number: int) -> HttpResponse:
    """The id of an achievement in credentials leads to the course it is earned by."""
    found = get_object_or_404(
        Achievement.objects.select_related("course"), uuid=key, versions__number=number
    )
    page = page_of(found.course.uuid)
    if page is None:
        raise Http404
    return redirect(page.url)
