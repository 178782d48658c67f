"""Every address of the site, and what each role finds behind it: design section 4 as data.

An outcome is a status, or a word for a redirect: `login` to the sign-in page, `studio` back to the studio's first page
(how Wagtail refuses), `on` anywhere else.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.http import HttpResponse
from django.urls import URLResolver, get_resolver, reverse

from tests.security.conftest import ROLES, STRANGER, World

Outcome = int | str
Expected = dict[str, Outcome]

AUTHORS = ("trainer", "other trainer", "editor")
STUDIO = (*AUTHORS, "reviewer", "partnership", "administrator")


def outcome_of(response: HttpResponse) -> Outcome:
    if response.status_code not in {301, 302, 303, 307, 308}:
        return response.status_code
    target = response["Location"]
    if target.startswith(("/account/login/", "/_util/login/")):
        return "login"
    return "studio" if target == "/studio/" else "on"


def everybody(outcome: Outcome) -> Expected:
    return dict.fromkeys(ROLES, outcome)


def signed_in(outcome: Outcome, **others: Outcome) -> Expected:
    return everybody(outcome) | {STRANGER: "login"}


def only(
    *roles: str, outcome: Outcome = 200, others: Outcome = 404, stranger: Outcome = "login"
) -> Expected:
    return everybody(others) | {STRANGER: stranger} | dict.fromkeys(roles, outcome)


def in_studio(*roles: str, outcome: Outcome = 200, others: Outcome = "studio") -> Expected:
    """Strangers are sent to sign in, people without the studio refused; those without this right see its first page."""
    return (
        everybody(403)
        | {STRANGER: "login"}
        | dict.fromkeys(STUDIO, others)
        | dict.fromkeys(roles, outcome)
    )


@dataclass(frozen=True)
class Door:
    """One address. `make` gives its path; `post` is what a POST with `data` comes to, 405 for all if it is left out."""

    name: str
    make: Callable[[World], str]
    get: Expected
    post: Expected | None = None
    data: dict = field(default_factory=dict)


def walk(resolver=None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """(name or pattern, pattern) of every address of the site."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from walk(
                entry, pattern, f"{space}{entry.namespace}:" if entry.namespace else space
            )
        else:
            yield (f"{space}{entry.name}" if entry.name else pattern), pattern


def at(name: str, *things: str | int) -> Callable[[World], str]:
    """The address of a view by name; a text names a thing of the world, by dots (`assertion.uuid`)."""

    def make(world: World) -> str:
        args = [thing if isinstance(thing, int) else _thing(world, thing) for thing in things]
        return reverse(name, args=args)

    return make


def _thing(world: World, name: str):
    if name.startswith("="):
        return name[1:]
    found = world
    for part in name.split("."):
        if part.isdigit():
            found = found[int(part)]
        else:
            found = found[part] if isinstance(found, dict) else getattr(found, part)
    return found


def door(
    name: str,
    *things: str | int,
    get: Expected,
    post: Expected | None = None,
    data: dict | None = None,
) -> Door:
    return Door(name, at(name, *things), get, post, data or {})


def path(
    name: str, address: str | Callable[[World], str], get: Expected, post: Expected | None = None
) -> Door:
    return Door(name, address if callable(address) else lambda world: address, get, post)


MANAGERS = ("coordinator", "administrator")
NOBODY = everybody(405)
POST_ONLY = NOBODY
OTHER_READERS = (
    "trainer",
    "other trainer",
    "editor",
    "reviewer",
    "partnership",
    "administrator",
)  # of verified lessons

KNOWLEDGE = [
    door("stoa_content:drawing", "=t-square", "=0", get=everybody(200)),
    door("stoa_content:index", get=everybody(200)),
    door("stoa_content:search", get=everybody(200)),
    door("stoa_content:competences", get=everybody(200)),
    door("stoa_content:coverage", get=everybody(200)),
    door("stoa_content:bibliography", get=everybody(200)),
    door("stoa_content:listing", "=facts", get=everybody(200)),
    door("stoa_content:record", "=facts", "=F1.01", get=everybody(200)),
]

