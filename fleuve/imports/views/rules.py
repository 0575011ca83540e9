"""The page on which a person says what a file may change."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.imports.actions import set_handling
from fleuve.imports.forms import RulesForm
from fleuve.imports.models import Import
from fleuve.imports.views.steps import check_again, import_of, steps

__all__ = ["rules"]


@guard("import")
@require_http_methods(["GET", "POST"])
def rules(request: PrincipalRequest, pk: int) -> HttpResponse:
    """A rule per column and the keys to match by; the check follows at once."""
    row = import_of(request, pk)
    if row.state not in (Import.State.LOOKED_AT, Import.State.CHECKED) or row.source_id is None:
        return redirect("imports:detail", pk)
    form = RulesForm(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        set_handling(row=row, handling=form.handling(), by=request.principal, at=timezone.now())
        check_again(request, row)
        return redirect("imports:detail", pk)
    context = {"row": row, "form": form, "keys": list(form.keys()), "rules": list(form.column_rules()),
               "steps": steps()}  # fmt: skip
    return render(request, "imports/rules.html", context, status=422 if form.errors else 200)
