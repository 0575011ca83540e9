"""The page on which a person says who the customers of a file are."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.imports.actions import decide_match
from fleuve.imports.errors import WrongState
from fleuve.imports.models import Match
from fleuve.imports.pages.matches import match_page
from fleuve.imports.views.steps import import_of
from fleuve.kernel.principal import may
from fleuve.ui.toasts import tell

__all__ = ["decision", "matches"]


@guard("read")
@require_GET
def matches(request: PrincipalRequest, pk: int) -> HttpResponse:
    """The customers of the file in whom several of the base were recognised."""
    row = import_of(request, pk)
    page = match_page(row, request.principal, request.GET.get("at", ""))
    context = {"row": row, "page": page, "may_decide": may(request.principal, "import")}
    return render(request, "imports/matches.html", context)


@guard("import")
@require_POST
def decision(request: PrincipalRequest, pk: int) -> HttpResponse:
    """This customer is one of those, or somebody else (a blank)."""
    match = get_object_or_404(Match.objects.visible_to(request.principal), pk=pk)
    chosen = request.POST.get("party", "")
    if chosen and chosen not in match.parties:
        raise Http404
    try:
        decide_match(match=match, party_id=int(chosen) if chosen else None, by=request.principal, at=timezone.now())
    except WrongState as error:
        tell(request, str(error), tone="warn")
    else:
        tell(request, _("Decided. You may decide otherwise at any time: nothing is lost by it."))
    return redirect("imports:matches", match.of_import_id)
