"""Several answers are right. Content: "options": [{"id", "text", "correct", "feedback"}]."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modules.kinds.base import pick
from modules.kinds.multiple import grading
from modules.kinds.options import OptionKind, right_of


class Multiple(OptionKind):
    name = "multiple"
    label = gettext_lazy("Several answers are right")

    def problem(self, written):
        right = right_of(written)
        if len(written) < 3 or right < 1 or right == len(written):
            return _("Give at least three options, some right and some wrong.")
        return None

    def right_answer(self, content):
        return [option["id"] for option in content["options"] if option["correct"]]

    def read(self, post, name, arranged, content):
        values = post.getlist(name)
        if not values:
            return None, _("Choose at least one answer.")
        return [pick(arranged.order, value) for value in values], ""

    def mark(self, content, answer):
        return grading.mark(content, answer)
