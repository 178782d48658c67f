"""Which pages search engines are told of: each open page in every language it is written in, beside the others."""

from collections import defaultdict
from typing import Any

from django.db.models import Q
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import Locale, Page, Site
from wagtail.query import PageQuerySet


class Translated(Sitemap):
    """Wagtail's own lists the tree of one language. An alias says nothing in its language, so it is left out."""

    def items(self) -> PageQuerySet:
        site = self.get_wagtail_site()
        below = Q(pk__in=())
        for root in Site.get_site_root_paths():
            if root.site_id == site.pk:
                below |= Q(url_path__startswith=root.root_path)
        pages = Page.objects.filter(below, alias_of=None).live().public().order_by("path")
        return pages.defer_streamfields().specific()

    def _urls(self, page, protocol, domain) -> list[dict[str, Any]]:
        languages = dict(Locale.objects.values_list("pk", "language_code"))
        found: dict[Any, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        for item in self.paginator.page(page).object_list:
            for url in item.get_sitemap_urls(self.request):
                found[item.translation_key].append((languages[item.locale_id], url))
        for said in found.values():
            others = [{"lang_code": code, "location": url["location"]} for code, url in said]
            for _code, url in said:
                url["alternates"] = others if len(others) > 1 else []
        return [url for said in found.values() for _code, url in said]
