"""The roster of a city, for its coordinators; and for a learner, the posts they hold or ask for."""

import csv
import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.log_actions import log

from certification import rosters
from certification.coverage import NO_END, State, with_state
from certification.errors import (
    AlreadyDecided,
    AlreadyHeld,
    ElsewhereToo,
    NotTheirs,
    OwnMembership,
    PostClosed,
    RosterError,
    WrongPeriod,
)
from certification.forms import EndForm, InvitationForm, JoinForm
from certification.models import City, Membership, MembershipState
from certification.throttling import throttled
from certification.views.cities import PER_PAGE, harmless, today

SOON = dt.timedelta(days=90)

SENTENCES: dict[type[RosterError], object] = {
    NotTheirs: gettext_lazy("This is for others to decide."),
    OwnMembership: gettext_lazy(
        "Nobody decides on their own post. Ask another coordinator of the city."
    ),
    PostClosed: gettext_lazy("This post does not exist on that day."),
    AlreadyHeld: gettext_lazy("This person holds the post already."),
    ElsewhereToo: gettext_lazy(
        "A person counts for one city at a time. Their post in the other city has to end first."
    ),
    AlreadyDecided: gettext_lazy("This was decided already."),
    WrongPeriod: gettext_lazy("The last day lies before the first."),
}


def sentence(problem: RosterError) -> str:
    return str(SENTENCES[type(problem)])


@dataclass(frozen=True)
class Row:
    """A membership as the coordinator sees it: status, never results.

    Somebody who was invited is known only by the address the city typed; whether they are certified is nobody's
    business before both sides have confirmed.
    """

    membership: Membership
    name: str
    state: str
    expires_on: dt.date | None
    expires_soon: bool
    is_current: bool

    @property
    def label(self) -> str:
        return str(State.LABELS[self.state]) if self.state else "–"


def city_of(request: HttpRequest, slug: str) -> City:
    """The city, if this person coordinates it; 404 for everybody else."""
    return get_object_or_404(City.objects.coordinated_by(request.user), slug=slug)


def memberships_of(city: City, on: dt.date, *, with_past: bool = False) -> QuerySet[Membership]:
    """What waits first, then role by role."""
    found = Membership.objects.filter(post__city=city).select_related("post__profile", "person")
    if not with_past:
        found = found.filter(Q(to_on__isnull=True) | Q(to_on__gte=on)).exclude(
            state=MembershipState.DECLINED
        )
    ranks = [
        When(state=state, then=Value(rank))
        for rank, state in enumerate(("requested", "invited", "confirmed"))
    ]
    rank = Case(*ranks, default=Value(9), output_field=IntegerField())
    return with_state(found, on).order_by(rank, "post__profile__position", "post", "pk")


def row(membership: Membership, on: dt.date) -> Row:
    is_confirmed = membership.state == MembershipState.CONFIRMED
    is_current = (
        is_confirmed
        and membership.from_on <= on
        and (membership.to_on is None or on <= membership.to_on)
    )
    state, expires_on = "", None
    if is_current:
        state = (
            State.CERTIFIED
            if membership.is_certified
            else State.IN_PROGRESS
            if membership.is_learning
            else State.NONE
        )
        expires_on = membership.expires_on if membership.expires_on != NO_END else None
    is_hidden = membership.state in (MembershipState.INVITED, MembershipState.DECLINED)
    return Row(
        membership=membership,
        name=membership.person.email if is_hidden else membership.person.get_full_name(),
        state=state,
        expires_on=expires_on,
        expires_soon=expires_on is not None and expires_on <= on + SOON,
        is_current=is_current,
    )


@require_safe
@never_cache
@login_required
def roster(request: HttpRequest, slug: str) -> HttpResponse:
    city = city_of(request, slug)
    return _roster_page(request, city, InvitationForm(city=city, on=today()))


def _roster_page(
    request: HttpRequest, city: City, form: InvitationForm, *, status: int = 200
) -> HttpResponse:
    on = today()
    with_past = "past" in request.GET
    page = Paginator(memberships_of(city, on, with_past=with_past), PER_PAGE).get_page(
        request.GET.get("page")
    )
    page.object_list = [row(membership, on) for membership in page.object_list]
    context = {"city": city, "page_obj": page, "form": form, "on": on, "with_past": with_past}
    return render(request, "stoa_certification/roster.html", context, status=status)


