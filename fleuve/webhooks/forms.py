"""What the pages of webhooks ask; each form only reads, its action decides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from fleuve.events.catalog import CATALOG, public_facts
from fleuve.outbound import OutboundRefused, target_of

__all__ = ["EndpointForm"]


def _fact_choices() -> list[tuple[str, Any]]:
    return [(name, CATALOG[name].title) for name in sorted(public_facts())]


class EndpointForm(forms.Form):
    """Where to, and which facts."""

    label = forms.CharField(
        label=_("Name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("What you call the program that listens there."),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
        help_text=_("It must be reachable from the internet over https; no private network, no redirect."),
    )
    facts = forms.MultipleChoiceField(
        label=_("Facts to send"), choices=_fact_choices, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def clean_url(self) -> str:
        """Refuse what no lookup can make right; what a name answers is judged at each sending."""
        url: str = self.cleaned_data["url"].strip()
        try:
            target_of(url, allows_http=settings.FLEUVE_OUTBOUND_HTTP)
        except OutboundRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        return url
