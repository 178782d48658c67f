"""What people may send: a certificate to check, a reason, a post, an invitation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from certification import rosters, verifying
from certification.models import City, Post
from certification.signing.reading import MAX_BYTES


class VerifyForm(forms.Form):
    """A code, a link or a file: whatever the person has. Exactly one."""

    code = forms.CharField(
        label=_("Number or link"),
        required=False,
        max_length=500,
        help_text=_(
            "The sixteen letters and figures on the certificate, or the address of its page on this site."
        ),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "The PDF, the signed data (JSON) or the badge image (SVG), at most 1 MB. It is looked at and not kept."
        ),
        widget=forms.FileInput(
            attrs={"accept": ".json,.pdf,.svg,application/json,application/pdf,image/svg+xml"}
        ),
    )

    def clean(self) -> dict:
        data = super().clean() or {}
        if self.errors:
            return data
        if not data.get("code") and data.get("file") is None:
            raise forms.ValidationError(_("Give a number, a link or a file."))
        return data

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 1 MB. Certificates of this site are far smaller.")
            )
        return file

    def clean_code(self) -> str:
        """The code in its plain form, or the uuid that a link of ours carries."""
        text = self.cleaned_data["code"].strip()
        if not text:
            return ""
        if "/" in text:
            key = verifying.uuid_in(text)
            if key is None:
                raise forms.ValidationError(
                    _(
                        "This is not the address of a certificate on this site. Addresses of other sites are not opened."
                    )
                )
            return str(key)
        try:
            return verifying.read_code(text)
        except ValueError:
            raise forms.ValidationError(
                _(
                    "The number on a certificate has sixteen letters and figures. Please look at it once more."
                )
            ) from None


class RevocationForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Kept with the certificate; not shown to those who check it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class PostChoice(forms.ModelChoiceField):
    def label_from_instance(self, post: Post) -> str:
        words = f"{post.title}, {post.profile}" if post.title else str(post.profile)
        return _("%(post)s (deputy)") % {"post": words} if post.is_deputy else words


class JoinForm(forms.Form):
    """Which post one holds, and since when."""

    post = PostChoice(queryset=Post.objects.none(), label=_("Your post"), empty_label=None)
    from_on = forms.DateField(label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args, city: City, on, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].queryset = city.posts.open_on(on).select_related("profile")
        self.fields["from_on"].initial = on


class InvitationForm(JoinForm):
    """Whom the city asks for a post."""

    email = forms.EmailField(
        label=_("E-mail address of the person"),
        help_text=_("They need an account here. They will be asked, and can decline."),
    )
    field_order = ["email", "post", "from_on"]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].label = _("Post")

    def clean_email(self):
        self.person = rosters.find_person(self.cleaned_data["email"])
        if self.person is None:
            raise forms.ValidationError(
                _("Nobody has signed up with this address. Ask the person to sign up first.")
            )
        return self.cleaned_data["email"]


class EndForm(forms.Form):
    on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))


class PartnershipFilter(forms.Form):
    country = forms.ChoiceField(label=_("Country"), required=False)
    status = forms.ChoiceField(
        label=_("Roles covered"),
        required=False,
        choices=[("", _("Any")), ("all", _("All")), ("some", _("Some")), ("none", _("None yet"))],
    )

    def __init__(self, *args, countries: list[str], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", _("All")), *((code, code) for code in countries)]