LEARNING = [
    door(
        "stoa_modules:complete",
        "school.lessons.0.uuid",
        get=POST_ONLY,
        post=only("trainee", outcome="on", others=403),
    ),
    door(
        "stoa_modules:complete",
        "registered.lesson.uuid",
        get=POST_ONLY,
        post=only("trainee", outcome="on", others=403),
    ),
    # A trainee who guesses the address of a hidden lesson learns nothing; those who may read it are not enrolled.
    door(
        "stoa_modules:complete",
        "verified.lesson.uuid",
        get=POST_ONLY,
        post=only(*OTHER_READERS, outcome=403),
    ),
    door("stoa_modules:complete", "withdrawn.lesson.uuid", get=POST_ONLY, post=only()),
    door(
        "stoa_modules:seen",
        "school.module.uuid",
        get=POST_ONLY,
        post=only("trainee", outcome="on", others=403),
    ),
    # The files hold what their reader may read (test_books); a module without an open lesson asks to sign in.
    door("stoa_modules:book-pdf", "school.module.uuid", get=everybody(200)),
    door("stoa_modules:book-epub", "school.module.uuid", get=everybody(200)),
    # Without a token of one's own there is nothing to mark: back to the lesson.
    door("stoa_modules:answer", "kinds.quiz.uuid", get=POST_ONLY, post=signed_in("on")),
    door(
        "stoa_modules:test",
        "school.test.uuid",
        get=signed_in(200),
        post=only("trainee", outcome="on", others=403),
    ),
    door(
        "stoa_modules:attempt", "open.uuid", get=only("trainee"), post=only("trainee", outcome=422)
    ),
    door(
        "stoa_modules:save",
        "open.uuid",
        get=POST_ONLY,
        post=only("trainee"),
        data={"place": "0", "q0": "1"},
    ),
    door("stoa_modules:result", "submitted.uuid", get=only("trainee")),
    door("stoa_modules:result", "open.uuid", get=only()),
    door("stoa_modules:note", "kinds.note.uuid", get=POST_ONLY, post=signed_in("on")),
    door("stoa_modules:note-text", "kinds.note.uuid", get=signed_in(200)),
    door("stoa_modules:note-print", "kinds.checklist.uuid", get=signed_in(200)),
    door("stoa_modules:note-print", "kinds.note.uuid", get=only()),
    door("stoa_modules:note-odt", "kinds.checklist.uuid", get=signed_in(200)),
    # Without an answer there is nothing to send in.
    # The trainee's work waits to be marked: it is not changed now. The others are in no course with it.
    door(
        "stoa_modules:artefact",
        "work.uuid",
        get=signed_in(200),
        post=only("trainee", outcome="on", others=403),
        data={"save": "1"},
    ),
    door(
        "stoa_modules:artefact-save",
        "work.uuid",
        get=POST_ONLY,
        post=only("trainee", outcome=409, others=403),
    ),
    door("stoa_modules:artefact-try", "waiting_work.uuid", get=only("trainee")),
    door(
        "stoa_modules:artefact-file",
        "kept_file.uuid",
        get=only("trainee", "trainer", "administrator"),
    ),
    door(
        "stoa_modules:contest-mark",
        "waiting_work.uuid",
        get=only("trainee"),
        post=only("trainee", outcome=409),
        data={"text": "It names them."},
    ),
    door(
        "stoa_modules:contest-question",
        "submitted.uuid",
        "wrong_version",
        get=only("trainee"),
        post=only("trainee", outcome="on"),
        data={"text": "Both can be defended."},
    ),
    door("stoa_modules:contest-question", "submitted.uuid", 999_999, get=only(), post=only()),
    door("stoa_modules:survey", "kinds.survey.uuid", get=POST_ONLY, post=signed_in(422)),
    door("stoa_modules:survey-results", "kinds.survey.uuid", get=signed_in(403)),
    door("stoa_modules:scenario", "=s-open", get=everybody(200)),
    door("stoa_modules:scenario", "=s-open", "=x", get=everybody(200)),
    door("stoa_modules:scenario", "=s-registered", get=signed_in(200) | {STRANGER: 404}),
    door("stoa_modules:scenario", "=s-verified", get=only(*OTHER_READERS, stranger=404)),
    # No lesson here holds this scenario, so there is nothing to keep or to refuse.
    door("stoa_modules:scenario_done", "=s-open", "=x", get=POST_ONLY, post=signed_in("on")),
    door(
        "stoa_modules:scenario_done",
        "=s-verified",
        "=x",
        get=POST_ONLY,
        post=only(*OTHER_READERS, outcome="on"),
    ),
    door("stoa_courses:learn", get=signed_in(200)),
    door("stoa_courses:record", get=signed_in(200)),
    door("stoa_courses:enrol", "school.course.uuid", get=POST_ONLY, post=signed_in("on")),
    door(
        "stoa_courses:leave",
        "school.course.uuid",
        get=only("trainee"),
        post=only("trainee", outcome="on"),
    ),
]

