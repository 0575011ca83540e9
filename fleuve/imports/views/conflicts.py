"""The page of the values that undoing an import left as they were found."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.imports.actions import take_back_value
from fleuve.imports.errors import WrongState
from fleuve.imports.models import Conflict
from fleuve.imports.pages.conflicts import conflict_page, conflicts_seen
from fleuve.imports.views.steps import import_of
from fleuve.kernel.principal import may
from fleuve.ui.toasts import tell

__all__ = ["conflicts", "take_back"]


@guard("read")
@require_GET
def conflicts(request: PrincipalRequest, pk: int) -> HttpResponse:
    """What was kept and why, each with a way to take it back all the same."""
    row = import_of(request, pk)
    page = conflict_page(row, request.principal, request.GET.get("at", ""))
    context = {"row": row, "page": page, "may_take_back": may(request.principal, "import")}
    return render(request, "imports/conflicts.html", context)


@guard("import")
@require_POST
def take_back(request: PrincipalRequest, pk: int) -> HttpResponse:
    """Write what the undo would have written."""
    conflict = get_object_or_404(Conflict.objects.visible_to(request.principal), pk=pk)
    if not conflicts_seen(request.principal, [conflict]):
        raise Http404
    try:
        take_back_value(conflict=conflict, by=request.principal, at=timezone.now())
    except WrongState as error:
        tell(request, str(error), tone="warn")
    else:
        tell(request, _("Taken back. What stood there is in the history of changes."))
    return redirect("imports:conflicts", conflict.of_import_id)
