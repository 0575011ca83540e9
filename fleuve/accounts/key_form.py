"""What the page of keys asks."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fleuve.accounts.models import User
from fleuve.api.rules import SCOPES

__all__ = ["KeyForm"]


class KeyForm(forms.Form):
    """A new key: of which program, for whom, for what, until when."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Of the program that will use it, such as “web shop”."),
    )
    user = forms.ModelChoiceField(
        label=_("Acts for"),
        queryset=User.objects.none(),
        empty_label=_("Choose"),
        help_text=_("The key never sees more than this person does, and ends when their access is closed."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("May"),
        widget=forms.CheckboxSelectMultiple,
        choices=[(name, scope.label) for name, scope in SCOPES.items()],
        help_text=_("As little as the program needs: whoever finds the key can do what is ticked here."),
    )
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave it empty for a key that works until it is revoked."),
    )

    def __init__(self, data: Any = None, *, people: Any) -> None:
        super().__init__(data)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]

    @property
    def expires_at(self) -> datetime | None:
        """The end of the last day, where the organisation is."""
        last = self.cleaned_data["until"]
        if last is None:
            return None
        return timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min))
