"""What a list may tell of a customer."""

from __future__ import annotations

__all__ = ["number_told"]


def number_told(number: str, *, may_email: bool) -> str:
    """The number that a file gave a customer, blank where it is an address that must not be written to.

    A shop's export knows its customers by e-mail only, so their address is their number: without this, a list would
    carry in its first column what it leaves out of the column *E-mail*.
    """
    return number if may_email or "@" not in number else ""
