"""The picture of a hotspot question, ready for a page."""

from typing import Any, TypedDict

from django.conf import settings
from django.core.cache import caches
from wagtail.images import get_image_model
from wagtail.images.models import SourceImageIOError

from content.models import Drawing
from modules import conf

LIFETIME = 60  # seconds: a page with many pictures asks the database once for each
WIDTH = 1200  # px


class Picture(TypedDict):
    """`view_box` is there for a drawing, `width` and `height` for an image; `url` is empty if there is none any more."""

    url: str
    view_box: str
    width: int
    height: int


NOTHING = Picture(url="", view_box="", width=0, height=0)


def find(picture: dict[str, Any]) -> Picture:
    """The picture that a content names by drawing key or image id."""
    cache = caches[conf.CACHE if conf.CACHE in settings.CACHES else "default"]
    name = f"stoa_modules.picture:{picture.get('drawing', '')}:{picture.get('image') or ''}"
    found = cache.get(name)
    if found is None:
        found = _drawing(picture) or _image(picture) or NOTHING
        cache.set(name, found, LIFETIME if found["url"] else 1)
    return found


def _drawing(picture: dict[str, Any]) -> Picture | None:
    if not picture.get("drawing"):
        return None
    found = Drawing.objects.filter(key=picture["drawing"]).first()
    if found is None:
        return None
    return Picture(url=found.get_absolute_url(), view_box=found.view_box, width=0, height=0)


def _image(picture: dict[str, Any]) -> Picture | None:
    if not picture.get("image"):
        return None
    found = get_image_model().objects.filter(pk=picture["image"]).first()
    if found is None:
        return None
    try:
        shown = found.get_rendition(f"width-{WIDTH}|format-webp")
    except (SourceImageIOError, OSError):  # the file is gone
        return None
    return Picture(url=shown.url, view_box="", width=shown.width, height=shown.height)
