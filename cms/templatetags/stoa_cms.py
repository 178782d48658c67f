"""Ways through the site: addresses in the active language, and which of them one is on."""

from django import template
from django.core.cache import caches
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.models import Page

from cms import seo

register = template.Library()

SAID_FOR = 60
"""Seconds after which search engines are told of a new translation."""


@register.simple_tag
def place(path: str) -> str:
    """The address of a well-known place: `catalogue` → `/catalogue/`, or `/fr/catalogue/` while reading French."""
    return reverse("wagtail_serve", args=[f"{path}/" if path else ""])


@register.simple_tag(takes_context=True)
def way(context, path: str, words: str) -> SafeString:
    """A link of the main navigation; it says where one is, on the page itself and on those below it."""
    address = place(path)
    here = context["request"].path if "request" in context else ""
    current = "page" if here == address else "true" if here.startswith(address) else ""
    return format_html(
        '<a href="{}"{}>{}</a>',
        address,
        format_html(' aria-current="{}"', current) if current else "",
        words,
    )


@register.simple_tag
def said_in(page) -> list[tuple[str, str]]:
    """The languages this page is really written in, its own among them, with addresses. One query, none when known."""

    def look() -> list[tuple[str, str]]:
        pages = Page.objects.live().filter(translation_key=page.translation_key, alias_of=None)
        return [
            (one.locale.language_code, one.full_url)
            for one in pages.select_related("locale").order_by("pk")
        ]

    return caches["stoa_frames"].get_or_set(
        f"stoa_cms.said_in.{page.translation_key}", look, SAID_FOR
    )


@register.simple_tag(takes_context=True)
def course_markup(context) -> SafeString:
    """What a course is, in the words of schema.org, for search engines."""
    about = seo.course_markup(
        context["course"],
        address=context["page"].full_url,
        language=context["page"].locale.language_code,
    )
    return format_html(
        '<script type="application/ld+json" nonce="{}">{}</script>',
        getattr(context["request"], "csp_nonce", ""),
        seo.as_json(about),
    )
