"""Accounts with django-allauth: what we ask at sign-up, what may be stored, where people go next."""

import zoneinfo

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import respond_429
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from certification.throttling import client_address
from cms.models import User
from content.text import clean_line

# Places people live in; the registry also has some three hundred old and technical names.
CONTINENTS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
TIME_ZONES = sorted(
    zone for zone in zoneinfo.available_timezones() if zone == "UTC" or zone.startswith(CONTINENTS)
)


def display(user: User) -> str:
    return user.get_full_name()


def a_name(value: str) -> str:
    name = clean_line(value)
    if not any(character.isalpha() for character in name):
        raise ValidationError(_("Give a name with at least one letter."))
    return name


class SignupForm(forms.Form):
    """What sign-up asks beside e-mail and password: the name, because a certificate will carry it."""

    display_name = forms.CharField(
        label=_("Your name"),
        max_length=300,
        help_text=_("As it should stand on a certificate, in any script. You can change it later."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["display_name", "email", "password1"]

    def clean_display_name(self) -> str:
        return a_name(self.cleaned_data["display_name"])

    def signup(self, request: HttpRequest, user: User) -> None:
        name = self.cleaned_data["display_name"]
        user.display_name, user.certificate_name = name[:100], name
        user.language = get_language() or settings.LANGUAGE_CODE
        user.save(update_fields=["display_name", "certificate_name", "language"])


class AccountAdapter(DefaultAccountAdapter):
    """Staff go to the studio only by choice: everybody lands on My learning."""

    def clean_email(self, email: str) -> str:
        longest = User._meta.get_field("email").max_length
        if len(email) > longest:  # allauth's own fields have no limit, and PostgreSQL does
            raise ValidationError(
                _("An address has at most %(longest)s characters."), params={"longest": longest}
            )
        return super().clean_email(email).lower()

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """My learning, in the language of the person."""
        with override(request.user.language):
            return reverse("wagtail_serve", args=["learn/"])

    get_signup_redirect_url = get_login_redirect_url

    def get_client_ip(self, request: HttpRequest) -> str:
        """Rate limits count people, not the proxy in front of us."""
        return client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials) -> None:
        """Too many wrong passwords get a page of their own and the status 429, not an error in the form."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as problem:
            raise ImmediateHttpResponse(respond_429(request)) from problem


class ProfileForm(forms.ModelForm):
    """What a person may change about themselves at any time."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Times and deadlines are shown in it.")
    )

    class Meta:
        model = User
        fields = ["display_name", "certificate_name", "language", "time_zone"]
        labels = {
            "display_name": _("What we call you"),
            "certificate_name": _("Name on certificates"),
            "language": _("Language"),
        }
        widgets = {
            "display_name": forms.TextInput(attrs={"autocomplete": "nickname"}),
            "certificate_name": forms.TextInput(attrs={"autocomplete": "name"}),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display_name"].required = self.fields["certificate_name"].required = True
        self.fields["time_zone"].choices = [(zone, zone.replace("_", " ")) for zone in TIME_ZONES]
        if self.instance.time_zone not in TIME_ZONES:
            self.fields["time_zone"].choices.insert(
                0, (self.instance.time_zone, self.instance.time_zone)
            )

    def clean_display_name(self) -> str:
        return a_name(self.cleaned_data["display_name"])

    def clean_certificate_name(self) -> str:
        return a_name(self.cleaned_data["certificate_name"])


class LeaveForm(forms.Form):
    """Deleting an account asks for two things nobody types by accident."""

    email = forms.CharField(
        label=_("Type your e-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, request: HttpRequest, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, request.user
        if not self.user.has_usable_password():  # signs in through the city's own provider
            del self.fields["password"]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip()
        if email.lower() != self.user.email:
            raise ValidationError(_("This is not the address of your account."))
        return email

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if (
            get_adapter().authenticate(self.request, email=self.user.email, password=password)
            != self.user
        ):
            raise ValidationError(_("This is not your password."))
        return password
