"""What every request needs: an address that can be one; time zone and second factor of who is signed in."""

import zoneinfo

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cms import languages
from cms.views import errors

STUDIO = "/studio/"


class RefuseNul:
    """No address of this site has a NUL in it. SQLite looks for one in vain, PostgreSQL raises an error."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return errors.bad_request(request, BadRequest("NUL in the address"))
        return self.get_response(request)


class NeutralAddresses:
    """An address without a language of its own, such as that of an account, is answered in the reader's."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not languages.is_neutral(request.path_info):
            return self.get_response(request)
        language, is_new = languages.of_neutral(request)
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        if is_new and not request.user.is_authenticated:
            languages.remember(response, language)
        return response


class LearnerPreferences:
    """Times are shown in the learner's own zone."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            try:
                timezone.activate(zoneinfo.ZoneInfo(request.user.time_zone))
            except (KeyError, ValueError, OSError):
                timezone.deactivate()
        else:
            timezone.deactivate()
        response = self.get_response(request)
        if request.path.startswith(STUDIO):
            # Wagtail's admin brings inline scripts and styles; nothing else on the site does.
            response._csp_replace = settings.STOA_STUDIO_CSP
        return response


class StudioForStaff:
    """Signed-in people without the studio read a plain refusal. Sent to sign in, they would come straight back here."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        inside = request.path.startswith(STUDIO) and not request.path.startswith(f"{STUDIO}login/")
        if (
            inside
            and request.user.is_authenticated
            and not request.user.has_perm("wagtailadmin.access_admin")
        ):
            return errors.refused(request, PermissionDenied())
        return self.get_response(request)


class StaffNeedSecondFactor:
    """In production the studio opens only to a session that was confirmed with TOTP, a passkey or a recovery code.

    That the account has a second factor is not enough: a session may have begun without it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.STOA_STAFF_NEED_SECOND_FACTOR
            and request.path.startswith(STUDIO)
            and request.user.is_authenticated
        ):
            if not is_mfa_enabled(request.user):
                messages.warning(
                    request,
                    _("The studio asks for a second factor. Set one up here, then come back."),
                )
                return redirect("mfa_index")
            records = get_authentication_records(request, request.user)
            if not any(record["method"] == "mfa" for record in records):
                has_code = is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
                confirm = reverse(
                    "mfa_reauthenticate" if has_code else "mfa_reauthenticate_webauthn"
                )
                return redirect(f"{confirm}?{urlencode({'next': request.get_full_path()})}")
        return self.get_response(request)
