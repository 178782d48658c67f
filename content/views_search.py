"""The search over everything that is taught."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from content.knowledge import LONGEST_SEARCH
from content.search import finding, passages

PER_PAGE = 15


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What there is about something, the best passage of each thing first; without `?q=`, where to ask."""
    words, is_cut = finding.clean(request.GET.get("q", ""))
    languages = dict(settings.LANGUAGES)
    kind, language = request.GET.get("kind", ""), request.GET.get("language", "")
    asked = finding.Asked(
        words,
        kind if kind in passages.kinds() else "",
        request.GET.get("module", "")[:60],
        language if language in languages else "",
    )
    found = finding.find(request, asked)
    page = Paginator(found.hits, PER_PAGE).get_page(request.GET.get("page"))
    kinds = passages.kinds()
    context = {
        "search": words,
        "is_cut": is_cut,
        "longest": LONGEST_SEARCH,
        "most_words": finding.MOST_WORDS,
        "asked": asked,
        "found": found,
        "page_obj": page,
        "results": found.shown(page.object_list),
        "kinds": [(key, kinds[key].title, number) for key, number in found.kinds.items()],
        "in_all": sum(found.kinds.values()),
        "kind": kinds[asked.kind].title if asked.kind else "",
        "parts": found.parts.items(),
        "part": found.parts.get(asked.part, ""),
        "languages": [(code, languages[code]) for code in found.languages if code in languages],
        "only_in": languages.get(asked.language, ""),
        "reading": get_language(),
    }
    return render(request, "stoa_content/search.html", context)
