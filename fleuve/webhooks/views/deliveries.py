"""One message and its fate."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.guard import guard
from fleuve.ui.toasts import tell
from fleuve.webhooks.actions import repeat_delivery
from fleuve.webhooks.errors import EndpointIsOff, StillWaiting
from fleuve.webhooks.models import Delivery
from fleuve.webhooks.rules import ATTEMPTS
from fleuve.webhooks.views.found import found_endpoint

__all__ = ["delivery", "delivery_repetition"]


@require_safe
@guard("configure")
def delivery(request: PrincipalRequest, pk: int, delivery_pk: int) -> HttpResponseBase:
    """What was sent, and what came of it."""
    found = _delivery(request, pk, delivery_pk)
    context = {
        "endpoint": found.endpoint,
        "delivery": found,
        "most_attempts": ATTEMPTS,
        "can_repeat": found.state != Delivery.State.WAITING and found.endpoint.is_live,
    }
    return render(request, "webhooks/delivery.html", context)


@require_POST
@guard("configure")
def delivery_repetition(request: PrincipalRequest, pk: int, delivery_pk: int) -> HttpResponseBase:
    """Send it again."""
    found = _delivery(request, pk, delivery_pk)
    try:
        repeat_delivery(delivery=found, by=request.principal, at=timezone.now())
    except (EndpointIsOff, StillWaiting) as refused:
        tell(request, str(refused))
    else:
        tell(request, _("The message is sent again."))
    return redirect("webhooks:delivery", pk, found.pk)


def _delivery(request: PrincipalRequest, pk: int, delivery_pk: int) -> Delivery:
    endpoint = found_endpoint(request, pk)
    rows = Delivery.objects.visible_to(request.principal).filter(endpoint=endpoint).select_related("endpoint")
    found: Delivery = get_object_or_404(rows, pk=delivery_pk)
    return found
