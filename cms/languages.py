"""Which language somebody reads: the address says it, else what they chose, else their browser."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse, translate_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language_from_path
from wagtail.models import Page, Site

from cms import serving

# Addresses without a language of their own. Everything else says it, English by having no prefix.
NEUTRAL = ("/account/", "/language/", "/mail/", "/offline/")


def is_neutral(path: str) -> bool:
    return path.startswith(NEUTRAL)


def of_neutral(request: HttpRequest) -> tuple[str, bool]:
    """The language of an address that has none, and whether the page before it decided: then it is worth keeping."""
    if request.user.is_authenticated and request.user.language in dict(settings.LANGUAGES):
        return request.user.language, False
    before = urlsplit(request.META.get("HTTP_REFERER", "")).path
    if (
        before
        and not is_neutral(before)
        and request.META.get("HTTP_HOST", "") in request.META["HTTP_REFERER"]
    ):
        return get_language_from_path(before) or settings.LANGUAGE_CODE, True
    return translation.get_language_from_request(request), False


def remember(response, language: str) -> None:
    """Keep the choice in a cookie, for those who have no account yet."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def choose(request: HttpRequest) -> HttpResponseRedirect:
    """The same page in another language; a learner's choice is kept in the profile."""
    if request.method != "POST":
        return HttpResponseRedirect("/")
    language, next_url = request.POST.get("language", ""), request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        next_url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        next_url = "/"
    if language not in dict(settings.LANGUAGES):
        return HttpResponseRedirect(next_url)
    if request.user.is_authenticated and request.user.language != language:
        request.user.language = language
        request.user.save(update_fields=["language"])
    response = HttpResponseRedirect(in_language(next_url, language, request))
    remember(response, language)
    return response


def in_language(url: str, language: str, request: HttpRequest) -> str:
    """This address in another language, with its query. A page is looked up: its translation may be called otherwise."""
    parts = urlsplit(url)
    spoken = get_language_from_path(parts.path) or settings.LANGUAGE_CODE
    with translation.override(spoken):
        try:
            match = resolve(parts.path)
        except Resolver404:
            return url
        if match.func is serving.serve:
            path = match.args[0]
            found = _page(path, language, spoken, request)
            if not found:  # shown in its own language there
                with translation.override(language):
                    found = reverse("wagtail_serve", args=[path])
            return parts._replace(path=found).geturl()
        return translate_url(url, language)


def _page(path: str, language: str, spoken: str, request: HttpRequest) -> str:
    """Where the page at this path stands in a language; empty if it has no translation."""
    site = Site.find_for_request(request)
    below = f"{path.strip('/')}/" if path.strip("/") else ""
    roots = [
        root.root_path
        for root in Site.get_site_root_paths()
        if site
        and root.site_id == site.pk
        and root.language_code in {spoken, settings.LANGUAGE_CODE}
    ]
    keys = Page.objects.live().filter(url_path__in=[f"{root}{below}" for root in roots])
    found = Page.objects.live().filter(
        translation_key__in=keys.values("translation_key"), locale__language_code=language
    )
    page = found.select_related("locale").first()
    if page is None:
        return ""
    with translation.override(language):
        return page.get_url(request) or ""