@require_safe
@never_cache
@login_required
def roster_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The roster as a table. Taking it out is logged."""
    city, on = city_of(request, slug), today()
    log(instance=city, action="stoa_certification.export_roster", user=request.user)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="roster-{city.slug}-{on.isoformat()}.csv"'
    )
    writer = csv.writer(response)
    writer.writerow(
        [
            _("Name"),
            _("Role"),
            _("Post"),
            _("Membership"),
            _("From"),
            _("To"),
            _("Certificate"),
            _("Expires"),
        ]
    )
    for membership in memberships_of(city, on):
        found, post = row(membership, on), membership.post
        cells = [
            found.name,
            str(post.profile),
            post.title,
            membership.get_state_display(),
            membership.from_on,
            membership.to_on or "",
        ]
        writer.writerow(
            [harmless(str(cell)) for cell in (*cells, found.label, found.expires_on or "")]
        )
    return response


@require_POST
@login_required
@throttled
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    city, now = city_of(request, slug), timezone.now()
    form = InvitationForm(request.POST, city=city, on=today())
    if form.is_valid():
        data = form.cleaned_data
        try:
            rosters.invite(
                by=request.user,
                person=form.person,
                post=data["post"],
                from_on=data["from_on"],
                at=now,
            )
        except RosterError as problem:
            form.add_error(None, sentence(problem))
        else:
            messages.success(
                request,
                _("The person has been asked. They will find the question under “Your city”."),
            )
            return redirect("stoa_certification:roster", city.slug)
    return _roster_page(request, city, form, status=422)


@require_POST
@login_required
def decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Confirm or decline what a person has asked for."""
    city = city_of(request, slug)
    membership = get_object_or_404(Membership, post__city=city, pk=pk)
    _decide(request, membership)
    return redirect("stoa_certification:roster", city.slug)


def _decide(request: HttpRequest, membership: Membership) -> None:
    accept = request.POST.get("decision") == "accept"
    try:
        rosters.decide(membership=membership, by=request.user, accept=accept, at=timezone.now())
    except RosterError as problem:
        messages.warning(request, sentence(problem))
    else:
        messages.success(request, _("Confirmed.") if accept else _("Declined."))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask, then end a membership."""
    city = city_of(request, slug)
    membership = get_object_or_404(
        Membership.objects.select_related("post__profile", "person"), post__city=city, pk=pk
    )
    return _end(request, membership, city, back="stoa_certification:roster", arguments=[city.slug])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """The same by the person."""
    memberships = Membership.objects.select_related("post__profile", "post__city", "person")
    membership = get_object_or_404(memberships, person=request.user, pk=pk)
    return _end(
        request, membership, membership.post.city, back="stoa_certification:join", arguments=[]
    )


def _end(
    request: HttpRequest, membership: Membership, city: City, *, back: str, arguments: list[str]
) -> HttpResponse:
    form = EndForm(request.POST or None, initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            rosters.end(membership=membership, by=request.user, on=form.cleaned_data["on"])
        except RosterError as problem:
            form.add_error(None, sentence(problem))
        else:
            messages.success(
                request,
                _("The membership ends after that day. What was true before stays on record."),
            )
            return redirect(back, *arguments)
    context = {
        "membership": membership,
        "city": city,
        "form": form,
        "is_own": membership.person_id == request.user.pk,
    }
    return render(
        request, "stoa_certification/end.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def join(request: HttpRequest) -> HttpResponse:
    """Your city: the posts you hold, what you are asked, and a way to ask for a post."""
    on = today()
    chosen = get_object_or_404(City, slug=request.GET["city"]) if request.GET.get("city") else None
    form, status = None, 200
    if chosen:
        form = JoinForm(request.POST if request.method == "POST" else None, city=chosen, on=on)
        if request.method == "POST" and form.is_valid() and _request(request, form):
            messages.success(
                request,
                _("%(city)s has been asked. A coordinator will confirm.") % {"city": chosen},
            )
            return redirect("stoa_certification:join")
        status = 422 if form.errors else 200
    mine = (
        Membership.objects.filter(person=request.user)
        .select_related("post__city", "post__profile")
        .order_by("-asked_at")
    )
    context = {
        "mine": list(mine),
        "cities": City.objects.all(),
        "chosen": chosen,
        "form": form,
        "on": on,
    }
    return render(request, "stoa_certification/join.html", context, status=status)


def _request(request: HttpRequest, form: JoinForm) -> bool:
    data = form.cleaned_data
    try:
        rosters.request_membership(
            person=request.user, post=data["post"], from_on=data["from_on"], at=timezone.now()
        )
    except RosterError as problem:
        form.add_error(None, sentence(problem))
        return False
    return True


@require_POST
@login_required
def answer_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or decline what a city has asked."""
    _decide(request, get_object_or_404(Membership, person=request.user, pk=pk))
    return redirect("stoa_certification:join")
