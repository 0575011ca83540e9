"""What the pages of accounts ask; each form only reads, its action decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fleuve.accounts.models import Team, User
from fleuve.accounts.places import currency_choices, time_zone_choices
from fleuve.accounts.rules import normal_email

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = [
    "AcceptanceForm",
    "CodeForm",
    "FirstOwnerForm",
    "InvitationForm",
    "MemberForm",
    "NewPasswordForm",
    "OrganisationForm",
    "PasswordForm",
    "PresentPasswordForm",
    "ProfileForm",
    "ReachForm",
    "RoleForm",
    "SignInForm",
    "TeamForm",
]

_NEW_PASSWORD_HELP = _("At least 12 characters. A short sentence is easier to remember than a word with signs in it.")


def _text(label: StrOrPromise, autocomplete: str, *, limit: int = 120, help_text: StrOrPromise = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=limit, widget=widget, help_text=help_text)


def _password(label: StrOrPromise, autocomplete: str, help_text: StrOrPromise = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    # Argon2 reads the whole text: without a limit, a megabyte of password is a way to keep the server busy.
    return forms.CharField(label=label, widget=widget, help_text=help_text, strip=False, max_length=512)


class _Email(forms.EmailField):
    """An address in the one spelling under which people sign in."""

    def __init__(self, label: StrOrPromise, autocomplete: str) -> None:
        super().__init__(label=label, widget=forms.EmailInput(attrs={"autocomplete": autocomplete}))

    def clean(self, value: object) -> str:
        return normal_email(super().clean(value))


class SignInForm(forms.Form):
    """Address and password; nothing here says which of the two was wrong."""

    username = _Email(_("E-mail address"), "username")
    password = _password(_("Password"), "current-password")


class CodeForm(forms.Form):
    """A code of an authenticator app, or one from the paper."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class PresentPasswordForm(forms.Form):
    """The present password, to confirm who it is."""

    password = _password(_("Present password"), "current-password")


class NewPasswordForm(forms.Form):
    """A password chosen by a link."""

    password = _password(_("New password"), "new-password", _NEW_PASSWORD_HELP)


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    name = _text(_("Name"), "off")
    email = _Email(_("E-mail address"), "off")
    role = forms.ChoiceField(
        label=_("Role"),
        choices=User.Role.choices,
        initial=User.Role.READER,
        widget=forms.RadioSelect,
        help_text=_("What each role may do stands under Roles."),
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team yet")
    )

    def __init__(self, *given: Any, teams: QuerySet[Team] | None = None, **named: Any) -> None:
        super().__init__(*given, **named)
        team = cast("forms.ModelChoiceField[Team]", self.fields["team"])
        team.queryset = Team.objects.none() if teams is None else teams


class AcceptanceForm(forms.Form):
    """What the invited person settles."""

    name = _text(_("Your name"), "name")
    password = _password(_("Password"), "new-password", _NEW_PASSWORD_HELP)


class FirstOwnerForm(forms.Form):
    """The first owner and the organisation's name and place."""

    name = _text(_("Your name"), "name")
    email = _Email(_("E-mail address"), "username")
    password = _password(_("Password"), "new-password", _NEW_PASSWORD_HELP)
    organisation = _text(_("Organisation"), "organization", help_text=_("As it should stand on pages and exports."))
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zone_choices,
        widget=forms.Select(attrs={"data-time-zone": True}),
        help_text=_("Days and months are counted there."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class ProfileForm(forms.Form):
    """One's own name, language and appearance."""

    name = _text(_("Name"), "name")
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(label=_("Appearance"), choices=User.Theme.choices, widget=forms.RadioSelect)
    is_compact = forms.BooleanField(label=_("Compact tables"), required=False)


class PasswordForm(forms.Form):
    """A new password, by whoever knows the present one."""

    current = _password(_("Present password"), "current-password")
    new = _password(_("New password"), "new-password", _NEW_PASSWORD_HELP)


class RoleForm(forms.Form):
    """What a colleague may do."""

    role = forms.ChoiceField(label=_("Role"), choices=User.Role.choices, widget=forms.RadioSelect)


class ReachForm(forms.Form):
    """Whose customers a colleague sees and changes; blank goes by the role."""

    reads = forms.ChoiceField(
        label=_("Sees the customers of"),
        required=False,
        choices=[("", _("As their role says")), *[one for one in User.Reach.choices if one[0] != "none"]],
    )
    writes = forms.ChoiceField(
        label=_("Changes the customers of"),
        required=False,
        choices=[("", _("As their role says")), *User.Reach.choices],
        help_text=_("Never more than they see."),
    )


class TeamForm(forms.Form):
    """A team's name."""

    name = _text(_("Name"), "off", limit=60)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not any(letter.isalnum() for letter in name):
            raise forms.ValidationError(_("Give the team a name with letters or digits."))
        return name


class MemberForm(forms.Form):
    """Who joins a team."""

    user = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none(), empty_label=_("Choose"))
    is_lead = forms.BooleanField(label=_("Leads the team"), required=False)

    def __init__(self, *given: Any, users: QuerySet[User], **named: Any) -> None:
        super().__init__(*given, **named)
        cast("forms.ModelChoiceField[User]", self.fields["user"]).queryset = users


class OrganisationForm(forms.Form):
    """The organisation's name, money, place and language."""

    name = _text(_("Name"), "organization")
    currency = forms.ChoiceField(
        label=_("Reporting currency"),
        choices=currency_choices,
        required=False,
        help_text=_("Every amount is shown in it. The first import sets it when it is left open."),
    )
    timezone = forms.ChoiceField(
        label=_("Time zone"),
        choices=time_zone_choices,
        help_text=_("Days and months are counted there. Purchases already imported keep their day."),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("For what Fleuve writes by itself, such as jobs.")
    )

    def hold_currency(self) -> None:
        """Amounts are stored in the present currency: show it and say why it stays."""
        field = self.fields["currency"]
        field.disabled = True
        field.help_text = _("Purchases are stored in this currency: it can no longer change.")
