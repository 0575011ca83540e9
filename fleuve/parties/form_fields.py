"""The fields of a customer's form: those of everybody and those of the house, typed as people type them.

A form keeps, beside each field, what it held when it was opened (``was-…``): only what a person changed is written, and
two people who change different fields keep both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from fleuve.attributes import registry
from fleuve.attributes.errors import WrongValue
from fleuve.attributes.registry import is_open_to
from fleuve.kernel.principal import Principal, may_change
from fleuve.kernel.search_text import fold
from fleuve.parties.changing.edits import Target
from fleuve.parties.details import DETAILS, FORM_KEYS
from fleuve.parties.models import OwnField, PartyCard, PartyKind, Record
from fleuve.parties.own_fields import own_attribute, standing_fields
from fleuve.parties.own_values import FieldShape, read_typed, write_typed

__all__ = ["customer_named", "form_targets", "input_for", "text_of"]

_LONGEST: Final = {"email": 320, "phone": 40}


def form_targets(principal: Principal) -> dict[str, Target]:
    """What the form of a customer shows this principal, in order; hidden fields are not there."""
    found = [Target(DETAILS.find(key) or registry.get(key)) for key in FORM_KEYS]
    found += [Target(own_attribute(one), one) for one in standing_fields()]
    return {one.key: one for one in found if is_open_to(principal, one.attribute)}


def text_of(target: Target, value: Any) -> str:
    """A typed value as the form's field holds it."""
    if value is None:
        return ""
    if target.own is not None:
        return write_typed(target.own.shape, value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def input_for(target: Target, principal: Principal) -> forms.Field:
    """The form field of an attribute; closed when the field rules say so."""
    made = _own_input(target.own, principal) if target.own is not None else _plain_input(target)
    made.label, made.required = target.attribute.label, False
    made.help_text = target.attribute.help
    if not may_change(principal, target.key):
        made.disabled = True
    if target.own is not None and target.own.is_required:
        made.required = True
    return made


def _plain_input(target: Target) -> forms.Field:
    key = target.key
    if key == "kind":
        return forms.ChoiceField(choices=PartyKind.choices)
    if key == "customer_since":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    if key == "email":
        return forms.EmailField(max_length=320, widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    longest = _LONGEST.get(key) or Record._meta.get_field(target.name).max_length  # type: ignore[union-attr]
    kind = "tel" if key == "phone" else "text"
    return forms.CharField(max_length=longest, widget=forms.TextInput(attrs={"autocomplete": "off", "type": kind}))


class OwnInput(forms.CharField):
    """A field of the house, read as its type says; the sentence of a refusal says what would be read."""

    def __init__(self, shape: FieldShape, principal: Principal, **more: Any) -> None:
        super().__init__(**more)
        self._shape, self._principal = shape, principal

    def clean(self, value: Any) -> Any:
        text = "; ".join(value) if isinstance(value, list) else str(value or "")
        if self.required and not text.strip():
            raise ValidationError(_("This field must be filled in."), code="required")
        try:
            if self._shape.type == "link":
                text = _link(text, self._shape, self._principal)
            return read_typed(self._shape, text)
        except WrongValue as refused:
            raise ValidationError(str(refused)) from refused


class _Several(forms.CheckboxSelectMultiple):
    """Ticks for several answers; what the form was opened with is text, as the journal of a page is."""

    def format_value(self, value: Any) -> list[str]:
        if isinstance(value, str):
            keys = {fold(str(label)): str(key) for key, label in self.choices}
            return [keys[fold(part)] for part in value.split(";") if fold(part) in keys]
        return [str(one) for one in value or ()]


def _own_input(own_field: OwnField, principal: Principal) -> forms.Field:
    shape = own_field.shape
    answers = [(key, label) for key, label in (shape.choices or {}).items()]
    widgets: Mapping[str, Any] = {
        "text": forms.TextInput,
        "number": lambda: forms.TextInput(attrs={"inputmode": "decimal"}),
        "money": lambda: forms.TextInput(attrs={"inputmode": "decimal"}),
        "date": lambda: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        "yes_no": lambda: forms.Select(choices=[("", "–"), ("yes", _("yes")), ("no", _("no"))]),
        "choice": lambda: _Answers(choices=[("", "–"), *answers]),
        "choices": lambda: _Several(choices=answers),
        "link": forms.TextInput,
    }
    return OwnInput(shape, principal, widget=widgets[own_field.type](), max_length=None)


class _Answers(forms.Select):
    """One answer, chosen by its key or by its words."""

    def format_value(self, value: Any) -> list[str]:
        keys = {fold(str(label)): str(key) for key, label in self.choices}
        found = super().format_value(value)
        return [keys.get(fold(one), one) for one in found]


def _link(text: str, shape: FieldShape, principal: Principal) -> str:
    if not text.strip():
        return ""
    try:
        return str(customer_named(text, principal))
    except WrongValue as refused:
        raise WrongValue(f"“{shape.label}”: {refused}") from refused


def customer_named(text: str, principal: Principal) -> int:
    """The one customer within reach who has this number or name; a sentence says what to type otherwise."""
    text = text.strip()
    cards = PartyCard.objects.visible_to(principal)
    found = list(cards.filter(customer_number=text).values_list("pk", flat=True)[:2])
    found = found or list(cards.filter(name_folded=fold(text)).values_list("pk", flat=True)[:2])
    if not found and text.isascii() and text.isdigit() and len(text) < 19:
        found = list(cards.filter(pk=int(text)).values_list("pk", flat=True))
    if len(found) == 1:
        return int(found[0])
    if not found:
        sentence = _("No customer is called “%(given)s” and none has that number.")
        raise WrongValue(sentence % {"given": text[:80]})
    count = cards.filter(name_folded=fold(text)).count()
    sentence = _("%(count)s customers are called “%(given)s”. Give the number.")
    raise WrongValue(sentence % {"count": count, "given": text[:80]})
