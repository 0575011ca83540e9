"""A form with every kind of row."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["ExampleForm"]


class ExampleForm(forms.Form):
    """Holds nothing: the living page never posts it."""

    email = forms.EmailField(label=_("E-mail address"), help_text=_("You sign in with it."))
    margin = forms.IntegerField(label=_("Gross margin"), initial=40, help_text=_("Used where a line has no cost."))
    currency = forms.ChoiceField(
        label=_("Currency"), choices=[("GBP", "GBP"), ("EUR", "EUR")], required=False, initial="GBP"
    )
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}), required=False)
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[("email", _("E-mail")), ("phone", _("Telephone"))],
        widget=forms.RadioSelect,
        initial="email",
    )
    postage = forms.BooleanField(
        label=_("Count postage as revenue"), required=False, help_text=_("Off: postage is set aside.")
    )
