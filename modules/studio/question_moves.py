"""The moves of a question in the studio: what is said of each, who may make it, and the page that asks first."""

from django.contrib import messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets.button import Button

from modules.models import Question
from modules.studio import question_status
from modules.studio.policies import policy

WORDS = {
    question_status.REVIEW: (
        gettext_lazy("Mark as reviewed"),
        gettext_lazy("You have read the question with its key and found it right. It is not asked yet; if somebody edits it, it is a draft again."),
        gettext_lazy("The question is reviewed."),
    ),
    question_status.BACK_TO_DRAFT: (
        gettext_lazy("Back to draft"),
        gettext_lazy("The question needs more work. Its author finds it among the drafts."),
        gettext_lazy("The question is a draft again."),
    ),
    question_status.PUT_INTO_USE: (
        gettext_lazy("Put into use"),
        gettext_lazy("Learners can meet this question from now on: in quizzes that choose it and, if it is ticked for tests, in the module test."),
        gettext_lazy("The question is in use."),
    ),
    question_status.WITHDRAW: (
        gettext_lazy("Withdraw"),
        gettext_lazy("Nobody is asked this question any more. Answers that were given stay on record, and it can be brought back."),
        gettext_lazy("The question is withdrawn."),
    ),
    question_status.BRING_BACK: (
        gettext_lazy("Bring back"),
        gettext_lazy("Learners can meet this question again."),
        gettext_lazy("The question is in use again."),
    ),
}  # fmt: skip
SLUGS = {
    "review": question_status.REVIEW,
    "back-to-draft": question_status.BACK_TO_DRAFT,
    "use": question_status.PUT_INTO_USE,
    "withdraw": question_status.WITHDRAW,
    "bring-back": question_status.BRING_BACK,
}
ICONS = {
    question_status.REVIEW: "clipboard-list",
    question_status.BACK_TO_DRAFT: "edit",
    question_status.PUT_INTO_USE: "check",
    question_status.WITHDRAW: "no-view",
    question_status.BRING_BACK: "rotate",
}


def address(name: str, *args) -> str:
    """The address of a page of the question bank."""
    return reverse(Question.snippet_viewset.get_url_name(name), args=[quote(arg) for arg in args])


def may(user, action: str, question: Question) -> bool:
    """Whether this person makes this move. Nobody reviews a question of their own."""
    if action == question_status.REVIEW and question.author_id == user.pk:
        return False
    wanted = "withdraw" if action == question_status.WITHDRAW else "publish"
    return policy.user_has_permission(user, wanted)


def moves_of(question: Question, user) -> list[tuple[str, str]]:
    """The moves this person may make now: [(address, action)]."""
    possible = question_status.MOVES[question.status]
    return [
        (address("move", question.pk, slug), action)
        for slug, action in SLUGS.items()
        if action in possible and may(user, action, question)
    ]


def buttons_of(question: Question, user) -> list[Button]:
    """The moves and the ways to other pages of a question, for the top of its pages."""
    found = [
        Button(WORDS[action][0], url=url, icon_name=ICONS[action], priority=5)
        for url, action in moves_of(question, user)
    ]
    if policy.user_has_permission(user, "regrade") and question.current_id:
        label = _("Mark answers again")
        url = address("regrade", question.pk)
        found.append(Button(label, url=url, icon_name="rotate", priority=6))
    if policy.user_has_permission_for_instance(user, "change", question) and question.current_id:
        url = address("translations", question.pk)
        found.append(Button(_("Translations"), url=url, icon_name="globe", priority=7))
    return found


def breadcrumbs(question: Question, label: str) -> list[dict]:
    return [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": address("list"), "label": _("Questions")},
        {"url": address("inspect", question.pk), "label": Truncator(question.stem).chars(40)},
        {"url": "", "label": label},
    ]


def frame(question: Question, title: str, icon: str) -> dict:
    """What every page about one question shows around its content."""
    return {
        "question": question,
        "page_title": title,
        "page_subtitle": Truncator(question.stem).chars(60),
        "header_icon": icon,
        "breadcrumbs_items": breadcrumbs(question, title),
        "back": address("inspect", question.pk),
    }


def move(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Ask, then change the status of a question."""
    if slug not in SLUGS:
        raise Http404
    action = SLUGS[slug]
    question = get_object_or_404(Question.objects.select_related("module"), pk=pk)
    if not may(request.user, action, question):
        raise PermissionDenied
    back = address("inspect", pk)
    if request.method == "POST":
        try:
            question_status.move(
                question=question, action=action, at=timezone.now(), user=request.user
            )
        except question_status.WrongMove:
            question.refresh_from_db(fields=["status"])
            messages.warning(
                request,
                _("That is not possible: the question is “%(status)s”. Nothing was changed.")
                % {"status": question.get_status_display()},
            )
        except ValidationError as problem:
            messages.error(request, " ".join(problem.messages))
        else:
            messages.success(request, WORDS[action][2])
        return redirect(back)
    title = WORDS[action][0]
    context = frame(question, title, ICONS[action]) | {
        "title": title,
        "consequence": WORDS[action][1],
    }
    return render(request, "stoa_modules/studio/question_move.html", context)
