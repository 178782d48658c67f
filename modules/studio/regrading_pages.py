"""Withdraw a question and mark its answers again: what it would do is shown first, then a worker does it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modules import regrading, tasks
from modules.errors import RegradeUnderWay
from modules.models import Question, Regrade
from modules.studio import question_moves
from modules.studio.policies import policy

HINTS = {
    Regrade.Rule.POINT: gettext_lazy("Whoever was asked it gets the full point. The question is withdrawn."),
    Regrade.Rule.OUT: gettext_lazy("Points that were lost with it are no longer asked for; points that were earned stay. The question is withdrawn."),
    Regrade.Rule.KEY: gettext_lazy("Correct the question first, then choose this. Who was right by the old key stays right. The question keeps its status."),
}  # fmt: skip


class RegradeForm(forms.ModelForm):
    class Meta:
        model = Regrade
        fields = ["rule", "note"]
        widgets = {"rule": forms.RadioSelect, "note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"note": gettext_lazy("One or two sentences. They stand beside their result.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [
            (value, f"{label}. {HINTS[Regrade.Rule(value)]}")
            for value, label in Regrade.Rule.choices
        ]


def regrade(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a rule, see what it would do, confirm. Without a confirmation nothing changes."""
    if not policy.user_has_permission(request.user, "regrade"):
        raise PermissionDenied
    question = get_object_or_404(Question.objects.select_related("module"), pk=pk)
    form = RegradeForm(request.POST or None)
    found, status = None, 200
    if request.method == "POST":
        status = 200 if form.is_valid() else 422
    if form.is_bound and form.is_valid():
        if "confirm" in request.POST:
            return _start(request, question, form.cleaned_data)
        found = regrading.preview(question, form.cleaned_data["rule"])
    title = _("Mark answers again")
    context = question_moves.frame(question, title, "rotate") | {
        "form": form,
        "preview": found,
        "title": title,
        "underway": question.regrades.exclude(state=Regrade.State.DONE).first(),
        "regrades": question.regrades.select_related("asked_by")[:10],
    }
    return render(request, "stoa_modules/studio/question_regrade.html", context, status=status)


def _start(request: HttpRequest, question: Question, asked: dict[str, str]) -> HttpResponse:
    try:
        row = regrading.withdraw_and_regrade(
            question=question, by=request.user, at=timezone.now(), **asked
        )
    except RegradeUnderWay:
        messages.warning(
            request, _("The answers are being marked again already. Wait until that is done.")
        )
    else:
        tasks.regrade.delay_on_commit(row.pk)
        messages.success(
            request, _("The answers are being marked again. What came of it is told here.")
        )
    return redirect(question_moves.address("regrade", question.pk))
