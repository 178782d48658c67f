"""A question in other languages: which there are, and a form with the source beside each text."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from modules import translating
from modules.models import Question, QuestionTranslation
from modules.studio import question_moves
from modules.studio.policies import policy

LABELS = {
    "stem": gettext_lazy("Question"),
    "explanation": gettext_lazy("Explanation"),
    "text": gettext_lazy("Answer"),
    "left": gettext_lazy("Left side"),
    "right": gettext_lazy("Right side"),
    "label": gettext_lazy("Spot"),
    "before": gettext_lazy("Before the gap"),
    "after": gettext_lazy("After the gap"),
    "accepted": gettext_lazy("Accepted answers, one a line"),
    "alt": gettext_lazy("Text instead of the picture"),
    "feedback": gettext_lazy("Feedback"),
}


def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """The languages of this site, and how far the question is in each."""
    question = _question(request, pk)
    rows = {row.language: row for row in question.translations.select_related("version")}
    context = question_moves.frame(question, _("Translations"), "globe") | {
        "languages": [
            {
                "name": name,
                "url": question_moves.address("translate", question.pk, code),
                "row": rows.get(code),
                "is_outdated": code in rows and translating.is_outdated(question, rows[code]),
                "missing": sum(
                    not line.words for line in translating.lines(question, rows.get(code))
                ),
            }
            for code, name in translating.languages(question.current.language)
        ]
    }
    return render(request, "stoa_modules/studio/question_translations.html", context)


def edit(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """One language: every text with its source beside it. What is left empty is shown in the source language."""
    question = _question(request, pk)
    names = dict(translating.languages(question.current.language))
    if language not in names:
        raise Http404
    known = QuestionTranslation.objects.filter(question=question, language=language)
    lines = translating.lines(question, known.select_related("version").first())
    form = TranslationForm(lines, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            texts = {line.path: form.cleaned_data[line.path] for line in lines}
            same = translating.same_words(question, texts)
            for path in sorted(same):
                form.add_error(
                    path, _("Another answer says the same. Learners could not tell them apart.")
                )
            if not same:
                translating.save_translation(
                    question=question, language=language, texts=texts, at=timezone.now(), by=request.user,
                )  # fmt: skip
                messages.success(request, _("The translation is saved."))
                return redirect(question_moves.address("translations", question.pk))
        status = 422
    title = _("In %(language)s") % {"language": names[language]}
    context = question_moves.frame(question, title, "globe") | {
        "form": form,
        "language": language,
        "rows": [(line, form[line.path]) for line in lines],
    }
    return render(request, "stoa_modules/studio/question_translate.html", context, status=status)


class TranslationForm(forms.Form):
    """One field for each text of the question, named by its path."""

    def __init__(self, lines: list[translating.Line], data=None):
        super().__init__(data)
        for line in lines:
            is_list = isinstance(line.source, list)
            words = "\n".join(line.words) if isinstance(line.words, list) else line.words
            long = is_list or len(str(line.source)) > 60
            widget = forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput()
            self.fields[line.path] = forms.CharField(
                label=label_of(line.path), required=False, initial=words, strip=False,
                max_length=translating.MAX_WORDS, widget=widget,
            )  # fmt: skip


def label_of(path: str) -> str:
    return str(LABELS.get(path.rpartition(".")[2], path))


def _question(request: HttpRequest, pk: int) -> Question:
    question = get_object_or_404(Question.objects.select_related("module", "current"), pk=pk)
    if not policy.user_has_permission_for_instance(request.user, "change", question):
        raise PermissionDenied
    if question.current is None:
        raise Http404
    return question