REVOKERS = ("partnership", "administrator")
CERTIFICATION = [
    door("stoa_certification_did", get=everybody(200)),
    door("stoa_certification_jwks", get=everybody(200)),
    door("stoa_certification_status", 1, get=everybody(200)),
    door("stoa_certification:credential", "assertion.uuid", get=everybody(200)),
    door("stoa_certification:credential_json", "assertion.uuid", get=only("trainee", others=403, stranger=403)),
    door("stoa_certification:credential_pdf", "assertion.uuid", get=only("trainee", others=403, stranger=403)),
    door("stoa_certification:credential_svg", "assertion.uuid", get=only("trainee", others=403, stranger=403)),
    door(
        "stoa_certification:revoke", "assertion.uuid",
        get=only(*REVOKERS), post=only(*REVOKERS, outcome="on"), data={"reason": "Asked for by the holder."},
    ),
    door("stoa_certification:achievement", "achievement.uuid", 1, get=everybody("on")),
    door("stoa_certification:verify", get=everybody(200), post=everybody(422)),
    door("stoa_certification:cities", get=everybody(200)),
    door("stoa_certification:cities_json", get=everybody(200)),
    door("stoa_certification:city", "=delft", get=everybody(200)),
    door("stoa_certification:join", get=signed_in(200), post=signed_in(200)),
    door(
        "stoa_certification:answer_invitation", "invited.pk",
        get=POST_ONLY, post=only("trainee", outcome="on"), data={"decision": "accept"},
    ),
    door("stoa_certification:leave", "held.pk", get=only("trainee"), post=only("trainee", outcome=200)),
    door("stoa_certification:roster", "=delft", get=only(*MANAGERS)),
    door("stoa_certification:roster_csv", "=delft", get=only(*MANAGERS)),
    door("stoa_certification:invite", "=delft", get=POST_ONLY, post=only(*MANAGERS, outcome=422)),
    door(
        "stoa_certification:decide", "=delft", "waiting.pk",
        get=POST_ONLY, post=only(*MANAGERS, outcome="on"), data={"decision": "accept"},
    ),
    # A membership of one city is not found under another, not even by an administrator.
    door("stoa_certification:decide", "=elche", "waiting.pk", get=POST_ONLY, post=only(), data={"decision": "accept"}),
    door("stoa_certification:end", "=delft", "held.pk", get=only(*MANAGERS), post=only(*MANAGERS, outcome=200)),
    door("stoa_certification:end", "=elche", "held.pk", get=only(), post=only()),
    door("stoa_certification:partnership", get=only(*REVOKERS, others=403)),
    door("stoa_certification:partnership_csv", get=only(*REVOKERS, others=403)),
]  # fmt: skip

