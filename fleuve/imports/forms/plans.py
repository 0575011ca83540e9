"""The form of a plan."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from fleuve.imports.errors import ImportsError
from fleuve.imports.models import Plan
from fleuve.imports.plan_wish import PlanWish
from fleuve.imports.plan_wording import RHYTHMS
from fleuve.outbound import OutboundRefused

__all__ = ["PlanForm"]

_PLAIN: Final = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
OTHER: Final = "other"


class PlanForm(forms.Form):
    """Where from, whose, and when."""

    name = forms.CharField(label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    source = forms.CharField(
        label=_("Source"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "known-sources"}),
        help_text=_("The same name as on the files that you brought by hand: their columns are known then."),
    )
    place = forms.ChoiceField(
        label=_("Where the files are"), choices=Plan.Place.choices, initial=Plan.Place.FOLDER, widget=forms.RadioSelect
    )
    folder = forms.CharField(
        label=_("Folder"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs=_PLAIN),
        help_text=_("Its name in the inbox of the data folder. It is made when it is not there."),
    )
    url = forms.CharField(
        label=_("Address"),
        max_length=2000,
        required=False,
        widget=forms.URLInput(attrs={**_PLAIN, "inputmode": "url"}),
        help_text=_("It must be reachable from the internet over https; no private network, no redirect."),
    )
    header_name = forms.CharField(
        label=_("Header with a secret"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={**_PLAIN, "placeholder": "Authorization"}),
        help_text=_("Only where the address asks for one."),
    )
    header_value = forms.CharField(
        label=_("What the header says"),
        max_length=4000,
        required=False,
        widget=forms.PasswordInput(attrs={**_PLAIN, "autocomplete": "new-password"}),
        help_text=_("Kept sealed and never shown again. Leave it blank to keep the one that is there."),
    )
    rhythm = forms.ChoiceField(label=_("When"), choices=[*RHYTHMS, (OTHER, _("Another rhythm"))])
    cron = forms.CharField(
        label=_("Another rhythm"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={**_PLAIN, "placeholder": "30 5 * * 1-5"}),
        help_text=_("Five fields: minute, hour, day of the month, month, day of the week. The clock is the house’s."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def wish(self) -> PlanWish:
        """What was asked for; blank where the other place was chosen."""
        told = self.cleaned_data
        is_folder = told["place"] == Plan.Place.FOLDER
        return PlanWish(
            name=" ".join(told["name"].split()),
            source=" ".join(told["source"].split()),
            cron=told["cron"] if told["rhythm"] == OTHER else told["rhythm"],
            folder=told["folder"] if is_folder else "",
            url="" if is_folder else told["url"],
            header_name="" if is_folder else told["header_name"],
            header_value="" if is_folder else told["header_value"],
        )

    def clean(self) -> dict[str, Any] | None:
        """Say beside its field what cannot be; what a name answers is judged at each run."""
        cleaned = super().clean()
        if not self.errors:
            try:
                self.wish().refuse_what_cannot_be(allows_http=settings.FLEUVE_OUTBOUND_HTTP)
            except OutboundRefused as refused:
                self.add_error("url", str(refused))
            except ImportsError as refused:
                self.refuse(refused)
        return cleaned

    def refuse(self, refused: ImportsError) -> None:
        """Put a refusal beside the field that it is about."""
        field = str(refused.values.get("field", ""))
        self.add_error(field if field in self.fields else None, str(refused))

    @staticmethod
    def held_by(plan: Plan) -> dict[str, Any]:
        """What the form shows of a plan: everything but the secret."""
        is_known = plan.cron in dict(RHYTHMS)
        return {
            "name": plan.name,
            "source": plan.source.name,
            "place": plan.place,
            "folder": plan.folder,
            "url": plan.url,
            "header_name": plan.header_name,
            "rhythm": plan.cron if is_known else OTHER,
            "cron": "" if is_known else plan.cron,
            "version": plan.version,
        }
