"""Errors of value.

FleuveError
└── ValueRefused          a mark or a valuation that cannot be made; the sentence says why
    └── NotOnRecord       the customer has no record to hang a mark on
Exception
└── ValuationReplaced     a newer valuation has begun; this one writes nothing more
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["NotOnRecord", "ValuationReplaced", "ValueRefused"]


class ValueRefused(FleuveError):
    """What was asked of value cannot be done."""

    code = "value_refused"


class NotOnRecord(ValueRefused):
    """No customer with this number, or nobody that this person may see."""

    code = "no_such_customer"
    status = 404


class ValuationReplaced(Exception):
    """Another valuation was started after this one: its figures win, and this one stops without effect."""
