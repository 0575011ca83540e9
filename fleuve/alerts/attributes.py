"""What alerts tell the attribute registry: what was noticed about a customer, read from the list rows."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from fleuve.alerts.models import Alert
from fleuve.attributes import Attribute, Choice, register

__all__ = ["register_attributes"]

_FOLLOW_UP = _("Following customer relationships")
_WHILE_CUSTOMER = _("While a customer, then three years")


def register_attributes() -> None:
    """Declare every attribute of this module; called once, when the application starts."""
    for order, attribute in enumerate(_attributes(), start=70):
        told = replace(attribute, order=order, personal="behaviour", purpose=_FOLLOW_UP, retention=_WHILE_CUSTOMER)
        register(told)


def _attributes() -> tuple[Attribute, ...]:
    kinds = tuple(Choice(value, label) for value, label in Alert.Kind.choices if value != Alert.Kind.EARLY)
    return (
        Attribute("alert", "choice", _("Alert"), "alerts", choices=kinds),
        Attribute("early_good", "yes_no", _("Promising new customer"), "alerts"),
    )
