"""Switching a webhook, renewing its secret, trying it, removing it."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.guard import guard
from fleuve.ui.toasts import tell
from fleuve.webhooks.actions import remove_endpoint, rotate_secret, send_test, switch_off_endpoint, switch_on_endpoint
from fleuve.webhooks.errors import EndpointIsOff, SecretUnreadable
from fleuve.webhooks.views.found import found_endpoint, secret_page

__all__ = ["endpoint_removal", "endpoint_secret", "endpoint_state", "endpoint_test"]


@require_POST
@guard("configure")
def endpoint_secret(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Make a new secret and show it once."""
    found = found_endpoint(request, pk)
    secret = rotate_secret(endpoint=found, by=request.principal, at=timezone.now())
    return secret_page(request, found, secret, is_new=False)


@require_POST
@guard("configure")
def endpoint_state(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Switch it: ``state=on`` or anything else for off."""
    found = found_endpoint(request, pk)
    at = timezone.now()
    if request.POST.get("state") == "on":
        try:
            switch_on_endpoint(endpoint=found, by=request.principal, at=at)
        except SecretUnreadable as refused:
            tell(request, str(refused))
    else:
        switch_off_endpoint(endpoint=found, by=request.principal, at=at)
    return redirect("webhooks:endpoint", found.pk)


@require_POST
@guard("configure")
def endpoint_test(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Send a test message."""
    found = found_endpoint(request, pk)
    try:
        made = send_test(endpoint=found, by=request.principal, at=timezone.now())
    except EndpointIsOff as refused:
        tell(request, str(refused))
        return redirect("webhooks:endpoint", found.pk)
    return redirect("webhooks:delivery", found.pk, made.pk)


@require_POST
@guard("configure")
def endpoint_removal(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Remove it for good."""
    found = found_endpoint(request, pk)
    remove_endpoint(endpoint=found, by=request.principal, at=timezone.now())
    tell(request, _("The webhook “%(name)s” is removed, and its secret with it.") % {"name": found.label})
    return redirect("webhooks:endpoints")
