"""Common Cartridges in the studio: a module or course goes out, a cartridge comes in. Rules: modules.cartridge."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.models import AbstractPage

from modules import conf
from modules.cartridge import destinations, exporting, importing, working
from modules.cartridge.destinations import Destination
from modules.cartridge.findings import told
from modules.models import CartridgeImport
from modules.pages_lookup import all_pages

State = CartridgeImport.State
SECONDS = 3  # between two looks at an import that is being worked on


# The way to it


@hooks.register("register_admin_urls")
def cartridge_addresses():
    return [
        path("cartridges/export/<int:pk>/", export_view, name="stoa_modules_export_cartridge"),
        path("cartridges/import/<int:pk>/", upload_view, name="stoa_modules_import_cartridge"),
        path("cartridges/<uuid:uuid>/", import_view, name="stoa_modules_cartridge"),
    ]


@hooks.register("register_log_actions")
def describe_actions(actions):
    actions.register_action(
        exporting.EXPORTED,
        gettext_lazy("Export as Common Cartridge"),
        gettext_lazy("Taken out as a Common Cartridge, with the keys of its questions"),
    )
    actions.register_action(
        working.IMPORTED,
        gettext_lazy("Import a cartridge"),
        gettext_lazy("Made from a Common Cartridge"),
    )


@hooks.register("register_page_header_buttons")
def header_buttons(page, user, view_name, next_url=None):
    yield from _buttons(page, user)


@hooks.register("register_page_listing_more_buttons")
def listing_buttons(page, user, next_url=None):
    yield from _buttons(page, user)


def _buttons(page: AbstractPage, user):
    if not page.pk:
        return
    if exporting.may_export(page, user):
        yield Button(
            _("Export as Common Cartridge"),
            reverse("stoa_modules_export_cartridge", args=[page.pk]),
            icon_name="download",
            priority=80,
        )
    if destinations.may_import(page, user):
        yield Button(
            _("Import a cartridge"),
            reverse("stoa_modules_import_cartridge", args=[page.pk]),
            icon_name="upload",
            priority=80,
        )


# Out


@never_cache
def export_view(request: HttpRequest, pk: int) -> HttpResponse:
    """What the cartridge cannot hold; then, on POST, the cartridge."""
    page = _page(pk)
    try:
        exported = exporting.export(page=page, user=request.user)
    except exporting.ExportRefused as refused:
        raise PermissionDenied from refused
    if request.method == "POST":
        exporting.record_export(page=page, user=request.user)
        response = HttpResponse(exported.data, content_type="application/vnd.ims.imsccv1p3")
        response["Content-Disposition"] = f'attachment; filename="{_ascii(exported.filename)}"'
        return response
    context = {
        "page": page, "told": told(exported.report), "size": len(exported.data), "filename": exported.filename,
        "back": reverse("wagtailadmin_explore", args=[page.pk]),
        **_head(_("Export as Common Cartridge"), page.get_admin_display_title(), "download", page),
    }  # fmt: skip
    return render(request, "stoa_modules/studio/cartridge_export.html", context)


def _ascii(name: str) -> str:
    plain = name.encode("ascii", "ignore").decode().replace('"', "")
    return plain if plain != ".imscc" else "cartridge.imscc"


# In


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Cartridge"),
        help_text=gettext_lazy("A file ending in .imscc or .zip, of version 1.1, 1.2 or 1.3."),
        widget=forms.FileInput(attrs={"accept": ".imscc,.zip"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("It becomes a"), widget=forms.RadioSelect)
    modules_parent = forms.ModelChoiceField(
        queryset=None,
        label=gettext_lazy("Where its modules go"),
        help_text=gettext_lazy("A module has a page of its own; the course names it."),
        empty_label=None,
    )

    def __init__(self, *args, fitting: list[Destination], user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fitting = {destination.kind: destination for destination in fitting}
        if len(fitting) == 1:
            del self.fields["kind"]
        else:
            self.fields["kind"].choices = [(one.kind, one.label) for one in fitting]
        if any(destination.finish for destination in fitting):
            pks = [page.pk for page in destinations.module_parents(user)]
            self.fields["modules_parent"].queryset = all_pages().filter(pk__in=pks).order_by("path")
        else:
            del self.fields["modules_parent"]

    @property
    def chosen_kind(self) -> str:
        return self.cleaned_data.get("kind") or next(iter(self.fitting))

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > conf.CARTRIDGE_MAX_BYTES:
            limit = filesizeformat(conf.CARTRIDGE_MAX_BYTES)
            raise forms.ValidationError(_("The file is larger than %(limit)s.") % {"limit": limit})
        return file


@never_cache
def upload_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a cartridge in, to be read in the background."""
    parent = _page(pk)
    if not destinations.may_import(parent, request.user):
        raise PermissionDenied
    fitting = destinations.destinations_for(parent)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, fitting=fitting, user=request.user)
    if request.method == "POST" and form.is_valid():
        place = form.cleaned_data.get("modules_parent")
        file = form.cleaned_data["file"]
        job = importing.receive(
            by=request.user, parent=parent, kind=form.chosen_kind, modules_parent=place.specific if place else None,
            file=file, name=file.name, at=timezone.now(),
        )  # fmt: skip
        return redirect("stoa_modules_cartridge", job.uuid)
    context = {
        "form": form, "kind": fitting[-1].kind,
        "recent": CartridgeImport.objects.filter(by=request.user, parent_pk=parent.pk).defer("plan", "report", "made")[:10],
        **_head(_("Import a cartridge"), parent.get_admin_display_title(), "upload", parent),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "stoa_modules/studio/cartridge_upload.html", context, status=status)


