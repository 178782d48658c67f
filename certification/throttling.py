"""How often may one address ask? Counted in the cache, minute by minute; enough to make guessing hopeless."""

import time
from collections.abc import Callable
from functools import wraps

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from certification import conf

MINUTE = 60


def throttled(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 429 with Retry-After when an address asks this view too often. Counted apart for each view."""

    @wraps(view)
    def counted(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        now = time.time()
        key = f"stoa_certification.throttle:{view.__name__}:{client_address(request)}:{int(now // MINUTE)}"
        cache.add(key, 0, timeout=2 * MINUTE)
        try:
            count = cache.incr(key)
        except ValueError:  # gone in between
            count = 1
        if count <= conf.requests_per_minute():
            return view(request, *args, **kwargs)
        response = render(request, "stoa_certification/too_many.html", status=429)
        response["Retry-After"] = str(MINUTE - int(now % MINUTE))
        return response

    return counted


def client_address(request: HttpRequest) -> str:
    """The address of the connection, or what the outermost proxy of ours says that it saw."""
    proxies = conf.trusted_proxies()
    seen = [
        part.strip()
        for part in request.headers.get("X-Forwarded-For", "").split(",")
        if part.strip()
    ]
    return seen[-proxies] if 0 < proxies <= len(seen) else request.META.get("REMOTE_ADDR", "")
