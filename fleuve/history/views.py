"""The page *What I understood* and the lines behind its numbers."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fleuve.accounts.queries import organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.history.actions import answer_books, export_lines
from fleuve.history.forms import ReadingForm
from fleuve.history.page import UnderstoodPage, understood_page
from fleuve.history.queries import LineFilter, count_lines, lines_in
from fleuve.history.words import KINDS, STATES, kind_label, state_label, state_reason
from fleuve.jobs import enqueue
from fleuve.kernel.money import minor_exponent
from fleuve.kernel.principal import may
from fleuve.parties.actions import set_special
from fleuve.parties.errors import UnknownCustomer
from fleuve.parties.models import Record
from fleuve.touchpoints.actions import configure_source
from fleuve.ui.toasts import tell

__all__ = ["answer", "lines", "lines_file", "special", "understood"]

_SHOWN_LINES = 100


@guard("figures")
@require_http_methods(["GET", "POST"])
def understood(request: PrincipalRequest) -> HttpResponse:
    """Show what was understood; a POST keeps the answers and has everything worked out again."""
    currency = organisation().currency
    page = understood_page(request.principal, currency, _source_of(request))
    form = _form(request, page)
    if request.method == "POST" and form is not None and page.source and page.settings and form.is_valid():
        job = configure_source(
            source=page.source,
            changes=form.changes(page.settings),
            version=form.cleaned_data["version"],
            by=request.principal,
            at=timezone.now(),
        )
        tell(request, _("Kept. The figures are being worked out again.") if job else _("Your answers are kept."))
        return redirect(_address(page))
    context = {
        "page": page,
        "form": form,
        "currency": currency,
        "may_configure": may(request.principal, "configure"),
        "here": _address(page),
    }
    return render(request, "history/understood.html", context, status=422 if form and form.errors else 200)


@guard("configure")
@require_POST
def answer(request: PrincipalRequest) -> HttpResponse:
    """Keep the answer to "does this match your books?"."""
    page = understood_page(request.principal, organisation().currency, _source_of(request))
    if page.figures:
        matches = request.POST.get("answer") == "yes"
        answer_books(
            matches=matches,
            generation=page.generation,
            revenue_told=page.figures.totals.told,
            by=request.principal,
            at=timezone.now(),
        )
        tell(request, _("Good: the figures stand on your books.") if matches else _("Noted. See below what to check."))
    return redirect(_address(page) + "#books")


@guard("write")
@require_POST
def special(request: PrincipalRequest, pk: int) -> HttpResponse:
    """Say of a record whether it is a customer; a person's word outlives every detection."""
    record = Record.objects.visible_to(request.principal).filter(pk=pk).first()
    if record is None:
        raise UnknownCustomer(_("There is no such customer."))
    wanted = request.POST.get("special", "")
    if wanted in Record.Special.values and set_special(
        record=record, special=wanted, by=request.principal, at=timezone.now()
    ):
        enqueue("value.revalue", by=request.principal, unique_key="value.revalue", again_if_running=True)
        tell(request, _("Kept. The figures are being worked out again."))
    return redirect(reverse("history:understood") + "#specials")


@guard("figures")
@require_GET
def lines(request: PrincipalRequest) -> HttpResponse:
    """The largest lines behind a number."""
    wanted = _filter(request)
    count, amount = count_lines(wanted)
    context = {
        "wanted": wanted,
        "lines": [
            (line, state_label(line.state), kind_label(line.kind), line.quantity_e3 / 1000)
            for line in lines_in(wanted, _SHOWN_LINES)
        ],
        "count": count,
        "amount": amount,
        "shown": min(count, _SHOWN_LINES),
        "currency": organisation().currency,
        "label": state_label(wanted.state) if wanted.state else _("Lines"),
        "kind": kind_label(wanted.kind) if wanted.kind else "",
        "reason": state_reason(wanted.state),
        "may_export": may(request.principal, "export"),
        "file_url": reverse("history:lines_file") + "?" + request.GET.urlencode(),
    }
    return render(request, "history/lines.html", context)


@guard("export")
@require_GET
def lines_file(request: PrincipalRequest) -> StreamingHttpResponse:
    """All lines behind a number, as CSV."""
    exponent = minor_exponent(organisation().currency or "EUR")
    pieces = export_lines(wanted=_filter(request), by=request.principal, at=timezone.now(), exponent=exponent)
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="lines.csv"'
    return response


def _filter(request: PrincipalRequest) -> LineFilter:
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    return LineFilter(
        state=state if state in STATES else "",
        kind=kind if kind in KINDS else "",
        source_id=_source_of(request),
        only_identical=request.GET.get("identical") == "1",
    )


def _source_of(request: PrincipalRequest) -> int | None:
    told = request.GET.get("source", "")
    return int(told) if told.isdecimal() and len(told) < 19 else None


def _form(request: PrincipalRequest, page: UnderstoodPage) -> ReadingForm | None:
    if page.figures is None or page.settings is None:
        return None
    data = request.POST if request.method == "POST" else None
    found = page.figures
    return ReadingForm(
        data,
        settings=page.settings,
        kinds=found.kinds,
        categories=found.categories,
        has_plans=bool(found.plans),
    )


def _address(page: UnderstoodPage) -> str:
    url = reverse("history:understood")
    return f"{url}?source={page.source.pk}" if page.source and len(page.sources) > 1 else url
