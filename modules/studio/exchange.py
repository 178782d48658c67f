"""Questions in and out in the studio. Rules: modules.question_imports, question_exports and modules.exchange."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from taggit.models import Tag
from wagtail import hooks
from wagtail.admin.widgets.button import Button, HeaderButton

from modules import kinds, question_exports, question_imports
from modules.exchange.csv_items import COLUMNS
from modules.exchange.formats import FORMATS
from modules.exchange.items import MAX_BYTES
from modules.models import Module, Question, QuestionImport, QuestionStatus
from modules.question_import_work import IMPORTED, may_import
from modules.question_imports import NEW, SKIP, VERSION
from modules.studio.policies import policy

State = QuestionImport.State
SECONDS = 2  # between two looks at an import that is being worked on
PER_PAGE = 100
WORDS = {
    NEW: gettext_lazy("Put in as a draft"),
    VERSION: gettext_lazy("Put in as the next version of the known question"),
    SKIP: gettext_lazy("Leave out"),
}
OUTCOMES = {
    "new": gettext_lazy("New draft"),
    "version": gettext_lazy("New version"),
    "same": gettext_lazy("Nothing to change"),
    "refused": gettext_lazy("Left as it is: you may not change it, or it is of another kind"),
}


@hooks.register("register_admin_urls")
def exchange_addresses():
    return [
        path("questions/import/", upload_view, name="stoa_modules_import_questions"),
        path("questions/import/<uuid:uuid>/", import_view, name="stoa_modules_question_import"),
        path("questions/export/", export_view, name="stoa_modules_export_questions"),
    ]


@hooks.register("register_log_actions")
def describe_actions(actions):
    actions.register_action(
        IMPORTED, gettext_lazy("Import a question"), gettext_lazy("Came in with a file")
    )


def header_buttons(user) -> list[Button]:
    """The buttons over the list of questions."""
    found: list[Button] = []
    if may_import(user):
        found.append(HeaderButton(_("Import"), reverse("stoa_modules_import_questions"), icon_name="upload"))  # fmt: skip
    if may_export(user):
        found.append(HeaderButton(_("Export"), reverse("stoa_modules_export_questions"), icon_name="download"))  # fmt: skip
    return found


def may_export(user) -> bool:
    """Whoever may read the questions with their keys may take them out."""
    return policy.user_has_permission(user, "view")


# In


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("GIFT, Moodle XML, QTI 2 or 3 (one XML file or a zip package), Aiken, or a table (CSV). At most 10 MB and 5,000 questions."),
    )  # fmt: skip
    module = forms.ModelChoiceField(
        queryset=Module.objects.none(),
        label=gettext_lazy("Into the module"),
        help_text=gettext_lazy("Its questions are compared with those of the file."),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        required=False,
        choices=[("", gettext_lazy("Find out")), *((f.key, f.label) for f in FORMATS.values())],
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["module"].queryset = Module.objects.order_by("code", "title")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file has more than 10 MB. Split it and send the parts."))  # fmt: skip
        return file


@never_cache
def upload_view(request: HttpRequest) -> HttpResponse:
    """Take a file in, to be read in the background."""
    if not may_import(request.user):
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        job = question_imports.receive(
            by=request.user, module=form.cleaned_data["module"], file=file, name=file.name,
            format=form.cleaned_data["format"], language=get_language() or "en", at=timezone.now(),
        )  # fmt: skip
        return redirect("stoa_modules_question_import", job.uuid)
    recent = QuestionImport.objects.filter(by=request.user).select_related("module")
    context = {
        "form": form,
        "recent": recent.only("uuid", "name", "state", "uploaded_at", "module__title", "module__code")[:10],
        "columns": COLUMNS.items(),
        **_head(_("Import questions"), "upload"),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "stoa_modules/studio/questions_upload.html", context, status=status)


@never_cache
def import_view(request: HttpRequest, uuid) -> HttpResponse:
    """One import, from upload to drafts: to whoever uploaded it, and nobody else."""
    job = get_object_or_404(
        QuestionImport.objects.select_related("module").defer("items", "plan"),
        uuid=uuid,
        by=request.user,
    )
    if not may_import(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _decide(request, job)
    return _import_page(request, job)


def _decide(request: HttpRequest, job: QuestionImport) -> HttpResponse:
    now = timezone.now()
    here = reverse("stoa_modules_question_import", args=[job.uuid])
    page = request.POST.get("page", "")
    try:
        if "drop" in request.POST:
            question_imports.drop(job=job, at=now)
            messages.success(request, _("The file is dropped. Nothing was made."))
            return redirect(here)
        if job.state == State.READ:
            question_imports.choose(job=job, choices=_choices(request), at=now)
        if "start" in request.POST:
            question_imports.start(job=job, by=request.user, at=now)
            return redirect(here)
    except question_imports.NotAllowed as refused:
        raise PermissionDenied from refused
    except question_imports.NothingChosen:
        job.refresh_from_db()
        problem = _("Nothing is chosen. Choose at least one question, or drop the file.")
        return _import_page(request, job, problem=problem, status=422)
    except question_imports.WrongState as state:
        messages.warning(request, _("That was decided already: %(state)s.") % {"state": state.job.get_state_display()})  # fmt: skip
        return redirect(here)
    goal = request.POST.get("go") or page
    return redirect(f"{here}?p={goal}" if goal.isdigit() else here)


def _choices(request: HttpRequest) -> dict[int, str]:
    found = {}
    for name, value in request.POST.items():
        number = name.removeprefix("row-")
        if name.startswith("row-") and number.isdecimal() and len(number) < 8:
            found[int(number)] = value
    return found


def _import_page(request: HttpRequest, job: QuestionImport, *, problem: str = "", status: int = 200) -> HttpResponse:  # fmt: skip
    page = Paginator(job.rows, PER_PAGE).get_page(request.GET.get("p") or request.POST.get("page"))
    known = question_imports.known_questions(job)
    context = {
        "job": job, "problem": problem, "page": page, "counts": _counts(job), "kinds": dict(kinds.choices()),
        "rows": [_shown(job, row, known, request.user) for row in page] if job.state == State.READ else [],
        "made": _made(job, known), "again_url": reverse("stoa_modules_import_questions"),
        "format": FORMATS[job.format].label if job.format in FORMATS else "",
        **_head(str(job), "upload", job.get_state_display()),
    }  # fmt: skip
    response = render(request, "stoa_modules/studio/questions_import.html", context, status=status)
    if job.is_working:
        response["Refresh"] = str(SECONDS)  # works without scripts
    return response


def _counts(job: QuestionImport) -> dict[str, int]:
    """How many questions were read and refused, are known, have something to say, and are chosen."""
    rows = job.rows
    read = [row for row in rows if row["index"] is not None]
    return {
        "all": len(rows),
        "read": len(read),
        "refused": len(rows) - len(read),
        "known": sum(row["known"] is not None or row["twin"] is not None for row in read),
        "noted": sum(bool(row["findings"]) for row in read),
        "chosen": sum(question_imports.chosen(job, row) != SKIP for row in read),
    }


def _shown(job: QuestionImport, row: dict[str, Any], known: dict[int, Question], user) -> dict[str, Any]:  # fmt: skip
    question = known.get(row["known"])
    possible = question_imports.possible(row)
    if question is None or not policy.user_has_permission_for_instance(user, "change", question):
        possible = tuple(choice for choice in possible if choice != VERSION)
    now = question_imports.chosen(job, row)
    kind = dict(kinds.choices()).get(row["kind"], "")
    return row | {
        "kind": kind, "question": question, "url": _question_url(question) if question else "",
        "possible": [(choice, WORDS[choice], choice == now) for choice in possible],
    }  # fmt: skip


def _made(job: QuestionImport, known: dict[int, Question]) -> list[dict[str, Any]]:
    return [
        {
            "row": row, "what": OUTCOMES[what], "question": known.get(pk),
            "url": _question_url(known[pk]) if pk in known else "",
        }
        for row, pk, what in job.made
    ]  # fmt: skip


def _question_url(question: Question) -> str:
    return reverse(Question.snippet_viewset.get_url_name("inspect"), args=[question.pk])


# Out


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[(f.key, f.label if f.key != "qti" else "QTI 3.0") for f in FORMATS.values() if f.write],
    )  # fmt: skip
    module = forms.ModelChoiceField(queryset=Module.objects.none(), label=gettext_lazy("Module"), required=False, empty_label=gettext_lazy("All modules"))  # fmt: skip
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    tag = forms.ModelChoiceField(queryset=Tag.objects.none(), label=gettext_lazy("Tag"), required=False, empty_label=gettext_lazy("All tags"))  # fmt: skip

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["module"].queryset = Module.objects.order_by("code", "title")
        tagged = Question.tags.through.objects.filter(content_type__app_label="stoa_modules", content_type__model="question")  # fmt: skip
        self.fields["tag"].queryset = Tag.objects.filter(pk__in=tagged.values("tag")).order_by("name")  # fmt: skip
        self.fields["status"].choices = [("", _("All")), *QuestionStatus.choices]
        self.fields["kind"].choices = [("", _("All kinds")), *kinds.choices()]

    def questions(self):
        """The questions that are asked for, in a fixed order."""
        wanted = self.cleaned_data
        found = Question.objects.order_by("module__code", "pk")
        for name in ("module", "status", "kind"):
            if wanted[name]:
                found = found.filter(**{name: wanted[name]})
        return found.filter(tags=wanted["tag"]) if wanted["tag"] else found


@never_cache
def export_view(request: HttpRequest) -> HttpResponse:
    """Choose questions; see what the file cannot hold; then, on POST, take the file."""
    if not may_export(request.user):
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    form = ExportForm(given if "format" in given else None)
    exported = None
    if form.is_bound and form.is_valid():
        chosen = FORMATS[form.cleaned_data["format"]]
        exported = question_exports.export(form.questions(), chosen)
        if request.method == "POST" and exported.count:
            response = HttpResponse(exported.data, content_type=chosen.content_type)
            response["Content-Disposition"] = f'attachment; filename="questions.{chosen.extension}"'
            response["X-Content-Type-Options"] = "nosniff"
            return response
    context = {
        "form": form, "exported": exported,
        "losses": [_loss(finding) for finding in exported.findings] if exported else [],
        **_head(_("Export questions"), "download"),
    }  # fmt: skip
    status = 422 if request.method == "POST" or (form.is_bound and form.errors) else 200
    return render(request, "stoa_modules/studio/questions_export.html", context, status=status)


def _loss(finding) -> dict[str, Any]:
    name = Question.snippet_viewset.get_url_name("inspect")
    return {"finding": finding, "url": reverse(name, args=[finding.row]) if finding.row else ""}


def _head(title: str, icon: str, subtitle: str = "") -> dict:
    return {
        "page_title": title, "page_subtitle": subtitle, "header_title": title, "header_icon": icon,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse(Question.snippet_viewset.get_url_name("list")), "label": _("Questions")},
            {"url": "", "label": title},
        ],
    }  # fmt: skip
