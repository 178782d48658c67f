"""Blocks of teaching text that need no learner: text, figure, fact, case, callout, video."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    CharBlock,
    ChoiceBlock,
    ListBlock,
    RichTextBlock,
    StructBlock,
    StructBlockValidationError,
    TextBlock,
)
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]
REFERENCES_HELP = _(
    "Put the key of a fact after each factual sentence: [[F8.01]]. Also [[GR-14]], [[DG-18]], [[C09]], "
    "and [[term:stand-off|stand-off]] for a word of the glossary."
)


class RecordChooserBlock(SnippetChooserBlock):
    """A record of the knowledge base. A link leads to the original in every language, so there is nothing to translate."""

    def get_translatable_segments(self, value) -> list:
        return []


class KeyBlock(CharBlock):
    """A key, which is the same in every language."""

    def get_translatable_segments(self, value) -> list:
        return []


class TextBlockRich(RichTextBlock):
    """Running text with references such as [[F8.01]]."""

    def __init__(self, **kwargs):
        super().__init__(**({"features": FEATURES} | kwargs))

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _(
            "Paragraphs, headings and lists. References such as [[F8.01]] become links and fact cards."
        )
        help_text = REFERENCES_HELP
        template = "stoa_content/blocks/text.html"
        preview_value = "<h2>The question came too late</h2><p>Everyone did their job. The fault lies in the calendar.</p>"


class FigureBlock(StructBlock):
    drawing = SnippetChooserBlock(
        "stoa_content.Drawing",
        required=False,
        label=_("Drawing"),
        help_text=_("A plan drawing of Stoa…"),
    )
    image = ImageChooserBlock(
        required=False, label=_("Image"), help_text=_("…or an image from the library.")
    )
    caption = CharBlock(required=False, max_length=300, label=_("Caption"))
    alt = TextBlock(
        label=_("Text alternative"),
        help_text=_("What a person who cannot see it should learn. Required."),
        rows=2,
    )
    legend = ListBlock(CharBlock(max_length=300), label=_("Legend"), required=False, default=[])
    long_description = TextBlock(
        required=False,
        label=_("Long description"),
        rows=4,
        help_text=_("All the information of the drawing in words; shown on request."),
    )
    facts = ListBlock(
        KeyBlock(max_length=20), label=_("Facts it rests on"), required=False, default=[]
    )

    class Meta:
        icon = "image"
        label = _("Figure")
        description = _("A drawing or image with its text alternative, caption and legend.")
        template = "stoa_content/blocks/figure.html"

    def clean(self, value):
        value = super().clean(value)
        if bool(value.get("drawing")) == bool(value.get("image")):
            problem = ValidationError(_("Choose a drawing or an image, one of the two."))
            raise StructBlockValidationError({"drawing": problem})
        return value


class FactBlock(StructBlock):
    fact = RecordChooserBlock("stoa_content.Fact", label=_("Fact"))

    class Meta:
        icon = "doc-full"
        label = _("Fact card")
        description = _("A fact with its source, certainty and dates, shown as a card of its own.")
        template = "stoa_content/blocks/fact.html"


class CaseBlock(StructBlock):
    case = RecordChooserBlock("stoa_content.Case", required=False, label=_("Case"))
    title = CharBlock(max_length=200, label=_("Title"))
    text = RichTextBlock(features=FEATURES, label=_("Text"), help_text=REFERENCES_HELP)
    takeaway = CharBlock(required=False, max_length=300, label=_("What to take from it"))

    class Meta:
        icon = "site"
        label = _("Case")
        description = _("What a real place tried, told with stated facts only.")
        template = "stoa_content/blocks/case.html"
        preview_value = {
            "title": "Three cities try it on site",
            "text": "<p>They piloted equipment at three places.</p>",
            "takeaway": "Plan equipment and training together.",
        }


class CalloutBlock(StructBlock):
    kind = ChoiceBlock(
        choices=[
            ("scene", _("Scene: a fictional opening")),
            ("advice", _("Advice: words or steps to take over")),
            ("unknown", _("Unknown: what we do not know")),
            ("caution", _("Caution: mind this")),
        ],
        default="scene",
        label=_("Kind"),
    )
    title = CharBlock(max_length=200, label=_("Title"))
    text = RichTextBlock(features=FEATURES, label=_("Text"), help_text=REFERENCES_HELP)

    class Meta:
        icon = "warning"
        label = _("Callout")
        description = _(
            "A scene, a piece of advice, an unknown or a caution, set apart from the text."
        )
        template = "stoa_content/blocks/callout.html"
        preview_value = {
            "kind": "scene",
            "title": "Nine days before the opening",
            "text": "<p>The new square in Lagomura is almost ready.</p>",
        }


class VideoBlock(StructBlock):
    title = CharBlock(max_length=200, label=_("Title"))
    file = DocumentChooserBlock(
        label=_("Video file"),
        help_text=_("An MP4 or WebM file of this site. Nothing is loaded from elsewhere."),
    )
    captions = DocumentChooserBlock(
        label=_("Captions"), help_text=_("A WebVTT file. Required: many watch without sound.")
    )
    transcript = RichTextBlock(
        features=FEATURES, label=_("Transcript"), help_text=_("Everything said and shown, as text.")
    )

    class Meta:
        icon = "media"
        label = _("Video")
        description = _("A video with captions and a transcript.")
        template = "stoa_content/blocks/video.html"


CONTENT_BLOCKS = [
    ("text", TextBlockRich()),
    ("figure", FigureBlock()),
    ("fact", FactBlock()),
    ("case", CaseBlock()),
    ("callout", CalloutBlock()),
    ("video", VideoBlock()),
]
