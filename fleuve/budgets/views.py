"""The page *Budgets*: questions, and an answer that follows them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from fleuve.accounts.queries import organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.budgets.actions import save_answers
from fleuve.budgets.estimation import estimate
from fleuve.budgets.forms import AnswersForm
from fleuve.budgets.page import Answer, PortfolioValue, answer_page
from fleuve.budgets.queries import CustomerFigures, current_answers, customer_figures
from fleuve.budgets.rules import Spread
from fleuve.kernel.principal import may
from fleuve.ui import formatting
from fleuve.ui.toasts import tell

__all__ = ["answer", "page"]


@guard("figures")
@require_http_methods(["GET", "POST"])
def page(request: PrincipalRequest) -> HttpResponse:
    """Show the answers in force and what follows; a POST keeps new answers."""
    figures = customer_figures(request.principal)
    current = current_answers(request.principal, figures)
    form = AnswersForm(
        request.POST or None,
        initial=AnswersForm.shown(current.answers, current.spend_is_known),
        measured=current.measured,
        sentences=figures.sentences,
    )
    answers, known = current.answers, current.spend_is_known
    if request.method == "POST" and form.is_valid():
        answers, known = form.answers(), bool(form.cleaned_data["spend_is_known"])
        unchanged = [key for key in figures.measured if answers[key].likely == current.answers[key].likely]
        save_answers(
            answers=answers,
            measured=[key for key in unchanged if key in current.measured],
            spend_is_known=known,
            by=request.principal,
            at=timezone.now(),
        )
        tell(request, _("Your answers are saved."))
        return redirect("budgets:page")
    context = _answered(answers, known, figures) | {
        "form": form,
        "groups": [
            (_("Acquisition"), list(form.rows("acquisition"))),
            (_("Retention"), list(form.rows("retention"))),
            (_("Value"), list(form.rows("value"))),
        ],
        "saved": current.saved,
        "may_save": may(request.principal, "configure"),
        "answer_url": reverse("budgets:answer"),
        "currency_sign": formatting.currency_symbol(organisation().currency or "EUR"),
    }
    return render(request, "budgets/page.html", context, status=422 if form.errors else 200)


@guard("figures")
@require_GET
def answer(request: PrincipalRequest) -> HttpResponse:
    """The answer part for answers that are being tried out: nothing is stored."""
    figures = customer_figures(request.principal)
    form = AnswersForm(request.GET)
    if not form.is_valid():
        refused = render(request, "budgets/_contradiction.html", {"faults": _faults(form)}, status=422)
        refused["HX-Retarget"] = "#contradiction"  # beside the last answer that made sense, not in its place
        return refused
    known = bool(form.cleaned_data["spend_is_known"])
    return render(request, "budgets/_fragment.html", _answered(form.answers(), known, figures))


def _answered(answers: dict[str, Spread], known: bool, figures: CustomerFigures) -> dict[str, object]:
    found = estimate(answers, bands=figures.bands, customers=figures.customers, spend_is_known=known)
    valued = figures.valuation
    portfolio = PortfolioValue(valued.value, valued.horizon_months, figures.customers) if valued else None
    shown: Answer = answer_page(
        found, answers, currency=organisation().currency or "EUR", spend_is_known=known, portfolio=portfolio
    )
    return {"answer": shown, "figures": figures}


def _faults(form: AnswersForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]
