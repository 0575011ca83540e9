"""Create a customer, correct one, and settle it when two people saved at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fleuve.accounts.requests import PrincipalRequest
from fleuve.attributes.errors import WrongValue
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.guard import guard
from fleuve.parties.actions import Edit, change_customers, create_customer
from fleuve.parties.details import name_follows
from fleuve.parties.errors import LooksLikeAnother, PartiesError
from fleuve.parties.form_fields import text_of
from fleuve.parties.forms import DetailsForm
from fleuve.parties.models import PartyCard
from fleuve.parties.queries import Standing, standing_values
from fleuve.parties.views.customer import writable_card
from fleuve.ui.toasts import tell

__all__ = ["details", "new"]

_METHODS = ["GET", "HEAD", "POST"]


@guard("write")
@require_http_methods(_METHODS)
def new(request: PrincipalRequest) -> HttpResponse:
    """A new customer; somebody with the same address or number is shown first."""
    form = DetailsForm(request.principal, request.POST or None)
    number = request.POST.get("customer_number", "").strip()
    context: dict[str, Any] = {"form": form, "customer_number": number}
    if request.method == "POST" and form.is_valid():
        try:
            party = create_customer(
                values=form.values(),
                customer_number=number,
                force_duplicates=request.POST.get("force") == "yes",
                by=request.principal,
                at=timezone.now(),
            )
        except LooksLikeAnother as refused:
            context |= {"refused": refused, "alike": PartyCard.objects.visible_to(request.principal).filter(
                pk__in=refused.parties)}  # fmt: skip
        except (PartiesError, WrongValue) as refused:
            form.add_error(None, str(refused))
        else:
            tell(request, _("The customer is created."))
            return redirect("workspace:customer", party.pk)
    return render(request, "parties/new.html", context)


@guard("write")
@require_http_methods(_METHODS)
def details(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """The form of one customer; a POST writes what was changed, or shows what somebody else saved meanwhile."""
    card = writable_card(request, party_id)
    if request.method != "POST":
        now = standing_values(party_id, DetailsForm(request.principal).targets)
        return _form_page(request, card, DetailsForm(request.principal, now=now.values), now.version)
    form = DetailsForm(request.principal, request.POST)
    version = int(request.POST.get("version", "0")) if request.POST.get("version", "").isdigit() else 0
    if not form.is_valid():
        return _form_page(request, card, form, version)
    changes = name_follows(form.changes(), form.opened_with)
    try:
        edits = [Edit(party_id, key, value) for key, value in changes.items()]
        if edits:
            change_customers(edits=edits, expected={party_id: version}, by=request.principal, at=timezone.now())
            tell(request, _("Saved."))
    except EditedMeanwhile:
        return _conflict(request, card, form, changes, standing_values(party_id, form.targets))
    except WrongValue as refused:
        form.add_error(None, str(refused))
        return _form_page(request, card, form, version)
    return redirect("workspace:customer", party_id)


def _form_page(request: PrincipalRequest, card: PartyCard, form: DetailsForm, version: int) -> HttpResponse:
    return render(request, "parties/details.html", {"card": card, "form": form, "version": version})


@dataclass(frozen=True)
class _Row:
    """A field that changed since the form was opened: what it was, what they made of it, what you typed."""

    key: str
    label: str
    was: str
    theirs: str
    yours: str

    @property
    def is_open(self) -> bool:
        """Whether both changed it, differently: only then there is something to choose."""
        return self.was != self.theirs and self.was != self.yours and self.theirs != self.yours

    @property
    def kept(self) -> str:
        """What stands when nobody needs to choose."""
        return self.yours if self.yours != self.was else self.theirs


def _conflict(
    request: PrincipalRequest, card: PartyCard, form: DetailsForm, changes: dict[str, Any], now: Standing
) -> HttpResponse:
    """Nothing is lost: what they saved and what you typed stand side by side, and one button saves both."""
    theirs = {key: text_of(target, now.values.get(key)) for key, target in form.targets.items()}
    was = form.opened_with
    yours = {key: text_of(target, changes[key]) if key in changes else was[key] for key, target in form.targets.items()}
    rows = [
        _Row(key, str(target.attribute.label), was[key], theirs[key], yours[key])
        for key, target in form.targets.items()
    ]
    context = {
        "card": card,
        "version": now.version,
        "rows": [row for row in rows if row.was != row.theirs or row.was != row.yours],
        "kept": [(row.key, row.kept) for row in rows if not row.is_open],
        "was": [(f"was-{key}", text) for key, text in theirs.items()],
        "who": now.changed_by,
    }
    return render(request, "parties/conflict.html", context, status=409)
