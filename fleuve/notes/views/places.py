"""Where these pages lead back to, and the customer at their head."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fleuve.kernel.principal import Principal
from fleuve.ui.panels import CustomerHead, customer_head, panel_anchor

__all__ = ["back_to", "head_or_404", "older_than"]

_LONGEST_ID = 19


def head_or_404(party_id: int, principal: Principal) -> CustomerHead:
    """The customer of the page, or the answer for a missing one."""
    head = customer_head(party_id, principal)
    if head is None:
        raise Http404(_("There is no such customer."))
    return head


def back_to(party_id: int, panel: str, principal: Principal) -> HttpResponse:
    """The customer's page, at the panel where the change shows."""
    return redirect(f"{head_or_404(party_id, principal).url}#{panel_anchor(panel)}")


def older_than(text: str) -> int | None:
    """The id that a page of older rows begins below."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONGEST_ID else None