SITE = [
    path("health", "/healthz", everybody(200)),
    path("stoa_offline", "/offline/", everybody(200)),
    path("stoa_offline_worker", "/sw.js", everybody(200)),
    path("ready", "/readyz", everybody(200)),
    path("favicon.ico", "/favicon.ico", everybody("on")),
    path("robots.txt", "/robots.txt", everybody(200)),
    path("sitemap", "/sitemap.xml", everybody(200), everybody(200)),
    path("set_language", "/language/", everybody("on"), everybody("on")),
    path("stoa_mailroom", "/mail/", everybody(200)),  # in development and tests only, see test_production
    door("stoa_profile", get=signed_in(200), post=signed_in(200)),
    door("stoa_take_out", get=signed_in(200)),
    door("stoa_leave", get=signed_in(200), post=signed_in(200)),
    path("wagtaildocs_serve", "/documents/1/plan.pdf", everybody(404), everybody(404)),
    path("wagtaildocs_authenticate_with_password", "/documents/authenticate_with_password/1/", everybody(404), everybody(404)),
    path("wagtailcore_authenticate_with_password", "/_util/authenticate_with_password/1/1/", everybody(404), everybody(404)),
    path("wagtailcore_login", "/_util/login/", everybody(404), everybody(404)),
    path("wagtail_serve", "/", everybody(200), everybody(200)),
    path("wagtail_serve", "/catalogue/", everybody(200), everybody(200)),
    path("wagtail_serve", "/modules/", everybody(200), everybody(200)),
    path("wagtail_serve", lambda world: world.text_page.url, everybody(200), everybody(200)),
    path("wagtail_serve", lambda world: world.school.course_page.url, everybody(200), everybody(200)),
    path("wagtail_serve", lambda world: world.school.module_page.url, everybody(200), everybody(200)),
    path("wagtail_serve", lambda world: world.full.url, everybody(200), everybody(200)),
    path("wagtail_serve", lambda world: world.registered.url, signed_in(200), signed_in(200)),
    path("wagtail_serve", lambda world: world.verified.url, only(*OTHER_READERS, stranger=404), only(*OTHER_READERS, stranger=404)),
    path("wagtail_serve", "/modules/reading-a-square/unborn/", everybody(404), everybody(404)),
    path("wagtail_serve", "/modules/reading-a-square/withdrawn/", everybody(404), everybody(404)),
]  # fmt: skip

# Sign-up, log-in and the second factor are allauth's; what matters here is that nothing of an account opens to strangers.
OWN = signed_in("on")
ACCOUNT = [
    door(
        "account_login",
        get=everybody("on") | {STRANGER: 200},
        post=everybody("on") | {STRANGER: 200},
    ),
    door(
        "account_signup",
        get=everybody("on") | {STRANGER: 200},
        post=everybody("on") | {STRANGER: 200},
    ),
    door("account_logout", get=everybody(200) | {STRANGER: "on"}, post=everybody("on")),
    door("account_inactive", get=everybody(200)),
    door("account_reauthenticate", get=signed_in(200), post=signed_in(200)),
    door("account_email", get=signed_in(200), post=OWN),
    door("account_email_verification_sent", get=OWN, post=OWN),
    door("account_change_password", get=signed_in(200), post=signed_in(200)),
    door("account_set_password", get=OWN, post=OWN),
    door("account_reset_password", get=everybody(200), post=everybody(200)),
    door("account_reset_password_done", get=everybody(200)),
    door("account_reset_password_from_key", "=1", "=a-b", get=everybody(200), post=everybody(200)),
    door("account_reset_password_from_key_done", get=everybody(200)),
    door("account_confirm_login_code", get=OWN, post=OWN),
    door("mfa_index", get=signed_in(200)),
    door("mfa_authenticate", get=OWN, post=OWN),
    door("mfa_reauthenticate", get=OWN, post=OWN),
    door("mfa_activate_totp", get=OWN, post=OWN),
    door("mfa_deactivate_totp", get=signed_in(404), post=signed_in(404)),
    door("mfa_view_recovery_codes", get=signed_in(404)),
    door("mfa_generate_recovery_codes", get=OWN, post=OWN),
    door("mfa_download_recovery_codes", get=signed_in(404), post=signed_in(404)),
    door("mfa_list_webauthn", get=signed_in(200)),
    door("mfa_add_webauthn", get=OWN, post=OWN),
    door("mfa_reauthenticate_webauthn", get=OWN, post=OWN),
    door("mfa_remove_webauthn", 1, get=OWN, post=OWN),
    door("mfa_edit_webauthn", 1, get=OWN, post=OWN),
    door("mfa_login_webauthn", get=OWN, post=OWN),
    door("socialaccount_login_cancelled", get=everybody(200)),
    door("socialaccount_login_error", get=everybody(401)),
    door("socialaccount_signup", get=everybody("login"), post=everybody("login")),
    door("socialaccount_connections", get=signed_in(200), post=signed_in(200)),
    door(
        "openid_connect_login", "=city", get=everybody(404), post=everybody(404)
    ),  # no provider is set up here
    door("openid_connect_callback", "=city", get=everybody(404), post=everybody(404)),
]

