"""What the states and kinds of lines are called, and why a line is in one."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fleuve.parties.models import Record
from fleuve.touchpoints.models import ProductKind

__all__ = ["KINDS", "STATES", "kind_label", "state_label", "state_reason"]

STATES: Final[dict[str, tuple[Promise, Promise]]] = {
    "counted": (_("Counts"), _("A sale to a known customer.")),
    "partly_returned": (_("Counts, partly returned"), _("What came back was taken off this purchase.")),
    "returned": (_("Fully returned"), _("No purchase in the end: it counts for no customer.")),
    "return_matched": (_("Return, matched"), _("Taken off the purchase that it belongs to.")),
    "return_unmatched": (
        _("Return without its purchase"),
        _("No earlier purchase of this customer and product bears it: it lowers revenue only."),
    ),
    "walk_in": (_("Without customer"), _("Walk-in sales: in the revenue, in nobody's value.")),
    "set_aside": (_("Set aside"), _("No product: a switch below decides whether it counts.")),
    "free": (_("Free of charge"), _("The price is zero.")),
    "write_off": (_("Written off"), _("Bad debt, or a negative price on a sale.")),
    "special": (_("Not a customer's"), _("Staff, tests or a marketplace as one customer.")),
    "not_counted_status": (_("Order that does not count"), _("Unpaid, cancelled, a draft or a test.")),
    "duplicate_dropped": (_("Identical line, dropped"), _("The same line stands in the document already.")),
}
KINDS: Final[dict[str, str | Promise]] = {
    **dict(ProductKind.choices),
    **{value: label for value, label in Record.Special.choices if value},
    "unpaid": _("Unpaid"),
    "cancelled": _("Cancelled"),
    "draft": _("Draft"),
    "test": _("Test"),
}


def state_label(state: str) -> str | Promise:
    """The name of a state on the page."""
    return STATES[state][0] if state in STATES else state


def state_reason(state: str) -> str | Promise:
    """Why a line is in the state, in a sentence."""
    return STATES[state][1] if state in STATES else ""


def kind_label(kind: str) -> str | Promise:
    """The name of a product kind, a special customer or a status of an order."""
    return KINDS.get(kind, kind)
