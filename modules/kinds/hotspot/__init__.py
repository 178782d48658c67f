"""Places in a picture. The picture with marked areas, and the same as a list of boxes to tick.

Content: "picture": {"drawing": key of a content.Drawing or "", "image": id of an image or None, "alt"} and "spots":
[{"id", "label", "x", "y", "width", "height", "correct", "feedback"}], sides in per cent of the picture. `label` says
what is there to people who do not see it. Answer: list of spot ids.

Areas have letters, since drawings often have numbers of their own. They go by how areas lie in the picture, row by
row: the order of the author is told to nobody.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.blocks import (
    BooleanBlock,
    CharBlock,
    FloatBlock,
    StructBlock,
    StructBlockValidationError,
    TextBlock,
)
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from content.models import Drawing
from modules.kinds.base import Arranged, Kind, Shown, parts_of, pick, raw
from modules.kinds.feedback import FeedbackBlock
from modules.kinds.hotspot import grading, pictures
from modules.kinds.options import right_of

SIDES = ("x", "y", "width", "height")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MAX_SPOTS = len(LETTERS)
ROUNDING = 0.01  # per cent that places read from other systems may reach over the edge
BAND = 10  # per cent of the height that count as one row when areas get their letters


class PictureBlock(StructBlock):
    drawing = SnippetChooserBlock(
        "stoa_content.Drawing",
        required=False,
        label=gettext_lazy("Drawing"),
        help_text=gettext_lazy("A plan drawing of Stoa…"),
    )
    image = ImageChooserBlock(
        required=False,
        label=gettext_lazy("Image"),
        help_text=gettext_lazy("…or an image from the library."),
    )
    alt = TextBlock(
        rows=2,
        label=gettext_lazy("Text alternative"),
        help_text=gettext_lazy(
            "What the picture shows, for people who cannot see it. Required. It must not give the answer away."
        ),
    )

    class Meta:
        icon = "image"
        label = gettext_lazy("Picture")
        group = gettext_lazy("Places in a picture")
        description = gettext_lazy("The picture in which places are chosen; one for each question.")

    def clean(self, value):
        value = super().clean(value)
        if bool(value.get("drawing")) == bool(value.get("image")):
            problem = ValidationError(_("Choose a drawing or an image, one of the two."))
            raise StructBlockValidationError({"drawing": problem})
        return value


def _side(label: str, help_text: str = "", least: float = 0) -> FloatBlock:
    return FloatBlock(min_value=least, max_value=100, label=label, help_text=help_text)


class SpotBlock(StructBlock):
    label = CharBlock(
        max_length=300,
        label=gettext_lazy("What is there"),
        help_text=gettext_lazy(
            "Stands in the list beside the picture. Say what one sees, not whether it is right."
        ),
    )
    x = _side(
        gettext_lazy("From the left"),
        gettext_lazy(
            "In per cent of the picture. Draw the area over the picture in the preview with the right answers: it tells you the four numbers."
        ),
    )
    y = _side(gettext_lazy("From the top"), gettext_lazy("In per cent of the picture."))
    width = _side(gettext_lazy("Width"), gettext_lazy("In per cent."), 0.1)
    height = _side(gettext_lazy("Height"), gettext_lazy("In per cent."), 0.1)
    correct = BooleanBlock(required=False, label=gettext_lazy("This is right"))
    feedback = FeedbackBlock()

    class Meta:
        icon = "crosshairs"
        label = gettext_lazy("Place")
        group = gettext_lazy("Places in a picture")
        description = gettext_lazy("An area of the picture that can be chosen, right or wrong.")

    def clean(self, value):
        value = super().clean(value)
        beyond = {}
        for start, length in (("x", "width"), ("y", "height")):
            first, size = value[start], value[length]  # None while a draft leaves them open
            if first is not None and size is not None and first + size > 100 + ROUNDING:
                beyond[length] = ValidationError(
                    _("The area reaches over the edge of the picture.")
                )
        if beyond:
            raise StructBlockValidationError(beyond)
        return value


class Hotspot(Kind):
    name = "hotspot"
    label = gettext_lazy("Places in a picture")
    blocks = {"picture": PictureBlock(), "spot": SpotBlock()}
    words = {"picture": ("alt",), "spots": ("label", "feedback")}
    scripts = ("stoa_modules/hotspot.js",)

    def problem(self, written):
        pictured = [part.value for part in written if part.block == "picture"]
        if len(pictured) != 1 or not (pictured[0].get("drawing") or pictured[0].get("image")):
            return _("Choose one picture.")
        if not (pictured[0].get("alt") or "").strip():
            return _("Say in words what the picture shows.")
        spots = [part for part in written if part.block == "spot"]
        if not 0 < right_of(spots) < len(spots):
            return _("Give at least two places, some right and some wrong.")
        if len(spots) > MAX_SPOTS:
            return _("Give at most %(most)s places.") % {"most": MAX_SPOTS}
        if not all((spot.value.get("label") or "").strip() for spot in spots):
            return _("Say of each place what is there.")
        if not all(_lies_inside(spot.value) for spot in spots):
            return _("Every place must lie inside the picture.")
        return None

    def content(self, written):
        pictured = next((part.value for part in written if part.block == "picture"), {})
        drawing, image = pictured.get("drawing"), pictured.get("image")
        spots = parts_of(written, "spot")
        return {
            "picture": {
                "drawing": drawing.key if drawing else "",
                "image": image.pk if image else None,
                "alt": pictured.get("alt") or "",
            },
            "spots": [spot | {"correct": bool(spot["correct"])} for spot in spots],
        }

    def answers(self, content):
        picture = content["picture"]
        found = Drawing.objects.filter(key=picture["drawing"]) if picture.get("drawing") else None
        value = {
            "id": "picture",
            "drawing": found.values_list("pk", flat=True).first() if found is not None else None,
            "image": picture.get("image"),
            "alt": picture["alt"],
        }
        return [raw("picture", value), *(raw("spot", spot) for spot in content["spots"])]

    def author_help(self, written):
        """The picture with the areas that are there already, each told as right or wrong."""
        content = self.content(written)
        # Parts of a form that was never saved have no ids yet.
        placed = sorted((spot for spot in content["spots"] if _lies_inside(spot)), key=_place)
        spots = [spot | {"id": str(place)} for place, spot in enumerate(placed)]
        if not (content["picture"]["drawing"] or content["picture"]["image"]):
            return None
        question = Shown("key", self.name, "", mark={"parts": {}})
        found = content | {"spots": spots}
        self.show(question, Arranged([spot["id"] for spot in spots]), found)
        for choice, spot in zip(question.choices, spots, strict=True):
            choice |= {"chosen": True, "right": spot["correct"]}
        return {"template": "stoa_modules/kinds/hotspot/placing.html", "question": question}

    def right_answer(self, content):
        return [spot["id"] for spot in content["spots"] if spot["correct"]]

    def key_lines(self, written):
        spots = sorted(parts_of(written, "spot"), key=_place)
        return [
            {
                "text": f"{letter(place)} · {spot['label'] or '…'}",
                "right": bool(spot["correct"]),
                "feedback": spot["feedback"],
            }
            for place, spot in enumerate(spots)
        ]

    def arrange(self, content, dice):
        return Arranged(_as_they_lie(content["spots"]))

    def show(self, question, arranged, content):
        spots = {spot["id"]: spot for spot in content["spots"]}
        question.choices = [
            {
                "value": str(place),
                "letter": letter(place),
                "text": spots[key]["label"],
                # Numbers of an SVG, which has a point in every language.
                "area": {side: f"{float(spots[key][side]):.4g}%" for side in SIDES},
            }
            for place, key in enumerate(arranged.order)
        ]
        question.extra = {
            "picture": pictures.find(content["picture"]),
            "alt": content["picture"]["alt"],
        }

    def read(self, post, name, arranged, content):
        values = post.getlist(name)
        if not values:
            return None, _("Choose at least one place.")
        return [pick(arranged.order, value) for value in dict.fromkeys(values)], ""

    def mark(self, content, answer):
        return grading.mark(content, answer)

    def tell(self, question, arranged, content, answer, mark):
        spots = {spot["id"]: spot for spot in content["spots"]}
        chosen = set(self.chosen(content, answer))
        for choice, key in zip(question.choices, arranged.order, strict=True):
            choice["chosen"] = key in chosen
            choice["right"] = spots[key]["correct"] if key in chosen else None
            choice["feedback"] = spots[key].get("feedback", "") if key in chosen else ""
        question.missing = sum(spot["correct"] for key, spot in spots.items() if key not in chosen)

    def chosen(self, content, answer):
        known = {spot["id"] for spot in content["spots"]}
        given = answer if isinstance(answer, list) else []
        return [
            key for key in dict.fromkeys(a for a in given if isinstance(a, str)) if key in known
        ]


def letter(place: int) -> str:
    """A to Z; a question from elsewhere with more places goes on with AA."""
    more, last = divmod(place, len(LETTERS))
    return (letter(more - 1) if more else "") + LETTERS[last]


def _lies_inside(spot: dict[str, Any]) -> bool:
    sides = [spot.get(side) for side in SIDES]
    if not all(isinstance(side, int | float) and 0 <= side <= 100 for side in sides):
        return False
    x, y, width, height = sides
    return bool(width and height and x + width <= 100 + ROUNDING and y + height <= 100 + ROUNDING)


def _as_they_lie(spots: list[dict[str, Any]]) -> list[str]:
    """Ids row by row from the top left, as one reads a picture."""
    return [spot["id"] for spot in sorted(spots, key=_place)]


def _place(spot: dict[str, Any]) -> tuple[float, float, str]:
    x, y, width, height = (float(spot[side] or 0) for side in SIDES)
    return (y + height / 2) // BAND, x + width / 2, spot["label"] or ""
