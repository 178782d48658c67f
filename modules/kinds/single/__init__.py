"""One answer is right. Content: "options": [{"id", "text", "correct", "feedback"}]."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modules.kinds.options import OptionKind, right_of
from modules.kinds.single import grading


class Single(OptionKind):
    name = "single"
    label = gettext_lazy("One answer is right")

    def problem(self, written):
        if len(written) < 2 or right_of(written) != 1:
            return _("Give at least two options and mark exactly one as right.")
        return None

    def mark(self, content, answer):
        return grading.mark(content, answer)
