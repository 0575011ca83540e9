"""Taking the list of customers out: a small one at once, a large one as a file that waits for a day; and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from fleuve.accounts.models import User
from fleuve.accounts.queries import organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.attributes import from_link, registry
from fleuve.jobs.queries import job_state
from fleuve.kernel.guard import guard
from fleuve.lists.actions import MOST_AT_ONCE, change_export_limit, export_customers, prepare_export
from fleuve.lists.errors import ExportRefused
from fleuve.lists.exporting.downloads import download, download_of
from fleuve.lists.exporting.limits import DEFAULTS
from fleuve.lists.exporting.pages import allowance_sentence, export_table
from fleuve.lists.exporting.taking import count_rows
from fleuve.lists.exporting.wish import ALL_COLUMNS, FORMS, USUAL_COLUMNS, Form, Wish, columns_taken, usual_sort
from fleuve.lists.forms.export import LimitsForm
from fleuve.lists.models import Export, ExportLimit
from fleuve.lists.queries.presets import preset_filter
from fleuve.ui.toasts import tell

__all__ = ["export", "export_content", "export_limits", "export_page", "exports"]

_CARRIED: Final = ("show", "q", "f", "cols", "sort", "form", "all", "refused")


@guard("export")
@require_GET
def export(request: PrincipalRequest) -> HttpResponseBase:
    """Everyone that the list shows, in its order and with its columns. A large list is confirmed and then prepared."""
    now = timezone.now()
    wish = _wish(request, request.GET)
    rows = count_rows(wish, request.principal, now)
    if rows > MOST_AT_ONCE:
        carried = [(name, str(one)) for name in _CARRIED for one in request.GET.getlist(name) if one]
        context = {"rows": rows, "carried": carried, "allowance": allowance_sentence(request.principal, now)}
        return render(request, "lists/export_large.html", context)
    file = export_customers(wish=wish, rows=rows, by=request.principal, at=now)
    return download(file, "customers", wish.form)


@guard("export")
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: PrincipalRequest) -> HttpResponse:
    """What one took out, and the files that wait; a POST has a large one prepared."""
    now = timezone.now()
    if request.method == "POST":
        prepared = prepare_export(wish=_wish(request, request.POST), by=request.principal, at=now)
        return redirect("lists:export_page", prepared.pk)
    context = {
        "table": export_table(request.principal, request.GET.get("at", ""), now),
        "allowance": allowance_sentence(request.principal, now),
    }
    return render(request, "lists/exports.html", context)


@guard("export")
@require_GET
def export_page(request: PrincipalRequest, export_id: int) -> HttpResponse:
    """One export: how far its file is, and the file."""
    found = _export(request, export_id)
    job = job_state(found.job_id) if found.job_id else None
    context = {
        "export": found,
        "job": job if job is not None and (job.is_live or job.error) else None,
        "is_open": found.is_open_at(timezone.now()),
        "expires_at": found.expires_at.astimezone(organisation().zone) if found.expires_at else None,
    }
    return render(request, "lists/export_page.html", context)


@guard("export")
@require_GET
def export_content(request: PrincipalRequest, export_id: int) -> HttpResponseBase:
    """The file, for whoever had it made and for nobody else."""
    found = _export(request, export_id)
    answer = download_of(found)
    if answer is None:
        tell(request, _("The file is not there: files are kept for a day. Take the list out again."), tone="warn")
        return redirect("lists:export_page", found.pk)
    return answer


@guard("manage_users")
@require_http_methods(["GET", "HEAD", "POST"])
def export_limits(request: PrincipalRequest) -> HttpResponse:
    """How many rows people of each role may take out in 24 hours."""
    stored = {one.role: one for one in ExportLimit.objects.visible_to(request.principal)}
    form = LimitsForm(_roles(), stored, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            for role, rows, version in form.changes():
                change_export_limit(role=role, rows=rows, version=version, by=request.principal, at=timezone.now())
        except ExportRefused as refused:
            form.add_error(None, str(refused))
        else:
            tell(request, _("Saved."))
            return redirect("lists:export_limits")
    return render(request, "lists/export_limits.html", {"form": form}, status=422 if form.errors else 200)


def _wish(request: PrincipalRequest, given: QueryDict) -> Wish:
    """The list of this address as a file; raises ``FilterError`` for what cannot be asked."""
    seen = registry.visible_to(request.principal)
    node = from_link(given.getlist("f"), seen, currency=organisation().currency)
    words, shown = given.get("q", "")[:200], given.getlist("cols") or USUAL_COLUMNS
    form: Form = next((one for one in FORMS if one == given.get("form")), "csv")
    return Wish(
        node=preset_filter(given.get("show", "all"), node),
        words=words,
        sort=usual_sort(given.get("sort", ""), words, shown, seen),
        columns=columns_taken((ALL_COLUMNS,) if given.get("all") == "yes" else shown, seen),
        form=form,
        with_refused=given.get("refused") == "yes",
        language=get_language() or "en",
    )


def _export(request: PrincipalRequest, export_id: int) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.principal), pk=export_id)


def _roles() -> Mapping[str, str]:
    labels = dict(User.Role.choices)
    return {role: str(labels[role]) for role in DEFAULTS if role != "owner"}
