"""What parties tell the attribute registry: who someone is and how they may be reached, read from the list rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from fleuve.attributes import Attribute, Choice, register
from fleuve.parties.models import PartyCard, PartyKind, Record

__all__ = ["register_attributes"]

_CUSTOMER_FILE = _("Customer file")
_WHILE_CUSTOMER = _("While a customer, then three years")


def register_attributes() -> None:
    """Declare every attribute of this module; called once, when the application starts."""
    for order, attribute in enumerate(_attributes(), start=1):
        register(replace(attribute, order=order, purpose=_CUSTOMER_FILE, retention=_WHILE_CUSTOMER))


def _countries() -> Iterable[Choice]:
    names = PartyCard.objects.exclude(country="").order_by("country").values_list("country", flat=True).distinct()
    return [Choice(name, name) for name in names]


def _attributes() -> tuple[Attribute, ...]:
    kinds = tuple(Choice(value, label) for value, label in PartyKind.choices)
    specials = tuple(Choice(value, label) for value, label in Record.Special.choices if value)
    return (
        Attribute("name", "text", _("Name"), "parties", folded="name_folded", sortable=True, personal="identity"),
        Attribute("customer_number", "text", _("Customer number"), "parties", sortable=True, personal="identity"),
        Attribute("kind", "choice", _("Person or organisation"), "parties", choices=kinds),
        Attribute("country", "choice", _("Country"), "parties", choices=_countries, personal="contact"),
        Attribute("may_email", "yes_no", _("Can be written to by e-mail"), "parties", personal="contact"),
        Attribute("may_phone", "yes_no", _("Can be called"), "parties", personal="contact"),
        Attribute("may_post", "yes_no", _("Can be written to by post"), "parties", personal="contact"),
        Attribute("has_refusal", "yes_no", _("Refuses a channel"), "parties", personal="contact"),
        Attribute("special", "choice", _("Set aside as"), "parties", choices=specials),
    )