# The studio. Wagtail's own addresses are many; these are the ones that lead to something of ours or change something.
READERS = (*AUTHORS, "reviewer", "administrator")
WRITERS = (*AUTHORS, "administrator")
PUBLISHERS = ("editor", "administrator")
APPROVERS = ("editor", "reviewer", "administrator")
QUESTION = "wagtailsnippets_stoa_modules_question"
SHELVES = ("recommendation", "guidance", "fact", "source", "case", "checklist", "term", "drawing")


def studio(
    name: str,
    *things: str | int,
    roles: tuple[str, ...] = (),
    post: Expected | None = None,
    data: dict | None = None,
    **others,
) -> Door:
    return door(name, *things, get=in_studio(*roles, **others), post=post, data=data)


PAGES = [
    studio("wagtailadmin_home", roles=STUDIO),
    studio("wagtailadmin_explore", "school.module_page.pk", roles=READERS),
    studio("wagtailadmin_pages:search", roles=READERS),
    studio("wagtailadmin_pages:edit", "full.pk", roles=WRITERS),
    studio("wagtailadmin_pages:edit", "draft.pk", roles=WRITERS),
    studio("wagtailadmin_pages:view_draft", "draft.pk", roles=WRITERS),
    studio("wagtailadmin_pages:history", "full.pk", roles=WRITERS),
    studio("wagtailadmin_pages:copy", "full.pk", roles=WRITERS),
    studio("wagtailadmin_pages:add", "=stoa_modules_pages", "=lessonpage", "school.module_page.pk", roles=WRITERS),
    studio("wagtailadmin_pages:unpublish", "full.pk", roles=PUBLISHERS, post=in_studio(*PUBLISHERS, outcome="on")),
    studio("wagtailadmin_pages:delete", "full.pk", roles=PUBLISHERS, post=in_studio(*PUBLISHERS, outcome="on")),
    studio("wagtailadmin_pages:set_privacy", "full.pk", roles=PUBLISHERS),
    door("wagtailadmin_pages:lock", "full.pk", get=in_studio(others=405), post=in_studio(*APPROVERS, outcome="on")),
    studio("wagtailadmin_reports:site_history", roles=STUDIO),  # what stands in it depends: see test_leaks
    studio("wagtailadmin_reports:workflow", roles=WRITERS),
    studio("wagtailadmin_account", roles=STUDIO),
    path("studio/login/", "/studio/login/", everybody("login"), everybody("login")),
    *(studio(f"{name}:index", roles=("administrator",)) for name in ("wagtailusers_users", "wagtailusers_groups", "wagtailsites", "wagtaillocales", "wagtailredirects", "wagtailadmin_collections", "wagtailadmin_workflows")),
    studio("wagtailusers_users:add", roles=("administrator",)),
    studio("wagtaildocs:index", roles=(*AUTHORS, "administrator")),
    studio("wagtailimages:index", roles=(*AUTHORS, "administrator")),
    studio("wagtail_localize:translations_report", roles=STUDIO),
]  # fmt: skip

