"""The field in which an author writes the answers of a question: the blocks of every kind there is."""

from wagtail.blocks import StreamBlock
from wagtail.fields import StreamField

from modules.kinds import KINDS


class AnswersField(StreamField):
    """A stream of the parts of an answer. Its blocks come from the kinds, so that a new kind needs no migration."""

    def __init__(self, block_types=None, **kwargs):
        kwargs.pop("block_lookup", None)
        blocks = {name: block for kind in KINDS.values() for name, block in kind.blocks.items()}
        super().__init__(StreamBlock(list(blocks.items()), required=False), **kwargs)

    def deconstruct(self):
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
