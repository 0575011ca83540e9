"""The form of what a file may change, and whom its customers are compared with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.models import Import
from fleuve.imports.planning import handling_of, match_keys_of, ruled_fields_of
from fleuve.imports.rules import Handling, Rule, rules_for
from fleuve.imports.wording import MATCH_LABELS, rule_label

__all__ = ["RulesForm"]

_MOST_KEYS: Final = 3


class RulesForm(forms.Form):
    """A rule per column, up to three keys in their order, and whether the file creates and updates.

    Fields are made from the import: ``rule_city`` for the column of the city, ``match_1`` for the first key.
    """

    creates = forms.BooleanField(label=_("Take what is new"), required=False)
    updates = forms.BooleanField(label=_("Take changes of what is there already"), required=False)

    def __init__(self, row: Import, data: Any = None) -> None:
        handling = handling_of(row)
        self._mapping = Mapping.from_json(row.mapping or {"fields": []})
        super().__init__(data, initial={"creates": handling.creates, "updates": handling.updates})
        if self._mapping.has_purchases:
            del self.fields["creates"]  # a purchase brings its customer
        self._labels = ruled_fields_of(row)
        for name, label in self._labels.items():
            self.fields[f"rule_{name}"] = forms.ChoiceField(
                label=label,
                choices=[(rule, rule_label(rule, name)) for rule in rules_for(name)],
                initial=handling.rule(name),
            )
        keys = match_keys_of(self._mapping)
        for place in range(1, min(_MOST_KEYS, len(keys)) + 1):
            self.fields[f"match_{place}"] = forms.ChoiceField(
                label=_PLACES[place - 1],
                choices=[("", _("Nothing")), *((key, MATCH_LABELS[key]) for key in keys)],
                initial=handling.match[place - 1] if len(handling.match) >= place else "",
                required=False,
            )

    def keys(self) -> Iterator[forms.BoundField]:
        """The fields of the keys, in order."""
        return (self[name] for name in self.fields if name.startswith("match_"))

    def column_rules(self) -> Iterator[forms.BoundField]:
        """The fields of the rules, in the order of the columns."""
        return (self[f"rule_{name}"] for name in self._labels)

    def clean(self) -> dict[str, Any]:
        """No key twice, and something must be taken."""
        data = super().clean() or {}
        chosen = [name for name in self.fields if name.startswith("match_") and data.get(name)]
        for place, name in enumerate(chosen):
            if data[name] in {data[earlier] for earlier in chosen[:place]}:
                self.add_error(name, _("This key is asked before already. Choose another one, or nothing."))
        if not data.get("creates", True) and not data.get("updates"):
            self.add_error("updates", _("A file that takes neither what is new nor changes does nothing."))
        return data

    def handling(self) -> Handling:
        """What was chosen; rules that follow the file are the default and are not stored."""
        data = self.cleaned_data
        rules: dict[str, Rule] = {name: data[f"rule_{name}"] for name in self._labels}
        kept = {name: rule for name, rule in rules.items() if rule != "update"}
        places = [data.get(f"match_{place}") for place in range(1, _MOST_KEYS + 1)]
        return Handling(kept, tuple(key for key in places if key), data.get("creates", True), data["updates"])


_PLACES: Final = (_("First ask for"), _("Then for"), _("Then for"))
