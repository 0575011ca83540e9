"""The filters of the audit trail."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from fleuve.events.catalog import CATALOG
from fleuve.events.queries import AuditFilter

__all__ = ["AuditFilterForm"]


class AuditFilterForm(forms.Form):
    """By whom, what, on which day. Everything is optional."""

    actor = forms.ChoiceField(label=_("Who"), required=False)
    fact = forms.ChoiceField(label=_("What"), required=False)
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: object, actors: Iterable[tuple[str, str]] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        facts = sorted((str(fact.title), fact.name) for fact in CATALOG.values())
        self._choices("actor", [("", _("Anyone")), *actors])
        self._choices("fact", [("", _("Anything")), *((name, title) for title, name in facts)])

    def _choices(self, name: str, choices: list[tuple[str, object]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def wanted(self) -> AuditFilter:
        """The valid part of the filter; a choice that does not exist filters nothing."""
        self.is_valid()
        given = self.cleaned_data
        return AuditFilter(given.get("actor") or "", given.get("fact") or "", given.get("day"))
