"""What people type about alerts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from fleuve.alerts.rules import LEAST_RATE_BP, MOST_RATE_BP

__all__ = ["AssignmentForm", "PostponementForm", "RateForm", "VerdictForm"]

_LARGEST_ID = 2**63 - 1


class _AlertForm(forms.Form):
    """Every form about an alert may say at which version it was opened."""

    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class AssignmentForm(_AlertForm):
    """To whom; nobody when empty."""

    user = forms.IntegerField(required=False, min_value=1, max_value=_LARGEST_ID)


class PostponementForm(_AlertForm):
    """Until when; empty shows it again."""

    until = forms.DateField(required=False)


class VerdictForm(_AlertForm):
    """Right or a false alarm."""

    verdict = forms.CharField(max_length=5)
    note = forms.CharField(required=False, max_length=240)


class RateForm(forms.Form):
    """False alarms allowed per customer and year."""

    per_year = forms.DecimalField(
        label=_("False alarms allowed per customer and year"),
        min_value=LEAST_RATE_BP / 10_000,
        max_value=MOST_RATE_BP / 10_000,
        decimal_places=4,
        max_digits=6,
        localize=True,
    )

    @property
    def per_year_bp(self) -> int:
        """In ten-thousandths."""
        return int(self.cleaned_data["per_year"] * 10_000)
