"""Saved views: save the list or the groups that are shown, open one, remove it and take it back."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from fleuve.accounts.queries import organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.attributes import from_link, registry
from fleuve.attributes.errors import FilterError
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.guard import guard
from fleuve.lists.actions import remove_view, restore_view, save_view
from fleuve.lists.errors import ViewRefused
from fleuve.lists.models import View
from fleuve.lists.queries.asked import asked_of
from fleuve.lists.queries.groups import MOST_SUMS
from fleuve.lists.queries.views import address_of
from fleuve.ui.toasts import tell

__all__ = ["view", "view_removal", "view_restoration", "views"]

_LIST = "workspace:customers"


@guard("read")
@require_POST
def views(request: PrincipalRequest) -> HttpResponse:
    """Save the list that the form carries along."""
    currency = organisation().currency
    visible = registry.visible_to(request.principal)
    given = request.POST
    try:
        saved = save_view(
            name=given.get("name", ""),
            node=from_link(given.getlist("f"), visible, currency=currency),
            words=given.get("q", ""),
            columns=[key for key in given.getlist("cols") if key == "reach" or visible.find(key)],
            sort=given.get("sort", "")[:60],
            is_shared=given.get("shared") == "all",
            density=asked_of(given).density,
            group_by=given.get("group", "") if visible.find(given.get("group", "")) else "",
            sums=[key for key in given.getlist("sum") if visible.find(key)][:MOST_SUMS],
            by=request.principal,
            at=timezone.now(),
        )
    except (FilterError, ViewRefused) as refused:
        tell(request, refused, tone="warn")
        kept = given.copy()
        for name in ("name", "shared", "csrfmiddlewaretoken"):
            kept.pop(name, None)
        page = "lists:groups" if given.get("group") else _LIST
        return redirect(f"{reverse(page)}?{kept.urlencode()}")
    tell(request, _("Saved as “%(name)s”.") % {"name": saved.name})
    return redirect(address_of(saved, visible, currency))


@guard("read")
@require_GET
def view(request: PrincipalRequest, view_id: int) -> HttpResponse:
    """The list that a view stands for."""
    found = get_object_or_404(View.objects.visible_to(request.principal), pk=view_id)
    try:
        return redirect(address_of(found, registry.visible_to(request.principal), organisation().currency))
    except FilterError as refused:
        sentence = _("“%(name)s” asks for something that is there no more: %(reason)s")
        tell(request, sentence % {"name": found.name, "reason": refused}, tone="warn")
        return redirect(_LIST)


@guard("read")
@require_POST
def view_removal(request: PrincipalRequest, view_id: int) -> HttpResponse:
    """Put a view into the trash; the toast takes it back."""
    found = get_object_or_404(View.objects.visible_to(request.principal), pk=view_id)
    remove_view(view=found, by=request.principal, at=timezone.now())
    undo = reverse("lists:view_restoration", args=[found.pk])
    tell(request, _("View “%(name)s” removed.") % {"name": found.name}, undo_url=undo)
    return redirect(_LIST)


@guard("read")
@require_POST
def view_restoration(request: PrincipalRequest, view_id: int) -> HttpResponse:
    """Take a view out of the trash."""
    found = get_object_or_404(View, pk=view_id)
    try:
        restore_view(view=found, by=request.principal, at=timezone.now())
    except PermissionRefused as refused:
        raise Http404 from refused  # somebody else's view is as good as missing
    except ViewRefused as refused:
        tell(request, refused, tone="warn")
        return redirect(_LIST)
    return redirect("lists:view", view_id)
