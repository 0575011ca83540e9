"""The limits of exports, one line a role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fleuve.lists.exporting.limits import DEFAULTS
from fleuve.lists.models import ExportLimit

__all__ = ["LimitsForm"]


class LimitsForm(forms.Form):
    """Rows a day for each role; a blank is no limit. Beside each stands the version that was shown."""

    def __init__(self, roles: Mapping[str, str], stored: Mapping[str, ExportLimit], data: Any = None) -> None:
        self._now = {
            role: (stored[role].rows, stored[role].version) if role in stored else (DEFAULTS[role], 1) for role in roles
        }
        super().__init__(data)
        for role, label in roles.items():
            rows, version = self._now[role]
            self.fields[f"rows-{role}"] = forms.IntegerField(
                label=label, min_value=0, max_value=100_000_000, required=False, initial=rows,
                help_text=_("Rows in 24 hours; blank: no limit."),
            )  # fmt: skip
            self.fields[f"version-{role}"] = forms.IntegerField(initial=version, widget=forms.HiddenInput)

    @property
    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each role's field and the version beside it."""
        return [(self[f"rows-{role}"], self[f"version-{role}"]) for role in self._now]

    def changes(self) -> Iterator[tuple[str, int | None, int]]:
        """What was typed and differs from what stands: role, rows, the version that was shown."""
        for role, (rows, _version) in self._now.items():
            typed = self.cleaned_data[f"rows-{role}"]
            if typed != rows:
                yield role, typed, self.cleaned_data[f"version-{role}"]