BANK = [
    # A cartridge holds keys: it leaves by the hands of those who write questions, and an import is its own person's.
    studio("stoa_modules_export_cartridge", "school.module_page.pk", roles=WRITERS, post=in_studio(*WRITERS)),
    studio("stoa_modules_export_cartridge", "school.course_page.pk", roles=WRITERS, post=in_studio(*WRITERS)),
    studio("stoa_modules_import_cartridge", "module_index.pk", roles=WRITERS, post=in_studio(*WRITERS, outcome=422)),
    # Questions come in as drafts by those who write them, and go out by those who may read their keys.
    studio("stoa_modules_import_questions", roles=WRITERS, post=in_studio(*WRITERS, outcome=422)),
    studio("stoa_modules_question_import", "question_import.uuid", roles=("trainer",), others=404, post=in_studio("trainer", outcome="on", others=404)),
    studio("stoa_modules_export_questions", roles=READERS, post=in_studio(*READERS, outcome=422)),
    studio("stoa_modules_cartridge", "cartridge.uuid", roles=("trainer",), others=404, post=in_studio("trainer", outcome="on", others=404)),
    studio("stoa_modules_statistics", roles=STUDIO),
    studio("stoa_modules_statistics_results", roles=STUDIO),
    door("stoa_modules_statistics_refresh", get=in_studio(others=405), post=in_studio(*STUDIO, outcome="on")),
    studio(f"{QUESTION}:list", roles=READERS),
    studio(f"{QUESTION}:add", roles=WRITERS),
    studio(f"{QUESTION}:inspect", "school.questions.0.pk", roles=READERS),
    studio(f"{QUESTION}:edit", "school.questions.0.pk", roles=PUBLISHERS),
    studio(f"{QUESTION}:edit", "draft_question.pk", roles=WRITERS),
    studio(f"{QUESTION}:copy", "school.questions.0.pk", roles=WRITERS),
    studio(f"{QUESTION}:usage", "school.questions.0.pk", roles=WRITERS),
    studio(f"{QUESTION}:history", "school.questions.0.pk", roles=WRITERS),
    studio(f"{QUESTION}:delete", "school.questions.0.pk", post=in_studio()),
    studio(f"{QUESTION}:move", "school.questions.0.pk", "=withdraw", roles=READERS, post=in_studio(*READERS, outcome="on")),
    studio(f"{QUESTION}:move", "draft_question.pk", "=review", roles=APPROVERS, post=in_studio(*APPROVERS, outcome="on")),
    studio(f"{QUESTION}:regrade", "school.questions.0.pk", roles=READERS, post=in_studio(*READERS, outcome=422)),
    studio(f"{QUESTION}:translations", "draft_question.pk", roles=WRITERS),
    studio(f"{QUESTION}:translations", "school.questions.0.pk", roles=PUBLISHERS),
    # The site of the tests has one language, so there is none to translate into.
    studio(f"{QUESTION}:translate", "draft_question.pk", "=de", roles=WRITERS, outcome=404, post=in_studio(*WRITERS, outcome=404)),
    studio(f"{QUESTION}:move", "draft_question.pk", "=use", roles=APPROVERS, post=in_studio(*APPROVERS, outcome="on")),
    studio("wagtailsnippetchoosers_stoa_modules_question:choose", roles=STUDIO),
    studio("wagtailsnippetchoosers_stoa_modules_question:create", roles=WRITERS),
    studio("stoa_modules_surveys", roles=WRITERS),
    studio("stoa_modules_surveys_results", roles=WRITERS),
    studio("stoa_modules_survey", "kinds.survey.pk", roles=WRITERS),
    studio("wagtailsnippets_stoa_modules_scenario:list", roles=READERS),
    studio("wagtailsnippets_stoa_modules_scenario:inspect", "scenario.pk", roles=READERS),
    studio("wagtailsnippets_stoa_modules_scenario:play", "scenario.pk", roles=READERS),
    studio("wagtailsnippets_stoa_modules_scenario:edit", "scenario.pk", roles=PUBLISHERS),
    studio("wagtailsnippets_stoa_modules_scenario:unpublish", "scenario.pk", roles=PUBLISHERS, post=in_studio(*PUBLISHERS, outcome="on")),
    studio("wagtailsnippets_stoa_modules_scenario:add", roles=PUBLISHERS),
    studio("wagtailsnippetchoosers_stoa_modules_scenario:choose", roles=STUDIO),
    studio("stoa_content_tasks", roles=APPROVERS),
    studio("stoa_content_tasks_results", roles=APPROVERS),
    # Tasks of the editors: a reviewer reads them, and closes those of reviewers.
    studio("stoa_content_task", "task.pk", roles=APPROVERS, post=in_studio(*PUBLISHERS, outcome="on"), data={"note": "It holds."}),
    *(studio(f"wagtailsnippets_stoa_content_{name}:list", roles=READERS) for name in SHELVES),
    *(studio(f"wagtailsnippets_stoa_content_{name}:edit", f"knowledge.{name}.pk", roles=PUBLISHERS) for name in SHELVES),
    *(studio(f"wagtailsnippets_stoa_content_{name}:delete", f"knowledge.{name}.pk", roles=("administrator",)) for name in SHELVES),
    *(studio(f"wagtailsnippetchoosers_stoa_content_{name}:choose", roles=STUDIO) for name in SHELVES),
]  # fmt: skip

