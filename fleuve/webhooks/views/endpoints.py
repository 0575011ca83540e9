"""The list of webhooks and one of them."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.guard import guard
from fleuve.ui.toasts import tell
from fleuve.webhooks.actions import add_endpoint, change_endpoint
from fleuve.webhooks.forms import EndpointForm
from fleuve.webhooks.models import Endpoint
from fleuve.webhooks.queries import delivery_page, endpoint_lines
from fleuve.webhooks.rules import FAILURES_BEFORE_NOTICE
from fleuve.webhooks.views.found import found_endpoint, secret_page

__all__ = ["endpoint", "endpoint_new", "endpoints"]

_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@guard("configure")
def endpoints(request: PrincipalRequest) -> HttpResponseBase:
    """Which programs are told what happens here."""
    lines = endpoint_lines(request.principal)
    context = {
        "lines": lines,
        "live": sum(line.endpoint.is_live for line in lines),
        "failing": sum(line.endpoint.state == Endpoint.State.FAILING for line in lines),
    }
    return render(request, "webhooks/endpoints.html", context)


@require_http_methods(_METHODS)
@guard("configure")
def endpoint_new(request: PrincipalRequest) -> HttpResponseBase:
    """Add a webhook; the answer to its POST shows the secret, once."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("label", "url", "facts")}
        made, secret = add_endpoint(**wanted, by=request.principal, at=timezone.now())
        return secret_page(request, made, secret, is_new=True)
    return render(request, "webhooks/new.html", {"form": form})


@require_http_methods(_METHODS)
@guard("configure")
def endpoint(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """One webhook: its messages, its settings; a POST saves them."""
    found = found_endpoint(request, pk)
    form = EndpointForm(request.POST or None, initial=_held(found))
    if request.method != "POST" or not form.is_valid():
        return _page(request, found, form)
    wanted = {name: form.cleaned_data[name] for name in ("label", "url", "facts")}
    version = form.cleaned_data["version"] or 0
    try:
        change_endpoint(endpoint=found, **wanted, version=version, by=request.principal, at=timezone.now())
    except EditedMeanwhile as refused:
        return _page(request, found, EndpointForm(initial=_held(found)), refusal=str(refused))
    tell(request, _("Saved."))
    return redirect("webhooks:endpoint", found.pk)


def _held(found: Endpoint) -> dict[str, object]:
    return {"label": found.label, "url": found.url, "facts": found.facts, "version": found.version}


def _page(request: PrincipalRequest, found: Endpoint, form: EndpointForm, refusal: str = "") -> HttpResponseBase:
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    context = {
        "endpoint": found,
        "form": form,
        "page": delivery_page(found, request.principal, before),
        "is_paged": before is not None,
        "most_failures": FAILURES_BEFORE_NOTICE,
        "has_two_secrets": found.former_until is not None and found.former_until > timezone.now(),
        "refusal": refusal,
    }
    return render(request, "webhooks/endpoint.html", context, status=409 if refusal else 200)
