"""The second step of signing in, and signing in by a passkey alone."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from fleuve.accounts.actions import Proof, prove_with_code
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.forms import CodeForm, SignInForm
from fleuve.accounts.models import User
from fleuve.accounts.passkeys import passkey_place, signing_options
from fleuve.accounts.proof import Half, half_of, new_challenge
from fleuve.accounts.queries.factors import factors_of
from fleuve.accounts.queries.users import has_owner
from fleuve.accounts.throttle import count_failure, forget_failures, shut_page
from fleuve.accounts.views.entering import next_page, open_session
from fleuve.accounts.views.signing import sign_by_passkey
from fleuve.kernel.guard import public
from fleuve.ui.toasts import tell

__all__ = ["passkey_challenge", "passkey_sign_in", "say_how_it_went", "second"]


@public
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second(request: HttpRequest) -> HttpResponseBase:
    """After the password: a code of the app, a recovery code or a passkey."""
    at = timezone.now()
    half = half_of(request, at)
    if half is None:
        return _begin_again(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        shut = shut_page(request, half.user)
        if shut is not None:
            return shut
        if form.is_valid():
            try:
                proof = prove_with_code(user=half.user, code=form.cleaned_data["code"], by=half.user.principal, at=at)
            except FactorRefused as refused:
                count_failure(request, half.user)
                form.add_error("code", str(refused))
            else:
                return _in(request, half, proof, at)
    return _second_page(request, half, form, at)


@public
@never_cache
@require_POST
def passkey_challenge(request: HttpRequest) -> HttpResponseBase:
    """What a passkey is to sign, for the script of the page: at the door, or to confirm who one is."""
    place, at = passkey_place(request), timezone.now()
    if not place.is_possible:
        return JsonResponse({"code": "passkeys_impossible", "message": place.reason}, status=409)
    half = half_of(request, at)
    person = request.user if isinstance(request.user, User) else half.user if half else None
    known = factors_of(person, person.principal).passkeys if person else ()
    challenge = new_challenge(request, "sign", at)
    return JsonResponse(signing_options(known, challenge, place, alone=person is None))


@public
@never_cache
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Come in by a passkey: as the second step, or without any password."""
    at = timezone.now()
    if request.user.is_authenticated:
        return redirect(next_page(request))
    half = half_of(request, at)
    shut = shut_page(request, half.user) if half else None
    if shut is not None:
        return shut
    try:
        user = sign_by_passkey(request, person=half.user if half else None, at=at)
    except FactorRefused as refused:
        return _refused(request, half, refused, at)
    way, wanted = (half.way, half.next) if half else ("passkey", next_page(request))
    forget_failures(user)
    return open_session(request, user, way=way, factor="passkey", wanted=wanted, at=at)


def _refused(request: HttpRequest, half: Half | None, refused: FactorRefused, at: datetime) -> HttpResponseBase:
    if half is not None:
        count_failure(request, half.user)
        form = CodeForm()
        return _second_page(request, half, form, at, refusal=str(refused))
    context = {
        "form": SignInForm(),
        "next": next_page(request),
        "has_owner": has_owner(),
        "place": passkey_place(request),
        "refusal": str(refused),
    }
    return render(request, "accounts/sign_in.html", context)


def _in(request: HttpRequest, half: Half, proof: Proof, at: datetime) -> HttpResponseBase:
    forget_failures(half.user)
    answer = open_session(request, half.user, way=half.way, factor=proof.factor, wanted=half.next, at=at)
    say_how_it_went(request, proof)
    return answer


def say_how_it_went(request: HttpRequest, proof: Proof) -> None:
    """What is worth knowing after a code was taken: a clock that is off, a paper that runs out."""
    if proof.codes_left is not None:
        sentence = ngettext(
            "You used a recovery code: %(count)s is left. Make new ones if your paper may be in other hands.",
            "You used a recovery code: %(count)s are left. Make new ones if your paper may be in other hands.",
            proof.codes_left,
        )
        tell(request, sentence % {"count": proof.codes_left}, tone="warn")
    elif proof.drift_seconds:
        sentence = _("The clock of your phone is half a minute off. Set it to automatic, so that codes keep working.")
        tell(request, sentence, tone="info")


def _begin_again(request: HttpRequest) -> HttpResponseBase:
    if not request.user.is_authenticated:
        tell(request, _("That took more than five minutes. Sign in again from the start."), tone="info")
    return redirect("accounts:sign_in")


def _second_page(request: HttpRequest, half: Half, form: CodeForm, at: datetime, refusal: str = "") -> HttpResponseBase:
    place = passkey_place(request)
    context = {
        "form": form,
        "person": half.user,
        "factors": factors_of(half.user, half.user.principal),
        "place": place,
        "now": at,
        "refusal": refusal,
    }
    return render(request, "accounts/second.html", context)
