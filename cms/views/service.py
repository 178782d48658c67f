"""Pages for machines and operators: health, readiness, robots, and the mail of a development site."""

import hashlib

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cms import mailroom


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """The process answers and reaches its database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ok"})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /studio/",
        "Disallow: /account/",
        "Disallow: /credentials/",
        "Disallow: /learn/",
    ]
    lines.append(f"Sitemap: {settings.BASE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Some programs ask here whatever a page says."""
    return redirect(static("stoa_cms/favicon.svg"))


@never_cache
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """The mail this site has sent. Only where settings name a mailroom, which production never does."""
    if not hasattr(settings, "STOA_MAILROOM_DIR"):
        raise Http404
    return render(request, "stoa_cms/mailroom.html", {"letters": mailroom.letters()})


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page a browser keeps for when there is no connection; the same for everybody."""
    return HttpResponse(render_to_string("offline.html"))


@require_safe
def offline_worker(request: HttpRequest) -> HttpResponse:
    """The service worker that keeps it. Served at the root, because its reach is the folder it comes from."""
    page = render_to_string("offline.html")
    stamp = hashlib.sha256(page.encode()).hexdigest()[:12]
    script = render_to_string("sw.js", {"stamp": stamp})
    return HttpResponse(script, content_type="text/javascript")
