"""The body of a lesson: everything it may hold, in one flat list; blocks do not nest."""

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, ListBlock, StreamBlock, StructBlock, TextBlock
from wagtail.fields import StreamField

from content.blocks import CONTENT_BLOCKS, RecordChooserBlock
from modules.activities import ACTIVITIES
from modules.activities.base import CLOSE, READ


class AdviceBlock(StructBlock):
    title = CharBlock(max_length=200, default="Where this leads", label=_("Title"))
    recommendations = ListBlock(
        RecordChooserBlock("stoa_content.Recommendation"), label=_("Recommendations"), default=[]
    )
    guidance = ListBlock(
        RecordChooserBlock("stoa_content.Guidance"), label=_("Guidance"), default=[]
    )
    note = TextBlock(required=False, rows=2, label=_("Note"))

    class Meta:
        icon = "tag"
        group = CLOSE
        label = _("Where this leads")
        description = _(
            "The recommendations and guidance of this lesson. Shown in the panel at its end, linked both ways."
        )
        template = "stoa_modules/blocks/advice.html"


class LessonBody(StreamBlock):
    """Teaching text, the activities there are, and where the lesson leads."""

    def __init__(self, local_blocks=None, **kwargs):
        own = [*ACTIVITIES.items(), ("advice", AdviceBlock())]
        super().__init__([*own, *CONTENT_BLOCKS, *(local_blocks or [])], **kwargs)
        for block in self.child_blocks.values():
            block.meta.group = block.meta.group or READ


class BodyField(StreamField):
    """A stream whose blocks are not in the migrations, so that a new activity needs none."""

    def __init__(self, block_types=None, **kwargs):
        kwargs.pop("block_lookup", None)
        super().__init__(block_types or LessonBody(), **kwargs)

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
