"""True or false. Content as of a single choice, with exactly two options in the author's order."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modules.kinds.options import OptionKind, right_of
from modules.kinds.single import grading


class TrueFalse(OptionKind):
    name = "true_false"
    label = gettext_lazy("True or false")
    shuffles = False

    def problem(self, written):
        if len(written) != 2 or right_of(written) != 1:
            return _("Give exactly two options, true and false, and mark one as right.")
        return None

    def mark(self, content, answer):
        return grading.mark(content, answer)
