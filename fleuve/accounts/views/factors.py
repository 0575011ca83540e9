"""One's own second factors: the app, passkeys, recovery codes."""

from __future__ import annotations

from datetime import datetime

import segno
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fleuve.accounts.actions import (
    add_passkey,
    begin_authenticator,
    confirm_authenticator,
    make_recovery_codes,
    remove_authenticator,
    remove_passkey,
)
from fleuve.accounts.codes import grouped, secret_link
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.forms import CodeForm
from fleuve.accounts.models import Authenticator, Passkey
from fleuve.accounts.passkeys import checked_registration, passkey_place, registration_options
from fleuve.accounts.proof import (
    confirmation_first,
    fresh,
    mark_proved,
    new_challenge,
    open_without_factor,
    take_challenge,
)
from fleuve.accounts.queries import organisation
from fleuve.accounts.queries.factors import Factors, factors_of, must_have_factor
from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.sealing import unsealed_secret
from fleuve.accounts.throttle import count_failure, forget_failures, shut_page
from fleuve.kernel.guard import guard
from fleuve.kernel.sealing import SealBroken
from fleuve.ui.toasts import tell

__all__ = [
    "app",
    "app_removal",
    "app_secret",
    "codes",
    "factors",
    "passkey_options",
    "passkey_removal",
    "passkeys",
]

_HERE = "accounts:factors"


@open_without_factor
@guard("read")
@require_safe
def factors(request: PrincipalRequest) -> HttpResponseBase:
    """What one has beside the password, and what may be added."""
    return _page(request)


@open_without_factor
@guard("read")
@fresh(_HERE)
@require_POST
def app_secret(request: PrincipalRequest) -> HttpResponseBase:
    """Begin with an authenticator app: a new secret for it to read."""
    try:
        begin_authenticator(user=request.user, by=request.principal, at=timezone.now())
    except FactorRefused as refused:
        return _page(request, refusal=str(refused))
    return redirect("accounts:app")


@open_without_factor
@guard("read")
@fresh(_HERE, shows_secret=True)
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def app(request: PrincipalRequest) -> HttpResponseBase:
    """The picture that the app reads; a POST confirms with the first code that it shows."""
    at, form = timezone.now(), CodeForm(request.POST or None)
    pending = factors_of(request.user, request.principal).pending
    if pending is None:
        return redirect(_HERE)
    if request.method == "POST":
        shut = shut_page(request, request.user)
        if shut is not None:
            return shut
        if form.is_valid():
            try:
                confirm_authenticator(user=request.user, code=form.cleaned_data["code"], by=request.principal, at=at)
            except FactorRefused as refused:
                count_failure(request, request.user)
                form.add_error("code", str(refused))
            else:
                forget_failures(request.user)
                tell(request, _("Your app is set up. From now on a code of it is asked when you sign in."))
                return _added(request, "app", at)
    return _app_page(request, pending, form, at)


@guard("read")
@fresh(_HERE)
@require_POST
def app_removal(request: PrincipalRequest) -> HttpResponseBase:
    """Take one's authenticator app away."""
    remove_authenticator(user=request.user, by=request.principal, at=timezone.now())
    tell(request, _("Your authenticator app is asked no more. Delete the account in the app too."))
    return redirect(_HERE)


@open_without_factor
@guard("read")
@fresh(_HERE)
@never_cache
@require_POST
def passkey_options(request: PrincipalRequest) -> HttpResponseBase:
    """What a device is asked that shall make a passkey, for the script of the page."""
    place = passkey_place(request)
    if not place.is_possible:
        return JsonResponse({"code": "passkeys_impossible", "message": place.reason}, status=409)
    challenge = new_challenge(request, "register", timezone.now())
    known = factors_of(request.user, request.principal).passkeys
    return JsonResponse(registration_options(request.user, known, challenge, place))


@open_without_factor
@guard("read")
@fresh(_HERE)
@require_POST
def passkeys(request: PrincipalRequest) -> HttpResponseBase:
    """Register the passkey that a device made."""
    at, place = timezone.now(), passkey_place(request)
    challenge = take_challenge(request, "register", at)
    if challenge is None:
        return _page(request, refusal=_("That took too long, or was answered before. Try again."))
    try:
        key = checked_registration(request.POST.get("answer", ""), challenge, place)
        add_passkey(user=request.user, name=request.POST.get("name", ""), key=key, by=request.principal, at=at)
    except FactorRefused as refused:
        return _page(request, refusal=str(refused))
    tell(request, _("The passkey is registered."))
    return _added(request, "passkey", at)


@guard("read")
@require_POST
def passkey_removal(request: PrincipalRequest, pk: int) -> HttpResponseBase:
    """Take one of one's passkeys away."""
    own = Passkey.objects.visible_to(request.principal).filter(user=request.user)
    passkey: Passkey = get_object_or_404(own, pk=pk)
    asked = confirmation_first(request, reverse(_HERE))
    if asked is not None:
        return asked
    remove_passkey(passkey=passkey, by=request.principal, at=timezone.now())
    tell(request, _("The passkey “%(name)s” opens nothing any more.") % {"name": passkey.name})
    return redirect(_HERE)


@open_without_factor
@guard("read")
@fresh(_HERE)
@never_cache
@require_POST
def codes(request: PrincipalRequest) -> HttpResponseBase:
    """Ten new recovery codes, shown in the answer and nowhere else."""
    try:
        return _codes_page(request, timezone.now())
    except FactorRefused as refused:
        return _page(request, refusal=str(refused))


def _added(request: PrincipalRequest, factor: str, at: datetime) -> HttpResponseBase:
    """This session has shown the new factor; whoever has no paper yet gets one now."""
    mark_proved(request, factor, at)
    if factors_of(request.user, request.principal).codes_left:
        return redirect(_HERE)
    return _codes_page(request, at)


def _codes_page(request: PrincipalRequest, at: datetime) -> HttpResponseBase:
    made = make_recovery_codes(user=request.user, by=request.principal, at=at)
    answer = render(request, "accounts/codes.html", {"codes": [grouped(code) for code in made], "at": at})
    answer["Cache-Control"] = "no-store"
    return answer


def _app_page(request: PrincipalRequest, pending: Authenticator, form: CodeForm, at: datetime) -> HttpResponseBase:
    try:
        secret = unsealed_secret(pending.secret, request.user.pk)
    except SealBroken:
        return _page(request, refusal=_("The secret of this app was sealed by another install. Begin again."))
    link = secret_link(secret, account=request.user.email, issuer=organisation().name or "Fleuve")
    context = {"form": form, "link": link, "picture": _picture(link), "secret": grouped(secret), "now": at}
    return render(request, "accounts/app.html", context)


def _picture(link: str) -> str:
    """The link as a QR code: paths on white, no style and no script; nothing of it was typed by anybody."""
    drawn = segno.make(link, error="m").svg_inline(omitsize=True, light="#fff", dark="#000", svgclass="qr")
    return mark_safe(drawn)


def _page(request: PrincipalRequest, refusal: str = "") -> HttpResponseBase:
    found: Factors = factors_of(request.user, request.principal)
    context = {
        "factors": found,
        "place": passkey_place(request),
        "is_required": must_have_factor(request.user),
        "refusal": refusal,
    }
    return render(request, "accounts/factors.html", context, status=409 if refusal else 200)