RUBRIC = "wagtailsnippets_stoa_modules_rubric"
TRAINERS = ("trainer", "other trainer", "administrator")
OF_THE_TRAINEE = in_studio("trainer", "administrator") | {"other trainer": 404}
MARKING = [
    studio("stoa_modules_marking", roles=TRAINERS),
    studio("stoa_modules_marking_results", roles=TRAINERS),
    door(
        "stoa_modules_mark", "waiting_work.pk", get=OF_THE_TRAINEE,
        post=in_studio("trainer", "administrator", outcome=422) | {"other trainer": 404}, data={"place": "1"},
    ),
    studio("stoa_modules_appeals", roles=TRAINERS),
    studio("stoa_modules_appeals_results", roles=TRAINERS),
    door(
        "stoa_modules_appeal", "appeal.pk", get=OF_THE_TRAINEE,
        post=in_studio("trainer", "administrator", outcome="on") | {"other trainer": 404},
        data={"decision": "declined", "answer": "No."},
    ),
    studio(f"{RUBRIC}:list", roles=WRITERS),
    studio(f"{RUBRIC}:add", roles=PUBLISHERS),
    studio(f"{RUBRIC}:edit", "rubric.pk", roles=PUBLISHERS),
    studio(f"{RUBRIC}:delete", "rubric.pk", roles=("administrator",)),
    studio("wagtailsnippetchoosers_stoa_modules_rubric:choose", roles=STUDIO),
]  # fmt: skip

COHORTS = "stoa_courses_cohorts"
PEOPLE_AND_CITIES = [
    studio(f"{COHORTS}:index", roles=("trainer", "other trainer", "administrator")),
    studio(f"{COHORTS}:inspect", "cohort.pk", roles=("trainer", "administrator")),
    studio(
        "stoa_courses_accommodation", "enrolment.pk", roles=("trainer", "administrator"),
        post=in_studio("trainer", "administrator", outcome="on"), data={"time_factor": "1.50"},
    ),
    studio(f"{COHORTS}:add", roles=("administrator",)),
    studio(f"{COHORTS}:edit", "cohort.pk", roles=("administrator",)),
    studio(f"{COHORTS}:history", "cohort.pk", roles=("administrator",)),
    studio(f"{COHORTS}:usage", "cohort.pk", roles=("administrator",)),
    studio(f"{COHORTS}:delete", "cohort.pk", roles=("administrator",)),
    *(studio(f"{name}:index", roles=REVOKERS) for name in ("city", "post", "citycoordinator")),
    *(studio(f"{name}:add", roles=REVOKERS) for name in ("city", "post", "citycoordinator")),
    studio("city:edit", "delft.pk", roles=REVOKERS),
    studio("city:history", "delft.pk", roles=REVOKERS),
    studio("city:delete", "delft.pk", roles=("administrator",)),
    studio("post:edit", "posts.Delft.pk", roles=REVOKERS),
    studio("citycoordinator:delete", "post_of.pk", roles=("administrator",)),
]  # fmt: skip
