"""Keys for programs: make one, which is shown once, and revoke it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fleuve.accounts.actions import make_key, revoke_key
from fleuve.accounts.errors import KeyRefused
from fleuve.accounts.key_form import KeyForm
from fleuve.accounts.models import ApiKey, User
from fleuve.accounts.proof import fresh
from fleuve.accounts.queries.keys import keys_of
from fleuve.accounts.reference import reference
from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.guard import guard
from fleuve.kernel.principal import may
from fleuve.ui.toasts import tell

__all__ = ["api_reference", "key_new", "key_revocation", "keys"]


@guard("manage_users")
@require_safe
def keys(request: PrincipalRequest) -> HttpResponseBase:
    """Every key: of which program, for whom, for what, and when it was last used."""
    lines = keys_of(request.principal, timezone.now())
    context = {"lines": lines, "open_ones": sum(1 for line in lines if line.is_open)}
    return render(request, "accounts/keys.html", context)


@guard("manage_users")
@fresh("accounts:key_new", shows_secret=True)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def key_new(request: PrincipalRequest) -> HttpResponseBase:
    """A new key; the page that answers shows it, this once."""
    people = User.objects.visible_to(request.principal).filter(is_active=True).order_by("name", "pk")
    form = KeyForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_key(
                name=form.cleaned_data["name"],
                user=form.cleaned_data["user"],
                scopes=form.cleaned_data["scopes"],
                expires_at=form.expires_at,
                by=request.principal,
                at=timezone.now(),
            )
        except KeyRefused as refused:
            form.add_error("until" if refused.code == "key_expired" else None, str(refused))
        else:
            return render(request, "accounts/key_shown.html", {"key": made.key, "token": made.token})
    return render(request, "accounts/key_new.html", {"form": form}, status=422 if form.errors else 200)


@guard("manage_users")
@require_POST
def key_revocation(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """The key opens nothing any more."""
    key: ApiKey = get_object_or_404(ApiKey.objects.visible_to(request.principal), pk=pk)
    revoke_key(key=key, by=request.principal, at=timezone.now())
    tell(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
    return redirect("accounts:keys")


@guard("read")
@require_safe
def api_reference(request: PrincipalRequest) -> HttpResponseBase:
    """What programs may ask for, read from the same document that they read."""
    topics = reference()
    context = {
        "topics": topics,
        "count": sum(len(topic.operations) for topic in topics),
        "base": f"{settings.FLEUVE_URL}/api/v1/",
        "may_make": may(request.principal, "manage_users"),
    }
    return render(request, "accounts/api_reference.html", context)
