"""Settings: the fields of the house."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.guard import guard
from fleuve.parties.actions import change_own_field, create_own_field, remove_own_field, restore_own_field
from fleuve.parties.errors import PartiesError
from fleuve.parties.field_use import fields_page
from fleuve.parties.forms import OwnFieldForm
from fleuve.parties.models import OwnField
from fleuve.ui.toasts import tell

__all__ = ["field", "field_new", "field_removal", "field_restoration", "fields"]

_METHODS = ["GET", "HEAD", "POST"]


@guard("configure")
@require_http_methods(["GET", "HEAD"])
def fields(request: PrincipalRequest) -> HttpResponse:
    """Every field of the house: its type, how many customers have it, why it is kept."""
    context = {
        "lines": fields_page(),
        "removed": OwnField.objects.visible_to(request.principal).exclude(removed_at=None).order_by("-removed_at"),
    }
    return render(request, "parties/fields.html", context)


@guard("configure")
@require_http_methods(_METHODS)
def field_new(request: PrincipalRequest) -> HttpResponse:
    """A new field of the house."""
    form = OwnFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told: dict[str, Any] = {key: value for key, value in form.cleaned_data.items() if key != "version"}
        try:
            made = create_own_field(**told, by=request.principal, at=timezone.now())
        except PartiesError as refused:
            form.add_error(_blamed(refused), str(refused))
        else:
            tell(request, _("The field “%(label)s” is there: in forms, lists, filters and imports.") % {
                "label": made.label})  # fmt: skip
            return redirect("parties:fields")
    return render(request, "parties/field.html", {"form": form})


@guard("configure")
@require_http_methods(_METHODS)
def field(request: PrincipalRequest, field_id: int) -> HttpResponse:
    """One field of the house: its name, help and answers."""
    found = get_object_or_404(OwnField.objects.visible_to(request.principal), pk=field_id, removed_at=None)
    form = OwnFieldForm(request.POST or None, of_field=found)
    if request.method == "POST" and form.is_valid():
        told = {key: value for key, value in form.cleaned_data.items() if key not in ("version", "type")}
        if found.type not in (OwnField.Type.CHOICE, OwnField.Type.CHOICES):
            told.pop("choices")
        try:
            version = form.cleaned_data["version"] or 0
            change_own_field(own_field=found, values=told, version=version, by=request.principal, at=timezone.now())
        except PartiesError as refused:
            form.add_error(_blamed(refused), str(refused))
        except EditedMeanwhile as refused:
            form = OwnFieldForm(of_field=get_object_or_404(OwnField, pk=field_id))
            return render(
                request, "parties/field.html", {"form": form, "found": found, "refusal": str(refused)}, status=409
            )
        else:
            tell(request, _("Saved."))
            return redirect("parties:fields")
    return render(request, "parties/field.html", {"form": form, "found": found})


@guard("configure")
@require_POST
def field_removal(request: PrincipalRequest, field_id: int) -> HttpResponse:
    """Put a field into the trash; its values stay."""
    found = get_object_or_404(OwnField.objects.visible_to(request.principal), pk=field_id)
    remove_own_field(own_field=found, by=request.principal, at=timezone.now())
    tell(request, _("The field is in the trash. Its values are kept."))
    return redirect("parties:fields")


@guard("configure")
@require_POST
def field_restoration(request: PrincipalRequest, field_id: int) -> HttpResponse:
    """Bring a field back with its values."""
    found = get_object_or_404(OwnField.objects.visible_to(request.principal), pk=field_id)
    try:
        restore_own_field(own_field=found, by=request.principal, at=timezone.now())
        tell(request, _("The field is back, with every value."))
    except PartiesError as refused:
        tell(request, str(refused), tone="bad")
    return redirect("parties:fields")


def _blamed(refused: PartiesError) -> str:
    return {"no_choices": "choices", "no_purpose": "purpose"}.get(refused.code, "label")
