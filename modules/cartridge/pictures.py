"""Is this file a picture that we show? An image that a browser draws, or a plain SVG drawing."""

import io
import warnings

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from content import svg

FORMATS = {"PNG": ".png", "JPEG": ".jpg", "GIF": ".gif", "WEBP": ".webp"}
MAX_PIXELS = 40_000_000


class NoPicture(ValueError):
    """The file is not what its page says it is, or is too large to be shown."""


def extension(data: bytes) -> str:
    """ ".png" and so on by what the bytes are, never by their name. Raises NoPicture."""
    if len(data) > getattr(settings, "WAGTAILIMAGES_MAX_UPLOAD_SIZE", 10 * 1024 * 1024):
        raise NoPicture
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=list(FORMATS)) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise NoPicture
                image.verify()
                return FORMATS[str(image.format)]
    except NoPicture:
        raise
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Warning,
        OSError,
        SyntaxError,
        ValueError,
    ) as odd:
        raise NoPicture from odd


def drawing(data: bytes) -> str:
    """The text of an SVG drawing that content/svg.py lets through. Raises NoPicture."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        svg.read(text)
    except (UnicodeDecodeError, svg.UnsafeDrawing, RecursionError) as odd:
        raise NoPicture from odd
    return text


def is_drawing(path: str) -> bool:
    return path.lower().endswith(".svg")
