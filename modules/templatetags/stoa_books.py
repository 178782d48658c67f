"""Places on the cover of a book."""

from django import template

register = template.Library()


@register.simple_tag
def down(number: int, start: int, step: int) -> int:
    return start + number * step


@register.simple_tag
def columns() -> str:
    """The rhythm of columns that runs along the foot of every page of the site, as part of a path."""
    return "".join(f"M{x} 715h8v12h-8z" for x in range(0, 600, 37))
