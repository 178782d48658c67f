"""Check a certificate by number, link or file. A file is judged in memory and forgotten."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from certification import presenting, sharing, uploads, verifying
from certification.forms import VerifyForm
from certification.models import Assertion
from certification.throttling import throttled
from certification.views.credentials import private


@csrf_exempt  # checked below: the protection reads the form, and the size has to be looked at before that
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        if uploads.is_too_large(request):
            uploads.drain(request)
            return _page(request, status=413, template="too_large")
        request.upload_handlers = [uploads.InMemory(request)]
        return _verify_sent(request)
    if request.GET.get("code"):
        return _verify_sent(request)
    return _page(request, form=VerifyForm())


@csrf_protect
@throttled
def _verify_sent(request: HttpRequest) -> HttpResponse:
    """A number may also come in the address, so that a link to the check can be handed out."""
    form = (
        VerifyForm(request.POST, request.FILES)
        if request.method == "POST"
        else VerifyForm(request.GET)
    )
    if not form.is_valid():
        is_too_large = "file" in form.errors
        return _page(request, form=form, status=413 if is_too_large else 422)
    file = form.cleaned_data["file"]
    if file is not None:
        return _judge_file(request, file.read())
    return _look_up(request, form.cleaned_data["code"])


def _judge_file(request: HttpRequest, data: bytes) -> HttpResponse:
    now = timezone.now()
    answer = verifying.verify_upload(data, at=now)
    # Whoever has the file has the name.
    context = {
        "shown": presenting.show(answer, at=now, with_name=True),
        "is_erased": answer.is_erased,
        "form": VerifyForm(),
    }
    return private(render(request, "stoa_certification/judged.html", context))


def _look_up(request: HttpRequest, code: str) -> HttpResponse:
    """On to the page of the certificate. Its number stands only on the certificate, like the QR code, and opens the same."""
    if len(code) == 16:
        assertion = Assertion.objects.filter(short_code=code).first()
        if assertion:
            return HttpResponseRedirect(
                f"{_address(assertion)}?share={sharing.share_token(assertion)}"
            )
    else:
        assertion = verifying.find(code)
        if assertion:
            return redirect(_address(assertion))
    title, text = presenting.plain("unknown")
    return private(_page(request, form=VerifyForm(), template="unknown", title=title, text=text))


def _address(assertion: Assertion) -> str:
    return f"/credentials/{assertion.uuid}/"


def _page(
    request: HttpRequest, *, status: int = 200, template: str = "verify", **context
) -> HttpResponse:
    return render(request, f"stoa_certification/{template}.html", context, status=status)
