"""What the pages of parties ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.principal import Principal
from fleuve.parties.changing.edits import Target
from fleuve.parties.details import FORM_KEYS, REACH_KEYS
from fleuve.parties.form_fields import form_targets, input_for, text_of
from fleuve.parties.models import OwnField, Tag, Tie

__all__ = ["DetailsForm", "OwnFieldForm", "TagForm", "TieForm"]


class DetailsForm(forms.Form):
    """The form of one customer."""

    def __init__(self, principal: Principal, data: Any = None, *, now: Mapping[str, Any] | None = None) -> None:
        self.targets: dict[str, Target] = form_targets(principal)
        shown = {key: text_of(target, (now or {}).get(key)) for key, target in self.targets.items()}
        self._was = shown if data is None else {key: data.get(f"was-{key}", "") for key in self.targets}
        super().__init__(data, initial=shown)
        self.fields.update({key: input_for(target, principal) for key, target in self.targets.items()})

    @property
    def was(self) -> list[tuple[str, str]]:
        """What each field held when the form was opened, for the hidden inputs beside them."""
        return [(f"was-{key}", text) for key, text in self._was.items()]

    @property
    def who(self) -> list[forms.BoundField]:
        """Names, numbers and kind."""
        return self._of(key for key in FORM_KEYS if key not in REACH_KEYS)

    @property
    def reach(self) -> list[forms.BoundField]:
        """Addresses and numbers."""
        return self._of(REACH_KEYS)

    def _of(self, keys: Iterable[str]) -> list[forms.BoundField]:
        return [self[key] for key in keys if key in self.targets]

    @property
    def house(self) -> list[forms.BoundField]:
        """The fields of the house."""
        return [self[key] for key, target in self.targets.items() if target.own is not None]

    @property
    def typed(self) -> dict[str, str]:
        """What was typed, field by field, in the one spelling that the form itself would show."""
        return {key: text_of(target, self._value(key)) for key, target in self.targets.items()}

    @property
    def opened_with(self) -> dict[str, str]:
        """What each field held when the form was opened."""
        return dict(self._was)

    def changes(self) -> dict[str, Any]:
        """The typed values of the fields that the person changed; nothing for those they emptied."""
        typed = self.typed
        return {
            key: self._value(key)
            for key, target in self.targets.items()
            if not self.fields[key].disabled and typed[key] != self._was.get(key, "")
        }

    def values(self) -> dict[str, Any]:
        """Every value of a new customer."""
        return {key: self._value(key) for key in self.targets}

    def _value(self, key: str) -> Any:
        value = self.cleaned_data.get(key)
        return None if value in ("", ()) else value


class TagForm(forms.Form):
    """A tag's name and colour."""

    name = forms.CharField(label=_("Name"), max_length=60)
    color = forms.ChoiceField(label=_("Colour"), choices=Tag.Color.choices, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class TieForm(forms.Form):
    """Who is tied to whom, and how."""

    kind = forms.ChoiceField(label=_("This customer"), choices=Tie.Kind.choices)
    to = forms.CharField(
        label=_("The other customer"), max_length=160, help_text=_("Their name, or their customer number.")
    )
    label = forms.CharField(label=_("In your words"), max_length=60, required=False)
    from_on = forms.DateField(
        label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class OwnFieldForm(forms.Form):
    """A field of the house; the type is asked once."""

    label = forms.CharField(label=_("Name"), max_length=80)
    type = forms.ChoiceField(label=_("Type"), choices=OwnField.Type.choices)
    choices = forms.CharField(
        label=_("Answers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line, for fields with a choice."),
    )
    help = forms.CharField(label=_("Help"), max_length=200, required=False, help_text=_("Shown under the field."))
    personal = forms.ChoiceField(
        label=_("Personal data"),
        choices=OwnField.Personal.choices,
        required=False,
        help_text=_("“How to reach someone” is shown only to those who may see contact details."),
    )
    purpose = forms.CharField(
        label=_("Purpose"), max_length=120, required=False, help_text=_("Why you keep it. Needed for personal data.")
    )
    retention = forms.CharField(label=_("Kept for"), max_length=120, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, of_field: OwnField | None = None) -> None:
        initial: dict[str, Any] = {}
        if of_field is not None:
            open_ones = (of_field.shape.choices or {}).values()
            names = ("label", "help", "personal", "purpose", "retention", "version", "type")
            initial = {name: getattr(of_field, name) for name in names} | {"choices": "\n".join(open_ones)}
        super().__init__(data, initial=initial)
        if of_field is not None:
            self.fields["type"].disabled = True
            self.fields["type"].help_text = _("The type stays: values would be lost. Make another field instead.")

    def clean_choices(self) -> list[str]:
        """The answers, one a line."""
        lines = [line.strip() for line in self.cleaned_data["choices"].splitlines() if line.strip()]
        if any("|" in line or ";" in line for line in lines):
            raise ValidationError(_("An answer cannot hold “|” or “;”."))
        return lines
