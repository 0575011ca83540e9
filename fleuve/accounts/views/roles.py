"""Roles: what each may do, and which fields it sees."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fleuve.accounts.actions import set_field_rule
from fleuve.accounts.models import FieldRule, User
from fleuve.accounts.queries import fields_of_role, roles_page
from fleuve.accounts.queries.rights import VERB_LABELS
from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.guard import guard
from fleuve.ui.toasts import tell

__all__ = ["role", "roles"]


@guard("manage_users")
@require_safe
def roles(request: PrincipalRequest) -> HttpResponseBase:
    """What each role may do, whose customers it sees and changes."""
    lines = roles_page(request.principal)
    verbs = [(label, [line.marks[at] for line in lines]) for at, label in enumerate(VERB_LABELS.values())]
    return render(request, "accounts/roles.html", {"lines": lines, "verbs": verbs})


@guard("manage_users")
@require_http_methods(["GET", "HEAD", "POST"])
def role(request: PrincipalRequest, role: str) -> HttpResponseBase:
    """The fields that a role sees and changes; a POST sets all of them."""
    labels = dict(User.Role.choices)
    if role not in labels or role == User.Role.OWNER:
        raise Http404
    fields = fields_of_role(role, request.principal)
    if request.method == "POST":
        allowed = {"", *FieldRule.May.values}
        for field in fields:
            may = request.POST.get(f"field-{field.key}", field.may)
            if may in allowed and may != field.may:
                set_field_rule(role=role, attribute=field.key, may=may, by=request.principal, at=timezone.now())
        tell(request, _("The fields of “%(role)s” are saved.") % {"role": labels[role]})
        return redirect("accounts:role", role)
    return render(request, "accounts/role.html", {"role": role, "label": labels[role], "fields": fields})