@never_cache
def import_view(request: HttpRequest, uuid) -> HttpResponse:
    """One import, from upload to drafts: to whoever uploaded it, and nobody else."""
    job = get_object_or_404(CartridgeImport.objects.defer("plan"), uuid=uuid, by=request.user)
    if request.method == "POST":
        return _decide(request, job)
    return _import_page(request, job)


def _decide(request: HttpRequest, job: CartridgeImport) -> HttpResponse:
    now = timezone.now()
    here = redirect("stoa_modules_cartridge", job.uuid)
    try:
        if "drop" in request.POST:
            importing.drop(job=job, at=now)
            messages.success(request, _("The cartridge is dropped. Nothing was made."))
        elif "confirm" in request.POST:
            again = bool(request.POST.get("again"))
            importing.confirm(job=job, by=request.user, again=again, at=now)
    except importing.NotAllowed as refused:
        raise PermissionDenied from refused
    except importing.ImportedBefore:
        problem = _("Tick that it should be put in once more, or drop it.")
        return _import_page(request, job, problem=problem, status=409)
    except importing.WrongState as state:
        messages.warning(
            request,
            _("That was decided already: %(state)s.") % {"state": state.job.get_state_display()},
        )
    return here


def _import_page(request: HttpRequest, job: CartridgeImport, *, problem: str = "", status: int = 200) -> HttpResponse:  # fmt: skip
    parent = destinations.page(job.parent_pk)
    made = job.made.get("pages", [])
    there = set(all_pages().filter(pk__in=[e["page"] for e in made]).values_list("pk", flat=True))
    context = {
        "job": job, "told": told(job.report), "problem": problem,
        "refused": importing.problem_sentence(job) if job.state == State.FAILED else "",
        "before": importing.here_already(job) if job.state == State.READ else [],
        "made": [entry | {"is_there": entry["page"] in there} for entry in made],
        "again_url": reverse("stoa_modules_import_cartridge", args=[job.parent_pk]),
        **_head(str(job), job.get_state_display(), "upload", parent),
    }  # fmt: skip
    response = render(request, "stoa_modules/studio/cartridge_import.html", context, status=status)
    if job.is_working:
        response["Refresh"] = str(SECONDS)  # works without scripts
    return response


def _page(pk: int) -> AbstractPage:
    page = destinations.page(pk)
    if page is None:
        raise Http404
    return page


def _head(title: str, subtitle: str, icon: str, page: AbstractPage | None) -> dict:
    crumbs = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    if page is not None:
        label = page.get_admin_display_title()
        crumbs.append({"url": reverse("wagtailadmin_explore", args=[page.pk]), "label": label})
    return {
        "page_title": title,
        "page_subtitle": subtitle,
        "header_title": title,
        "header_icon": icon,
        "breadcrumbs_items": [*crumbs, {"url": "", "label": title}],
    }
