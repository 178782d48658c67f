"""A module to take along: one PDF, one EPUB."""

import logging
import uuid

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from content.fonts import FontsMissing
from modules import conf
from modules.books import keeping
from modules.books.editions import edition_of
from modules.models import Module

log = logging.getLogger(__name__)


@require_safe
def book(request: HttpRequest, key: uuid.UUID, form: str) -> HttpResponse:
    """The file of a module with the lessons that this person may read; 404 where there is none of them."""
    module = get_object_or_404(Module, uuid=key, is_planned=False)
    edition = edition_of(module, request)
    if edition is None:
        raise Http404
    if not edition.lessons:
        if edition.more_for_members:
            return redirect_to_login(request.get_full_path(), conf.login_url())
        raise Http404
    try:
        data = keeping.file_of(edition, form)
    except keeping.TooManyMade:
        return _later(request, edition, 429, "60")
    except FontsMissing:
        log.exception("A book could not be set.")
        return _later(request, edition, 503, "3600")
    name = slugify(f"{module.code} {edition.page.title} {edition.language}") or "module"
    return HttpResponse(
        data,
        content_type=keeping.FORMS[form].mime,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{form}"',
            "Cache-Control": "private, no-cache",
            "X-Robots-Tag": "noindex",
        },
    )


def _later(request: HttpRequest, edition, status: int, seconds: str) -> HttpResponse:
    response = render(
        request, "stoa_modules/book_later.html", {"page": edition.page}, status=status
    )
    response["Retry-After"] = seconds
    return response
