"""Put in order. Content: "items": [{"id", "text", "feedback"}] in the right order."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.blocks import CharBlock, StructBlock

from modules.kinds.base import Arranged, Kind, parts_of, raw, shuffle_really
from modules.kinds.feedback import FeedbackBlock
from modules.kinds.ordering import grading


class ItemBlock(StructBlock):
    text = CharBlock(max_length=400, label=gettext_lazy("Item"))
    feedback = FeedbackBlock()

    class Meta:
        icon = "list-ol"
        label = gettext_lazy("Item, in the right order")
        group = gettext_lazy("Put in order")
        description = gettext_lazy(
            "Write the items in their right order; learners see them shuffled."
        )


class Ordering(Kind):
    name = "ordering"
    label = gettext_lazy("Put in order")
    blocks = {"item": ItemBlock()}
    scripts = ("stoa_modules/ordering.js",)
    words = {"items": ("text", "feedback")}

    def problem(self, written):
        return _("Give at least three items, in the right order.") if len(written) < 3 else None

    def content(self, written):
        return {"items": parts_of(written, "item")}

    def answers(self, content):
        return [raw("item", item) for item in content["items"]]

    def right_answer(self, content):
        return [item["id"] for item in content["items"]]

    def key_lines(self, written):
        return [
            {"text": part.value["text"], "right": None, "feedback": part.value["feedback"]}
            for part in written
        ]

    def arrange(self, content, dice):
        order = [item["id"] for item in content["items"]]
        shuffle_really(order, dice)
        return Arranged(order)

    def show(self, question, arranged, content):
        words = {item["id"]: item["text"] for item in content["items"]}
        question.rows = [
            {"name": f"{question.name}-{place}", "text": words[key]}
            for place, key in enumerate(arranged.order)
        ]

    def read(self, post, name, arranged, content):
        count = len(arranged.order)
        ranks = [post.get(f"{name}-{place}", "") for place in range(count)]
        if sorted(ranks) != sorted(str(rank) for rank in range(1, count + 1)):
            return None, _("Give every line its own place, from 1 to %(count)s.") % {"count": count}
        placed = sorted(zip((int(rank) for rank in ranks), arranged.order, strict=True))
        return [key for _rank, key in placed], ""

    def mark(self, content, answer):
        return grading.mark(content, answer)

    def tell(self, question, arranged, content, answer, mark):
        items = {item["id"]: item for item in content["items"]}
        question.rows = [
            {"text": items[key]["text"], "right": content["items"][place]["id"] == key}
            for place, key in enumerate(answer or [])
            if key in items
        ]
